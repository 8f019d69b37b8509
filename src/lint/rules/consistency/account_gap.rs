//! See `account-gap.md`.

use std::collections::BTreeSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;

rule! { "account-gap", Hint, Assumed, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_counted() {
        return;
    }
    let accounts: Vec<_> = cx.accounts("account.X.enable").filter(|(account, ..)| account.is_on()).collect();
    let enabled: BTreeSet<u32> = accounts.iter().map(|(account, ..)| account.index).collect();
    for (account, at, _) in accounts {
        let Some(before) = account.index.checked_sub(1).filter(|before| *before > 0) else { continue };
        if enabled.contains(&before) || !cx.lacks(&format!("account.{before}.enable")) {
            continue;
        }
        sink.report(cx.place(at), || {
            Diagnostic::new(format!(
                "account {} is on, but none of the phone's files sets account {before}",
                account.index
            ))
            .help(format!("use account {before}, or check the index of this account"))
            .parameter(account.name("enable"))
        });
    }
}
