//! See `weak-password.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::passwords::{Weakness, passwords};
use crate::lint::view::FileCx;

rule! { "weak-password", Warning, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for password in passwords(cx) {
        let Some(Weakness::Guessable(why)) = password.weakness() else { continue };
        sink.report(cx.common.place(password.at), || {
            Diagnostic::new(format!("weak password: it is {why}"))
                .help("set a random password of 12 or more letters and digits")
                .parameter(cx.common.name_text(password.at))
                .evidence(password.parameter.evidence)
        });
    }
}
