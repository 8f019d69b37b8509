//! `publish`: which files it copies, in which order, and when it refuses.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;

use crate::support::program::{Run, fvprov, run};
use crate::support::tree::{boot, cfg, read, tree, write};
#[cfg(unix)]
use crate::write::as_nobody;

const PHONES: [&str; 3] = ["0021f2000001", "0021f2000002", "0021f2000003"];

/// A tree with three phones in `www`, and its sources next to it.
fn site() -> TempDir {
    let site = tree(&[
        ("fvprov.toml", "[server]\ndirectory = \"www\"\n[generate]\nsecrets = \"secrets.csv\"\n"),
        ("secrets.csv", "mac,password\n0021f2000001,Xq7vRt2mKp\n"),
        ("www/y000000000000.cfg", &cfg("lang.gui = English\n")),
        ("www/sites/berlin.cfg", &cfg("local_time.time_zone = +1\n")),
    ]);
    for mac in PHONES {
        let own = format!("{mac}.cfg");
        write(site.path(), &format!("www/{mac}.boot"), boot(&["sites/berlin.cfg", &own]));
        write(site.path(), &format!("www/{own}"), cfg(&format!("account.1.label = {mac}\n")));
    }
    site
}

/// The files below a directory of the site, with their contents.
fn contents(site: &Path, directory: &str) -> BTreeMap<String, String> {
    let top = site.join(directory);
    let files = walkdir::WalkDir::new(&top).follow_links(true).into_iter().flatten();
    let files = files.filter(|entry| entry.file_type().is_file());
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(&top).unwrap().to_string_lossy().replace('\\', "/");
            (path, String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned())
        })
        .collect()
}

fn publish(site: &TempDir, options: &[&str]) -> Run {
    let args = [&["publish", "--grace", "0"], options, &["dest"]].concat();
    run(site.path(), &args)
}

#[track_caller]
fn assert_refused(run: &Run, words: &str) {
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.err.contains(words), "{}", run.err);
}

#[test]
fn exactly_the_served_files_are_copied_and_unchanged_files_are_not_touched() {
    let site = site();
    let said = publish(&site, &[]);
    assert!(said.out.contains("3 added"), "{}", said.out);
    assert!(said.err.contains("8 files written, 0 removed, 0 unchanged"), "{}", said.err);
    assert_eq!(contents(site.path(), "dest"), contents(site.path(), "www"));
    let modified = |path: &str| std::fs::metadata(site.path().join(path)).unwrap().modified().unwrap();
    let before = modified("dest/sites/berlin.cfg");
    write(site.path(), "www/y000000000000.cfg", cfg("lang.gui = German\n"));
    let said = publish(&site, &[]);
    assert!(said.out.contains("lang.gui: English → German"), "{}", said.out);
    assert!(said.err.contains("1 file written, 0 removed, 7 unchanged"), "{}", said.err);
    assert!(said.err.contains(" ms: phones that requested files during this time"), "{}", said.err);
    assert!(said.err.contains("could get a mix of old and new files"), "{}", said.err);
    assert_eq!(modified("dest/sites/berlin.cfg"), before);
    assert_eq!(contents(site.path(), "dest"), contents(site.path(), "www"));
    let said = publish(&site, &[]);
    assert!(said.err.contains("0 files written, 0 removed, 8 unchanged"), "{}", said.err);
}

#[cfg(unix)]
#[test]
fn the_record_is_private_and_outside_the_destination() {
    use std::os::unix::fs::MetadataExt;

    let site = site();
    publish(&site, &[]).success();
    write(site.path(), "www/sites/berlin.cfg", cfg("local_time.time_zone = +2\n"));
    publish(&site, &[]).success();
    let mut files = 0;
    for entry in walkdir::WalkDir::new(site.path().join(".fvprov")).into_iter().flatten() {
        let mode = entry.metadata().unwrap().mode() & 0o777;
        files += usize::from(entry.file_type().is_file());
        assert_eq!(mode, if entry.file_type().is_dir() { 0o700 } else { 0o600 }, "{:?}", entry.path());
    }
    assert!(files >= 3, "{files}");
    assert!(!contents(site.path(), "dest").keys().any(|path| path.contains("fvprov")));
}

#[test]
fn an_error_in_the_tree_stops_it_even_with_force() {
    let site = site();
    publish(&site, &[]).success();
    let before = contents(site.path(), "dest");
    write(site.path(), "www/0021f2000002.boot", boot(&["missing.cfg", "0021f2000002.cfg"]));
    for options in [&[][..], &["--force"], &["--force", "--yes"], &["--dry-run"]] {
        let said = publish(&site, options);
        assert_refused(&said, "nothing was published: 1 error in the tree");
        assert!(said.out.contains("missing-include"), "{}", said.out);
    }
    assert_eq!(contents(site.path(), "dest"), before);
}

#[test]
fn a_second_clone_replaces_and_removes_nothing_that_it_does_not_know() {
    let (first, second) = (site(), site());
    publish(&first, &[]).success();
    let destination = first.path().join("dest");
    let destination = destination.to_str().unwrap();
    let publish_second =
        |options: &[&str]| run(second.path(), &[&["publish", "--grace", "0", destination], options].concat());
    // Equal files belong to both.
    let said = publish_second(&[]);
    assert!(said.err.contains("0 files written, 0 removed, 8 unchanged"), "{}", said.err);
    write(second.path(), "www/sites/berlin.cfg", cfg("local_time.time_zone = +2\n"));
    let said = publish_second(&[]);
    assert!(said.err.contains("1 file written, 0 removed, 7 unchanged"), "{}", said.err);
    let before = contents(first.path(), "dest");
    assert_refused(&publish(&first, &[]), "`sites/berlin.cfg` (edited)");
    // Without a record, different files and further files are someone else's.
    std::fs::remove_dir_all(second.path().join(".fvprov")).unwrap();
    write(second.path(), "www/sites/berlin.cfg", cfg("local_time.time_zone = +3\n"));
    std::fs::remove_file(second.path().join("www/0021f2000003.boot")).unwrap();
    std::fs::remove_file(second.path().join("www/0021f2000003.cfg")).unwrap();
    assert_refused(&publish_second(&["--yes"]), "`sites/berlin.cfg` (not from fvprov)");
    assert_refused(&publish_second(&["--rollback"]), "has not stored any earlier files");
    assert_eq!(contents(first.path(), "dest"), before);
    let said = publish_second(&["--force", "--yes"]);
    assert!(said.err.contains("1 file written, 0 removed"), "{}", said.err);
    assert!(said.err.contains("2 files that fvprov did not publish"), "{}", said.err);
    let after = contents(first.path(), "dest");
    assert!(after["sites/berlin.cfg"].contains("+3") && after.contains_key("0021f2000003.boot"));
}

#[test]
fn a_preview_writes_nothing() {
    let site = site();
    let said = publish(&site, &["--dry-run"]).success();
    assert!(said.contains("would be created: dest/sites/berlin.cfg"), "{said}");
    assert!(!site.path().join("dest").exists() && !site.path().join(".fvprov").exists());
    publish(&site, &[]).success();
    write(site.path(), "www/sites/berlin.cfg", cfg("account.1.password = Xq7vRt2mKp\n"));
    let said = publish(&site, &["--diff"]).success();
    assert!(said.contains("-local_time.time_zone = +1") && !said.contains("Xq7vRt2mKp"), "{said}");
    assert!(read(site.path(), "dest/sites/berlin.cfg").contains("time_zone"));
}

#[test]
fn changes_by_somebody_else_are_refused() {
    let site = site();
    publish(&site, &[]).success();
    write(site.path(), "dest/0021f2000001.cfg", cfg("account.1.label = Edited\n"));
    write(site.path(), "dest/firmware.rom", "other");
    assert_refused(&publish(&site, &[]), "`0021f2000001.cfg` (edited)");
    publish(&site, &["--force"]).success();
    assert_eq!(read(site.path(), "dest/0021f2000001.cfg"), read(site.path(), "www/0021f2000001.cfg"));
    std::fs::remove_file(site.path().join("dest/0021f2000002.boot")).unwrap();
    assert_refused(&publish(&site, &[]), "`0021f2000002.boot` (deleted)");
    publish(&site, &["--force", "--yes"]).success();
    assert_eq!(read(site.path(), "dest/firmware.rom"), "other");
}

#[test]
fn files_that_fvprov_did_not_publish_are_not_replaced() {
    let site = site();
    write(site.path(), "dest/0021f2000001.cfg", cfg("account.1.label = By hand\n"));
    write(site.path(), "dest/sites/berlin.cfg", read(site.path(), "www/sites/berlin.cfg"));
    assert_refused(&publish(&site, &[]), "`0021f2000001.cfg` (not from fvprov)");
    assert_eq!(contents(site.path(), "dest").len(), 2);
    publish(&site, &["--force"]).success();
    assert_refused(&publish(&site, &["--rollback"]), "this would remove");
    publish(&site, &["--rollback", "--yes"]).success();
    assert_eq!(read(site.path(), "dest/0021f2000001.cfg"), cfg("account.1.label = By hand\n"));
    assert_eq!(contents(site.path(), "dest").len(), 2);
}

#[test]
fn removed_files_go_and_other_files_remain() {
    let site = site();
    publish(&site, &[]).success();
    write(site.path(), "dest/sites/own.txt", "other");
    for mac in PHONES {
        write(site.path(), &format!("www/{mac}.boot"), boot(&[&format!("{mac}.cfg")]));
    }
    std::fs::remove_dir_all(site.path().join("www/sites")).unwrap();
    let said = publish(&site, &[]);
    assert!(said.err.contains("3 files written, 1 removed"), "{}", said.err);
    assert!(said.err.contains("`dest` also contains 1 file"), "{}", said.err);
    let mut expected = contents(site.path(), "www");
    expected.insert("sites/own.txt".into(), "other".into());
    assert_eq!(contents(site.path(), "dest"), expected);
}

/// With `--grace`, a phone that has read the old boot file still finds what the file names.
#[test]
fn files_that_old_files_name_remain_until_the_end() {
    let site = site();
    publish(&site, &[]).success();
    for mac in PHONES {
        write(site.path(), &format!("www/{mac}.boot"), boot(&[&format!("{mac}.cfg")]));
    }
    std::fs::remove_dir_all(site.path().join("www/sites")).unwrap();
    let mut child = fvprov(site.path(), &["publish", "--grace", "600", "dest"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while read(site.path(), "dest/0021f2000003.boot") != read(site.path(), "www/0021f2000003.boot") {
        std::thread::yield_now();
    }
    assert!(site.path().join("dest/sites/berlin.cfg").is_file());
    // A run that was interrupted while it waited.
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(site.path().join("dest/sites/berlin.cfg").is_file());
    publish(&site, &[]).success();
    assert_eq!(contents(site.path(), "dest"), contents(site.path(), "www"));
    assert!(!site.path().join("dest/sites").exists());
    publish(&site, &["--rollback"]).success();
    assert!(site.path().join("dest/sites/berlin.cfg").is_file());
}

#[test]
fn many_removed_phones_require_yes() {
    let site = site();
    publish(&site, &[]).success();
    let before = contents(site.path(), "dest");
    for file in ["0021f2000003.boot", "0021f2000003.cfg"] {
        std::fs::remove_file(site.path().join("www").join(file)).unwrap();
    }
    let said = publish(&site, &["--force"]);
    assert_refused(&said, "this would remove 1 of 3 phones; to remove them, add --yes");
    assert!(said.out.contains("removed: 0021f2000003"), "{}", said.out);
    assert_eq!(contents(site.path(), "dest"), before);
    publish(&site, &["--yes"]).success();
    assert_eq!(contents(site.path(), "dest"), contents(site.path(), "www"));
    for file in contents(site.path(), "www").keys() {
        std::fs::remove_file(site.path().join("www").join(file)).unwrap();
    }
    publish(&site, &["--yes", "--force"]).assert_unable("nothing to check");
    assert_eq!(contents(site.path(), "dest").len(), 6);
}

#[test]
fn another_server_requires_yes_and_gates_stop_it() {
    let site = site();
    publish(&site, &[]).success();
    let before = contents(site.path(), "dest");
    write(
        site.path(),
        "www/sites/berlin.cfg",
        cfg("static.auto_provision.server.url = https://other.example.com/\n"),
    );
    let said = publish(&site, &[]);
    assert_refused(&said, "makes 3 phones lose or change the provisioning server");
    assert_refused(&publish(&site, &["--yes", "--gate", "phones=2"]), "--gate phones=2: 3 phones change");
    assert_eq!(contents(site.path(), "dest"), before);
    publish(&site, &["--yes", "--gate", "phones=3"]).success();
}

#[test]
fn rollback_restores_the_files_before_the_last_publish() {
    let site = site();
    assert_refused(&publish(&site, &["--rollback"]), "has not stored any earlier files");
    publish(&site, &[]).success();
    let first = contents(site.path(), "dest");
    write(site.path(), "www/sites/berlin.cfg", cfg("local_time.time_zone = +2\n"));
    write(site.path(), "www/new.cfg", cfg("lang.gui = German\n"));
    write(site.path(), "www/0021f2000001.boot", boot(&["new.cfg", "0021f2000001.cfg"]));
    publish(&site, &[]).success();
    publish(&site, &[]).success(); // Nothing changes, so the files to restore remain the same.
    let second = contents(site.path(), "dest");
    // An error in the tree does not matter.
    write(site.path(), "www/0021f2000002.boot", boot(&["missing.cfg"]));
    let said = publish(&site, &["--rollback"]).success();
    assert!(said.contains("local_time.time_zone: +2 → +1"), "{said}");
    assert_eq!(contents(site.path(), "dest"), first);
    publish(&site, &["--rollback"]).success();
    assert_eq!(contents(site.path(), "dest"), second);
    write(site.path(), "dest/new.cfg", cfg("lang.gui = French\n"));
    assert_refused(&publish(&site, &["--rollback"]), "`new.cfg` (edited)");
}

#[cfg(unix)]
#[test]
fn releases_change_all_files_at_one_moment() {
    let site = site();
    let link = site.path().join("dest");
    let release = || std::fs::read_link(&link).unwrap().to_string_lossy().into_owned();
    let mut expected = Vec::new();
    for (at, zone) in ["+1", "+2", "+3", "+4"].iter().enumerate() {
        write(site.path(), "www/sites/berlin.cfg", cfg(&format!("local_time.time_zone = {zone}\n")));
        let said = publish(&site, &["--releases", "2"]);
        assert!(
            said.err.contains(&format!("release 000{}: all files changed at once", at + 1)),
            "{}",
            said.err
        );
        assert_eq!(release(), format!("dest.releases/000{}", at + 1));
        assert_eq!(contents(site.path(), "dest"), contents(site.path(), "www"));
        expected.push(contents(site.path(), "dest"));
    }
    let names = |directory: &str| {
        let entries = std::fs::read_dir(site.path().join(directory)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(names("dest.releases"), ["0003", "0004"]);
    publish(&site, &["--releases", "2", "--rollback"]).success();
    assert_eq!(
        (release().as_str(), contents(site.path(), "dest")),
        ("dest.releases/0005", expected[2].clone())
    );
    publish(&site, &["--rollback"]).assert_unable("was published with --releases");
    assert_eq!(contents(site.path(), "dest.releases/0004"), expected[3]);
}

#[test]
fn places_that_are_refused() {
    let site = site();
    write(site.path(), "file", "x");
    for (place, words) in [
        ("www", "is inside the tree"),
        ("www/dest", "is inside the tree"),
        (".", "phones must not download"),
        ("..", "phones must not download"),
        ("file", "is not a directory"),
        ("missing/dest", "does not exist"),
        ("http://localhost/", "is not a directory"),
        ("git:HEAD", "is not a directory"),
    ] {
        run(site.path(), &["publish", place]).assert_unable(words);
    }
    publish(&site, &[]).success();
    publish(&site, &["--releases", "2"]).assert_unable("is a directory, but --releases");
}

#[cfg(unix)]
#[test]
fn links_and_special_files_in_the_destination() {
    use std::os::unix::fs::symlink;

    let site = site();
    publish(&site, &[]).success();
    let dest = site.path().join("dest");
    // A backup of hard links retains the old content.
    std::fs::create_dir(site.path().join("backup")).unwrap();
    std::fs::hard_link(dest.join("y000000000000.cfg"), site.path().join("backup/y000000000000.cfg")).unwrap();
    write(site.path(), "www/y000000000000.cfg", cfg("lang.gui = German\n"));
    publish(&site, &[]).success();
    assert_eq!(read(site.path(), "backup/y000000000000.cfg"), cfg("lang.gui = English\n"));
    // A link is not followed.
    write(site.path(), "outside.cfg", cfg("lang.gui = English\n"));
    std::fs::remove_file(dest.join("y000000000000.cfg")).unwrap();
    symlink("../outside.cfg", dest.join("y000000000000.cfg")).unwrap();
    publish(&site, &["--force"]).assert_unable("`y000000000000.cfg` is not a regular file");
    std::fs::remove_file(dest.join("y000000000000.cfg")).unwrap();
    std::fs::create_dir(dest.join("y000000000000.cfg")).unwrap();
    publish(&site, &["--force"]).assert_unable("`y000000000000.cfg` is not a regular file");
    std::fs::remove_dir(dest.join("y000000000000.cfg")).unwrap();
    std::fs::rename(dest.join("sites"), site.path().join("elsewhere")).unwrap();
    symlink("../elsewhere", dest.join("sites")).unwrap();
    write(site.path(), "www/sites/berlin.cfg", cfg("local_time.time_zone = +2\n"));
    publish(&site, &["--force"]).assert_unable("`sites` is not a regular file");
    assert_eq!(read(site.path(), "outside.cfg"), cfg("lang.gui = English\n"));
    assert_eq!(read(site.path(), "elsewhere/berlin.cfg"), cfg("local_time.time_zone = +1\n"));
}

#[cfg(unix)]
#[test]
fn links_to_sources_are_refused() {
    let site = site();
    write(site.path(), "www/0021f2000001.boot", boot(&["linked.cfg"]));
    std::fs::hard_link(site.path().join("secrets.csv"), site.path().join("www/linked.cfg")).unwrap();
    write(
        site.path(),
        "fvprov.toml",
        "[server]\ndirectory = \"www\"\n[generate]\nsecrets = \"secrets.csv\"\n[lint]\nignore = [\"malformed-line\", \"missing-header\"]\n",
    );
    let said = publish(&site, &["--force"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(!site.path().join("dest").exists());
}

#[cfg(unix)]
#[test]
fn a_destination_that_cannot_be_written_to_stays_as_it_is() {
    use std::os::unix::fs::{PermissionsExt, chown};

    let site = site();
    publish(&site, &[]).success();
    write(site.path(), "www/y000000000000.cfg", cfg("lang.gui = German\n"));
    if rustix::process::geteuid().is_root() {
        for entry in walkdir::WalkDir::new(site.path()).into_iter().flatten() {
            chown(entry.path(), Some(65534), Some(65534)).unwrap();
        }
    }
    let dest = site.path().join("dest");
    std::fs::set_permissions(&dest, PermissionsExt::from_mode(0o555)).unwrap();
    let before = contents(site.path(), "dest");
    let said = as_nobody(site.path(), &["publish", "dest"]);
    assert_eq!(said.code, Some(2), "{}{}", said.out, said.err);
    assert!(said.err.contains("`dest/y000000000000.cfg` cannot be written"), "{}", said.err);
    assert_eq!(contents(site.path(), "dest"), before);
    std::fs::set_permissions(&dest, PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(as_nobody(site.path(), &["publish", "dest"]).code, Some(0));
}

#[test]
fn json_has_effects_and_files() {
    let site = site();
    publish(&site, &[]).success();
    write(site.path(), "www/sites/berlin.cfg", cfg("local_time.time_zone = +2\n"));
    let document = publish(&site, &["--format", "json"]).json();
    assert_eq!(document["published"], true);
    assert_eq!(document["changes"][0]["file"], "sites/berlin.cfg");
    assert_eq!(document["effects"]["changes"][0]["parameter"], "local_time.time_zone");
    assert!(document["mixed_ms"].as_u64().unwrap() > 0);
    write(site.path(), "dest/sites/berlin.cfg", "x");
    let said = publish(&site, &["--format", "json"]);
    assert_eq!(said.code, Some(1));
    let document = said.json();
    assert_eq!(
        (&document["published"], &document["foreign_changes"][0]["change"]),
        (&false.into(), &"edited".into())
    );
}

/// At every step of a publish, each file is old or new, and no file names a missing one; the next run completes the change.
#[cfg(unix)]
#[test]
fn a_killed_run_leaves_a_valid_tree_and_the_next_run_finishes() {
    for releases in [&[][..], &["--releases", "3"]] {
        let mut finished = false;
        for step in (1..400).step_by(if releases.is_empty() { 1 } else { 3 }) {
            let site = site();
            publish(&site, releases).success();
            let before = contents(site.path(), "dest");
            write(site.path(), "www/sites/new.cfg", cfg("lang.gui = German\n"));
            for mac in PHONES {
                write(
                    site.path(),
                    &format!("www/{mac}.boot"),
                    boot(&["sites/new.cfg", &format!("{mac}.cfg")]),
                );
            }
            std::fs::remove_file(site.path().join("www/sites/berlin.cfg")).unwrap();
            let after = contents(site.path(), "www");
            let args = [&["publish", "--grace", "0"], releases, &["dest"]].concat();
            let mut command = fvprov(site.path(), &args);
            command.env("FVPROV_DIE_AT_STEP", step.to_string());
            finished = Run::from_output(&command.output().unwrap()).code == Some(0);
            let now = contents(site.path(), "dest");
            for (path, text) in
                now.iter().filter(|(path, _)| !path.starts_with(".fvprov-") && !path.contains("/.fvprov-"))
            {
                assert!(before.get(path) == Some(text) || after.get(path) == Some(text), "{step}: {path}");
                let names = text.lines().filter_map(|line| line.strip_prefix("include:config <"));
                for name in names.map(|name| name.trim_end_matches('>')) {
                    assert!(now.contains_key(name), "{releases:?} {step}: {path} names {name}");
                }
            }
            publish(&site, releases).success();
            assert_eq!(contents(site.path(), "dest"), after, "{releases:?} {step}");
            if finished {
                break;
            }
        }
        assert!(finished, "{releases:?}");
    }
}
