//! Rules about file names in cases that a page cannot show: names that only look wrong, and which of several
//! rules reports a name.

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};
use fvprov::tree::assumptions::{Assume, MissingInclude};

use crate::support::workspace::Tree;

/// The findings of some rules in a tree: path, rule and message.
fn findings(files: &[(&str, &str)], assume: Assume, rules: &[&str]) -> Vec<(String, &'static str, String)> {
    let workspace = Tree { assume, ..Tree::from_texts(files) }.load();
    let select = rules.iter().map(|rule| (*rule).to_owned()).collect();
    let outcome = lint::run(&workspace, Schema::builtin(), &LintOptions { select, ..LintOptions::default() });
    let shown = outcome.findings.iter().map(|finding| {
        let words = format!("{:?}", finding.diagnostic);
        assert!(!words.contains("geheim"), "a password is shown: {words}");
        (workspace.path(finding.at.file).to_owned(), finding.rule.name, words)
    });
    shown.collect()
}

fn words(files: &[(&str, &str)], assume: Assume, rules: &[&str]) -> Vec<String> {
    findings(files, assume, rules).into_iter().map(|(_, _, words)| words).collect()
}

/// The findings of the rules about names in a tree, as `path rule`.
fn spoken(files: &[(&str, &str)]) -> Vec<String> {
    let rules = [
        "colliding-names",
        "duplicate-phone",
        "exported-file",
        "exposed-key-material",
        "invalid-mac",
        "mac-not-lowercase",
        "misnamed-common",
        "stray-extension",
        "unreachable-file",
        "unreadable-file",
    ];
    let all = findings(files, Assume::default(), &rules);
    all.into_iter().map(|(path, rule, _)| format!("{path} {rule}")).collect()
}

const COMMON: (&str, &str) =
    ("y000000000000.boot", "#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\n");
const CFG: (&str, &str) = ("y000000000000.cfg", "#!version:1.0.0.1\nlang.gui = German\n");

#[test]
fn included_files_may_have_any_name() {
    let boot = "include:config <0021F2000001.cfg>\ninclude:config <0021f200001.cfg>\n\
                include:config <y000000000028.cfg>\ninclude:config <0021f2000001-local.cfg>\n";
    let names = ["0021F2000001.cfg", "0021f200001.cfg", "y000000000028.cfg", "0021f2000001-local.cfg"];
    let mut files = vec![("y000000000000.boot", boot)];
    files.extend(names.iter().map(|name| (*name, "lang.gui = German\n")));
    assert!(spoken(&files).is_empty(), "{:?}", spoken(&files));
}

#[test]
fn only_one_rule_reports_a_name() {
    let files = [
        COMMON,
        CFG,
        ("0021F2000001.CFG", ""),
        ("0021F2000002.cfg", ""),
        ("0021f200003.cfg.bak", ""),
        ("0021f2000004-all.cfg", ""),
        ("Y000000000000.cfg.old", ""),
        // Below the directory of the root, phones request files only through includes.
        ("sites/0021F2000005.cfg", ""),
        ("sites/y000000000028.cfg", ""),
    ];
    assert_eq!(
        spoken(&files),
        [
            "0021F2000001.CFG stray-extension",
            "0021F2000002.cfg mac-not-lowercase",
            "0021f2000004-all.cfg exported-file",
            "0021f200003.cfg.bak stray-extension",
            "Y000000000000.cfg.old stray-extension",
            "sites/0021F2000005.cfg unreachable-file",
            "sites/y000000000028.cfg unreachable-file",
        ]
    );
}

#[test]
fn names_that_differ_in_case_are_reported_besides_other_faults() {
    let files = [COMMON, CFG, ("0021F2000001.boot", COMMON.1), ("0021f2000001.boot", COMMON.1)];
    assert_eq!(spoken(&files), ["0021F2000001.boot mac-not-lowercase", "0021f2000001.boot colliding-names"]);
}

#[test]
fn contact_files_that_a_setting_names_are_phonebooks() {
    let contacts = ("0021f2000001-contact.xml", "<root_contact/>");
    let by_name =
        ("y000000000000.cfg", "remote_phonebook.data.1.url = http://10.0.0.1/0021f2000001-contact.xml\n");
    let by_macro = ("y000000000000.cfg", "remote_phonebook.data.1.url = http://10.0.0.1/$MAC-contact.xml\n");
    let another =
        ("y000000000000.cfg", "remote_phonebook.data.1.url = http://10.0.0.1/0021f2000002-contact.xml\n");
    assert_eq!(spoken(&[COMMON, by_name, contacts]), [""; 0]);
    assert_eq!(spoken(&[COMMON, by_macro, contacts]), [""; 0]);
    assert_eq!(spoken(&[COMMON, another, contacts]), ["0021f2000001-contact.xml exported-file"]);
}

#[test]
fn a_url_that_cannot_be_read_is_reported_without_its_password() {
    let boot = ("y000000000000.boot", "include:config <http://user:geheim@10.0.0.1/failed.cfg>\n");
    assert_eq!(spoken(&[boot]), ["http://user:geheim@10.0.0.1/failed.cfg unreadable-file"]);
}

#[test]
fn the_same_mac_in_nested_roots_is_two_phones() {
    let files = [
        COMMON,
        CFG,
        ("0021f2000001.cfg", ""),
        ("altbau/0021f2000001.boot", "include:config <../y000000000000.cfg>\n"),
    ];
    assert_eq!(spoken(&files), ["altbau/0021f2000001.boot duplicate-phone"]);
}

#[test]
fn certificates_are_not_reported_as_keys() {
    let files = [
        COMMON,
        CFG,
        ("AESKEY.TXT", ""),
        ("ca.pem", "-----BEGIN CERTIFICATE-----"),
        ("id_rsa.pub", "ssh-rsa AAAA"),
        ("phone.key", "-----BEGIN EC PRIVATE KEY-----"),
        ("vpn.p12", "\u{1}"),
    ];
    assert_eq!(
        spoken(&files),
        ["AESKEY.TXT exposed-key-material", "phone.key exposed-key-material", "vpn.p12 exposed-key-material"]
    );
}

#[test]
fn a_suggested_file_is_named_relative_to_the_including_file() {
    let boot = "include:config <sites/berlin.cfg>\n";
    let berlin = "#!version:1.0.0.1\ninclude:config <halls/nroth.cfg>\ninclude:config <common.cfg>\n\
                  include:config \"C:\\tftp\\Keys.cfg\"\n";
    let texts = [
        ("y000000000000.boot", boot),
        ("sites/berlin.cfg", berlin),
        ("sites/halls/north.cfg", ""),
        ("shared/common.cfg", ""),
        ("shared/keys.cfg", ""),
    ];
    let words = words(&texts, Assume::default(), &["missing-include", "unusable-include"]).join("\n");
    for meant in ["`halls/north.cfg`", "`../shared/common.cfg`", "`../shared/keys.cfg`"] {
        assert!(words.contains(&format!("did you mean {meant}?")), "{meant}: {words}");
    }
}

#[test]
fn files_after_a_missing_include_are_not_reported_as_unread() {
    let files = [
        (
            "y000000000000.boot",
            "include:config <first.cfg>\ninclude:config <gone.cfg>\ninclude:config <later.cfg>\n",
        ),
        ("first.cfg", ""),
        ("later.cfg", "include:config <behind-it.cfg>\n"),
        ("behind-it.cfg", ""),
        ("sites/nobodys.cfg", ""),
    ];
    let unread = |missing_include| {
        let assume = Assume { missing_include, ..Assume::default() };
        let all = findings(&files, assume, &["unreachable-file"]);
        all.into_iter().map(|(path, ..)| path).collect::<Vec<_>>()
    };
    assert_eq!(unread(MissingInclude::Stop), ["sites/nobodys.cfg"]);
    assert_eq!(unread(MissingInclude::Continue), ["sites/nobodys.cfg"]);
}

#[test]
fn files_that_an_endless_chain_might_read_are_not_reported_as_unread() {
    let twice = |name: &str| format!("include:config <{name}.cfg>\ninclude:config <{name}.cfg>\n");
    let mut texts: Vec<(String, String)> =
        (0..12).map(|at| (format!("n{at}.cfg"), twice(&format!("n{}", at + 1)))).collect();
    texts.push(("n12.cfg".into(), String::new()));
    texts.push(("y000000000000.boot".into(), "include:config <n0.cfg>\ninclude:config <late.cfg>\n".into()));
    texts.push(("late.cfg".into(), String::new()));
    texts.push(("sites/nobodys.cfg".into(), String::new()));
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let all = findings(&files, Assume::default(), &["unreachable-file"]);
    let paths: Vec<&str> = all.iter().map(|(path, ..)| path.as_str()).collect();
    assert_eq!(paths, ["sites/nobodys.cfg"]);
}
