//! What every command that writes files promises: nothing lost, nothing torn, nothing left behind.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::program::{Run, fvprov, run};
use crate::support::tree::{boot, cfg, read, tree, write};

const MAC: &str = "0021f2000001";

/// Commands that write into the tree, each with at least one change to make in [`messy`].
const COMMANDS: [&[&str]; 6] = [
    &["-q", "set", "--file", "common.cfg", "lang.gui=French"],
    &["-q", "unset", "--file", "common.cfg", "lang.gui"],
    &["fmt"],
    &["lint", "--fix"],
    &["lint", "--write-baseline"],
    &["generate"],
];

/// A tree in which every command of [`COMMANDS`] changes something: `lint --fix` and `fmt` change two files,
/// `generate` changes one and creates one.
fn messy() -> TempDir {
    tree(&[
        ("0021f2000001.boot", boot(&["common.cfg", "0021f2000001.cfg"])),
        ("common.cfg", cfg("lang.gui=German \nlocal_time.time_zone = +1\n")),
        ("0021f2000001.cfg", cfg("account.1.label=Reception \n")),
        ("fvprov-baseline.json", "{\"version\": 1, \"findings\": []}\n".to_owned()),
        ("phones.csv", "mac,name\n0021f2000001,Reception\n0021f2000002,Office\n".to_owned()),
        ("templates/phone.cfg.j2", cfg("account.1.label = {{ name }}\n")),
        (
            "fvprov.toml",
            "[generate]\nfrom = \"phones.csv\"\ntemplates = [\"templates/phone.cfg.j2\"]\n[lint]\nfail-on = \"never\"\n"
                .to_owned(),
        ),
    ])
}

/// The content of each file below a directory.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in walkdir::WalkDir::new(directory).into_iter().flatten() {
        let path = entry.path().strip_prefix(directory).unwrap().to_string_lossy().into_owned();
        let text =
            if entry.file_type().is_file() { std::fs::read(entry.path()).unwrap() } else { Vec::new() };
        all.insert(path, text);
    }
    all
}

fn run_in(site: &Path, args: &[&str], change: impl FnOnce(&mut Command)) -> Run {
    let mut command = fvprov(site, args);
    change(&mut command);
    Run::from_output(&command.output().unwrap())
}

/// The command for a user who is not root, if this test runs as root.
#[cfg(unix)]
pub fn as_nobody(site: &Path, args: &[&str]) -> Run {
    use std::os::unix::process::CommandExt;

    run_in(site, args, |command| {
        command.env("XDG_STATE_HOME", site);
        if rustix::process::geteuid().is_root() {
            command.uid(65534).gid(65534);
        }
    })
}

#[test]
fn no_update_is_lost() {
    let site = tree(&[
        ("0021f2000001.boot", boot(&["0021f2000001.cfg"])),
        ("0021f2000001.cfg", cfg("account.1.label = 0\naccount.1.display_name = 0\n")),
    ]);
    for round in 1..=8 {
        let settings = [format!("account.1.label={round}"), format!("account.1.display_name={round}")];
        let children = settings.each_ref().map(|setting| {
            fvprov(site.path(), &["set", "--mac", MAC, setting])
                .stderr(std::process::Stdio::piped())
                .spawn()
                .unwrap()
        });
        for child in children {
            Run::from_output(&child.wait_with_output().unwrap()).success();
        }
        let text = read(site.path(), "0021f2000001.cfg");
        let expected = cfg(&format!("account.1.label = {round}\naccount.1.display_name = {round}\n"));
        assert_eq!(text, expected);
    }
}

#[test]
fn a_locked_tree_is_not_written_to() {
    let site = messy();
    let before = contents(site.path());
    let lock = std::fs::File::open(site.path()).unwrap();
    if lock.try_lock().is_err() {
        return; // This system does not lock directories.
    }
    for command in COMMANDS {
        let said = run_in(site.path(), command, |command| _ = command.env("FVPROV_LOCK_WAIT", "0"));
        said.assert_unable("run the command again when it has finished");
        #[cfg(target_os = "linux")]
        said.assert_unable(&format!("process {}", std::process::id()));
    }
    assert_eq!(contents(site.path()), before);
    run_in(site.path(), &["fmt", "--check"], |command| _ = command.env("FVPROV_LOCK_WAIT", "0"));
    drop(lock);
    run(site.path(), COMMANDS[0]).success();
}

#[test]
fn a_killed_run_is_finished_or_undone_by_the_next() {
    for command in COMMANDS {
        let whole = messy();
        run(whole.path(), command).success();
        let after = contents(whole.path());
        let mut finished = false;
        for step in 1.. {
            let site = messy();
            let before = contents(site.path());
            let said = run_in(site.path(), command, |command| {
                command.env("FVPROV_DIE_AT_STEP", step.to_string());
            });
            if said.code == Some(0) {
                finished = true;
                break;
            }
            for (path, text) in contents(site.path()) {
                let name = path.rsplit('/').next().unwrap();
                let is_whole = before.get(&path) == Some(&text) || after.get(&path) == Some(&text);
                assert!(is_whole || name.starts_with(".fvprov"), "{command:?} {step}: {path} is torn");
            }
            // Another command finishes or undoes the change; the same command completes it.
            run(site.path(), &["set", "--mac", MAC, "account.1.label=Reception"]);
            let left = contents(site.path());
            assert!(!left.keys().any(|path| path.contains(".fvprov")), "{command:?} {step}: {left:?}");
            run(site.path(), command);
            run(site.path(), &["fmt"]);
            let formatted = messy_after(command);
            assert_eq!(contents(site.path()), formatted, "{command:?} {step}");
        }
        assert!(finished);
    }
}

/// The files of [`messy`] after a command and `fmt`.
fn messy_after(command: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let site = messy();
    run(site.path(), &["set", "--mac", MAC, "account.1.label=Reception"]);
    run(site.path(), command);
    run(site.path(), &["fmt"]);
    contents(site.path())
}

#[cfg(unix)]
#[test]
fn a_signal_leaves_no_staged_files() {
    for command in COMMANDS {
        let whole = messy();
        run(whole.path(), command).success();
        let (before, after) = (contents(messy().path()), contents(whole.path()));
        for step in 1..12 {
            let site = messy();
            run_in(site.path(), command, |command| {
                command.env("FVPROV_SIGNAL_AT_STEP", step.to_string());
            });
            let now = contents(site.path());
            assert!(now == before || now == after, "{command:?} {step}: {now:?}");
        }
    }
}

#[test]
fn leftovers_are_swept_and_are_no_part_of_the_tree() {
    let site = messy();
    for path in [".fvprov-a1B2c3D4e5F6.tmp", "sites/.x.cfg.4711.tmp", ".fvprov/journal.new", ".fvprov/x.cfg"]
    {
        write(site.path(), path, cfg("a b c\n"));
    }
    write(site.path(), ".x.cfg.swp", "of an editor");
    let listed = run(site.path(), &["lint", "--output-format", "json"]).findings();
    assert!(!listed.iter().any(|finding| finding.contains(".fvprov")), "{listed:?}");
    run(site.path(), COMMANDS[0]).success();
    let left = contents(site.path());
    assert!(!left.keys().any(|path| path.ends_with(".tmp")), "{left:?}");
    assert!(left.contains_key(".x.cfg.swp"));
}

#[cfg(unix)]
#[test]
fn owner_group_and_permissions_are_kept() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

    let is_root = rustix::process::geteuid().is_root();
    for command in COMMANDS {
        let site = messy();
        let all = ["common.cfg", "0021f2000001.cfg", "fvprov-baseline.json"];
        for path in all.map(|path| site.path().join(path)) {
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
            if is_root {
                chown(&path, Some(12345), Some(12346)).unwrap();
            }
            let _ = rustix::fs::setxattr(&path, "user.note", b"kept", rustix::fs::XattrFlags::empty());
        }
        let before = all.map(|path| site.path().join(path).metadata().unwrap());
        run(site.path(), command).success();
        for (path, before) in all.iter().zip(before) {
            let path = site.path().join(path);
            let after = path.metadata().unwrap();
            assert_eq!(
                (after.mode(), after.uid(), after.gid()),
                (before.mode(), before.uid(), before.gid()),
                "{command:?} {}",
                path.display()
            );
            let mut value = [0; 8];
            // Not every file system has extended attributes.
            if rustix::fs::setxattr(&path, "user.probe", b"x", rustix::fs::XattrFlags::empty()).is_ok() {
                assert_eq!(rustix::fs::getxattr(&path, "user.note", &mut value), Ok(4), "{command:?}");
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_whose_owner_cannot_be_kept_is_not_written() {
    use std::os::unix::fs::PermissionsExt;

    if !rustix::process::geteuid().is_root() {
        return; // Only root can create a file of another user.
    }
    for command in COMMANDS {
        let site = messy();
        for path in contents(site.path()).keys() {
            let path = site.path().join(path);
            let mode = if path.is_dir() { 0o777 } else { 0o666 };
            std::fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
        }
        let before = contents(site.path());
        as_nobody(site.path(), command).assert_unable("run fvprov as that user or as root");
        assert_eq!(contents(site.path()), before, "{command:?}");
    }
}

#[cfg(unix)]
#[test]
fn hard_links_and_read_only_files_are_refused() {
    use std::os::unix::fs::PermissionsExt;

    for command in COMMANDS {
        let files = ["common.cfg", "0021f2000001.cfg", "fvprov-baseline.json"];
        let site = messy();
        let elsewhere = tempfile::tempdir_in(site.path().parent().unwrap()).unwrap();
        for (at, path) in files.iter().enumerate() {
            std::fs::hard_link(site.path().join(path), elsewhere.path().join(at.to_string())).unwrap();
        }
        let before = contents(site.path());
        run(site.path(), command).assert_unable("2 names (hard links)");
        assert_eq!(contents(site.path()), before, "{command:?}");

        let site = messy();
        for path in files {
            std::fs::set_permissions(site.path().join(path), PermissionsExt::from_mode(0o444)).unwrap();
        }
        run(site.path(), command).assert_unable("it is read-only");
        assert_eq!(contents(site.path()), before, "{command:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_directory_that_cannot_be_written_to_stays_as_it_is() {
    use std::os::unix::fs::{PermissionsExt, chown};

    for command in COMMANDS {
        let site = messy();
        if rustix::process::geteuid().is_root() {
            for path in contents(site.path()).keys() {
                chown(site.path().join(path), Some(65534), Some(65534)).unwrap();
            }
        }
        std::fs::set_permissions(site.path(), PermissionsExt::from_mode(0o555)).unwrap();
        let before = contents(site.path());
        as_nobody(site.path(), command).assert_unable("no new file can be created in its directory");
        assert_eq!(contents(site.path()), before, "{command:?}");
        std::fs::set_permissions(site.path(), PermissionsExt::from_mode(0o755)).unwrap();
    }
}

/// A tree that another user may write to, beside settings in a directory that belongs to root.
#[cfg(unix)]
fn tree_of_others() -> tempfile::TempDir {
    use std::os::unix::fs::{PermissionsExt, chown};

    let site = tree(&[
        ("fvprov.toml", "[server]\ndirectory = \"www\"\n"),
        ("www/0021f2000001.boot", "#!version:1.0.0.1\ninclude:config <a.cfg>\ninclude:config <b.cfg>\n"),
        ("www/a.cfg", "#!version:1.0.0.1\nlang.gui=German\n"),
        ("www/b.cfg", "#!version:1.0.0.1\naccount.1.label=One\n"),
    ]);
    for path in ["www", "www/0021f2000001.boot", "www/a.cfg", "www/b.cfg"] {
        chown(site.path().join(path), Some(65534), Some(65534)).unwrap();
    }
    std::fs::set_permissions(site.path(), PermissionsExt::from_mode(0o755)).unwrap();
    site
}

#[cfg(unix)]
#[test]
fn a_journal_that_cannot_be_beside_the_settings_is_in_the_state_directory() {
    use std::os::unix::fs::PermissionsExt;

    if !rustix::process::geteuid().is_root() {
        return; // Only root can create a file of another user.
    }
    let (site, state) = (tree_of_others(), tempfile::tempdir().unwrap());
    std::fs::set_permissions(state.path(), PermissionsExt::from_mode(0o777)).unwrap();
    let fmt = |site: &Path| {
        run_in(site, &["fmt"], |command| {
            use std::os::unix::process::CommandExt;

            command.env("XDG_STATE_HOME", state.path()).uid(65534).gid(65534);
        })
    };
    fmt(site.path()).success();
    assert_eq!(read(site.path(), "www/b.cfg"), "#!version:1.0.0.1\naccount.1.label = One\n");
    assert!(!site.path().join(".fvprov").exists());
    assert!(contents(state.path()).keys().all(|path| !path.ends_with("journal")));

    // A journal of root, which was killed.
    let journal = site.path().join(".fvprov");
    std::fs::create_dir(&journal).unwrap();
    std::fs::set_permissions(&journal, PermissionsExt::from_mode(0o700)).unwrap();
    fmt(site.path()).assert_unable("belongs to the user `root`, so this user cannot check");
}

#[test]
fn an_output_directory_that_is_refused_is_not_created() {
    let site = messy();
    let before = contents(site.path());
    run(site.path(), &["render", "--all", "--out", "new/rendered"]).assert_unable("inside the tree");
    assert_eq!(contents(site.path()), before);
}

#[cfg(unix)]
#[test]
fn an_output_directory_that_cannot_be_filled_is_removed() {
    let site = messy();
    let out = tempfile::tempdir().unwrap();
    // The name of a file is in the way of a directory.
    let directory = out.path().join("a").join("x".repeat(300));
    let before = contents(out.path());
    let said = run(site.path(), &["render", "--all", "--out", directory.to_str().unwrap()]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert_eq!(contents(out.path()), before);
}

#[test]
fn files_outside_a_tree_are_written_by_the_same_writer() {
    let site = tree(&[("contacts.csv", "name,number\nAnn,1\n"), ("t.cfg", "a.b = 1\n"), ("old.xml", "old")]);
    let book = ["phonebook", "contacts.csv", "--to", "local", "--out", "old.xml"];
    let schema = ["schema", "import", "t.cfg", "--out", "schema.json"];
    run(site.path(), &book).success();
    assert!(read(site.path(), "old.xml").contains("Ann"));
    run(site.path(), &schema).success();
    assert!(read(site.path(), "schema.json").contains("a.b"));
    #[cfg(unix)]
    for (args, file) in [(&book[..], "old.xml"), (&schema, "schema.json")] {
        std::fs::hard_link(site.path().join(file), site.path().join("second")).unwrap();
        run(site.path(), args).assert_unable("hard links");
        std::fs::remove_file(site.path().join("second")).unwrap();
    }
}

#[test]
fn init_is_finished_by_the_next_run() {
    let whole = tempfile::tempdir().unwrap();
    run(whole.path(), &["init", "r"]).success();
    // A run that is killed does not record which files it generated.
    let names = |directory: &Path| -> Vec<String> {
        let names = contents(directory).into_keys();
        names.filter(|name| !name.contains(".fvprov")).collect()
    };
    let complete = names(whole.path());
    for step in 1..60 {
        let site = tempfile::tempdir().unwrap();
        run_in(site.path(), &["init", "r"], |command| {
            command.env("FVPROV_DIE_AT_STEP", step.to_string());
        });
        run(site.path(), &["init", "r"]).success();
        assert_eq!(names(site.path()), complete, "{step}");
        run(&site.path().join("r"), &["generate", "--check"]).success();
    }
}
