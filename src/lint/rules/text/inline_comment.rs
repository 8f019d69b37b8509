//! See `inline-comment.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::value_form::{comment_start, is_quoted};
use crate::lint::view::{FileCx, SettingText};
use crate::text::source::{Place, Span};
use crate::text::syntax::trim;

rule! { "inline-comment", Warning, Assumed, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for setting in cx.settings() {
        let Some(at) = comment_start(setting.value.visible()) else { continue };
        let Place { file, span } = setting.value_place();
        let comment = Place { file, span: Span { start: span.start + at as u32, end: span.end } };
        sink.report(comment, || {
            let name = setting.name_text().into_owned();
            let mut diagnostic = Diagnostic::new(format!(
                "`#` does not begin a comment here: phones may use it and the rest of the line as part of the value of `{name}`"
            ))
            .help("move the comment to a separate line above this one");
            diagnostic.fix = fix(cx, setting, &name, at);
            diagnostic.parameter(name)
        });
    }
}

/// Moves the comment to a line above. Quoted values have no fix, because a `#` inside quotes is probably part of
/// the value. Secrets have no fix, because part of the password must not become a readable comment.
fn fix(cx: &FileCx<'_>, setting: SettingText<'_>, name: &str, at: usize) -> Option<Fix> {
    let value = setting.value.bytes();
    if is_quoted(value) || cx.common.schema.is_secret(name) {
        return None;
    }
    let (value, comment) = value.split_at(at);
    let comment = std::str::from_utf8(comment).ok()?;
    let start = setting.value_place().span.start + trim(value).len() as u32;
    let end = cx.behind(&setting).span.end;
    let edits = vec![
        Edit::replace(cx.above(setting.line), format!("{comment}{}", cx.line_end())),
        Edit::remove(cx.place(Span { start, end })),
    ];
    Some(Fix::guess("move the comment to a separate line above", edits))
}
