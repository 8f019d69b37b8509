//! See `expired-suppression.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{FileCx, is_date};

rule! { "expired-suppression", Error, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let all = cx.directives().into_iter();
    for directive in all.filter(|directive| directive.understood && directive.is_expired(cx.common.today)) {
        let until = directive.until.as_deref().unwrap_or_default();
        sink.report(directive.at, || {
            if is_date(until) {
                Diagnostic::new(format!(
                    "this suppression expired after {until}: it no longer suppresses anything"
                ))
                .help("fix the fault and remove the comment, or set a later date")
            } else {
                Diagnostic::new("the value of `until=` is not a date: this comment suppresses nothing")
                    .help("write a date such as `until=2027-06-30`, the last day of the suppression")
            }
        });
    }
}
