//! See `incomplete-account.md`.

use std::collections::BTreeMap;

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::relation::{Related, unmet};
use crate::lint::view::{Account, MemberCx};
use crate::tree::load::Assignment;

rule! { "incomplete-account", Error, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    // "Any other phone" cannot have settings that belong in a phone's own files.
    if cx.is_any() {
        return;
    }
    let mut missing: BTreeMap<Assignment, Vec<Related<'_>>> = BTreeMap::new();
    for partner in unmet(cx, Some("incomplete-account")) {
        missing.entry(partner.setting.at).or_default().push(partner.setting);
    }
    for (enable, settings) in missing {
        report(cx, enable, &settings, sink);
    }
    for (account, enable, value) in cx.accounts("account.X.enable") {
        if value == "0" {
            check_disabled(cx, account, enable, sink);
        }
    }
}

fn report(cx: &MemberCx<'_>, enable: Assignment, settings: &[Related<'_>], sink: &mut Sink<'_>) {
    sink.report(cx.place(enable), || {
        let words: Vec<&str> = settings.iter().map(|setting| word(&setting.relation.others[0])).collect();
        let names: Vec<String> = settings.iter().map(Related::others_text).collect();
        let enable = settings[0].name.as_ref();
        let account = enable.split('.').nth(1).unwrap_or_default();
        Diagnostic::new(format!(
            "account {account} is on but has no {}: the phone cannot register it",
            words.join(" and no ")
        ))
        .help(format!(
            "set {} for this phone, or set `{enable} = 0` if it does not use this account",
            names.join(" and ")
        ))
        .parameter(enable)
    });
}

/// The term that messages use for an account parameter.
fn word(name: &str) -> &str {
    match name {
        "account.X.user_name" => "user name",
        "account.X.password" => "password",
        _ => "server address",
    }
}

fn check_disabled(cx: &MemberCx<'_>, account: Account<'_>, enable: Assignment, sink: &mut Sink<'_>) {
    let Some((password, _)) = account.value("password") else { return };
    // A value of 0 in a later file disables the account intentionally.
    if enable.file != password.file && cx.comes_after(enable, password) {
        return;
    }
    sink.report(cx.place(password), || {
        let index = account.index;
        Diagnostic::new(format!("account {index} has a password but is off: the phone does not register it"))
            .level(Level::Warning)
            .help(format!("set `account.{index}.enable = 1`, or remove the password of an unused account"))
            .related(cx.place(enable), "the account is turned off here")
            .parameter(account.name("password"))
    });
}
