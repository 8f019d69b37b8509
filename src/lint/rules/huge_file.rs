//! See `huge_file.md`.

use super::encrypted_file::wrapping;
use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::text::source::{Place, Span};
use crate::tree::load::State;

pub static RULE: Rule = Rule {
    name: "huge-file",
    group: Group::Text,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Alone,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("huge_file.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if let State::TooLarge(limit) = cx.document.state {
        sink.report(Place::whole(cx.file), || {
            Draft::new(format!("the file has more than {limit} bytes: it was not read, and nothing in it was checked")).help(
                "a provisioning file has some kilobytes: look what became of this one, or raise `file-bytes` in `[limits]` of `fvprov.toml`",
            )
        });
        return;
    }
    let limit = cx.common.limits.line_bytes;
    let Some(long) = long_line(cx) else { return };
    // What is no text has no lines either, and its own rule says so.
    if wrapping(cx).is_some() || std::str::from_utf8(cx.text).is_err() || memchr::memchr(0, cx.text).is_some()
    {
        return;
    }
    sink.report(cx.place(long), || {
        let bytes = long.end - long.start;
        Draft::new(format!(
            "this line has {bytes} bytes, more than {limit}: nothing in this file was checked"
        ))
        .help("look whether a line end was lost, or raise `line-bytes` in `[limits]` of `fvprov.toml`")
    });
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
