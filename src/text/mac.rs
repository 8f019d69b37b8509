//! MAC addresses of phones.

use std::fmt;
use std::str::FromStr;

/// A phone's MAC address, displayed as 12 lowercase digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac([u8; 6]);

impl Mac {
    /// The six octets.
    pub fn octets(self) -> [u8; 6] {
        self.0
    }

    /// Whether the first three octets belong to Flyingvoice (00:21:F2 from the guide, 78:99:12 from the IEEE registry, and 50:13:65, which
    /// belongs to Vola Networks, Flyingvoice's newer name, from a copy of that registry).
    pub fn is_flyingvoice(self) -> bool {
        matches!(self.0, [0x00, 0x21, 0xf2, ..] | [0x78, 0x99, 0x12, ..] | [0x50, 0x13, 0x65, ..])
    }
}

/// Characters between the digits of a MAC.
const SEPARATORS: [char; 4] = [':', '-', '.', ' '];

impl FromStr for Mac {
    type Err = String;

    /// Parses any common spelling: without separators, or with `:`, `-`, `.` or a space between groups of 2, 4 or 6 digits, in
    /// any case.
    fn from_str(text: &str) -> Result<Self, String> {
        parse_octets(text).map(Self).ok_or_else(|| {
            format!("`{text}` is not a MAC address: it must have 12 hex digits, for example 0021f2000001")
        })
    }
}

/// The octets of 12 digits without separators, as in the names of files.
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
    // `501.365.120.000` is a number with separators of thousands.
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
