//! See `default-password.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::passwords::{Weakness, passwords};
use crate::lint::view::FileCx;

rule! { "default-password", Error, Certain, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for password in passwords(cx) {
        let message = match password.weakness() {
            Some(Weakness::Default) => "this is a factory password: attackers try it first",
            Some(Weakness::UserName) => "the password is the same as the user name: attackers try it first",
            _ => continue,
        };
        sink.report(cx.common.place(password.at), || {
            Diagnostic::new(message)
                .help("set a long random password, a different one for each phone and account")
                .parameter(cx.common.name_text(password.at))
                .evidence(password.parameter.evidence)
        });
    }
}
