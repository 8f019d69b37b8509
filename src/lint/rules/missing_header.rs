//! See `missing_header.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::load::{Kind, State};
use crate::source::{Place, Span};
use crate::syntax::{BYTE_ORDER_MARK, HEADER, LineKind, trim};

pub static RULE: Rule = Rule {
    name: "missing-header",
    group: Group::BootFiles,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("missing_header.md"),
};

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    // What stands behind a URL is not ours to edit.
    let Some(kind) = cx.document.role.kind().filter(|_| !cx.path().contains("://")) else { return };
    let Some(first) = cx.document.tree.lines.first() else {
        if kind == Kind::Boot && cx.document.state == State::Read {
            let message = "the file is empty: it lacks even the first line that every vendor file has";
            sink.report(Place::whole(cx.file), || draft(kind, message.into()));
        }
        return;
    };
    let content = cx.content(first);
    // byte-order-mark speaks about what stands before a header that is right.
    let text = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    if text == HEADER {
        return;
    }
    let whole = first.content(cx.text);
    if trim(text) == HEADER {
        let message = "there are blanks around the first line: it must be exactly `#!version:1.0.0.1`";
        sink.report(cx.place(whole), || draft(kind, message.into()));
    } else if let Some((at, span)) = later(cx) {
        let message =
            || format!("`#!version:1.0.0.1` stands on line {}: the vendor wants it on the first", at + 1);
        sink.report(cx.place(span), || draft(kind, message()));
    } else if trim(text).to_ascii_lowercase().starts_with(b"#!version") {
        let message =
            "the first line differs from `#!version:1.0.0.1`, the only header that vendor files have";
        sink.report(cx.place(whole), || draft(kind, message.into()));
    } else {
        let message = "the first line is not `#!version:1.0.0.1`, and a phone may refuse the file without it";
        sink.report(cx.place(whole), || draft(kind, message.into()));
    }
}

/// The header further down: its line (index) and place.
fn later(cx: &FileCx<'_>) -> Option<(usize, Span)> {
    let is_header = |content: &[u8]| trim(content) == HEADER;
    let mut headers = cx.lines().filter(|(_, line)| line.kind == LineKind::Header);
    headers.find(|(_, line)| is_header(cx.content(line))).map(|(at, line)| (at, line.content(cx.text)))
}

fn draft(kind: Kind, message: String) -> Draft {
    let level = if kind == Kind::Boot { Level::Warning } else { Level::Info };
    Draft::new(message).help("make `#!version:1.0.0.1` the first line, with nothing before it").level(level)
}
