//! See `yealink-only-parameter.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::name_check::{Verdict, unusual_names};
use crate::lint::view::FileCx;

rule! { "yealink-only-parameter", Warning, Compatible, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (setting, _) in unusual_names(cx).filter(|(_, verdict)| **verdict == Verdict::YealinkOnly) {
        sink.report(cx.place(setting.name_span), || {
            let name = setting.name_text().into_owned();
            Diagnostic::new(format!("`{name}` is a Yealink parameter that Flyingvoice phones are not known to support: phones may ignore this line"))
                .help("remove the line, or test it on a phone; if the phone accepts it, suppress this finding with a reason")
                .parameter(name)
        });
    }
}
