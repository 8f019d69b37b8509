//! See `quoted_value.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "quoted-value",
    group: Group::Text,
    level: Level::Warning,
    ground: Ground::Assumed,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("quoted_value.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if memchr::memchr2(b'"', b'\'', cx.text).is_none() {
        return;
    }
    for setting in cx.settings().filter(|setting| is_quoted(setting.value)) {
        sink.report(cx.place(setting.value_span), || {
            let name = setting.name_text().into_owned();
            Draft::new(format!("the quotes around the value of `{name}` are taken as part of it"))
                .help(format!("write `{name} = …` without the quotes"))
                .parameter(name)
        });
    }
}

/// Whether one pair of quotes stands around a value. What holds more of them is a list, or meant so.
pub(super) fn is_quoted(value: &[u8]) -> bool {
    match value {
        [first @ (b'"' | b'\''), inner @ .., last] => first == last && !inner.contains(first),
        _ => false,
    }
}
