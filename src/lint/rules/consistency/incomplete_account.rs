//! See `incomplete-account.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::view::{Account, MemberCx};
use crate::tree::load::Assignment;

rule! { "incomplete-account", Error, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    // "Any other phone" cannot have settings that belong in a phone's own files.
    if cx.is_any() {
        return;
    }
    for (account, enable, value) in cx.accounts("account.X.enable") {
        if value == "1" {
            check_enabled(cx, account, enable, sink);
        } else if value == "0" {
            check_disabled(cx, account, enable, sink);
        }
    }
}

fn check_enabled(cx: &MemberCx<'_>, account: Account<'_>, enable: Assignment, sink: &mut Sink<'_>) {
    let needed =
        [("user_name", "user name"), ("password", "password"), ("sip_server.1.address", "server address")];
    let has_second = !account.lacks("sip_server.2.address");
    let missing: Vec<(&str, &str)> = needed
        .into_iter()
        .filter(|(part, _)| account.lacks(part) && !(has_second && part.starts_with("sip_server")))
        .collect();
    if missing.is_empty() {
        return;
    }
    sink.report(cx.place(enable), || {
        let words: Vec<&str> = missing.iter().map(|(_, words)| *words).collect();
        let names: Vec<String> =
            missing.iter().map(|(part, _)| format!("`{}`", account.name(part))).collect();
        Diagnostic::new(format!(
            "account {} is on but has no {}: the phone cannot register it",
            account.index,
            words.join(" and no ")
        ))
        .help(format!(
            "set {} for this phone, or set `{} = 0` if it does not use this account",
            names.join(" and "),
            account.name("enable")
        ))
        .parameter(account.name("enable"))
    });
}

fn check_disabled(cx: &MemberCx<'_>, account: Account<'_>, enable: Assignment, sink: &mut Sink<'_>) {
    let Some((password, _)) = account.value("password") else { return };
    // A value of 0 in a later file disables the account on purpose.
    if enable.file != password.file && cx.comes_after(enable, password) {
        return;
    }
    sink.report(cx.place(password), || {
        let index = account.index;
        Diagnostic::new(format!("account {index} has a password but is off: the phone does not register it"))
            .level(Level::Warning)
            .help(format!("set `account.{index}.enable = 1`, or remove the password of an unused account"))
            .related(cx.place(enable), "the account is switched off here")
            .parameter(account.name("password"))
    });
}
