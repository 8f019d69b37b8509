//! Form of a value: quotes around it, and comments after it.

use crate::text::syntax::{is_whitespace, trim};

/// Whether a value is enclosed in one pair of quotes. A value with more quotes is probably a list.
pub fn is_quoted(value: &[u8]) -> bool {
    match value {
        [first @ (b'"' | b'\''), inner @ .., last] => first == last && !inner.contains(first),
        _ => false,
    }
}

/// Offset of a `#` that has whitespace on both sides and probably starts a comment after a value.
pub fn comment_start(value: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'#', value).find(|&at| {
        let (before, after) = (value.get(..at).unwrap_or_default(), value.get(at + 1..).unwrap_or_default());
        let is_separate = before.last().is_some_and(|b| is_whitespace(*b))
            && after.first().is_some_and(|b| is_whitespace(*b));
        // `Room # 5` is a room number, not a comment.
        is_separate && !trim(before).is_empty() && !trim(after).iter().all(u8::is_ascii_digit)
    })
}
