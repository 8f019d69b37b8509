//! See `expired-suppression.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::{FileCx, is_date};

rule! { "expired-suppression", Error, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let all = cx.directives().into_iter();
    for directive in all.filter(|directive| directive.understood && directive.is_expired(cx.common.today)) {
        let until = directive.until.as_deref().unwrap_or_default();
        sink.report(directive.at, || {
            if is_date(until) {
                Diagnostic::new(format!(
                    "this suppression ended after {until}: it suppresses nothing any more"
                ))
                .help("mend what it excused, or set a later date, and remove the comment when it is done")
            } else {
                Diagnostic::new("what follows `until=` is no date: this suppresses nothing")
                    .help("write a date such as `until=2027-06-30`; it is the last day of the suppression")
            }
        });
    }
}
