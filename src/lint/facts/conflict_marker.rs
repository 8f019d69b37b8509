//! Lines that git writes into a file that it could not merge.

use crate::text::syntax::{BYTE_ORDER_MARK, trim};

/// The markers that git writes into a file that it could not merge, each at the start of a line.
const MARKERS: [&[u8]; 4] = [b"<<<<<<<", b"|||||||", b"=======", b">>>>>>>"];

/// Whether a line is a conflict marker. A byte-order mark may precede it.
pub fn is_marker(content: &[u8]) -> bool {
    let content = content.strip_prefix(BYTE_ORDER_MARK).unwrap_or(content);
    MARKERS.iter().any(|marker: &&[u8]| {
        content.strip_prefix(*marker).is_some_and(|rest| trim(rest).is_empty() || rest.starts_with(b" "))
    })
}
