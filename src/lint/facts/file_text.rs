//! Why the lines of a file are not checked.

use crate::lint::ask::FileCx;
use crate::text::source::Span;
use crate::text::syntax::{self, Wrapping};

/// What hides the settings of a file.
pub fn wrapping(cx: &FileCx<'_>) -> Option<Wrapping> {
    if cx.is_text() { syntax::wrapping(cx.text, &cx.document.tree) } else { None }
}

/// The first line that is too long.
pub fn long_line(cx: &FileCx<'_>) -> Option<Span> {
    let limit = cx.common.limits.line_bytes;
    if !cx.is_text() || cx.text.len() as u64 <= limit {
        return None;
    }
    let is_long = |span: &Span| u64::from(span.end - span.start) > limit;
    cx.lines().map(|(_, line)| line.content(cx.text)).find(is_long)
}
