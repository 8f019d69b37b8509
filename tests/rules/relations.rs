//! The relations of the catalogue: a phone that sets the partner of a setting has no finding about the setting.

use std::collections::{BTreeMap, BTreeSet};

use fvprov::catalogue::{RelationKind, Schema};

use crate::support::program::run;
use crate::support::tree::{cfg, tree};

/// The messages of a rule for one phone with these lines.
fn messages(rule: &str, lines: &str) -> Vec<String> {
    let site = tree(&[("0021f2000001.cfg", cfg(lines))]);
    let report =
        run(site.path(), &["lint", "--select", rule, "--output-format", "json", "--fail-on", "never"]).json();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["message"].as_str().unwrap().to_owned()).collect()
}

fn partners(lines: &str) -> Vec<String> {
    messages("missing-partner", lines)
}

/// A name with index 1 for the letters of `name`, and index 2 for other letters.
fn with_indices(pattern: &str, name: &str) -> String {
    let segments = pattern.split('.').map(|segment| match segment {
        "X" | "Y" if name.split('.').any(|own| own == segment) => "1",
        "X" | "Y" => "2",
        other => other,
    });
    segments.collect::<Vec<_>>().join(".")
}

#[test]
fn every_partner_of_the_catalogue_is_found() {
    let needs =
        || Schema::builtin().relations().iter().filter(|relation| relation.kind == RelationKind::Needs);
    let mut files = Vec::new();
    let mut settings = BTreeMap::new();
    for relation in needs() {
        let any = vec!["1".to_owned()];
        let values = if relation.values.is_empty() { &any } else { &relation.values };
        for value in values {
            let name = with_indices(&relation.name, &relation.name);
            // The partners of the other relations of the setting, too.
            let all = needs().filter(|other| other.name == relation.name && other.applies(value));
            let partners: BTreeSet<String> = all
                .flat_map(|other| {
                    let value = other.other_values.first().map_or("1", String::as_str);
                    other
                        .others
                        .iter()
                        .map(move |it| format!("{} = {value}\n", with_indices(it, &other.name)))
                })
                .collect();
            let file = format!("0021f2{:06x}.cfg", files.len() + 1);
            settings.insert(file.clone(), name.clone());
            let partners: String = partners.into_iter().collect();
            files.push((file, cfg(&format!("{name} = {value}\n{partners}"))));
        }
    }
    let files: Vec<(&str, String)> = files.iter().map(|(file, text)| (file.as_str(), text.clone())).collect();
    let site = tree(&files);
    let mut rules: BTreeSet<&str> = needs().filter_map(|relation| relation.rule.as_deref()).collect();
    rules.insert("missing-partner");
    let rules = rules.into_iter().collect::<Vec<_>>().join(",");
    let report =
        run(site.path(), &["lint", "--select", &rules, "--output-format", "json", "--fail-on", "never"])
            .json();
    for finding in report["findings"].as_array().unwrap() {
        let setting = &settings[finding["file"].as_str().unwrap()];
        let message = finding["message"].as_str().unwrap();
        assert!(!message.starts_with(&format!("`{setting}")), "{message}");
        assert_ne!(finding["start"]["line"], 2, "{setting}: {message}");
    }
}

#[test]
fn a_partner_with_any_index_is_found() {
    for lines in [
        "linekey.1.type = 12\nvoice_mail.number.1 = *97\n",
        "linekey.1.type = 12\nvoice_mail.number.3 = *97\n",
        "static.wifi.enable = 1\nstatic.wifi.1.ssid = office\n",
        "linekey.2.type = 39\naccount.1.blf.blf_list_uri = list\n",
        "linekey.3.type = 66\nmulticast.paging_address.1.ip_address = 224.5.6.20:10008\n",
    ] {
        assert_eq!(partners(lines), [""; 0], "{lines}");
    }
}

#[test]
fn a_missing_partner_with_any_index_is_named_without_an_index() {
    let found = partners("linekey.2.type = 12\n");
    assert!(found[0].contains("needs `voice_mail.number.X`, which none of this phone's files"), "{found:?}");
    let found = partners("static.wifi.enable = 1\nstatic.wifi.2.ssid =\n");
    assert!(found[0].contains("needs `static.wifi.X.ssid`, which has an empty value"), "{found:?}");
}

#[test]
fn unused_wifi_needs_no_password() {
    let mode = "static.wifi.1.security_mode = WPA2-PSK\n";
    assert_eq!(partners(&format!("static.wifi.enable = 1\nstatic.wifi.1.ssid = office\n{mode}")).len(), 1);
    assert_eq!(partners(&format!("static.wifi.enable = 0\nstatic.wifi.1.ssid = office\n{mode}")), [""; 0]);
    let other = "static.wifi.enable = 1\nstatic.wifi.1.ssid =\nstatic.wifi.2.ssid = office\n";
    assert_eq!(partners(&format!("{other}{mode}")), [""; 0]);
}

#[test]
fn ldap_keys_and_directory_keys_open_a_directory() {
    let labels = |key: u32, label: &str| {
        messages("label-type-mismatch", &format!("linekey.1.type = {key}\nlinekey.1.label = {label}\n"))
    };
    assert_eq!(labels(38, "Directory"), [""; 0]);
    assert_eq!(labels(29, "LDAP"), [""; 0]);
    assert_eq!(labels(5, "LDAP").len(), 1);
}

#[test]
fn ports_are_compared_as_numbers() {
    let account = |index: u32, port: &str| {
        format!(
            "account.{index}.enable = 1\naccount.{index}.sip_server.1.address = sip.example.com\n\
             account.{index}.sip_server.1.port = {port}\n"
        )
    };
    let differ =
        |a: &str, b: &str| messages("accounts-differ", &format!("{}{}", account(1, a), account(2, b))).len();
    assert_eq!(differ("5060", "05060"), 0);
    assert_eq!(differ("5060", "5063"), 1);
}
