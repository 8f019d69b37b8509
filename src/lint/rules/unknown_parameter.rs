//! See `unknown_parameter.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing, Verdict};

pub static RULE: Rule = Rule {
    name: "unknown-parameter",
    group: Group::Parameters,
    level: Level::Warning,
    ground: Ground::Assumed,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("unknown_parameter.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (setting, _) in cx.odd_names().filter(|(_, verdict)| **verdict == Verdict::Unknown) {
        sink.report(cx.place(setting.name_span), || {
            let name = setting.name_text().into_owned();
            Draft::new(format!("`{name}` is no parameter that Flyingvoice phones are known to take, so this line most likely does nothing"))
                .help("compare the name with the vendor's template for this model; if a phone does take it, suppress this finding and say so")
                .parameter(name)
        });
    }
}
