//! See `unusual-repeat-interval.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::MemberCx;

rule! { "unusual-repeat-interval", Warning, Certain, Phone(check), renamed_from: &["odd-repeat-interval"] }

const NAME: &str = "static.auto_provision.repeat.minutes";

fn check(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
    let Some((at, value)) = cx.value(NAME) else { return };
    let message = match value.parse::<u32>() {
        Some(1..10) => {
            "the phone asks for its files every few minutes: many phones at once are a load for the server"
        }
        Some(3600) => {
            "the interval counts in minutes: this is 60 hours, not the hour that 3600 seconds would be"
        }
        // What is no number, or 0, is invalid-value's.
        _ => return,
    };
    if cx.assignment_with("static.auto_provision.repeat.enable", "0").is_some() {
        return;
    }
    sink.report(cx.place(at), || {
        Diagnostic::new(message)
            .help(format!("write the minutes between two runs, such as `{NAME} = 60`"))
            .parameter(NAME)
            .evidence(cx.common.evidence(at))
    });
}
