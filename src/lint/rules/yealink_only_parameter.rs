//! See `yealink_only_parameter.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing, Verdict};

pub static RULE: Rule = Rule {
    name: "yealink-only-parameter",
    group: Group::Parameters,
    level: Level::Warning,
    ground: Ground::Compatible,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("yealink_only_parameter.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (setting, _) in cx.odd_names().filter(|(_, verdict)| **verdict == Verdict::YealinkOnly) {
        sink.report(cx.place(setting.name_span), || {
            let name = setting.name_text().into_owned();
            Draft::new(format!("`{name}` is a parameter of Yealink's that Flyingvoice phones are not known to take"))
                .help("remove the line, or try it on a phone; if the phone takes it, suppress this finding and say so")
                .parameter(name)
        });
    }
}
