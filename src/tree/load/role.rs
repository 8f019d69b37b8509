//! What a file is by its name alone: the names a phone asks for, and the near misses of them.

use std::str::FromStr;

use crate::text::mac::Mac;

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
        let is_plain = stem.len() == 12 && stem.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match is_plain.then(|| Mac::from_str(stem)) {
            Some(Ok(mac)) => Self::Mac(kind, mac),
            _ if stem == "y000000000000" => Self::Common(kind),
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

/// What editors, shells and people put behind a file name when they keep the old one.
const LEFTOVERS: [&str; 24] = [
    "bak", "bck", "bk", "old", "orig", "original", "txt", "save", "saved", "swp", "swo", "tmp", "temp",
    "rej", "backup", "copy", "kopie", "new", "disabled", "off", "unused", "dpkg", "rpmsave", "rpmnew",
];

/// The `.boot` or `.cfg` name behind one that a phone never asks for: `a.cfg.bak`, `a.cfg.20261122`,
/// `a.cfg (copy 2)`, `a.CFG`, `a.cfg~`, `a.cfg `.
pub fn stray(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let ends =
        [".boot", ".cfg"].iter().filter_map(|ending| lower.rfind(ending).map(|at| (at, at + ending.len())));
    let (dot, end) = ends.max()?;
    let rest = &lower[end..];
    let words = rest.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let is_leftover = |word: &str| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        word.is_empty() || LEFTOVERS.contains(&word)
    };
    // `a.cfgs` and `a.cfgold` are other words; `a.cfg.j2` is a template on purpose.
    let set_off =
        !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || !c.is_ascii() && !c.is_whitespace());
    let right = format!("{}{}", &name[..dot], &lower[dot..end]);
    (dot > 0 && right != name && set_off && words.into_iter().all(is_leftover)).then_some(right)
}

/// What a phone writes to a server that it may write to, behind its MAC (Yealink's names, which Flyingvoice's
/// phones share as far as is known): settings and contacts of its user, exports of its web page, logs.
const EXPORTS: [&str; 9] = [
    "local.cfg",
    "all.cfg",
    "static.cfg",
    "non-static.cfg",
    "config.cfg",
    "contact.xml",
    "calllog.xml",
    "boot.log",
    "sys.log",
];

/// Whether a file has the name of what a phone uploads, `<mac>-local.cfg`.
pub fn is_exported(name: &str) -> bool {
    let Some((mac, rest)) = name.split_at_checked(12) else { return false };
    mac.bytes().all(|b| b.is_ascii_hexdigit())
        && rest.strip_prefix('-').is_some_and(|rest| EXPORTS.contains(&rest.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for name in [
            "a.cfg.bak",
            "a.CFG",
            "a.cfg ",
            "a.cfg~",
            "a.cfg.TXT",
            "a.cfg.bak2",
            "a.cfg.1",
            "a.cfg.2026-11-22",
            "a.cfg_old",
            "a.cfg - Copy (2)",
            "a.CFG.orig~",
        ] {
            assert_eq!(stray(name).as_deref(), Some("a.cfg"), "{name:?}");
        }
        assert_eq!(stray("a.boot.cfg.bak").as_deref(), Some("a.boot.cfg"));
        for name in [
            "a.cfg",
            "a.boot",
            "notes.txt",
            "a.cfg.j2",
            "book.xml",
            "a.cfgs",
            "a.bootstrap.css",
            "a.cfg\u{e4}",
            ".cfg",
            "a.boot.cfg",
            "a.cfg.tar.gz",
        ] {
            assert_eq!(stray(name), None, "{name}");
        }
    }

    #[test]
    fn uploads_are_known_by_their_names() {
        for name in ["0021f2000001-local.cfg", "0021F2000001-contact.xml", "0021f2000001-non-static.cfg"] {
            assert!(is_exported(name), "{name}");
        }
        for name in [
            "0021f2000001.cfg",
            "0021f200001-local.cfg",
            "hall-local.cfg",
            "0021f2000001-berlin.cfg",
            "äöüäöü-all.cfg",
        ] {
            assert!(!is_exported(name), "{name}");
        }
    }
}
