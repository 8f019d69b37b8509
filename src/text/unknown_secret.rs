//! Stand-ins for secrets that are unknown because the clone does not contain the secrets file.
//!
//! A stand-in is a strong password that is different for every phone and column, which prevents rules from
//! reporting it as weak or shared. A stand-in is never written to a file, and output contains `<secret>`
//! instead.

use std::borrow::Cow;

/// The beginning of each stand-in, which is followed by 32 hexadecimal digits.
const START: &str = "Unknown7Fvprov";

const LENGTH: usize = START.len() + 32;

/// The text that replaces stand-ins in output.
const MASK: &[u8] = b"<secret>";

/// Creates the stand-in with the given 32 digits, which identify the secret.
pub fn stand_in(digits: &str) -> String {
    format!("{START}{digits}")
}

/// Whether text contains a stand-in for an unknown secret.
pub fn contains_unknown(text: &[u8]) -> bool {
    memchr::memmem::find(text, START.as_bytes()).is_some()
}

/// The text, with `<secret>` in place of each stand-in.
pub fn mask_unknown(text: &[u8]) -> Cow<'_, [u8]> {
    if !contains_unknown(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest, START.as_bytes()) {
        masked.extend_from_slice(&rest[..at]);
        masked.extend_from_slice(MASK);
        rest = rest.get(at + LENGTH..).unwrap_or_default();
    }
    masked.extend_from_slice(rest);
    Cow::Owned(masked)
}

/// Whether a file's text is the same as the generated text, except for the values of unknown secrets.
pub fn is_equal_but_for_secrets(text: &[u8], generated: &[u8]) -> bool {
    let same_lines =
        memchr::memchr_iter(b'\n', text).count() == memchr::memchr_iter(b'\n', generated).count();
    let mut lines = text.split(|byte| *byte == b'\n').zip(generated.split(|byte| *byte == b'\n'));
    same_lines && lines.all(|(line, generated)| matches_line(line, generated))
}

/// Whether a line matches a generated line in which each stand-in matches any text.
fn matches_line(line: &[u8], generated: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(generated, START.as_bytes()) else { return line == generated };
    let Some(mut rest) = line.strip_prefix(&generated[..at]) else { return false };
    let mut generated = generated.get(at + LENGTH..).unwrap_or_default();
    while let Some(at) = memchr::memmem::find(generated, START.as_bytes()) {
        let Some(found) = memchr::memmem::find(rest, &generated[..at]) else { return false };
        rest = &rest[found + at..];
        generated = generated.get(at + LENGTH..).unwrap_or_default();
    }
    rest.ends_with(generated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_secrets_match_any_text_and_are_masked() {
        let [a, b] = ["0", "1"].map(|digit| stand_in(&digit.repeat(32)));
        let generated = format!("a = 1\np = {a}\nu = x:{a}@{b}\n");
        assert_eq!(
            mask_unknown(generated.as_bytes()),
            &b"a = 1\np = <secret>\nu = x:<secret>@<secret>\n"[..]
        );
        let equal = |text: &str| is_equal_but_for_secrets(text.as_bytes(), generated.as_bytes());
        assert!(equal("a = 1\np = k\nu = x:k@l\n"));
        assert!(!equal("a = 2\np = k\nu = x:k@l\n"));
        assert!(!equal("a = 1\np = k\nu = x:k\n"));
        assert!(!equal("a = 1\np = k\nu = x:k@l\nv = 1\n"));
    }
}
