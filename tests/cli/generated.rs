//! Generated files: which commands recognize them, where their values are edited, and when `generate` removes them.

use std::path::Path;

use tempfile::TempDir;

use crate::support::program::{Run, run, run_with_input};
use crate::support::tree::{cfg, read, tree, write};

const SETTINGS: &str = "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n[generate]\n\
    templates = [\"templates/phone.boot.j2\", \"templates/phone.cfg.j2\"]\nsecrets = \"secrets.csv\"\n";
const BOOT: &str = "#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\ninclude:config <{{ mac }}.cfg>\n";
const CFG: &str = "#!version:1.0.0.1\naccount.1.enable = 1\naccount.1.label = {{ label }}\n\
    account.1.display_name = {{ name }}\naccount.1.user_name = {{ extension }}\naccount.1.auth_name = {{ extension }}\n\
    account.1.password = {{ secrets.password }}\naccount.1.sip_server.1.address = sip.example.com\n\
    account.1.sip_server.1.port = 5060\nlang.gui = German\n";

/// The list of some phones in Windows-1252, with semicolons, CR LF, quotes, and an empty row.
fn list(phones: impl Iterator<Item = usize>) -> Vec<u8> {
    let mut list = b"\"mac\";label;name;extension;note\r\n".to_vec();
    for at in phones {
        list.extend(
            format!("00:21:F2:00:00:{at:02X};\"Desk {at}\"; Person {at} ;{};\"a\r\nb ", 100 + at).bytes(),
        );
        list.extend(b"K\xf6ln\"\r\n");
    }
    list.extend(b"\r\n");
    list
}

fn secrets(phones: impl Iterator<Item = usize>) -> String {
    let rows = phones.map(|at| format!("0021f20000{at:02x},Zq9wKyaa7xx{at}\n"));
    format!("mac,password\n{}", rows.collect::<String>())
}

/// A tree with the generated files of some phones.
fn office(phones: usize) -> TempDir {
    let boot = cfg("include:config <y000000000000.cfg>\n");
    let common = cfg("static.auto_provision.server.url = https://prov.example.com/\n");
    let office = tree(&[
        ("fvprov.toml", SETTINGS.as_bytes()),
        ("www/y000000000000.boot", boot.as_bytes()),
        ("www/y000000000000.cfg", common.as_bytes()),
        ("templates/phone.boot.j2", BOOT.as_bytes()),
        ("templates/phone.cfg.j2", CFG.as_bytes()),
        ("phones.csv", &list(1..=phones)[..]),
        ("secrets.csv", secrets(1..=phones).as_bytes()),
    ]);
    let said = run(office.path(), &["generate"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    office
}

/// Runs the program, which must refuse with these words and change nothing.
#[track_caller]
fn refused(office: &TempDir, args: &[&str], words: &[&str]) {
    let before = contents(office.path());
    let said = run(office.path(), args);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    for word in words {
        assert!(said.err.contains(word), "{word}\n{}", said.err);
    }
    assert_eq!(contents(office.path()), before);
}

fn contents(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let files = walkdir::WalkDir::new(directory).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().display().to_string(), std::fs::read(entry.path()).unwrap())).collect()
}

fn edited(office: &TempDir) -> Vec<String> {
    let said = run(office.path(), &["lint", "--select", "edited-generated-file", "--output-format", "json"]);
    said.findings()
}

#[test]
fn a_value_that_comes_whole_from_a_cell_is_edited_in_the_list() {
    let office = office(3);
    let said = run(office.path(), &["set", "--mac", "0021f2000002", "account.1.label=Büro"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("note: phones.csv: row 3, column `label`: was `Desk 2`\n"), "{}", said.err);
    assert!(said.err.contains("www/0021f2000002.cfg:3: `account.1.label`: was `Desk 2`\n"), "{}", said.err);
    assert!(said.err.contains("phones by effect: "), "{}", said.err);
    let old = list(1..=3);
    let at = old.windows(8).position(|text| text == b"\"Desk 2\"").unwrap();
    let new = [&old[..at], b"\"B\xfcro\"", &old[at + 8..]].concat();
    assert_eq!(std::fs::read(office.path().join("phones.csv")).unwrap(), new);
    assert!(read(office.path(), "www/0021f2000002.cfg").contains("account.1.label = Büro\n"));
    assert_eq!(edited(&office), [""; 0]);
    assert_eq!(run(office.path(), &["generate", "--check"]).code, Some(0));
    // The padding of a cell remains, and a secret is edited in the file of secrets and never printed.
    let args =
        ["set", "--mac", "0021f2000001", "account.1.display_name=Ann", "account.1.password=nEw-7Secret-x9"];
    let said = run(office.path(), &args);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(!said.err.contains("Zq9w") && !said.err.contains("nEw-7"), "{}", said.err);
    let new = std::fs::read(office.path().join("phones.csv")).unwrap();
    assert!(new.windows(7).any(|text| text == b"; Ann ;"));
    assert!(read(office.path(), "secrets.csv").contains("0021f2000001,nEw-7Secret-x9\n"));
    assert_eq!(run(office.path(), &["generate", "--check"]).code, Some(0));
}

#[test]
fn other_values_are_refused_with_the_place_to_change() {
    let office = office(3);
    let set = ["set", "--mac", "0021f2000002"];
    refused(
        &office,
        &[&set[..], &["account.1.user_name=7"]].concat(),
        &["also change `account.1.auth_name`"],
    );
    let place = "`www/0021f2000002.cfg` is generated: `lang.gui` comes from `templates/phone.cfg.j2:10`; change it there";
    refused(&office, &[&set[..], &["lang.gui=Turkish"]].concat(), &[place, "--force"]);
    refused(&office, &["unset", "--mac", "0021f2000002", "lang.gui"], &[place]);
    refused(
        &office,
        &[&set[..], &["dnd.1.enable=1"]].concat(),
        &["is generated", "phones.csv", "phone.cfg.j2"],
    );
    // Windows-1252 does not contain every letter.
    refused(&office, &[&set[..], &["account.1.label=Łódź"]].concat(), &["phones.csv", "Windows-1252", "Ł"]);
}

#[test]
fn an_edit_with_force_is_reported_until_generate_replaces_it() {
    let office = office(2);
    let said = run(office.path(), &["set", "--mac", "0021f2000002", "lang.gui=Turkish", "--force"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(edited(&office), ["www/0021f2000002.cfg edited-generated-file"]);
    let said = run(office.path(), &["generate"]);
    assert!(
        said.err
            .contains("`www/0021f2000002.cfg` was edited after `generate` wrote it: the edit is replaced")
    );
    assert!(
        said.err.contains("1 of 2 phones changes in 1 parameter; phones by effect: live 1"),
        "{}",
        said.err
    );
    assert_eq!(edited(&office), [""; 0]);
    assert!(read(office.path(), "www/0021f2000002.cfg").contains("lang.gui = German\n"));
}

#[test]
fn fmt_and_lint_leave_generated_files_to_generate() {
    let office = office(2);
    let cfg =
        read(office.path(), "www/0021f2000001.cfg").replace("lang.gui = German\n", "lang.gui = German \n");
    write(office.path(), "www/0021f2000001.cfg", &cfg);
    let said = run(office.path(), &["fmt"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(
        said.err.contains(
            "`www/0021f2000001.cfg` is not formatted, because it was edited after `generate` wrote it"
        ),
        "{}",
        said.err
    );
    refused(&office, &["fmt", "www/0021f2000001.cfg"], &["change `phones.csv` or `templates/phone.cfg.j2`"]);
    let said = run(office.path(), &["lint", "--fix"]);
    let place = "www/0021f2000001.cfg:10 was not fixed, because `generate` writes this file: change `templates/phone.cfg.j2:10`";
    assert!(said.err.contains(place), "{}", said.err);
    assert_eq!(read(office.path(), "www/0021f2000001.cfg"), cfg);
    let said = run(office.path(), &["lint", "--fix", "--force"]);
    assert!(said.err.contains("fixed 1 finding in 1 file"), "{}", said.err);
    assert_eq!(edited(&office), [""; 0]);
}

fn files(office: &TempDir) -> usize {
    std::fs::read_dir(office.path().join("www")).unwrap().count() - 2
}

#[test]
fn prune_removes_files_of_phones_that_left_the_list() {
    let office = office(40);
    let own = read(office.path(), "www/0021f2000002.cfg") + "# Own.\n";
    write(office.path(), "www/0021f2000002.cfg", own);
    write(office.path(), "www/0021f20000ff.cfg", cfg("lang.gui = German\n"));
    write(office.path(), "phones.csv", list(3..=40));
    let said = run(office.path(), &["generate", "--prune", "--dry-run"]);
    assert_eq!(files(&office), 81, "{}", said.err);
    let said = run(office.path(), &["generate", "--prune"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(said.out, "to remove: www/0021f2000001.boot\nto remove: www/0021f2000001.cfg\n");
    let kept =
        "`www/0021f2000002.cfg` was edited after `generate` wrote it: this phone's files are not removed";
    assert!(said.err.contains(kept), "{}", said.err);
    assert!(said.err.contains("2 files of 1 phone removed"), "{}", said.err);
    assert_eq!(files(&office), 79);
    assert!(office.path().join("www/0021f20000ff.cfg").exists());
    assert!(run(office.path(), &["generate", "--prune"]).err.contains("0 files written, 76 unchanged"));
}

#[test]
fn a_list_that_is_probably_incomplete_removes_nothing() {
    let office = office(40);
    let all = list(1..=40);
    let half = list(1..=20);
    let truncated = all[..all.len() - 40].to_vec();
    let without_last =
        String::from_utf8_lossy(&list(1..=39)).trim_end().replace('\u{fffd}', "o").into_bytes();
    let without_row = String::from_utf8_lossy(&list(1..=39)).replace("00:21:F2:00:00:02", "?").into_bytes();
    let empty = b"\"mac\";label;name;extension;note\r\n".to_vec();
    for (name, text) in [
        ("half", half.clone()),
        ("truncated", truncated),
        ("without_last", without_last),
        ("without_row", without_row),
        ("empty", empty),
        ("nothing", Vec::new()),
    ] {
        write(office.path(), "phones.csv", text);
        let said: Run = run(office.path(), &["generate", "--prune"]);
        assert!(matches!(said.code, Some(1 | 2)), "{name}: {}", said.err);
        assert_eq!(files(&office), 80, "{name}: {}", said.err);
    }
    write(office.path(), "phones.csv", half);
    let said = run(office.path(), &["generate", "--prune", "--yes"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(files(&office), 40);
}

#[test]
fn an_error_that_a_stale_file_causes_names_it() {
    let office = office(2);
    write(
        office.path(),
        "fvprov.toml",
        SETTINGS.to_owned() + "[lint.level]\nduplicate-account = \"error\"\n",
    );
    let new = String::from_utf8_lossy(&list(2..=2)).replace('\u{fffd}', "o").trim_end().to_owned();
    write(office.path(), "phones.csv", new + "\r\n00:21:F2:00:00:03;Desk 1; Person 1 ;101;x\r\n");
    write(office.path(), "secrets.csv", secrets(1..=3));
    let said = run(office.path(), &["generate"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("--prune removes these files"), "{}{}", said.out, said.err);
    assert!(said.out.contains("belongs to 0021f2000001, which is not in the list"), "{}", said.out);
    let said = run(office.path(), &["generate", "--prune", "--yes"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(!office.path().join("www/0021f2000001.cfg").exists());
}

#[test]
fn losing_the_provisioning_server_requires_yes() {
    let office = office(2);
    let template = CFG.to_owned() + "static.auto_provision.server.url = https://other.example.com/\n";
    write(office.path(), "templates/phone.cfg.j2", template);
    refused(
        &office,
        &["generate"],
        &["generate makes 2 phones lose or change the provisioning server", "--yes"],
    );
    let said = run(office.path(), &["generate", "--diff"]);
    assert!(said.err.contains("phones by effect: unprovisioned 2"), "{}", said.err);
    assert_eq!(run(office.path(), &["generate", "--yes"]).code, Some(0));
}

#[test]
fn missing_secrets_are_created_on_request() {
    let office = office(2);
    write(office.path(), "phones.csv", list(1..=3));
    refused(&office, &["generate", "--check"], &["secrets.csv has no row for 0021f2000003"]);
    let said = run(office.path(), &["generate", "--new-secrets"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("1 new password added to `secrets.csv`"), "{}", said.err);
    let new = read(office.path(), "secrets.csv");
    let row = new.strip_prefix(&secrets(1..=2)).unwrap();
    let password = row.trim_end().strip_prefix("00:21:F2:00:00:03,").unwrap();
    assert_eq!(password.len(), 20);
    assert!(
        read(office.path(), "www/0021f2000003.cfg").contains(&format!("account.1.password = {password}\n"))
    );
    std::fs::remove_file(office.path().join("secrets.csv")).unwrap();
    let said = run(office.path(), &["generate", "--new-secrets"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(read(office.path(), "secrets.csv").starts_with("mac,password\n00:21:F2:00:00:01,"));
    assert!(run(office.path(), &["generate", "--new-secrets"]).err.contains("0 files written, 6 unchanged"));
}

#[test]
fn the_list_can_come_from_standard_input() {
    let office = office(2);
    let said = run_with_input(office.path(), &["generate", "--from", "-", "--check"], list(1..=2));
    assert_eq!(said.code, Some(0), "{}", said.err);
    let said = run_with_input(office.path(), &["generate", "--from", "-"], "mac,label\n0021f2000009,\n");
    assert_eq!(said.code, Some(1), "{}", said.err);
    assert!(said.err.contains("standard input does not have this column"), "{}", said.err);
}

#[test]
fn check_works_in_a_clone_without_secrets() {
    let office = office(2);
    let without_secrets = "secrets that are not available here are not compared";
    std::fs::remove_file(office.path().join("secrets.csv")).unwrap();
    let said = run(office.path(), &["generate", "--check"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains(without_secrets) && !said.err.contains("does not contain"), "{}", said.err);
    write(office.path(), "templates/phone.cfg.j2", CFG.replace("German", "Turkish"));
    let said = run(office.path(), &["generate", "--check"]);
    assert_eq!((said.code, said.out.lines().count()), (Some(1), 2), "{}", said.err);
    for phone in ["0021f2000001", "0021f2000002"] {
        for extension in ["boot", "cfg"] {
            std::fs::remove_file(office.path().join(format!("www/{phone}.{extension}"))).unwrap();
        }
    }
    let said = run(office.path(), &["generate", "--check"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("does not contain 4 generated files"), "{}", said.err);
    write(office.path(), "templates/phone.cfg.j2", CFG.replace("{{ name }}", "{{ nmae }}"));
    assert_eq!(run(office.path(), &["generate", "--check"]).code, Some(1));
}

#[test]
fn mappings_keep_the_order_of_the_template() {
    let office = office(1);
    let template = "#!version:1.0.0.1\n{% for key, value in {\"b\": 1, \"a\": 2, \"c\": 3}|items %}\n# {{ key }} {{ value }}\n{% endfor %}\nlang.gui = German\n";
    write(office.path(), "templates/phone.cfg.j2", template);
    assert_eq!(run(office.path(), &["generate"]).code, Some(0));
    assert!(read(office.path(), "www/0021f2000001.cfg").contains("# b 1\n# a 2\n# c 3\n"));
}
