//! See `default_password.md`.

use crate::lint::passwords::{Weakness, passwords};
use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "default-password",
    group: Group::Security,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("default_password.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for password in passwords(cx) {
        let message = match password.weakness() {
            Some(Weakness::Default) => {
                "this is a password that devices leave the factory with: it is tried first"
            }
            Some(Weakness::UserName) => "the password is the user's name: it is tried first",
            _ => continue,
        };
        sink.report(cx.common.workspace.place(password.at), || {
            Draft::new(message)
                .help("choose a long random password, another one for each phone and account")
                .parameter(cx.common.workspace.names.text(cx.common.workspace.name(password.at)))
                .evidence(password.parameter.evidence)
        });
    }
}
