//! See `redundant_setting.md`.

use crate::lint::{Check, Draft, Fix, Ground, Group, Level, NameCx, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "redundant-setting",
    group: Group::Parameters,
    level: Level::Info,
    ground: Ground::Likely,
    standing: Standing::Setting,
    needs_all: true,
    check: Check::Name(check),
    page: include_str!("redundant_setting.md"),
};

fn check(cx: &NameCx<'_>, sink: &mut Sink<'_>) {
    if cx.repeats() {
        return;
    }
    for pair in cx.history.windows(2) {
        let &[before, again] = pair else { continue };
        let same = cx.value(before) == cx.value(again) && !cx.value(again).is_empty();
        if !same || before.file == again.file {
            continue;
        }
        sink.report(cx.place(again), || {
            let name = cx.name().into_owned();
            Draft::new(format!("`{name}` already has this value on every phone that reads this line"))
                .help("remove this line, unless it is meant to stay when the earlier one changes")
                .related(cx.place(before), "the value comes from here")
                .fix(Fix::safe("remove this line", cx.common.without(again)))
                .parameter(name)
        });
    }
}
