//! Single settings in the cfg of one phone of a clean tree: which rule reports them, how severe, and with which help.
//! `single_settings/*.txt` contains the rows.

use std::collections::BTreeMap;

use crate::support::findings::{Report, lint};

const HEADER: &str = "#!version:1.0.0.1\n";

const COMMON: &str = "static.auto_provision.server.url = http://10.0.0.1/prov/\nstatic.auto_provision.power_on = 1\n\
                      local_time.ntp_server1 = ntp.example.com\n";

const PHONE: &str = "account.1.enable = 1\naccount.1.label = Desk\naccount.1.display_name = Anna Muster\n\
                     account.1.auth_name = a200\naccount.1.user_name = 200\naccount.1.password = Vn7x2Qk9mT\n\
                     account.1.sip_server.1.address = pbx.example.com\naccount.1.sip_server.1.port = 5060\n\
                     account.1.sip_server.1.transport_type = 0\n";

/// Replaces the lines of the same names, and adds the new lines.
fn with_lines(base: &str, new: &[&str]) -> String {
    fn name(line: &str) -> &str {
        line.split('=').next().unwrap_or_default().trim()
    }
    let old = base.lines().filter(|line| new.iter().all(|new| name(new) != name(line)));
    let lines: Vec<&str> = old.chain(new.iter().copied()).collect();
    format!("{HEADER}{}\n", lines.join("\n"))
}

/// The findings about the base tree with these lines, and the lines of the edited file that are new.
fn findings(input: &str) -> Vec<Report> {
    let (common, lines) = match input.strip_prefix("y: ") {
        Some(lines) => (true, lines),
        None => (false, input),
    };
    let lines: Vec<&str> = lines.split(" ;; ").collect();
    let none: &[&str] = &[];
    let (in_common, in_phone) = if common { (lines.as_slice(), none) } else { (none, lines.as_slice()) };
    let boot = "#!version:1.0.0.1\n# fvprov: model=fip14g\ninclude:config <y000000000000.cfg>\n\
                include:config <0021f2000001.cfg>\n";
    let files = BTreeMap::from([
        ("y000000000000.boot", "#!version:1.0.0.1\ninclude:config <y000000000000.cfg>\n".to_owned()),
        ("y000000000000.cfg", with_lines(COMMON, in_common)),
        ("0021f2000001.boot", boot.to_owned()),
        ("0021f2000001.cfg", with_lines(PHONE, in_phone)),
    ]);
    let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.into_bytes()));
    lint(files.collect()).into_iter().filter(|report| report.level != "hint").collect()
}

/// Checks one row: `input => clean` or `input => level[rule] words of the help / other words`.
fn mismatch(row: &str) -> Option<String> {
    let (input, expected) = row.split_once(" => ").expect("input => expected");
    let found = findings(input);
    let show = || {
        let line = |it: &Report| format!("\n    {}[{}] {}\n      {}", it.level, it.rule, it.message, it.help);
        found.iter().map(line).collect::<Vec<_>>().concat()
    };
    if expected == "clean" {
        return (!found.is_empty()).then(|| format!("{row}{}", show()));
    }
    let (level_and_rule, words) = expected.split_once(' ').unwrap_or((expected, ""));
    let (level, rule) = level_and_rule.split_once('[').unwrap_or((level_and_rule, ""));
    let words = words.trim().to_lowercase();
    let is_expected = |it: &Report| {
        it.level == level
            && (rule.is_empty() || it.rule == rule.trim_end_matches(']'))
            && words.split(" / ").any(|words| it.help.to_lowercase().contains(words))
    };
    let [one] = found.as_slice() else { return Some(format!("{row}{}", show())) };
    (!is_expected(one)).then(|| format!("{row}{}", show()))
}

fn check(rows: &str) {
    let rows = rows.lines().filter(|row| !row.is_empty() && !row.starts_with('#'));
    let mismatches: Vec<String> = rows.filter_map(mismatch).collect();
    assert!(mismatches.is_empty(), "{}", mismatches.join("\n"));
}

#[test]
fn the_base_tree_is_clean() {
    check("account.1.enable = 1 => clean");
}

#[test]
fn residue_of_programs_is_reported() {
    check(include_str!("single_settings/residue.txt"));
}

#[test]
fn addresses_that_no_phone_reaches_are_reported() {
    check(include_str!("single_settings/addresses.txt"));
}

#[test]
fn settings_without_partners_are_reported() {
    check(include_str!("single_settings/partners.txt"));
}

#[test]
fn values_of_other_types_are_reported() {
    check(include_str!("single_settings/types.txt"));
}

#[test]
fn values_that_violate_a_constraint_of_the_catalogue_are_reported() {
    check(include_str!("single_settings/constraints.txt"));
}

#[test]
fn advice_names_the_cure() {
    check(include_str!("single_settings/advice.txt"));
}
