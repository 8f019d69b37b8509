//! See `quoted-value.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::value_form::{comment_start, is_quoted};
use crate::lint::view::{FileCx, SettingText};
use crate::text::residue::is_sentinel;
use crate::text::syntax::trim;

rule! { "quoted-value", Warning, Assumed, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.mentions_any(b"\"'") {
        return;
    }
    for setting in cx.settings().filter(|setting| is_quoted(setting.value.visible())) {
        sink.report(setting.value_place(), || {
            let name = setting.name_text().into_owned();
            let mut diagnostic = Diagnostic::new(format!(
                "phones may treat the quotes around the value of `{name}` as part of the value"
            ))
            .help(format!("write `{name} = …` without quotes"))
            .parameter(name);
            diagnostic.fix = fix(setting);
            diagnostic
        });
    }
}

/// Removes the quotes and the whitespace inside them. There is no fix if the value would become empty or a
/// sentinel, or would contain a comment: a person must decide.
fn fix(setting: SettingText<'_>) -> Option<Fix> {
    let inner = trim(setting.value.bytes().get(1..setting.value.bytes().len() - 1)?);
    if inner.is_empty() || comment_start(inner).is_some() || is_sentinel(inner) {
        return None;
    }
    let text = std::str::from_utf8(inner).ok()?;
    Some(Fix::guess("remove the quotes", vec![Edit::replace(setting.value_place(), text)]))
}
