//! `set` and `unset` with a selection of phones: the fewest lines change, and no other phone does.

use tempfile::TempDir;

use crate::support::program::{Run, run};
use crate::support::random::Random;
use crate::support::tree::{boot, cfg, read, tree};

/// Two sites: three phones in berlin, of which the third overrides the language, and one in izmir without a cfg file of
/// its own. Other phones read common.cfg.
fn site() -> TempDir {
    tree(&[
        ("fvprov.toml", "[inventory]\nfile = \"phones.csv\"\n".to_owned()),
        (
            "phones.csv",
            "mac,site,extension\n0021f2000001,berlin,1\n0021f2000002,berlin,2\n0021f2000003,berlin,3\n\
             0021f2000004,izmir,4\n"
                .into(),
        ),
        ("y000000000000.boot", boot(&["common.cfg"])),
        ("0021f2000001.boot", boot(&["common.cfg", "berlin.cfg", "0021f2000001.cfg"])),
        ("0021f2000002.boot", boot(&["common.cfg", "berlin.cfg", "0021f2000002.cfg"])),
        ("0021f2000003.boot", boot(&["common.cfg", "berlin.cfg", "0021f2000003.cfg"])),
        ("0021f2000004.boot", boot(&["common.cfg", "izmir.cfg"])),
        ("common.cfg", cfg("lang.gui = English\n")),
        ("berlin.cfg", cfg("local_time.time_zone = +1\n")),
        ("izmir.cfg", cfg("local_time.time_zone = +3\nlang.gui = Turkish\n")),
        ("0021f2000001.cfg", cfg("account.1.label = One\n")),
        ("0021f2000002.cfg", cfg("account.1.label = Two\n")),
        ("0021f2000003.cfg", cfg("account.1.label = Three\nlang.gui = French\n")),
    ])
}

#[track_caller]
fn edited(site: &TempDir, args: &[&str]) -> Run {
    let result = run(site.path(), args);
    assert_eq!(result.code, Some(0), "{}{}", result.out, result.err);
    result
}

#[test]
fn a_selection_is_required() {
    let site = site();
    for args in [&["set", "lang.gui=German"][..], &["unset", "lang.gui"]] {
        run(site.path(), args).assert_unable("use --mac, --where, --phone, --every-phone or --file");
    }
    run(site.path(), &["set", "lang.gui=German", "--every-phone", "--mac", "0021f2000001"])
        .assert_unable("cannot be used with");
    run(site.path(), &["set", "lang.gui=German", "--where", "site=bern"]).assert_unable("site=bern");
}

#[test]
fn one_phone_gets_a_line_of_its_own() {
    let site = site();
    edited(&site, &["set", "--phone", "1", "lang.gui=German"]);
    assert_eq!(read(site.path(), "0021f2000001.cfg"), cfg("account.1.label = One\nlang.gui = German\n"));
    assert_eq!(read(site.path(), "common.cfg"), cfg("lang.gui = English\n"));
    // The only reader of a file edits its line.
    edited(&site, &["set", "--phone", "4", "lang.gui=German"]);
    assert_eq!(read(site.path(), "izmir.cfg"), cfg("local_time.time_zone = +3\nlang.gui = German\n"));
    let result = run(site.path(), &["set", "--phone", "4", "features.dnd=1"]);
    assert_eq!(result.code, Some(1), "{}", result.err);
    assert!(result.err.contains("reads no cfg file of its own"), "{}", result.err);
    let shared = edited(&site, &["set", "--phone", "2", "lang.gui=German", "--shared"]);
    assert!(shared.err.contains("common.cfg:2: `lang.gui`: was `English`"), "{}", shared.err);
}

#[test]
fn several_phones_need_a_confirmation() {
    let site = site();
    let args = ["set", "--where", "site=berlin", "local_time.time_zone=+2"];
    let result = run(site.path(), &args);
    assert_eq!(result.code, Some(1), "{}", result.err);
    for line in [
        "note: berlin.cfg:2: `local_time.time_zone`: was `+1`",
        "note: phones that change: 3 of 4 phones: 0021f2000001, 0021f2000002, 0021f2000003",
        "note: phones by effect: ",
        "error: nothing was written: to change 3 phones, add --yes",
    ] {
        assert!(result.err.contains(line), "{line}: {}", result.err);
    }
    assert_eq!(read(site.path(), "berlin.cfg"), cfg("local_time.time_zone = +1\n"));
    edited(&site, &[&args[..], &["--dry-run"]].concat());
    assert_eq!(read(site.path(), "berlin.cfg"), cfg("local_time.time_zone = +1\n"));
    edited(&site, &[&args[..], &["--yes"]].concat());
    assert_eq!(read(site.path(), "berlin.cfg"), cfg("local_time.time_zone = +2\n"));
    let again = edited(&site, &args);
    assert!(again.err.contains("already `+2`"), "{}", again.err);
}

#[test]
fn the_fewest_lines_change() {
    let site = site();
    // No file of the site sets the parameter: one line in the shared file, and the line that overrides it.
    edited(&site, &["set", "--where", "site=berlin", "lang.gui=German", "--yes"]);
    assert_eq!(read(site.path(), "berlin.cfg"), cfg("local_time.time_zone = +1\nlang.gui = German\n"));
    assert_eq!(read(site.path(), "0021f2000003.cfg"), cfg("account.1.label = Three\nlang.gui = German\n"));
    assert_eq!(read(site.path(), "0021f2000001.cfg"), cfg("account.1.label = One\n"));
    // Two of three readers: lines of their own.
    edited(&site, &["set", "--mac", "0021f2000001,0021f2000002", "lang.gui=Turkish", "--yes"]);
    assert!(read(site.path(), "0021f2000001.cfg").ends_with("lang.gui = Turkish\n"));
    assert!(read(site.path(), "0021f2000002.cfg").ends_with("lang.gui = Turkish\n"));
    assert_eq!(read(site.path(), "berlin.cfg"), cfg("local_time.time_zone = +1\nlang.gui = German\n"));
}

#[test]
fn every_phone_gets_a_line_in_the_common_file() {
    let site = site();
    let result = edited(&site, &["set", "--every-phone", "features.dnd=1", "--yes"]);
    assert_eq!(read(site.path(), "common.cfg"), cfg("lang.gui = English\nfeatures.dnd = 1\n"));
    assert!(result.err.contains("phones that change: all 4 phones; any other phone"), "{}", result.err);
    edited(&site, &["unset", "--every-phone", "features.dnd", "--yes"]);
    assert_eq!(read(site.path(), "common.cfg"), cfg("lang.gui = English\n"));
}

#[test]
fn lines_that_other_phones_read_are_not_removed() {
    let site = site();
    let result = run(site.path(), &["unset", "--mac", "0021f2000001,0021f2000003", "lang.gui", "--yes"]);
    assert_eq!(result.code, Some(1), "{}", result.err);
    assert!(
        result.err.contains(
            "other phones also read `common.cfg` (2 of 4 phones: 0021f2000002, 0021f2000004; any other phone)"
        ),
        "{}",
        result.err
    );
    let result = edited(&site, &["unset", "--phone", "3", "lang.gui"]);
    assert!(result.err.contains("0021f2000003 now gets `English` from common.cfg:2"), "{}", result.err);
    let result = run(site.path(), &["unset", "--where", "site=berlin", "features.dnd"]);
    assert_eq!(result.code, Some(1), "{}", result.err);
    assert!(
        result.err.contains("no file that the selected phones read sets `features.dnd`"),
        "{}",
        result.err
    );
}

#[test]
fn cells_of_several_phones_change_together() {
    let site = tree(&[
        (
            "fvprov.toml",
            "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n\
             [generate]\ntemplates = [\"phone.boot.j2\", \"phone.cfg.j2\"]\n"
                .to_owned(),
        ),
        ("phones.csv", "mac;lang;name\r\n0021f2000001;English;\"One; two\"\r\n0021f2000002;English;Two\r\n0021f2000003;German;Three\r\n".into()),
        ("phone.boot.j2", boot(&["common.cfg", "{{ mac }}.cfg"])),
        ("phone.cfg.j2", cfg("account.1.label = {{ name }}\nlang.gui = {{ lang }}\n")),
        ("www/common.cfg", cfg("local_time.time_zone = +1\n")),
        ("www/y000000000000.boot", boot(&["common.cfg"])),
    ]);
    edited(&site, &["generate"]);
    let result = edited(
        &site,
        &["set", "--where", "lang=English", "lang.gui=French", "local_time.time_zone=+1", "--yes"],
    );
    assert!(result.err.contains("phones.csv: row 2, column `lang`: was `English`"), "{}", result.err);
    assert_eq!(
        read(site.path(), "phones.csv"),
        "mac;lang;name\r\n0021f2000001;French;\"One; two\"\r\n0021f2000002;French;Two\r\n0021f2000003;German;Three\r\n"
    );
    assert!(read(site.path(), "www/0021f2000002.cfg").contains("lang.gui = French\n"));
    edited(&site, &["generate", "--check"]);
    // Cells and a shared line in one run.
    edited(&site, &["set", "--every-phone", "lang.gui=Turkish", "local_time.time_zone=+3", "--yes"]);
    assert_eq!(read(site.path(), "www/common.cfg"), cfg("local_time.time_zone = +3\n"));
    assert_eq!(read(site.path(), "phones.csv").matches(";Turkish;").count(), 3);
}

/// A tree in which six phones read random shared files before their own file, and random files set the language.
fn random_site(random: &mut Random) -> TempDir {
    let languages = ["English", "German", "French"];
    let shared = ["a.cfg", "b.cfg", "c.cfg"];
    let mut files: Vec<(String, String)> = Vec::new();
    for name in
        shared.iter().map(|name| (*name).to_owned()).chain((0..6).map(|at| format!("0021f200000{at}.cfg")))
    {
        let line = match random.below(3) {
            0 => format!("lang.gui = {}\n", languages[random.below(3)]),
            _ => String::new(),
        };
        files.push((name, cfg(&format!("features.dnd.enable = 0\n{line}"))));
    }
    for at in 0..6 {
        let own = format!("0021f200000{at}.cfg");
        let mut includes: Vec<&str> = shared.iter().copied().filter(|_| random.below(2) == 0).collect();
        includes.push(&own);
        files.push((format!("0021f200000{at}.boot"), boot(&includes)));
    }
    if random.below(2) == 0 {
        files.push(("y000000000000.boot".into(), boot(&["a.cfg"])));
    }
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    tree(&files)
}

/// The language of each phone.
fn languages(site: &TempDir) -> Vec<(String, String)> {
    let list = edited(site, &["-q", "phones", "--columns", "lang.gui", "--format", "csv"]).out;
    let rows = list.lines().skip(1).map(|line| line.trim_start_matches('\u{feff}').split_once(',').unwrap());
    rows.map(|(mac, value)| (mac.to_owned(), value.to_owned())).collect()
}

#[test]
fn the_selected_phones_get_the_value_and_no_other_phone_changes() {
    let mut random = Random::new(4);
    let mut shared = 0;
    for _ in 0..40 {
        let site = random_site(&mut random);
        let before = languages(&site);
        let selected: Vec<String> = before
            .iter()
            .filter(|(mac, _)| mac != "any" && random.below(3) > 0)
            .map(|(mac, _)| mac.clone())
            .collect();
        if selected.is_empty() {
            continue;
        }
        let result = edited(&site, &["set", "--mac", &selected.join(","), "lang.gui=Turkish", "--yes"]);
        for ((mac, old), (_, new)) in before.iter().zip(languages(&site)) {
            let expected = if selected.contains(mac) { "Turkish" } else { old };
            if mac != "any" {
                assert_eq!(new, expected, "{mac} of {selected:?}: {}", result.err);
            }
        }
        let lines = result.err.matches(": `lang.gui`: ").count();
        assert!((1..=selected.len()).contains(&lines), "{selected:?}: {}", result.err);
        shared += usize::from(lines < selected.len());
    }
    assert!(shared > 2, "{shared} edits of shared files");
}
