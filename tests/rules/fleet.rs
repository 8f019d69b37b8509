//! Conflicts between phones: one finding for each line that causes them, regardless of the number of phones.

use serde_json::Value;

use crate::support::program::run;
use crate::support::tree::{cfg, tree};

/// The findings of a rule in a tree with a common cfg file and one cfg file for each phone: path, line, and
/// related places.
fn findings(rule: &str, common: &str, phones: &[&str]) -> Vec<(String, u64, Vec<String>)> {
    let names: Vec<String> = (1..=phones.len()).map(|at| format!("0021f200000{at}.cfg")).collect();
    let mut files = vec![("y000000000000.cfg", cfg(common))];
    files.extend(names.iter().map(String::as_str).zip(phones.iter().map(|lines| cfg(lines))));
    let site = tree(&files);
    let said =
        run(site.path(), &["lint", "--select", rule, "--output-format", "json", "--fail-on", "never"]).json();
    let text = |value: &Value| value["file"].as_str().unwrap().to_owned();
    let one = |found: &Value| {
        let related = found["related"].as_array().unwrap().iter().map(text).collect();
        (text(found), found["start"]["line"].as_u64().unwrap(), related)
    };
    said["findings"].as_array().unwrap().iter().map(one).collect()
}

const ON: &str = "account.1.enable = 1\naccount.1.sip_server.1.address = sip.example\n";
const USER: &str = "account.1.user_name = 100\n";

fn accounts(common: &str, phones: &[&str]) -> Vec<(String, u64, Vec<String>)> {
    findings("duplicate-account", common, phones)
}

#[test]
fn a_repeated_account_is_reported_at_each_line() {
    let first = || vec!["0021f2000001.cfg".to_owned()];
    assert_eq!(
        accounts(ON, &[USER, "account.1.user_name = 101\n", USER, USER]),
        [("0021f2000003.cfg".into(), 2, first()), ("0021f2000004.cfg".into(), 2, first())]
    );
    let both = format!("{ON}{USER}");
    assert_eq!(
        accounts(&both, &["", "", ""]),
        [("y000000000000.cfg".into(), 4, vec![])],
        "one line, one finding"
    );
    // Another account of another phone, and another notation of the server.
    let second = "account.2.enable = 1\naccount.2.user_name = 100\naccount.2.sip_server.1.address = SIP.example\n\
                  account.2.sip_server.1.port = 5060\n";
    assert_eq!(accounts(ON, &[USER, second]), [("0021f2000002.cfg".into(), 3, first())]);
}

#[test]
fn both_phones_with_the_same_account_are_concerned() {
    let phone = |user: u32| cfg(&format!("{ON}account.1.user_name = {user}\n"));
    let site = tree(&[
        ("y000000000000.cfg", cfg("")),
        ("0021f2000001.cfg", phone(100)),
        ("0021f2000002.cfg", phone(100)),
        ("0021f2000003.cfg", phone(101)),
    ]);
    for (asked, count) in [
        (&["--mac", "0021f2000001"][..], 1),
        (&["--mac", "0021f2000002"], 1),
        (&["--mac", "0021f2000003"], 0),
        (&["0021f2000001.cfg"], 1),
        (&["0021f2000003.cfg"], 0),
    ] {
        let args = [&["lint", "--select", "duplicate-account", "--output-format", "json"], asked].concat();
        let said = run(site.path(), &args).json();
        assert_eq!(said["findings"].as_array().unwrap().len(), count, "{asked:?}");
    }
}

#[test]
fn different_accounts_are_not_reported() {
    for phone in [
        "account.1.user_name = 100\naccount.1.enable = 0\n",
        "account.1.user_name = 100\naccount.1.enable =\n",
        "account.1.user_name = 100\naccount.1.shared_line = 1\n",
        "account.1.user_name = 100\naccount.1.sip_server.1.address = other.example\n",
        "account.1.user_name = 100\naccount.1.sip_server.1.port = 5070\n",
        "account.1.user_name = 0100\n",
        "account.1.user_name =\n",
        "",
    ] {
        assert_eq!(accounts(ON, &[USER, phone]), [], "{phone}");
    }
    for user in ["%NULL%", "{$user}", "${user}"] {
        let user = format!("account.1.user_name = {user}\n");
        assert_eq!(accounts(ON, &[&user, &user]), [], "{user}");
    }
    // The same account twice on one phone may be intended: an info.
    let twice = format!(
        "{ON}{USER}{}",
        format!("{ON}{USER}").replace(".1.e", ".2.e").replace("account.1", "account.2")
    );
    assert_eq!(accounts("", &[&twice]).len(), 1);
    assert_eq!(accounts(&format!("{ON}account.1.shared_line = 0\n"), &[USER, USER]).len(), 1);
}

#[test]
fn a_repeated_address_is_reported_at_each_line() {
    let addresses = |common: &str, phones: &[&str]| findings("duplicate-address", common, phones);
    let fixed = "static.network.internet_port.type = 2\n";
    let ip = "static.network.internet_port.ip = 10.0.0.5\n";
    let first = || vec!["0021f2000001.cfg".to_owned()];
    assert_eq!(addresses(fixed, &[ip, ip]), [("0021f2000002.cfg".into(), 2, first())]);
    let both = format!("{fixed}{ip}");
    assert_eq!(addresses(&both, &["", "", ""]), [("y000000000000.cfg".into(), 3, vec![])]);
    for common in ["", "static.network.internet_port.type = 0\n", "static.network.internet_port.type =\n"] {
        assert_eq!(addresses(common, &[ip, ip]), [], "{common}: the address comes from DHCP");
    }
    let v6 = format!("{fixed}static.network.ip_address_mode = 1\n");
    assert_eq!(addresses(&v6, &[ip, ip]), []);
    let other = "static.network.internet_port.ip = 10.0.0.6\n";
    let none = "static.network.internet_port.ip = 10.0.0.500\n";
    assert_eq!(addresses(fixed, &[ip, other, none, none, ""]), []);
}

#[test]
fn excluded_phones_are_compared_but_not_reported() {
    let site = tree(&[
        ("fvprov.toml", "[lint]\nexclude = [\"0021f2000001.cfg\"]\n".to_owned()),
        ("y000000000000.cfg", cfg(ON)),
        ("0021f2000001.cfg", cfg(USER)),
        ("0021f2000002.cfg", cfg(USER)),
    ]);
    let said = run(site.path(), &["lint", "--select", "duplicate-account", "--output-format", "json"]);
    assert_eq!(said.findings(), ["0021f2000002.cfg duplicate-account"]);
    assert_eq!(said.json()["summary"]["phones"], 2);
}
