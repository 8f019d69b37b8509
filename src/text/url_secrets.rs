//! Finds secrets in a string's URLs: user info, and values of parameters. Percent-encoded secrets are also
//! found.

use std::ops::Range;

/// The ranges of all secrets in a string's URLs, in order and without overlaps. `is_secret` determines which
/// parameters have a secret value.
pub fn url_secrets(text: &str, is_secret: impl Fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut ranges = user_infos(text);
    if !text.contains(['@', '?', '&', ';', '#', '%']) {
        return ranges;
    }
    let decoded = Decoded::new(text);
    if text.contains('%') {
        let infos = user_infos(&decoded.text).into_iter();
        ranges.extend(infos.map(|range| decoded.starts[range.start]..decoded.starts[range.end]));
    }
    for start in decoded.secret_values(is_secret) {
        let end = start + value_length(&text[start..]);
        if end > start {
            ranges.push(start..end);
        }
    }
    merge(ranges)
}

/// Sorts ranges, and joins overlapping ones.
fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The length of a URL parameter's value. A separator ends the value only if another parameter follows,
/// because a password may contain separator characters.
fn value_length(text: &str) -> usize {
    let end = text.find(|c: char| c.is_whitespace() || "\"'<>`".contains(c)).unwrap_or(text.len());
    let mut separators = text[..end].match_indices(['&', ';', '#']);
    let next = separators.find(|(at, _)| {
        let rest = &text[at + 1..end];
        let name = rest.find(|c: char| !is_name_character(c)).unwrap_or(rest.len());
        name > 0 && rest[name..].starts_with('=')
    });
    next.map_or(end, |(at, _)| at)
}

/// Whether a character can be part of a URL parameter's name.
fn is_name_character(c: char) -> bool {
    c.is_alphanumeric() || "_-.%[]$".contains(c)
}

/// A string after percent-decoding.
struct Decoded {
    text: String,
    /// For each byte in `text`, and for its end, the position in the encoded text.
    starts: Vec<usize>,
}

impl Decoded {
    /// Decodes printable ASCII characters, even if they are encoded several times: `%2526` is `&`.
    fn new(encoded: &str) -> Self {
        let mut decoded = Self { text: String::with_capacity(encoded.len()), starts: Vec::new() };
        let mut at = 0;
        while let Some(c) = encoded[at..].chars().next() {
            let (c, length) = match c {
                '%' => decode(&encoded.as_bytes()[at..]).unwrap_or(('%', 1)),
                c => (c, c.len_utf8()),
            };
            decoded.text.push(c);
            decoded.starts.resize(decoded.text.len(), at);
            at += length;
        }
        decoded.starts.push(at);
        decoded
    }

    /// The position of each secret parameter's value in the encoded text.
    fn secret_values(&self, is_secret: impl Fn(&str) -> bool) -> Vec<usize> {
        let (mut in_url, mut values) = (false, Vec::new());
        for (at, c) in self.text.char_indices() {
            // Outside URLs, `;` and `#` are punctuation.
            in_url = !c.is_whitespace() && (in_url || matches!(c, '/' | '?'));
            if !(matches!(c, '?' | '&') || in_url && matches!(c, ';' | '#')) {
                continue;
            }
            let rest = &self.text[at + 1..];
            let end = rest.find(|c: char| !is_name_character(c)).unwrap_or(rest.len());
            if rest[end..].starts_with('=') && is_secret(&rest[..end]) {
                values.push(self.starts[at + 1 + end + 1]);
            }
        }
        values
    }
}

/// The character encoded at the start of a string, and the length of its encoding.
fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let mut at = 1;
    while bytes[at..].starts_with(b"25") {
        at += 2;
    }
    let digits = std::str::from_utf8(bytes.get(at..at + 2)?).ok()?;
    let byte = u8::from_str_radix(digits, 16).ok()?;
    (byte.is_ascii_graphic() && !digits.starts_with('+')).then_some((char::from(byte), at + 2))
}

/// The ranges of `user:password` in all URLs in a string, even with wrong slashes or without a scheme.
fn user_infos(text: &str) -> Vec<Range<usize>> {
    let words =
        text.split(|c: char| c.is_whitespace() || "<>\"`".contains(c)).filter(|word| word.contains('@'));
    let found = words.flat_map(|word| infos_of_word(word, word.as_ptr() as usize - text.as_ptr() as usize));
    let (spaced, mut end): (Vec<_>, _) = (infos_with_space(text), 0);
    let mut all: Vec<Range<usize>> = found.chain(spaced).collect();
    all.sort_unstable_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    all.retain(|range| {
        range.start >= end && {
            end = range.end;
            true
        }
    });
    all
}

/// User info whose password contains a space: `scheme://user:pass word@host`.
fn infos_with_space(text: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices("://").map(|(at, mark)| at + mark.len());
    let infos = starts.filter_map(|start| {
        let rest = text[start..].split(['<', '>', '"', '`', '\n']).next()?;
        let rest = rest.split("://").next()?;
        let space = rest.find(char::is_whitespace)?;
        let (user, port) = rest[..space].split_once(':').filter(|(user, _)| !user.contains(['/', '@']))?;
        // If a port or a path precedes the space, the URL ends at the space.
        let is_port = !user.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
        if is_port || port.contains(['@', '/']) {
            return None;
        }
        let authority = rest.split('/').next()?;
        let at = authority.rfind('@').filter(|at| *at > space)?;
        Some(start..start + at)
    });
    infos.collect()
}

/// The ranges of user info in a word without whitespace. The word starts at `base` and may contain several
/// URLs.
fn infos_of_word(word: &str, base: usize) -> Vec<Range<usize>> {
    let starts: Vec<usize> = word.match_indices("://").map(|(at, mark)| at + mark.len()).collect();
    if starts.is_empty() {
        // A word such as `name=user:password@host`.
        let start =
            word.find(['=', ':', '@']).filter(|&at| word[at..].starts_with('=')).map_or(0, |at| at + 1);
        let (word, base) = (&word[start..], base + start);
        let Some(end) = word.rfind('@') else { return Vec::new() };
        let schemes = ["https:", "http:", "tftp:", "ftp:", "sips:", "sip:"];
        let scheme = schemes
            .into_iter()
            .find(|scheme| word.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        let rest = word[scheme.map_or(0, str::len)..end].trim_start_matches(['/', '\\']);
        let info = rest.contains(':').then(|| base + end - rest.len()..base + end);
        return info.into_iter().collect();
    }
    let ends = starts.iter().skip(1).copied().chain([word.len()]);
    let infos = starts.iter().zip(ends).filter_map(|(&start, end)| {
        let length = info_length(&word[start..end])?;
        Some(base + start..base + start + length)
    });
    infos.collect()
}

/// The length of the user info at the start of a URL without its scheme; `None` if there is no user info.
fn info_length(rest: &str) -> Option<usize> {
    let authority = rest.find('/').unwrap_or(rest.len());
    // If the text after `:` is not a port, the password contains a slash.
    let port = rest[..authority].rsplit_once(':').map(|(_, port)| port);
    let has_slash = port.is_some_and(|port| !port.bytes().all(|b| b.is_ascii_digit()));
    let at = rest[..authority].rfind('@').or_else(|| rest.rfind('@').filter(|_| has_slash));
    at.filter(|at| *at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let secrets = url_secrets(text, |name| ["password", "token"].contains(&name));
        secrets.into_iter().rev().fold(text.to_owned(), |mut text, range| {
            text.replace_range(range, "***");
            text
        })
    }

    #[test]
    fn parameters_are_found_after_each_separator_and_in_each_encoding() {
        for (text, expected) in [
            ("http://h/p#token=hunter2", "http://h/p#token=***"),
            ("http://h/p;password=hunter2", "http://h/p;password=***"),
            ("http://h/p;password=hunter2;a=b", "http://h/p;password=***;a=b"),
            ("http://h/p?%70assword=hunter2&a=b", "http://h/p?%70assword=***&a=b"),
            ("http://h/p?%2570assword=hunter2", "http://h/p?%2570assword=***"),
            ("http://h/p?a=1&password=hun&ter#2", "http://h/p?a=1&password=***"),
            (
                "http://h/p?next=http%3A%2F%2Fh%3Ftoken%3Dhunter2",
                "http://h/p?next=http%3A%2F%2Fh%3Ftoken%3D***",
            ),
            ("http://h/p?next=http%3A%2F%2Fme%3Ahunter2%40h%2F", "http://h/p?next=http%3A%2F%2F***%40h%2F"),
            ("http://me:hun%40ter2@h/", "http://***@h/"),
            ("GET /p?token=hunter2", "GET /p?token=***"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in [
            "http://h/p?a=b#top",
            "http://h/%20a.cfg?x=%",
            "sip:101@h;transport=tls",
            "5%",
            "100 %25",
            "Tom;token=5",
            "http://h/?a=b c;token=5",
            "%",
        ] {
            assert_eq!(masked(text), text);
        }
    }
}
