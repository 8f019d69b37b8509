//! Fixes comments that follow a value on the same line.

use super::value_form::is_quoted;
use crate::lint::api::{Edit, Fix};
use crate::lint::view::{FileCx, SettingText};
use crate::text::comment;
use crate::text::source::Span;
use crate::text::syntax::trim;

/// Moves the comment that begins at an offset in the value to a separate line above. There is no fix for
/// quoted values, because a comment mark inside quotes is probably part of the value. There is no fix for
/// secrets, because part of the password must not become a readable comment.
pub fn move_comment(cx: &FileCx<'_>, setting: SettingText<'_>, at: usize) -> Option<Fix> {
    let value = setting.value.bytes();
    if is_quoted(value) || cx.common.schema.is_secret(&setting.name_text()) {
        return None;
    }
    let (value, comment) = value.split_at_checked(at)?;
    let comment = comment::text(std::str::from_utf8(comment).ok()?);
    let start = setting.value_place().span.start + trim(value).len() as u32;
    let end = cx.behind(&setting).span.end;
    let remove = Edit::remove(cx.place(Span { start, end }));
    if comment.is_empty() {
        return Some(Fix::guess("remove the empty comment", vec![remove]));
    }
    let above = Edit::replace(cx.above(setting.line), format!("# {comment}{}", cx.line_end()));
    Some(Fix::guess("move the comment to a separate line above", vec![above, remove]))
}
