//! Conditional requests (RFC 9110, 13) and ranges (RFC 9110, 14). Entity tags are not supported, because
//! phones send the date.

use std::ops::Range;
use std::time::SystemTime;

use hyper::header::{self, HeaderMap, HeaderName};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// The part of a file to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// No content, because the client already has the file.
    Unchanged,
    /// The entire file.
    Whole,
    /// A part of the file with at least one byte.
    Part(Range<usize>),
    /// No content, because the range begins after the end of the file.
    BeyondEnd,
}

impl Selection {
    /// Reads the headers of a request for a file of `size` bytes with this `Last-Modified`.
    pub fn read(headers: &HeaderMap, modified: Option<&str>, size: usize, is_head: bool) -> Self {
        let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        // Restoring an older file also changes the date, so only an identical date means that the file is
        // unchanged.
        let is_unchanged = modified.is_some() && header(header::IF_MODIFIED_SINCE) == modified;
        if is_unchanged && header(header::IF_NONE_MATCH).is_none() {
            return Self::Unchanged;
        }
        let is_same = header(header::IF_RANGE).is_none_or(|date| modified == Some(date));
        let range = header(header::RANGE).filter(|_| is_same && !is_head);
        match range.and_then(|range| parse_range(range, size)) {
            None => Self::Whole,
            Some(range) if range.is_empty() => Self::BeyondEnd,
            Some(range) => Self::Part(range),
        }
    }
}

/// The requested range (RFC 9110, 14.1.2); empty if it begins after the end of the file. `None` if the header
/// is malformed or contains several ranges.
fn parse_range(range: &str, size: usize) -> Option<Range<usize>> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (from.trim().is_empty(), to.trim().is_empty()) {
        (true, true) => return None,
        (true, false) => size.saturating_sub(parse_digits(to)?)..size,
        (false, true) => parse_digits(from)?..size,
        (false, false) => {
            let (from, to) = (parse_digits(from)?, parse_digits(to)?);
            (from <= to).then_some(from..to.saturating_add(1).min(size))?
        }
    };
    Some(range.start.min(size)..range.end)
}

/// Parses a number that consists only of digits, so `+0` is invalid.
fn parse_digits(text: &str) -> Option<usize> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A date in the HTTP format (RFC 9110, 5.6.7).
pub fn http_date(at: SystemTime) -> Option<String> {
    let at = Timestamp::try_from(at).ok()?;
    rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_rfc() {
        for (range, expected) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=4-", Some(4..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-30", Some(0..10)),
            ("bytes=8-30", Some(8..10)),
            ("bytes=10-", Some(10..10)),
            ("bytes=-0", Some(10..10)),
            ("bytes=99999999999999999999-", None),
            ("bytes=5-4", None),
            ("bytes=0-1,3-4", None),
            ("bytes=-", None),
            ("bytes=+0-3", None),
            ("bytes=0-+3", None),
            ("bytes=-+3", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(parse_range(range, 10), expected, "{range}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Some(0..0));
    }
}
