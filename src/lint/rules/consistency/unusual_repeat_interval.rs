//! See `unusual-repeat-interval.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::MemberCx;

rule! { "unusual-repeat-interval", Warning, Certain, Phone(check), renamed_from: &["odd-repeat-interval"] }

const NAME: &str = "static.auto_provision.repeat.minutes";

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some((at, value)) = cx.value(NAME) else { return };
    let message = match value.parse::<u32>() {
        Some(1..10) => {
            "the phone requests its files every few minutes: many phones cause a high load on the server"
        }
        Some(3600) => "the interval is in minutes: `3600` is 60 hours, not one hour",
        // The rule invalid-value reports 0 and values that are not numbers.
        _ => return,
    };
    if cx.assignment_with("static.auto_provision.repeat.enable", "0").is_some() {
        return;
    }
    sink.report(cx.place(at), || {
        Diagnostic::new(message)
            .help(format!("set the number of minutes between requests, for example `{NAME} = 60`"))
            .parameter(NAME)
            .evidence(cx.common.evidence(at))
    });
}
