//! See `sets-nothing.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Place;
use crate::text::syntax::LineKind;
use crate::tree::load::State;
use crate::tree::names::Kind;

rule! { "sets-nothing", Error, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is(Kind::Cfg) || *cx.state() != State::Read || cx.readers().next().is_none() {
        return;
    }
    // Comments mark a file that is empty on purpose.
    let is_empty = cx.lines().all(|line| matches!(line.kind(), LineKind::Blank | LineKind::Header));
    if !is_empty {
        return;
    }
    let leaves_phone_without_account = cx.is_phones_own() && lacks_accounts(cx);
    sink.report(Place::whole(cx.file), || {
        let (level, effect) = match leaves_phone_without_account {
            true => (Level::Error, "its phone has no account that is on"),
            false => (Level::Warning, "phones that read it get no setting from it"),
        };
        Diagnostic::new(format!("this file sets nothing: {effect}"))
            .help("generate or copy the file again, or add a comment if it is empty on purpose")
            .level(level)
    });
}

/// Whether the phone of the file has no account that is on, although files of the tree set up accounts.
fn lacks_accounts(cx: &FileCx<'_>) -> bool {
    let sets_accounts = !cx.common.parameter_index.names("account.X.enable").is_empty();
    sets_accounts
        && cx.readers().all(|phone| phone.accounts("account.X.enable").all(|(_, _, value)| value != "1"))
}
