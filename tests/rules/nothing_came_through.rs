//! Files, phones, and phonebooks for which nothing came through.

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};

use crate::support::tree::{boot, cfg};
use crate::support::workspace::Tree;

const COMMON: &str = "#!version:1.0.0.1
static.auto_provision.server.url = http://10.20.0.92/p/
static.auto_provision.power_on = 1
local_time.ntp_server1 = 10.20.0.1
";

/// A complete account.
fn account(number: u32) -> String {
    cfg(&format!(
        "account.1.enable = 1\naccount.1.label = {number}\naccount.1.user_name = {number}\n\
         account.1.auth_name = {number}\naccount.1.password = kX9vQ2vLr7Tm4Zp{number}\n\
         account.1.sip_server.1.address = pbx.example.com\naccount.1.sip_server.1.port = 5060\n"
    ))
}

fn mac(number: u32) -> String {
    format!("0021f20000{number:02}")
}

/// A tree with the common files and phones 1 to `count`.
fn site(count: u32) -> Tree {
    let mut site = Tree::from_texts(&[
        ("y000000000000.boot", boot(&["y000000000000.cfg"]).as_str()),
        ("y000000000000.cfg", COMMON),
    ]);
    for number in 1..=count {
        let own = format!("{}.cfg", mac(number));
        put(&mut site, &format!("{}.boot", mac(number)), &boot(&["y000000000000.cfg", &own]));
        put(&mut site, &own, &account(100 + number));
    }
    site
}

fn put(site: &mut Tree, path: &str, text: &str) {
    site.files.insert(path.to_owned(), text.as_bytes().to_vec());
}

/// The findings as `level rule path: message`.
fn findings(site: &Tree) -> Vec<String> {
    findings_with(site, &LintOptions::default())
}

fn findings_with(site: &Tree, options: &LintOptions) -> Vec<String> {
    let workspace = site.load();
    let outcome = lint::run(&workspace, Schema::builtin(), options);
    let found = outcome.findings.iter().map(|finding| {
        let path = workspace.path(finding.at.file);
        format!("{} {} {path}: {}", finding.level.word(), finding.rule.name, finding.diagnostic.message)
    });
    found.collect()
}

/// The findings of the tree with another text of one file.
fn with(count: u32, path: &str, text: &str) -> Vec<String> {
    let mut site = site(count);
    put(&mut site, path, text);
    findings(&site)
}

fn assert_one(found: &[String], start: &str) {
    assert!(found.len() == 1 && found[0].starts_with(start), "expected {start}: {found:#?}");
}

#[test]
fn complete_trees_have_no_finding() {
    for count in [1, 2, 5] {
        assert_eq!(findings(&site(count)), [""; 0]);
    }
}

#[test]
fn a_phone_whose_own_cfg_sets_nothing_does_not_register() {
    let unfilled = cfg("account.1.enable =\naccount.1.user_name =\n");
    for count in [1, 2, 5] {
        for (text, what) in [
            ("", "is empty"),
            ("#!version:1.0.0.1\n", "is empty"),
            ("\n\n", "is empty"),
            ("#!version:1.0.0.1\n# account.1.enable = 1\n", "contains only comments"),
            (unfilled.as_str(), "contains only empty values"),
        ] {
            let found = with(count, "0021f2000001.cfg", text);
            assert_one(&found, &format!("error sets-nothing 0021f2000001.cfg: this file {what}"));
        }
    }
}

#[test]
fn an_own_cfg_that_sets_nothing_beside_an_account_is_a_warning_or_a_placeholder() {
    let mut site = site(2);
    put(&mut site, "lobby.cfg", &account(199));
    put(&mut site, "0021f2000003.boot", &boot(&["y000000000000.cfg", "lobby.cfg", "0021f2000003.cfg"]));
    put(&mut site, "0021f2000003.cfg", "#!version:1.0.0.1\n");
    assert_one(&findings(&site), "warning sets-nothing 0021f2000003.cfg");
    put(&mut site, "0021f2000003.cfg", "#!version:1.0.0.1\n# Nothing yet.\n");
    assert_eq!(findings(&site), [""; 0]);
    let hints = LintOptions { hints: true, ..LintOptions::default() };
    assert_one(
        &findings_with(&site, &hints),
        "hint sets-nothing 0021f2000003.cfg: this file contains only comments",
    );
}

#[test]
fn a_shared_cfg_that_sets_nothing_is_a_warning() {
    for text in ["", "#!version:1.0.0.1\n", "\u{feff}", "   \n"] {
        let found = with(3, "y000000000000.cfg", text);
        let found: Vec<_> = found.into_iter().filter(|found| found.contains("sets-nothing")).collect();
        assert_one(&found, "warning sets-nothing y000000000000.cfg");
    }
    assert_eq!(with(3, "y000000000000.cfg", "#!version:1.0.0.1\n# To be filled.\n"), [""; 0]);
}

#[test]
fn trees_that_set_up_no_accounts_have_no_finding() {
    let mut site = Tree::default();
    put(&mut site, "0021f2000001.boot", &boot(&["time.cfg"]));
    put(&mut site, "0021f2000002.boot", &boot(&["time.cfg", "0021f2000002.cfg"]));
    put(&mut site, "0021f2000002.cfg", &cfg("lang.gui = German\n"));
    put(&mut site, "time.cfg", &cfg("local_time.time_zone = +1\n"));
    assert_eq!(findings(&site), [""; 0]);
    put(&mut site, "0021f2000003.boot", &boot(&["time.cfg", "0021f2000003.cfg"]));
    put(&mut site, "0021f2000003.cfg", &cfg("# The user enters the account on the phone.\n"));
    assert_eq!(findings(&site), [""; 0]);
}

#[test]
fn a_phone_without_an_account_among_phones_with_accounts() {
    let found = with(3, "0021f2000003.cfg", &cfg("account.1.enable = 0\naccount.1.label = 103\n"));
    assert_one(&found, "warning phone-without-account 0021f2000003.cfg: no account on this phone is enabled");
    let found = with(3, "0021f2000003.cfg", &account(103).replace("account.1.enable = 1\n", ""));
    assert_one(&found, "warning phone-without-account 0021f2000003.cfg");
    let found = with(2, "0021f2000003.boot", &boot(&["y000000000000.cfg"]));
    assert_one(&found, "warning phone-without-account 0021f2000003.boot");
    // The rule incomplete-account reports an account with a password that is off.
    let off = account(103).replace("enable = 1", "enable = 0");
    assert_one(&with(3, "0021f2000003.cfg", &off), "warning incomplete-account 0021f2000003.cfg");
    // One of two phones: it is not known which one is the exception.
    assert_eq!(with(2, "0021f2000002.cfg", &cfg("lang.gui = German\n")), [""; 0]);
    // A missing file has its own finding.
    let found = with(3, "0021f2000003.boot", &boot(&["y000000000000.cfg", "0021f2000033.cfg"]));
    assert!(found.iter().all(|found| !found.contains("phone-without-account")), "{found:#?}");
}

#[test]
fn a_boot_file_that_is_a_cfg_is_one_error() {
    for path in ["0021f2000001.boot", "y000000000000.boot"] {
        let found = with(1, path, &account(101));
        let found: Vec<_> = found.iter().filter(|found| found.contains(".boot:")).cloned().collect();
        assert_one(
            &found,
            &format!("error empty-boot {path}: this boot file contains settings instead of includes"),
        );
    }
}

#[test]
fn the_cfg_of_a_phone_in_a_common_file() {
    let mut site = site(2);
    put(&mut site, "0021f2000005.cfg", &account(105));
    put(&mut site, "y000000000000.boot", &boot(&["y000000000000.cfg", "0021f2000005.cfg"]));
    assert_one(
        &findings(&site),
        "error foreign-mac-include y000000000000.boot: `y000000000000.boot` includes `0021f2000005.cfg`: every phone",
    );
    let phones: Vec<_> = site.load().roots[0].phones.keys().map(ToString::to_string).collect();
    assert_eq!(phones, [mac(1), mac(2), mac(5)]);
    // A name that is no MAC of Flyingvoice's is a custom name.
    put(&mut site, "202401010000.cfg", &cfg("lang.gui = German\n"));
    put(&mut site, "y000000000000.boot", &boot(&["y000000000000.cfg", "202401010000.cfg"]));
    let found = findings(&site);
    assert!(found.iter().all(|found| !found.contains("foreign-mac-include")), "{found:#?}");
}

#[test]
fn a_common_value_that_all_phones_override() {
    let mut site = site(5);
    let common = format!("{COMMON}lang.gui = English\n");
    put(&mut site, "y000000000000.cfg", &common);
    for number in 1..=5 {
        let own = format!("{}lang.gui = German\n", account(100 + number));
        put(&mut site, &format!("{}.cfg", mac(number)), &own);
    }
    assert_one(
        &findings(&site),
        "info unused-default y000000000000.cfg: all 5 known phones override `lang.gui`",
    );
    put(&mut site, "0021f2000005.cfg", &account(105));
    assert_eq!(findings(&site), [""; 0]);
}

fn with_book(book: &str) -> Vec<String> {
    let mut site = site(1);
    let setting = "remote_phonebook.data.1.url = /book.xml\nremote_phonebook.data.1.name = Company\n";
    put(&mut site, "y000000000000.cfg", &format!("{COMMON}{setting}"));
    put(&mut site, "book.xml", book);
    findings(&site)
}

#[test]
fn phonebooks_that_contain_nothing_or_something_else() {
    const ENTRY: &str = "<DirectoryEntry><Name>J\u{f6}rg</Name><Telephone>100</Telephone></DirectoryEntry>";
    let directory = |declaration: &str| {
        format!("{declaration}<YealinkIPPhoneDirectory>{ENTRY}</YealinkIPPhoneDirectory>\n")
    };
    assert_eq!(with_book(&directory("")), [""; 0]);
    assert_eq!(with_book(&directory("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")), [""; 0]);
    for (book, start) in [
        ("<YealinkIPPhoneDirectory/>\n".into(), "warning empty-contact book.xml: this phonebook has no contacts"),
        (
            "<YealinkIPPhoneDirectory>\n<Title>x</Title></YealinkIPPhoneDirectory>".into(),
            "warning empty-contact book.xml: this phonebook has no contacts",
        ),
        (
            format!("<YealinkIPPhoneBook>{ENTRY}</YealinkIPPhoneBook>"),
            "warning phonebook-root book.xml: phones expect `<Unit>` in `<YealinkIPPhoneBook>`, but this phonebook contains `<DirectoryEntry>`",
        ),
        (
            "<YealinkIPPhoneDirectory><Menu Name='a'><Unit Name='b' Phone1='1'/></Menu></YealinkIPPhoneDirectory>".into(),
            "warning phonebook-root book.xml: phones expect `<DirectoryEntry>`",
        ),
        (
            directory("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"),
            "warning malformed-phonebook book.xml: this phonebook declares the encoding `iso-8859-1`, but its text is UTF-8",
        ),
        (
            directory("\n\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"),
            "error malformed-phonebook book.xml: this phonebook is not well-formed XML, so phones show only part of it, or nothing: XML allows the declaration",
        ),
        (
            directory("<br />\n<b>Warning</b>: Undefined array key<br />\n<?xml version=\"1.0\"?>\n"),
            "error malformed-phonebook book.xml: this phonebook is not well-formed XML, so phones show only part of it, or nothing: XML allows the declaration",
        ),
        (
            "<!DOCTYPE html><html><body>Not found</body></html>".into(),
            "warning malformed-phonebook book.xml: this phonebook was not checked: it contains a document type",
        ),
        (
            "<html><body>Not found</body></html>".into(),
            "error phonebook-root book.xml: this is a web page, not a phonebook",
        ),
        (
            String::new(),
            "error malformed-phonebook book.xml: this phonebook is not well-formed XML, so phones show only part of it, or nothing: the file is empty",
        ),
        (
            "name,number\nJ\u{f6}rg,100\n".into(),
            "error malformed-phonebook book.xml: this phonebook is not well-formed XML, so phones show only part of it, or nothing: this is a table",
        ),
    ] {
        assert_one(&with_book(&book), start);
    }
}
