//! See `suppression-without-reason.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;

rule! { "suppression-without-reason", Warning, Certain, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let all = cx.directives().into_iter();
    for directive in all.filter(|directive| directive.understood && !directive.has_reason) {
        sink.report(directive.at, || {
            Diagnostic::new("this suppression has no reason: other people cannot determine when to remove it")
                .help("write the reason after the brackets")
        });
    }
}
