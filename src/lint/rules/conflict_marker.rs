//! See `conflict_marker.md`.

use crate::lint::{Check, Draft, FileCx, Ground, Group, Level, Rule, Sink, Standing};
use crate::text::syntax::{BYTE_ORDER_MARK, LineKind, trim};

pub static RULE: Rule = Rule {
    name: "conflict-marker",
    group: Group::Text,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Line(0),
    needs_all: false,
    check: Check::File(check),
    page: include_str!("conflict_marker.md"),
};

/// What git writes into a file that it could not merge, each at the start of a line.
const MARKERS: [&[u8]; 4] = [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"];

/// Whether a line is such a marker; a byte-order mark may stand before the first line.
pub(super) fn is_marker(content: &[u8]) -> bool {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    let is = |marker: &&[u8]| {
        content.strip_prefix(*marker).is_some_and(|rest| trim(rest).is_empty() || rest.starts_with(b" "))
    };
    MARKERS.iter().any(is)
}

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for (_, line) in cx.lines().filter(|(_, line)| line.kind == LineKind::Unknown) {
        if is_marker(cx.content(line)) {
            sink.report(cx.place(line.content(cx.text)), || {
                Draft::new("a merge conflict was left in the file: the phone reads both sides, and the later one wins")
                    .help("decide which of the settings around it are meant, and remove the others and the marker")
            });
        }
    }
}
