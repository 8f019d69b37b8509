//! Timestamps that programs write into comments.

/// Span of a timestamp in a comment. The timestamp must include seconds.
pub fn time_stamp(content: &[u8]) -> Option<(usize, usize)> {
    epoch(content).or_else(|| time_of_day(content))
}

/// Sequences that consist of digits and bytes from `more`, each with its start and end.
fn runs<'a>(content: &'a [u8], more: &'a [u8]) -> impl Iterator<Item = (usize, usize, &'a [u8])> {
    let mut at = 0;
    content.split(move |b| !b.is_ascii_digit() && !more.contains(b)).filter_map(move |run| {
        let start = at;
        at += run.len() + 1;
        (!run.is_empty()).then_some((start, start + run.len(), run))
    })
}

/// Finds a number of seconds since 1970, for dates from 2001 to 2033. Later values resemble phone numbers (212 is the
/// area code of New York).
fn epoch(content: &[u8]) -> Option<(usize, usize)> {
    runs(content, b"")
        .find(|&(start, end, run)| {
            let before = start.checked_sub(1).and_then(|at| content.get(at));
            let mut neighbours = before.into_iter().chain(content.get(end));
            run.len() == 10
                && run.starts_with(b"1")
                && !neighbours.any(|byte| byte.is_ascii_alphanumeric() || b"._-+/*".contains(byte))
        })
        .map(|(start, end, _)| (start, end))
}

/// Finds a time with seconds in a comment that also contains a year.
fn time_of_day(content: &[u8]) -> Option<(usize, usize)> {
    memchr::memchr(b':', content)?;
    let (start, end, _) = runs(content, b":").find(|(_, _, run)| {
        let parts: Vec<Option<u32>> = run
            .split(|b| *b == b':')
            .map(|part: &[u8]| std::str::from_utf8(part).ok().and_then(|part| part.parse::<u32>().ok()))
            .collect();
        matches!(parts[..], [Some(0..24), Some(0..60), Some(0..61)]) && (7..=8).contains(&run.len())
    })?;
    runs(content, b"")
        .any(|(_, _, run)| run.len() == 4 && (run.starts_with(b"20") || run.starts_with(b"19")))
        .then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(text: &str) -> Option<&str> {
        let (start, end) = epoch(text.as_bytes()).or_else(|| time_of_day(text.as_bytes()))?;
        text.get(start..end)
    }

    #[test]
    fn time_stamps_are_distinguished_from_other_numbers() {
        assert_eq!(stamp("#0.1 1637193600"), Some("1637193600"));
        assert_eq!(stamp("# written 2026-11-20T14:03:27Z"), Some("14:03:27"));
        assert_eq!(stamp("# Sun Nov 22 9:18:29 UTC 2026"), Some("9:18:29"));
        for other in [
            "# 2125551234",
            "# call 1637-193600, 16371936001 or +1637193600",
            "# 2026-11-20, 14:03",
            "# rings after 00:00:30",
            "# 2026: the phone 00:21:12:34:56:07",
            "# FIP14G_V0.5.32.3_202105111814",
        ] {
            assert_eq!(stamp(other), None, "{other}");
        }
    }
}
