//! See `suppression_without_reason.md`.

use crate::lint::directives;
use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "suppression-without-reason",
    group: Group::Own,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("suppression_without_reason.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let all = directives(cx.file, cx.document, cx.text).into_iter();
    for directive in all.filter(|directive| directive.understood && !directive.has_reason) {
        sink.report(directive.at, || {
            Draft::new("this suppression does not say why: nobody will know when it may go")
                .help("write the reason behind the brackets")
        });
    }
}
