//! See `phone-without-account.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::account_setup::{CfgContent, cfg_content, has_account, root_accounts};
use crate::lint::view::MemberCx;
use crate::text::source::Place;

rule! { "phone-without-account", Warning, Certain, Phone(check), precedence: Free }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let own = cx.own();
    let Some(file) = own.cfg.or(own.boot) else { return };
    if has_account(cx) || cx.has_gaps() || is_for_others(cx) {
        return;
    }
    let root = root_accounts(&cx.common, cx.root_index());
    if !root.usually_has_account() {
        return;
    }
    let off = cx.accounts("account.X.enable").next();
    sink.report(off.map_or(Place::whole(file), |(_, at, _)| cx.place(at)), || {
        let diagnostic = Diagnostic::new(format!(
            "no account on this phone is enabled, so it does not register: {} of {} phones in this directory have an enabled account",
            root.with_account, root.phones
        ));
        match off {
            Some((account, ..)) => diagnostic
                .help(format!("set `{} = 1`, or suppress this finding if the phone needs no account", account.name("enable")))
                .parameter(account.name("enable")),
            None => diagnostic.help(
                "set up an account in the phone's own cfg, with `account.1.enable = 1`, or suppress this finding if the phone needs no account",
            ),
        }
    });
}

/// Whether a different rule reports the cause: the phone's own cfg sets nothing or is not read, the boot file
/// includes no file, or an account with a password is disabled. The rule incomplete-account decides whether
/// that account is disabled intentionally.
fn is_for_others(cx: &MemberCx<'_>) -> bool {
    let own_cfg = cx.own().cfg;
    own_cfg.is_some_and(|cfg| {
        let is_read = cx.chain().reads.iter().any(|read| read.file == cfg);
        !is_read || cfg_content(&cx.common, cfg) != CfgContent::Something
    }) || cx.accounts("account.X.password").any(|(account, ..)| account.is_off())
        || cx.chain().boot.is_some_and(|boot| cx.common.includes(boot).is_empty())
}
