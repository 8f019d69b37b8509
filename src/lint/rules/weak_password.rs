//! See `weak_password.md`.

use crate::lint::passwords::{Weakness, passwords};
use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "weak-password",
    group: Group::Security,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("weak_password.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for password in passwords(cx) {
        let Some(Weakness::Guessable(why)) = password.weakness() else { continue };
        sink.report(cx.common.workspace.place(password.at), || {
            Draft::new(format!("this password is soon guessed: it is {why}"))
                .help("choose a random one of 12 characters or more, letters and digits mixed")
                .parameter(cx.common.workspace.names.text(cx.common.workspace.name(password.at)))
                .evidence(password.parameter.evidence)
        });
    }
}
