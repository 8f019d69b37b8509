//! See `no-trigger.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;

rule! { "no-trigger", Warning, Certain, Phone(check) }

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some(power_on) = cx.assignment_with("static.auto_provision.power_on", "0") else { return };
    let Some(repeat) = cx.assignment_with("static.auto_provision.repeat.enable", "0") else { return };
    sink.report(cx.place(power_on), || {
        Diagnostic::new(
            "the phone requests its files neither at start nor periodically: a change reaches it only after a check-sync",
        )
        .help("set `static.auto_provision.power_on` or `static.auto_provision.repeat.enable` to 1")
        .related(cx.place(repeat), "periodic requests are turned off here")
        .parameter("static.auto_provision.power_on")
        .evidence(cx.common.evidence(power_on).min(cx.common.evidence(repeat)))
    });
}
