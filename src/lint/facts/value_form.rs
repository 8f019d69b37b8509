//! How a value is written: as a sentinel, in quotes, with a comment behind it.

use crate::text::syntax::{is_whitespace, trim};

/// What Yealink's phones take for "nothing" and for "empty".
const SENTINELS: [&[u8]; 2] = [b"%NULL%", b"%EMPTY%"];

/// Whether a value is one of these words.
pub fn is_sentinel(value: &[u8]) -> bool {
    SENTINELS.iter().any(|sentinel| value.eq_ignore_ascii_case(sentinel))
}

/// Whether one pair of quotes stands around a value. What holds more of them is a list, or meant so.
pub fn is_quoted(value: &[u8]) -> bool {
    match value {
        [first @ (b'"' | b'\''), inner @ .., last] => first == last && !inner.contains(first),
        _ => false,
    }
}

/// Where a `#` between blanks begins what looks like a comment behind a value.
pub fn comment_start(value: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'#', value).find(|&at| {
        let (before, after) = (value.get(..at).unwrap_or_default(), value.get(at + 1..).unwrap_or_default());
        let is_separate = before.last().is_some_and(|b| is_whitespace(*b))
            && after.first().is_some_and(|b| is_whitespace(*b));
        // `Room # 5` is a number, no remark.
        is_separate && !trim(before).is_empty() && !trim(after).iter().all(u8::is_ascii_digit)
    })
}
