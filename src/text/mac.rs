//! Phones' MAC addresses.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// A phone's MAC address, displayed as 12 lowercase digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac([u8; 6]);

impl Mac {
    /// The MAC that consists only of zeros, which no phone has.
    pub const ZERO: Self = Self([0; 6]);

    /// The six octets.
    pub fn octets(self) -> [u8; 6] {
        self.0
    }

    /// Whether the first three octets belong to Flyingvoice: 00:21:F2 (from the guide), 78:99:12 (from the
    /// IEEE registry), or 50:13:65 (registered to Vola Networks, Flyingvoice's newer name, according to a
    /// copy of that registry).
    pub fn is_flyingvoice(self) -> bool {
        matches!(self.0, [0x00, 0x21, 0xf2, ..] | [0x78, 0x99, 0x12, ..] | [0x50, 0x13, 0x65, ..])
    }
}

/// Characters between the digits of a MAC.
const SEPARATORS: [char; 4] = [':', '-', '.', ' '];

impl FromStr for Mac {
    type Err = String;

    /// Parses any common notation, in uppercase or lowercase: without separators, or with `:`, `-`, `.` or a
    /// space between groups of 2, 4 or 6 digits.
    fn from_str(text: &str) -> Result<Self, String> {
        parse_octets(text).map(Self).ok_or_else(|| {
            format!("`{text}` is not a MAC address: it must have 12 hex digits, for example 0021f2000001")
        })
    }
}

/// The positions at which text contains a MAC, in any notation. Occurrences within a longer hexadecimal
/// number are skipped.
pub fn find(text: &[u8], mac: Mac) -> Vec<Range<usize>> {
    let digits = mac.to_string();
    let digits = digits.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].iter().position(|byte| byte.eq_ignore_ascii_case(&digits[0])) {
        let start = from + at;
        from = start + 1;
        let is_start = start == 0 || !text[start - 1].is_ascii_hexdigit();
        if let Some(end) = match_end(&text[start..], digits).filter(|_| is_start) {
            found.push(start..start + end);
            from = start + end;
        }
    }
    found
}

/// The length of the MAC with the given digits at the start of `text`.
fn match_end(text: &[u8], digits: &[u8]) -> Option<usize> {
    let (mut at, mut matched) = (0, 0);
    while let Some(digit) = digits.get(matched) {
        let byte = text.get(at)?;
        if byte.eq_ignore_ascii_case(digit) {
            matched += 1;
        } else if matched % 2 == 1 || !SEPARATORS.contains(&char::from(*byte)) {
            return None;
        }
        at += 1;
    }
    let is_end = text.get(at).is_none_or(|byte| !byte.is_ascii_hexdigit());
    let is_spelling = std::str::from_utf8(&text[..at]).is_ok_and(|text| parse_octets(text).is_some());
    (is_end && is_spelling).then_some(at)
}

/// Replaces a MAC in text with a different MAC in the same notation.
pub fn replace(text: &[u8], old: Mac, new: Mac) -> Vec<u8> {
    let mut replaced = Vec::with_capacity(text.len());
    let mut copied = 0;
    for place in find(text, old) {
        replaced.extend_from_slice(&text[copied..place.start]);
        replaced.extend(respell(&text[place.clone()], new));
        copied = place.end;
    }
    replaced.extend_from_slice(&text[copied..]);
    replaced
}

/// A MAC with the separators and capitalization of the given notation.
fn respell(spelling: &[u8], mac: Mac) -> Vec<u8> {
    let is_upper = spelling.iter().any(u8::is_ascii_uppercase);
    let digits = mac.to_string();
    let mut digits = if is_upper { digits.to_uppercase() } else { digits }.into_bytes().into_iter();
    spelling
        .iter()
        .map(|byte| if byte.is_ascii_hexdigit() { digits.next().unwrap_or(*byte) } else { *byte })
        .collect()
}

/// Normalizes a user's glob for MACs: removes the separators and converts the glob to lowercase. Ranges in
/// brackets keep their `-`.
pub fn glob(text: &str) -> String {
    let mut in_brackets = false;
    let mut glob = String::with_capacity(text.len());
    for c in text.chars() {
        in_brackets = c == '[' || in_brackets && c != ']';
        if in_brackets || !SEPARATORS.contains(&c) {
            glob.extend(c.to_lowercase());
        }
    }
    glob
}

/// Parses 12 digits without separators, as in file names.
fn parse_digits(text: &str) -> Option<[u8; 6]> {
    let digits: &[u8; 12] = text.as_bytes().try_into().ok()?;
    let mut octets = [0; 6];
    for (octet, pair) in octets.iter_mut().zip(digits.chunks_exact(2)) {
        for digit in pair {
            *octet = *octet << 4 | char::from(*digit).to_digit(16)? as u8;
        }
    }
    Some(octets)
}

fn parse_octets(text: &str) -> Option<[u8; 6]> {
    if let Some(octets) = parse_digits(text) {
        return Some(octets);
    }
    let separator = text.chars().find(|c| SEPARATORS.contains(c));
    // `501.365.120.000` is a number with thousands separators.
    let mut groups = text.split(|c| Some(c) == separator).map(str::len);
    let length = groups.next().unwrap_or_default();
    if separator.is_some() && !([2, 4, 6].contains(&length) && groups.all(|group| group == length)) {
        return None;
    }
    let mut octets = [0; 6];
    let mut count = 0;
    for byte in text.bytes().filter(|byte| Some(char::from(*byte)) != separator) {
        let digit = char::from(byte).to_digit(16)? as u8;
        let octet: &mut u8 = octets.get_mut(count / 2)?;
        *octet = *octet << 4 | digit;
        count += 1;
    }
    (count == 12).then_some(octets)
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_is_replaced_in_its_spelling() {
        let [old, new] = ["0021f2000001", "789912abcdef"].map(|mac| mac.parse().unwrap());
        for (text, replaced) in [
            ("0021f2000001.boot", "789912abcdef.boot"),
            ("MAC: 00:21:F2:00:00:01!", "MAC: 78:99:12:AB:CD:EF!"),
            ("0021.f200.0001, 00-21-f2-00-00-01", "7899.12ab.cdef, 78-99-12-ab-cd-ef"),
            ("SEP0021F2000001", "SEP789912ABCDEF"),
            ("00021f2000001", "00021f2000001"),
            ("0021f20000012", "0021f20000012"),
            ("0021f2000002", "0021f2000002"),
            ("00:21-f2:00:00:01", "00:21-f2:00:00:01"),
            ("0 0 2 1", "0 0 2 1"),
        ] {
            assert_eq!(String::from_utf8(replace(text.as_bytes(), old, new)).unwrap(), replaced);
        }
    }

    #[test]
    fn globs_are_accepted_in_any_spelling() {
        assert_eq!(glob("00:21:F2:*"), "0021f2*");
        assert_eq!(glob("00-21-F2-0?-[0-4]*"), "0021f20?[0-4]*");
    }

    #[test]
    fn macs_are_accepted_in_any_spelling() {
        for text in [
            "0021f2000001",
            "00:21:F2:00:00:01",
            "0021.f200.0001",
            "00-21-f2-00-00-01",
            "00 21 F2 00 00 01",
            "0021f2-000001",
        ] {
            assert_eq!(text.parse::<Mac>().unwrap().to_string(), "0021f2000001");
        }
        for text in [
            "",
            "0021f200000",
            "0021f20000011",
            "0021f200000g",
            "any",
            "501.365.120.000",
            "0:021f2000001",
            "00:21-f2:00:00:01",
            " 0021f2000001",
        ] {
            assert!(text.parse::<Mac>().is_err(), "{text}");
        }
    }
}
