//! Git's conflict markers.

use crate::text::residue::placeholder;
use crate::text::syntax::{BYTE_ORDER_MARK, LineKind, trim};
use crate::tree::load::Document;

/// Conflict markers that Git writes at the start of a line.
const MARKERS: [&[u8]; 4] = [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"];

/// Whether a line is a conflict marker. A byte order mark can precede the marker on the first line.
pub fn is_marker(content: &[u8]) -> bool {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    MARKERS.iter().any(|marker: &&[u8]| {
        content.strip_prefix(*marker).is_some_and(|rest| trim(rest).is_empty() || rest.starts_with(b" "))
    })
}

/// Whether a file contains conflict markers or is an unrendered template. Fixes are not applied to these
/// files, because duplicate lines in them may be meant for different phones.
pub fn is_unfinished(document: &Document, text: &[u8]) -> bool {
    let lines = document.tree.lines().filter(|line| line.kind == LineKind::Unknown);
    lines
        .map(|line| line.content(text).slice(text))
        .any(|content| is_marker(content) || placeholder(content, LineKind::Unknown).is_some())
}
