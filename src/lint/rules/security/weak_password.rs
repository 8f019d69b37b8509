//! See `weak-password.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::FileCx;
use crate::lint::facts::passwords::{Weakness, passwords};

rule! { "weak-password", Warning, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for password in passwords(cx) {
        let Some(Weakness::Guessable(why)) = password.weakness() else { continue };
        sink.report(cx.common.place(password.at), || {
            Diagnostic::new(format!("this password is soon guessed: it is {why}"))
                .help("choose a random one of 12 characters or more, letters and digits mixed")
                .parameter(cx.common.name_text(password.at))
                .evidence(password.parameter.evidence)
        });
    }
}
