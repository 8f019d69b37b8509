//! What a file is by its name alone: the names a phone asks for, and the near misses of them.

use std::fmt;
use std::str::FromStr;

/// A phone's MAC address, shown as 12 lower-case digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac([u8; 6]);

impl Mac {
    /// The six octets.
    pub fn octets(self) -> [u8; 6] {
        self.0
    }

    /// Whether the first three octets are known to be Flyingvoice's (00:21:F2 from the guide, 78:99:12 from
    /// one other source).
    pub fn is_flyingvoice(self) -> bool {
        matches!(self.0, [0x00, 0x21, 0xf2, ..] | [0x78, 0x99, 0x12, ..])
    }
}

impl FromStr for Mac {
    type Err = String;

    /// Takes any usual spelling: bare, with `:`, `-` or `.`, in any case.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits: Vec<u8> = text.bytes().filter(|b| !b":-.".contains(b)).collect();
        let value = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
        let nibbles: Option<Vec<u8>> = digits.iter().map(|&byte| value(byte)).collect();
        match nibbles {
            Some(nibbles) if nibbles.len() == 12 => {
                Ok(Self(std::array::from_fn(|i| nibbles[2 * i] << 4 | nibbles[2 * i + 1])))
            }
            _ => Err(format!("`{text}` is no MAC address: 12 hex digits are needed, such as 0021f2000001")),
        }
    }
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

/// The two kinds of files with our grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Lists includes.
    Boot,
    /// Holds settings.
    Cfg,
}

/// What a file is for a phone, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `y000000000000.boot` or `.cfg`: serves every phone.
    Common(Kind),
    /// `<mac>.boot` or `.cfg`, exactly as a phone asks for it.
    Mac(Kind, Mac),
    /// Any other name that ends in `.boot` or `.cfg`.
    Custom(Kind),
    /// A name that promises a key: judged by its content, never served on purpose.
    Key,
    /// Anything else.
    Other,
}

impl Role {
    /// The role of a file name (no directories).
    pub fn of(name: &str) -> Self {
        let (stem, kind) = match (name.strip_suffix(".boot"), name.strip_suffix(".cfg")) {
            (Some(stem), _) => (stem, Kind::Boot),
            (_, Some(stem)) => (stem, Kind::Cfg),
            _ if is_key_name(name) => return Self::Key,
            _ => return Self::Other,
        };
        match Mac::from_str(stem) {
            _ if stem == "y000000000000" => Self::Common(kind),
            Ok(mac) if mac.to_string() == stem => Self::Mac(kind, mac),
            _ => Self::Custom(kind),
        }
    }

    /// Boot or cfg; none for other files.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::Common(kind) | Self::Mac(kind, _) | Self::Custom(kind) => Some(kind),
            Self::Key | Self::Other => None,
        }
    }
}

fn is_key_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let extension = lower.rsplit_once('.').map_or("", |(_, extension)| extension);
    lower.starts_with("aeskey")
        || lower.starts_with("id_rsa")
        || matches!(extension, "pem" | "key" | "p12" | "pfx")
}

/// A name that a person meant as one a phone asks for, and that no phone asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NearMiss {
    /// A MAC in capitals or with separators; holds the name a phone asks for.
    MacSpelling(String),
    /// 11 or 13 hex digits; holds how many.
    MacLength(usize),
    /// A misspelled common name; holds the right one.
    Common(String),
    /// Yealink's common name for one model, `y0000000000NN`; holds the name for Flyingvoice.
    YealinkModel(String),
}

/// Tells how a `.boot` or `.cfg` name (in any case) misses a name that phones ask for.
pub fn near_miss(name: &str) -> Option<NearMiss> {
    let lower = name.to_ascii_lowercase();
    let (stem, extension) = lower.rsplit_once('.').filter(|(_, e)| matches!(*e, "boot" | "cfg"))?;
    if let Some(digits) = stem.strip_prefix('y') {
        let right = format!("y000000000000.{extension}");
        let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let zeros = digits.bytes().filter(|&b| b == b'0').count();
        if digits.len() == 12 && all_digits && digits.starts_with("0000000000") && zeros < 12 {
            return Some(NearMiss::YealinkModel(right));
        }
        let near = all_digits && (8..=16).contains(&zeros) && zeros + 1 >= digits.len();
        return (near && name != right).then_some(NearMiss::Common(right));
    }
    if let Ok(mac) = Mac::from_str(stem) {
        let right = format!("{mac}.{extension}");
        return (name != right).then_some(NearMiss::MacSpelling(right));
    }
    let hex = stem.bytes().all(|b| b.is_ascii_hexdigit());
    // A word such as `deadbeef` is no MAC; one digit too few or too many is.
    (hex && matches!(stem.len(), 11 | 13)).then_some(NearMiss::MacLength(stem.len()))
}

/// Endings that editors, shells and people leave behind a file name.
const LEFTOVERS: [&str; 14] = [
    "bak", "old", "orig", "txt", "save", "saved", "swp", "tmp", "rej", "backup", "copy", "new", "disabled",
    "off",
];

/// The `.boot` or `.cfg` name behind one that a phone never asks for: `a.cfg.bak`, `a.CFG`, `a.cfg~`, `a.cfg `.
pub fn stray(name: &str) -> Option<String> {
    let cut = name.trim_end_matches(|c: char| c.is_whitespace() || c == '~');
    let cut = match cut.rsplit_once('.') {
        Some((front, end)) if LEFTOVERS.contains(&end.to_ascii_lowercase().as_str()) => front,
        _ => cut,
    };
    let (stem, extension) = cut.rsplit_once('.')?;
    let right = format!("{stem}.{}", extension.to_ascii_lowercase());
    (right != name && Role::of(&right).kind().is_some()).then_some(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn macs_are_taken_in_any_spelling() {
        for text in ["0021f2000001", "00:21:F2:00:00:01", "0021.f200.0001", "00-21-f2-00-00-01"] {
            assert_eq!(text.parse::<Mac>().unwrap().to_string(), "0021f2000001");
        }
        for text in ["", "0021f200000", "0021f20000011", "0021f200000g", "any"] {
            assert!(text.parse::<Mac>().is_err(), "{text}");
        }
    }

    #[test]
    fn near_misses_are_told_from_ordinary_names() {
        let spelling = |name: &str| NearMiss::MacSpelling(name.into());
        assert_eq!(near_miss("0021F2000001.cfg"), Some(spelling("0021f2000001.cfg")));
        assert_eq!(near_miss("00-21-f2-00-00-01.boot"), Some(spelling("0021f2000001.boot")));
        assert_eq!(near_miss("0021f200001.cfg"), Some(NearMiss::MacLength(11)));
        assert_eq!(near_miss("y00000000000.cfg"), Some(NearMiss::Common("y000000000000.cfg".into())));
        assert_eq!(near_miss("Y000000000000.boot"), Some(NearMiss::Common("y000000000000.boot".into())));
        assert_eq!(near_miss("y000000000028.cfg"), Some(NearMiss::YealinkModel("y000000000000.cfg".into())));
        for name in
            ["y000000000000.cfg", "0021f2000001.boot", "sip.cfg", "y.cfg", "deadbeef.cfg", "year2026.cfg"]
        {
            assert_eq!(near_miss(name), None, "{name}");
        }
    }

    #[test]
    fn leftovers_are_strays() {
        for name in ["a.cfg.bak", "a.CFG", "a.cfg ", "a.cfg~", "a.cfg.TXT"] {
            assert_eq!(stray(name).as_deref(), Some("a.cfg"), "{name:?}");
        }
        for name in ["a.cfg", "a.boot", "notes.txt", "a.cfg.j2", "book.xml"] {
            assert_eq!(stray(name), None, "{name}");
        }
    }
}
