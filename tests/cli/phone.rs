//! `phone add`, `replace`, `remove` and `edit`.

use std::collections::BTreeMap;
use std::path::Path;

use tempfile::TempDir;

use crate::support::program::run;
use crate::support::random::Random;
use crate::support::tree::{boot, cfg, read, tree, write};

const OLD: &str = "0021f2000001";
const NEW: &str = "7899120000ab";

/// A tree without templates in which everything refers to the first phone.
fn hand_made() -> TempDir {
    tree(&[
        (
            "fvprov.toml",
            "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n\
             [models]\n\"0021f2000001\" = \"fip14g\" # 0021f2000001\n\"0021f2*\" = \"fip10\"\n\
             [lint]\nbaseline = \"baseline.json\"\n[lint.per-path]\n\"www/0021f2000001.cfg\" = [\"weak-password\"]\n\
             [[policy]]\nrequire = \"lang.gui = German\"\nphones = \"0021f2*\"\n"
                .to_owned(),
        ),
        (
            "phones.csv",
            "\u{feff}MAC;site;extension\r\n00:21:F2:00:00:01;berlin;245\r\n\r\n00:21:F2:00:00:02;berlin;246\r\n".into(),
        ),
        (
            "baseline.json",
            "{\n  \"version\": 1,\n  \"findings\": [\n    {\"path\": \"0021f2000001.cfg\", \"rule\": \"weak-password\", \
             \"about\": \"account.1.password\", \"count\": 1}\n  ]\n}\n"
                .into(),
        ),
        ("www/0021f2000001.boot", boot(&["common.cfg", "sites/berlin.cfg", "phones/0021F2000001-keys.cfg", "0021f2000001.cfg"])),
        (
            "www/0021f2000001.cfg",
            cfg("# of 0021f2000001\naccount.1.label = Desk\naccount.1.password = 1234\n\
                 local_contact.data.url = 0021f2000001-contact.xml\nfeatures.note = 00-21-f2-00-00-01\n"),
        ),
        ("www/0021f2000001-contact.xml", "<root_contact>\n</root_contact>\n".into()),
        ("www/phones/0021F2000001-keys.cfg", cfg("linekey.1.type = 15\n")),
        ("www/0021f2000002.boot", boot(&["common.cfg", "sites/berlin.cfg"])),
        ("www/common.cfg", cfg("lang.gui = German\n")),
        ("www/sites/berlin.cfg", cfg("local_time.time_zone = +1\n")),
        ("www/sites/izmir.cfg", cfg("local_time.time_zone = +3\n")),
    ])
}

/// A tree that `generate` writes.
fn generated() -> TempDir {
    let site = tree(&[
        (
            "fvprov.toml",
            "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n\
             [generate]\ntemplates = [\"phone.boot.j2\", \"phone.cfg.j2\"]\nsecrets = \"secrets.csv\"\n"
                .to_owned(),
        ),
        ("phones.csv", "mac,site,name\n0021f2000001,berlin,One\n0021f2000002,berlin,Two\n".into()),
        ("secrets.csv", "mac,password\n0021f2000001,xK9mQ2vL7p\n0021f2000002,yT4nR8wZ3s\n".into()),
        ("phone.boot.j2", boot(&["common.cfg", "sites/{{ site }}.cfg", "{{ mac }}.cfg"])),
        ("phone.cfg.j2", cfg("account.1.label = {{ name }}\naccount.1.password = {{ secrets.password }}\n")),
        ("www/common.cfg", cfg("lang.gui = German\n")),
        ("www/sites/berlin.cfg", cfg("local_time.time_zone = +1\n")),
        ("www/sites/izmir.cfg", cfg("local_time.time_zone = +3\n")),
        ("www/y000000000000.boot", boot(&["common.cfg"])),
    ]);
    run(site.path(), &["generate"]).success();
    site
}

/// The files of a tree, except fvprov's own folder, by path.
fn contents(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let files =
        walkdir::WalkDir::new(directory).into_iter().flatten().filter(|entry| entry.file_type().is_file());
    let named = files.map(|entry| {
        let path = entry.path().strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
        (path, std::fs::read(entry.path()).unwrap())
    });
    named.filter(|(path, _)| !path.starts_with(".fvprov")).collect()
}

fn copy(site: &TempDir) -> TempDir {
    let copy = tree::<&str>(&[]);
    for (path, text) in contents(site.path()) {
        write(copy.path(), &path, text);
    }
    copy
}

/// Checks that a diff between two states reports one replaced phone and nothing else.
#[track_caller]
fn assert_replaced(before: &Path, after: &Path, old: &str, new: &str) {
    let result = run(after, &["diff", before.to_str().unwrap(), ".", "--format", "json"]).json();
    let phones = &result["phones"];
    assert_eq!(phones["replaced"], serde_json::json!([{ "old": old, "new": new }]), "{result}");
    let lists =
        [&phones["added"], &phones["removed"], &result["changes"], &result["resources"], &result["unknown"]];
    assert!(lists.iter().all(|list| list.as_array().unwrap().is_empty()), "{result}");
}

#[test]
fn a_phone_of_a_hand_made_tree_is_replaced() {
    let site = hand_made();
    let before = copy(&site);
    let model =
        |mac: &str| run(site.path(), &["-q", "phones", "--mac", mac, "--by", "model", "--format", "csv"]).out;
    assert!(model(OLD).contains("fip14g"));
    let result = run(site.path(), &["phone", "replace", "245", "78:99:12:00:00:AB"]);
    assert_eq!(result.code, Some(0), "{}{}", result.out, result.err);
    assert!(result.out.contains("1 replaced"), "{}", result.out);
    assert!(
        result.err.contains("still contain 0021f2000001: www/7899120000ab.cfg:2, www/7899120000ab.cfg:6"),
        "{}",
        result.err
    );
    assert_replaced(&before.path().join("www"), &site.path().join("www"), OLD, NEW);
    let files = contents(site.path());
    let names: Vec<&str> = files.keys().map(String::as_str).filter(|name| name.contains("7899")).collect();
    assert_eq!(
        names,
        [
            "www/7899120000ab-contact.xml",
            "www/7899120000ab.boot",
            "www/7899120000ab.cfg",
            "www/phones/7899120000AB-keys.cfg"
        ]
    );
    assert!(!files.keys().any(|name| name.to_lowercase().contains(OLD)));
    assert_eq!(
        read(site.path(), "phones.csv"),
        "\u{feff}MAC;site;extension\r\n78:99:12:00:00:AB;berlin;245\r\n\r\n00:21:F2:00:00:02;berlin;246\r\n"
    );
    let toml = read(site.path(), "fvprov.toml");
    assert!(toml.contains("\"7899120000ab\" = \"fip14g\" # 0021f2000001\n"), "{toml}");
    assert!(
        toml.contains("phones = \"{0021f2*,7899120000ab}\"") && toml.contains("\"www/7899120000ab.cfg\" = "),
        "{toml}"
    );
    assert!(read(site.path(), "baseline.json").contains("\"path\": \"7899120000ab.cfg\""));
    assert!(
        read(site.path(), "www/7899120000ab.cfg")
            .contains("local_contact.data.url = 7899120000ab-contact.xml\n")
    );
    let result = run(site.path(), &["phone", "replace", NEW, OLD, "--in-values"]);
    assert_eq!(result.code, Some(0), "{}{}", result.out, result.err);
    assert!(read(site.path(), "www/0021f2000001.cfg").contains("00-21-f2-00-00-01"));
}

#[test]
fn a_phone_of_a_generated_tree_is_replaced_and_stays_generated() {
    let site = generated();
    let before = copy(&site);
    write(site.path(), "www/0021f2000002.cfg", cfg("account.1.label = Edited\n"));
    let edited = copy(&site);
    let result = run(site.path(), &["phone", "replace", OLD, NEW]);
    assert_eq!(result.code, Some(0), "{}{}", result.out, result.err);
    assert_replaced(&edited.path().join("www"), &site.path().join("www"), OLD, NEW);
    assert!(read(site.path(), "secrets.csv").contains("7899120000ab,xK9mQ2vL7p\n"));
    write(site.path(), "www/0021f2000002.cfg", read(before.path(), "www/0021f2000002.cfg"));
    run(site.path(), &["generate", "--check"]).success();
    let result = run(site.path(), &["phone", "replace", NEW, "0021f2000002"]);
    result.assert_unable("0021f2000002 already exists: `phones.csv`, row 3");
    run(site.path(), &["phone", "replace", "0021f2000009", "0021f200000a"])
        .assert_unable("contains 0021f2000009");
}

#[test]
fn phones_come_and_go() {
    let site = generated();
    let before = contents(site.path());
    let added = run(
        site.path(),
        &["phone", "add", "00:21:f2:00:00:03", "site=izmir", "name=Three", "password=qW7eR5tY2u"],
    );
    assert_eq!(added.code, Some(0), "{}{}", added.out, added.err);
    assert!(read(site.path(), "www/0021f2000003.boot").contains("sites/izmir.cfg"));
    assert!(read(site.path(), "phones.csv").ends_with("0021f2000003,izmir,Three\n"));
    run(site.path(), &["generate", "--check"]).success();
    let moved = run(site.path(), &["phone", "edit", "0021f2000003", "site=berlin"]);
    assert_eq!(moved.code, Some(0), "{}{}", moved.out, moved.err);
    assert!(moved.out.contains("local_time.time_zone: +3 → +1"), "{}", moved.out);
    let dry = run(site.path(), &["phone", "edit", "0021f2000003", "site=izmir", "--dry-run"]);
    assert!(dry.err.ends_with("note: nothing was written\n"), "{}", dry.err);
    let refused = run(site.path(), &["phone", "edit", "0021f2000003", "site=bern"]);
    assert_eq!(refused.code, Some(1), "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("missing-include"), "{}", refused.err);
    let removed = run(site.path(), &["phone", "remove", "0021f2000003"]);
    assert_eq!(removed.code, Some(0), "{}{}", removed.out, removed.err);
    assert_eq!(contents(site.path()), before);
    run(site.path(), &["phone", "edit", OLD, "room=1"])
        .assert_unable("there is no column `room`; the columns are");
    run(site.path(), &["phone", "edit", OLD, "mac=1"]).assert_unable("use `fvprov phone replace OLD NEW`");
    let result = run(site.path(), &["phone", "add", "0021f2000004", "site=berlin", "name=Four"]);
    assert_eq!(result.code, Some(1), "a secret is missing: {}{}", result.out, result.err);
    assert_eq!(contents(site.path()), before);
}

#[test]
fn a_phone_of_a_hand_made_tree_is_moved_copied_and_removed() {
    let site = hand_made();
    let moved = run(site.path(), &["phone", "edit", "246", "site=izmir"]);
    assert_eq!(moved.code, Some(0), "{}{}", moved.out, moved.err);
    assert!(moved.out.contains("local_time.time_zone: +1 → +3"), "{}", moved.out);
    let added = run(site.path(), &["phone", "add", "0021f2000003", "extension=247", "--like", "246"]);
    assert_eq!(added.code, Some(0), "{}{}", added.out, added.err);
    assert!(read(site.path(), "phones.csv").ends_with("00:21:F2:00:00:03;izmir;247\r\n"));
    assert!(read(site.path(), "www/0021f2000003.boot").contains("sites/izmir.cfg"));
    let removed = run(site.path(), &["phone", "remove", "245"]);
    assert_eq!(removed.code, Some(0), "{}{}", removed.out, removed.err);
    let files = contents(site.path());
    assert!(!files.keys().any(|name| name.to_lowercase().contains(OLD)), "{:?}", files.keys());
    let toml = read(site.path(), "fvprov.toml");
    assert!(!toml.contains(OLD), "{toml}");
    assert!(
        !read(site.path(), "phones.csv").contains("00:01")
            && !read(site.path(), "baseline.json").contains(OLD)
    );
}

#[test]
fn other_words_name_the_right_command() {
    let site = hand_made();
    run(site.path(), &["phones", "add", OLD]).assert_unable("did you mean `fvprov phone add`?");
    run(site.path(), &["phones", "replace"]).assert_unable("did you mean `fvprov phone replace`?");
    run(site.path(), &["phone"]).assert_unable("did you mean `fvprov phones`?");
}

/// A tree with random spellings, includes and references to the first phone. Returns the served directory in it, with
/// its slash.
fn random_site(random: &mut Random) -> (TempDir, &'static str) {
    let site = tree::<&str>(&[]);
    let www = ["", "www/"][random.below(2)];
    let mut toml = if www.is_empty() { String::new() } else { "[server]\ndirectory = \"www\"\n".to_owned() };
    let spelled = ["0021f2000001", "0021F2000001", "00-21-F2-00-00-01"];
    let mut includes = vec!["common.cfg".to_owned()];
    for part in 0..random.below(4) {
        let path = format!("{}{}-part{part}.cfg", ["", "own/"][random.below(2)], spelled[random.below(3)]);
        write(site.path(), &format!("{www}{path}"), cfg(&format!("linekey.{}.type = 15\n", part + 1)));
        includes.push(path);
    }
    if random.below(2) == 0 {
        includes.push(format!("{OLD}.cfg"));
        let comment = "# fvprov: ignore-file[weak-password] until 0021f2000001 moves";
        let text = cfg(&format!("{comment}\naccount.1.password = 1\n"));
        write(site.path(), &format!("{www}{OLD}.cfg"), text);
    }
    let includes: Vec<&str> = includes.iter().map(String::as_str).collect();
    let text = format!("{}# fvprov: model=fip14g\n", boot(&includes));
    write(site.path(), &format!("{www}{OLD}.boot"), text);
    write(site.path(), &format!("{www}common.cfg"), cfg("lang.gui = German\n"));
    write(site.path(), &format!("{www}0021f2000002.boot"), boot(&["common.cfg"]));
    if random.below(2) == 0 {
        toml += "[inventory]\nfile = \"phones.csv\"\n";
        let mac = spelled[random.below(3)];
        write(site.path(), "phones.csv", format!("site;mac;x\nberlin;{mac};1\nberlin;0021f2000002;2\n"));
    }
    if random.below(2) == 0 {
        toml += "[models]\n\"0021f2000001\" = \"fip10\"\n";
    }
    if random.below(2) == 0 {
        toml += "[lint]\nexclude = [\"x\", \"0021f2000001.old\"]\nbaseline = \"b.json\"\n\
                 [lint.per-path]\n\"0021f2000001*\" = [\"weak-password\"]\n";
        let entry =
            "{\"path\": \"0021f2000001.cfg\", \"rule\": \"weak-password\", \"about\": \"\", \"count\": 1}";
        write(site.path(), "b.json", format!("{{\"version\": 1, \"findings\": [{entry}]}}\n"));
    }
    if random.below(2) == 0 {
        toml += "[[policy]]\nrequire = \"lang.gui\"\nphones = \"{0021f2000001,0021f2000009}\"\n";
    }
    write(site.path(), "fvprov.toml", &toml);
    (site, www)
}

/// A tree that `generate` writes from a random list. Some files are edited afterwards, and some rows mention the first
/// phone in a cell.
fn random_generated_site(random: &mut Random) -> TempDir {
    let spelling = ["0021f2000001", "00:21:F2:00:00:01", "0021-f200-0001"][random.below(3)];
    let delimiter = [",", ";"][random.below(2)];
    let mut rows = vec![["name", "MAC", "site"].join(delimiter)];
    let first = random.below(3);
    for at in 0..3 + random.below(3) {
        let mac = if at == first { spelling.to_owned() } else { format!("0021f20000{:02}", 10 + at) };
        let name = if random.below(4) == 0 { format!("beside {OLD}") } else { format!("\"Name {at}\"") };
        rows.push([name, mac, ["berlin", "izmir"][random.below(2)].to_owned()].join(delimiter));
    }
    let end = ["\n", "\r\n"][random.below(2)];
    let mut toml = "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n\
                    [generate]\ntemplates = [\"phone.boot.j2\", \"phone.cfg.j2\"]\n"
        .to_owned();
    let mut password = "";
    if random.below(2) == 0 {
        toml += "secrets = \"secrets.csv\"\n";
        password = "account.1.password = {{ secrets.password }}\n";
    }
    if random.below(2) == 0 {
        toml += "[models]\n\"0021f2*\" = \"fip14g\"\n";
    }
    if random.below(2) == 0 {
        toml += "[[policy]]\nrequire = \"lang.gui\"\nphones = \"0021f2*\"\n";
    }
    let site = tree(&[
        ("fvprov.toml", toml),
        ("phones.csv", rows.join(end) + end),
        (
            "phone.boot.j2",
            boot(&["common.cfg", "sites/{{ site }}.cfg", "{{ mac }}.cfg", "{{ mac }}-extra.cfg"]),
        ),
        ("phone.cfg.j2", cfg(&format!("account.1.label = {{{{ name }}}}\n{password}"))),
        ("www/common.cfg", cfg("lang.gui = German\n")),
        ("www/sites/berlin.cfg", cfg("local_time.time_zone = +1\n")),
        ("www/sites/izmir.cfg", cfg("local_time.time_zone = +3\n")),
    ]);
    let secrets: Vec<String> =
        (0..6).map(|at| format!("0021f20000{:02},xK9mQ2vL7p{at}\n", 10 + at)).collect();
    if !password.is_empty() {
        let text = format!("mac,password\n{spelling},qW7eR5tY2u\n{}", secrets.concat());
        write(site.path(), "secrets.csv", text);
    }
    for mac in
        [OLD, "0021f2000010", "0021f2000011", "0021f2000012", "0021f2000013", "0021f2000014", "0021f2000015"]
    {
        write(site.path(), &format!("www/{mac}-extra.cfg"), cfg("linekey.1.type = 15\n"));
    }
    run(site.path(), &["generate"]);
    if random.below(2) == 0 {
        let own = read(site.path(), &format!("www/{OLD}.cfg"));
        write(site.path(), &format!("www/{OLD}.cfg"), own + "lang.gui = Turkish\n");
    }
    site
}

/// After a replacement, nothing refers to the old MAC, and the diff reports one replaced phone.
#[test]
fn nothing_refers_to_the_old_mac_after_a_replacement() {
    let mut random = Random::new(18);
    for _ in 0..12 {
        let (site, www) = random_site(&mut random);
        let before = copy(&site);
        let result = run(site.path(), &["phone", "replace", OLD, NEW]);
        assert_eq!(result.code, Some(0), "{}{}", result.out, result.err);
        assert_nothing_refers_to(OLD, site.path());
        assert_replaced(&before.path().join(www), &site.path().join(www), OLD, NEW);
    }
}

#[test]
fn nothing_refers_to_the_old_mac_after_a_replacement_in_a_list() {
    let mut random = Random::new(1);
    for _ in 0..12 {
        let site = random_generated_site(&mut random);
        assert!(site.path().join("www").join(format!("{OLD}.cfg")).is_file());
        let before = copy(&site);
        let result = run(site.path(), &["phone", "replace", OLD, NEW, "--in-values"]);
        assert_eq!(result.code, Some(0), "{}{}", result.out, result.err);
        assert_nothing_refers_to(OLD, site.path());
        let lists = read(before.path(), "phones.csv").lines().count();
        assert_eq!(read(site.path(), "phones.csv").lines().count(), lists);
        let model =
            |site: &TempDir, mac| run(site.path(), &["-q", "phones", "--mac", mac, "--by", "model"]).out;
        assert_eq!(model(&before, OLD), model(&site, NEW));
        let result = run(site.path(), &["diff", before.path().to_str().unwrap(), ".", "--mac", NEW]);
        let replaced =
            run(site.path(), &["diff", before.path().to_str().unwrap(), ".", "--format", "json"]).json();
        assert_eq!(
            replaced["phones"]["replaced"],
            serde_json::json!([{ "old": OLD, "new": NEW }]),
            "{}",
            result.out
        );
    }
}

#[track_caller]
fn assert_nothing_refers_to(mac: &str, directory: &Path) {
    for (path, text) in contents(directory) {
        let [plain_path, plain] = [path.clone(), String::from_utf8(text).unwrap()]
            .map(|text| text.to_lowercase().replace(['-', ':'], ""));
        assert!(!plain_path.contains(mac) && !plain.contains(mac), "{path}\n{plain}");
    }
}
