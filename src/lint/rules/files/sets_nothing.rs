//! See `sets-nothing.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::account_setup::{CfgContent, cfg_content, has_account, root_accounts};
use crate::lint::view::{FileCx, MemberCx};
use crate::text::source::Place;
use crate::tree::names::Kind;

const NO_SETTING: &str = "phones that read this file get no settings from it";

rule! { "sets-nothing", Error, Certain, File(check), precedence: Free, lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Cfg) || cx.readers().next().is_none() {
        return;
    }
    let content = cfg_content(&cx.common, cx.file);
    let what = match content {
        CfgContent::Nothing => "is empty",
        CfgContent::Comments => "contains only comments",
        CfgContent::EmptyValues => "contains only empty values",
        CfgContent::Something => return,
    };
    let leaves_phone_without_account = cx.readers().any(|phone| leaves_without_account(cx, &phone));
    sink.report(Place::whole(cx.file), || {
        let (level, effect) = match leaves_phone_without_account {
            true => (Level::Error, "its phone has no enabled account, so it does not register"),
            false if content == CfgContent::Nothing => (Level::Warning, NO_SETTING),
            false => (Level::Hint, NO_SETTING),
        };
        Diagnostic::new(format!("this file {what}: {effect}"))
            .help("generate or copy the file again, or add a comment if it is empty on purpose")
            .level(level)
    });
}

/// Whether the file is a phone's own cfg and leaves the phone without an account, in a tree that sets up
/// accounts.
fn leaves_without_account(cx: &FileCx<'_>, phone: &MemberCx<'_>) -> bool {
    phone.own().cfg == Some(cx.file)
        && !has_account(phone)
        && !phone.has_gaps()
        && !root_accounts(&cx.common, phone.root_index()).provides_no_accounts()
}
