//! See `quoted_value.md`.

use super::inline_comment::comment_start;
use super::sentinel_value::is_sentinel;
use crate::lint::{Check, Draft, Edit, FileCx, Fix, Ground, Group, Level, Rule, SettingText, Sink, Standing};
use crate::text::syntax::trim;

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
            let mut draft =
                Draft::new(format!("the quotes around the value of `{name}` are taken as part of it"))
                    .help(format!("write `{name} = …` without the quotes"))
                    .parameter(name);
            draft.fix = fix(cx, setting);
            draft
        });
    }
}

/// Takes the quotes away, and the blanks that they enclosed. What would be nothing without them, or a remark, is
/// left for a person to decide.
fn fix(cx: &FileCx<'_>, setting: SettingText<'_>) -> Option<Fix> {
    let inner = trim(setting.value.get(1..setting.value.len() - 1)?);
    if inner.is_empty() || comment_start(inner).is_some() || is_sentinel(inner) {
        return None;
    }
    let text = std::str::from_utf8(inner).ok()?;
    Some(Fix::guess("remove the quotes", vec![Edit::replace(cx.place(setting.value_span), text)]))
}

/// Whether one pair of quotes stands around a value. What holds more of them is a list, or meant so.
pub(super) fn is_quoted(value: &[u8]) -> bool {
    match value {
        [first @ (b'"' | b'\''), inner @ .., last] => first == last && !inner.contains(first),
        _ => false,
    }
}
