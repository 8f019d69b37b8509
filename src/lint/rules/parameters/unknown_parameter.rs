//! See `unknown-parameter.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::name_check::{Verdict, unusual_names};
use crate::lint::view::FileCx;

rule! { "unknown-parameter", Warning, Assumed, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (setting, _) in unusual_names(cx).filter(|(_, verdict)| **verdict == Verdict::Unknown) {
        sink.report(cx.place(setting.name_span), || {
            let name = setting.name_text().into_owned();
            Diagnostic::new(format!("`{name}` is not a known parameter of Flyingvoice phones: phones may ignore this line"))
                .help("compare the name with the vendor's template for this model; if a phone accepts it, suppress this finding with a reason")
                .parameter(name)
        });
    }
}
