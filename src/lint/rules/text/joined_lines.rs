//! See `joined-lines.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::value_check::check_value;
use crate::lint::view::{FileCx, SettingText};
use crate::text::source::Span;
use crate::text::syntax::is_whitespace;

rule! { "joined-lines", Error, Certain, File(check), precedence: Line(2), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for setting in cx.settings() {
        let Some((at, second)) = joined(cx, setting) else { continue };
        sink.report(setting.value_part(at..at + second.len()), || {
            let first = setting.name_text().into_owned();
            let mut diagnostic = Diagnostic::new(format!(
                "two lines are joined: the phone reads `{second}` as part of the value of `{first}`, and applies neither setting"
            ))
            .help(format!("start a new line before `{second}`"));
            diagnostic.fix = fix(cx, setting, &first, at, second);
            diagnostic.parameter(first)
        });
    }
}

/// Inserts a line ending before the second name, if the first value is empty or valid without the second
/// name, and the file does not set the second name elsewhere. If a dot precedes the second name, the name is
/// part of a longer one.
fn fix(cx: &FileCx<'_>, setting: SettingText<'_>, first: &str, at: usize, second: &str) -> Option<Fix> {
    let value = setting.value.bytes().get(..at)?.trim_ascii_end();
    let text = std::str::from_utf8(value).ok()?;
    let parameter = cx.common.schema.parameter(first)?;
    let is_odd = text.ends_with('.') || text.contains(char::is_control);
    if is_odd || check_value(parameter, text).is_some() || cx.sets(second) {
        return None;
    }
    let second = setting.value_place().span.start as usize + at;
    let before = cx.visible(Span::new(setting.name_span.start as usize, second));
    let between = cx.place(Span::new(second - before.len() + before.trim_ascii_end().len(), second));
    Some(Fix::guess("start a new line", vec![Edit::replace(between, cx.line_end())]))
}

/// First known name followed by `=` in a value, and its offset in the value.
fn joined<'a>(cx: &FileCx<'_>, setting: SettingText<'a>) -> Option<(usize, &'a str)> {
    let value = setting.value.visible();
    memchr::memchr_iter(b'=', value).find_map(|sign| {
        let before = value.get(..sign)?;
        let end = before.iter().rposition(|b| !is_whitespace(*b))? + 1;
        let start = before[..end]
            .iter()
            .rposition(|b| !(b.is_ascii_alphanumeric() || b"._-".contains(b)))
            .map_or(0, |at| at + 1);
        let word = std::str::from_utf8(before.get(start..end)?).ok()?;
        let in_query = start.checked_sub(1).and_then(|at| value.get(at)).is_some_and(|b| b"?&;".contains(b));
        let is_own = start == 0 && word.as_bytes() == setting.name; // reported by repeated-name-in-value
        if in_query || is_own || word.len() > LONGEST {
            return None;
        }
        // The first value can end directly before the name, so every suffix of the word is checked.
        (0..word.len()).map(|at| (at, &word[at..])).find_map(|(at, name)| {
            let known = name.contains('.') && cx.common.schema.parameter(name).is_some();
            known.then_some((start + at, name))
        })
    })
}

/// Maximum length of a word to search, in bytes. A name joined to the end of a
/// value is never longer than this.
const LONGEST: usize = 256;
