//! Conditional requests (RFC 9110, 13) and ranges (RFC 9110, 14): what a client wants of a file, apart from sending it.
//! There are no entity tags here: phones send back the date.

use std::ops::Range;
use std::time::SystemTime;

use hyper::header::{self, HeaderMap, HeaderName};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// What a client wants of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Nothing: it has the file as it is.
    Nothing,
    /// All of it.
    Whole,
    /// These bytes, of which there is at least one.
    Part(Range<usize>),
    /// Bytes behind its end.
    BeyondEnd,
}

impl Wanted {
    /// Reads the headers of a request for a file of `size` bytes with this `Last-Modified`.
    pub fn read(headers: &HeaderMap, modified: Option<&str>, size: usize, is_head: bool) -> Self {
        let header = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        // An older file that was put back has another date too: only the very same one is unchanged.
        let is_unchanged = modified.is_some() && header(header::IF_MODIFIED_SINCE) == modified;
        if is_unchanged && header(header::IF_NONE_MATCH).is_none() {
            return Self::Nothing;
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

/// The one range that is asked for (RFC 9110, 14.1.2): none where it is no such thing or there are several, and an empty
/// one where the file has nothing there.
fn parse_range(range: &str, size: usize) -> Option<Range<usize>> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let range = match (from.trim().is_empty(), to.trim().is_empty()) {
        (true, true) => return None,
        (true, false) => size.saturating_sub(number(to)?)..size,
        (false, true) => number(from)?..size,
        (false, false) => {
            let (from, to) = (number(from)?, number(to)?);
            (from <= to).then_some(from..to.saturating_add(1).min(size))?
        }
    };
    Some(range.start.min(size)..range.end)
}

/// A date as HTTP writes it (RFC 9110, 5.6.7); none where it has no such form.
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
            ("lines=0-1", None),
        ] {
            assert_eq!(parse_range(range, 10), expected, "{range}");
        }
        assert_eq!(parse_range("bytes=0-", 0), Some(0..0));
    }
}
