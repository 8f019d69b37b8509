//! See `sentinel_value.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};

pub static RULE: Rule = Rule {
    name: "sentinel-value",
    group: Group::Text,
    level: Level::Warning,
    ground: Ground::Compatible,
    standing: Standing::Setting,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("sentinel_value.md"),
};

/// What Yealink's phones take for "nothing" and for "empty".
const SENTINELS: [&[u8]; 2] = [b"%NULL%", b"%EMPTY%"];

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if memchr::memchr(b'%', cx.text).is_none() {
        return;
    }
    for setting in cx.settings().filter(|setting| is_sentinel(setting.value)) {
        sink.report(cx.place(setting.value_span), || {
            let name = setting.name_text().into_owned();
            Draft::new(format!(
                "`%NULL%` and `%EMPTY%` are Yealink's words: a Flyingvoice phone may take this one as the value of `{name}`"
            ))
            .help("write the value that is meant; to leave what the phone has, remove the line")
            .parameter(name)
        });
    }
}

/// Whether a value is one of these words.
pub(super) fn is_sentinel(value: &[u8]) -> bool {
    SENTINELS.iter().any(|sentinel| value.eq_ignore_ascii_case(sentinel))
}
