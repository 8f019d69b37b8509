//! Conflict markers of git.

use crate::text::syntax::{BYTE_ORDER_MARK, trim};

/// Conflict markers that git writes at the start of a line.
const MARKERS: [&[u8]; 4] = [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"];

/// Whether a line is a conflict marker. A byte-order mark can precede it on the first line.
pub fn is_marker(content: &[u8]) -> bool {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    MARKERS.iter().any(|marker: &&[u8]| {
        content.strip_prefix(*marker).is_some_and(|rest| trim(rest).is_empty() || rest.starts_with(b" "))
    })
}
