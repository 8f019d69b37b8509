//! File names: the files that a phone requests by name, the roles of files according to their names, and
//! misspelled names.

use crate::text::digits::is_digits;
use std::str::FromStr;

use crate::text::mac::Mac;

/// The two kinds of files that phones parse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A boot file, which lists includes.
    Boot,
    /// A cfg file, which contains settings.
    Cfg,
}

impl Kind {
    /// The file extension, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Boot => "boot",
            Self::Cfg => "cfg",
        }
    }

    /// Splits a name or path into the part before the extension and the kind.
    pub fn split(name: &str) -> Option<(&str, Self)> {
        match name.rsplit_once('.')? {
            (stem, "boot") => Some((stem, Self::Boot)),
            (stem, "cfg") => Some((stem, Self::Cfg)),
            _ => None,
        }
    }
}

/// The name of the common files without their extension.
pub const COMMON_STEM: &str = "y000000000000";

/// The boot file for all phones.
pub const COMMON_BOOT: &str = "y000000000000.boot";

/// The cfg file for all phones.
pub const COMMON_CFG: &str = "y000000000000.cfg";

/// The name of a phone's own file or, without a MAC, the name of the common file.
pub fn file_for(mac: Option<Mac>, kind: Kind) -> String {
    let stem = mac.map_or_else(|| COMMON_STEM.to_owned(), |mac| mac.to_string());
    format!("{stem}.{}", kind.extension())
}

/// A file that a phone requests by name and not because of an include or a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    /// `<mac>.boot`
    OwnBoot,
    /// `y000000000000.boot`
    CommonBoot,
    /// `y000000000000.cfg`
    CommonCfg,
    /// `<mac>.cfg`
    OwnCfg,
}

impl Requested {
    /// Boot or cfg.
    pub fn kind(self) -> Kind {
        match self {
            Self::OwnBoot | Self::CommonBoot => Kind::Boot,
            Self::CommonCfg | Self::OwnCfg => Kind::Cfg,
        }
    }

    /// The name that the phone requests.
    pub fn name(self, mac: Mac) -> String {
        let is_own = matches!(self, Self::OwnBoot | Self::OwnCfg);
        file_for(is_own.then_some(mac), self.kind())
    }
}

/// The phone that requests a file named `<mac>.boot` or `<mac>.cfg`, with the MAC in either case.
pub fn requester(name: &str) -> Option<Mac> {
    let (stem, _) = Kind::split(name)?;
    if stem.len() == 12 { stem.parse().ok() } else { None }
}

/// The role of a file for phones, according to its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `y000000000000.boot` or `.cfg`, for all phones.
    Common(Kind),
    /// `<mac>.boot` or `.cfg`, exactly as a phone requests it.
    Mac(Kind, Mac),
    /// Any other name that ends in `.boot` or `.cfg`.
    Custom(Kind),
    /// A name that suggests a key file, which must not be served.
    Key,
    /// Anything else.
    Other,
}

impl Role {
    /// The role of a file with this name (without directories).
    pub fn from_name(name: &str) -> Self {
        let Some((stem, kind)) = Kind::split(name) else {
            return if is_key_name(name) { Self::Key } else { Self::Other };
        };
        let is_plain = stem.len() == 12 && stem.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        match is_plain.then(|| Mac::from_str(stem)) {
            Some(Ok(mac)) => Self::Mac(kind, mac),
            _ if stem == COMMON_STEM => Self::Common(kind),
            _ => Self::Custom(kind),
        }
    }

    /// Whether phones request this file by name if it is in the top directory of a root.
    pub fn is_requested(self) -> bool {
        matches!(self, Self::Common(_) | Self::Mac(..))
    }

    /// Boot or cfg; `None` for other files.
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

/// A misspelled name that no phone requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NearMiss {
    /// A MAC in uppercase or with separators. The value is the name that a phone requests.
    MacSpelling(String),
    /// 11 or 13 hex digits. The value is the number of digits.
    MacLength(usize),
    /// A misspelled common name. The value is the correct name.
    Common(String),
    /// Yealink's common name for one model, `y0000000000NN`. The value is the corresponding Flyingvoice name.
    YealinkModel(String),
}

/// The difference between a `.boot` or `.cfg` name (in any case) and a name that phones request.
pub fn near_miss(name: &str) -> Option<NearMiss> {
    let lower = name.to_ascii_lowercase();
    let (stem, extension) = lower.rsplit_once('.').filter(|(_, e)| matches!(*e, "boot" | "cfg"))?;
    if let Some(digits) = stem.strip_prefix('y') {
        let right = format!("{COMMON_STEM}.{extension}");
        let all_digits = is_digits(digits);
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
    // A word such as `deadbeef` is not a misspelled MAC, but a name of 11 or 13 digits is.
    (hex && matches!(stem.len(), 11 | 13)).then_some(NearMiss::MacLength(stem.len()))
}

/// Suffixes that editors, shells and people append to the names of old files.
const LEFTOVERS: [&str; 24] = [
    "bak", "bck", "bk", "old", "orig", "original", "txt", "save", "saved", "swp", "swo", "tmp", "temp",
    "rej", "backup", "copy", "kopie", "new", "disabled", "off", "unused", "dpkg", "rpmsave", "rpmnew",
];

/// The `.boot` or `.cfg` name in a name that phones never request: `a.cfg.bak`, `a.cfg.20261122`,
/// `a.cfg (copy 2)`, `a.CFG`, `a.cfg~`, `a.cfg `.
pub fn stray(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let ends =
        [".boot", ".cfg"].iter().filter_map(|ending| lower.rfind(ending).map(|at| (at, at + ending.len())));
    let (dot, end) = ends.max()?;
    let rest = &lower[end..];
    let mut words = rest
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    // `a.cfgs` and `a.cfgold` are different words; `a.cfg.j2` is a template.
    let set_off =
        !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || !c.is_ascii() && !c.is_whitespace());
    if let Some(stem) = rest.is_empty().then(|| without_copy_mark(&name[..dot])).flatten() {
        return Some(format!("{stem}{}", &lower[dot..end]));
    }
    let right = format!("{}{}", &name[..dot], &lower[dot..end]);
    let are_leftovers = words.all(|word| word.is_empty() || LEFTOVERS.contains(&word));
    (dot > 0 && right != name && set_off && are_leftovers).then_some(right)
}

/// Words for "copy" that file managers add to names.
const COPIES: [&str; 8] =
    ["copy", "kopie", "copie", "copia", "kopia", "kopi", "c\u{f3}pia", "\u{43a}\u{43e}\u{43f}\u{438}\u{44f}"];

fn is_copy(word: &str) -> bool {
    COPIES.contains(&word.to_lowercase().as_str())
}

/// The name without the words that a file manager adds to the name of a copy: `a - Copy`, `a - Kopie (2)`, `a
/// (1)`, `a copy 2`, `Copy of a`, `Kopie von a`.
fn without_copy_mark(stem: &str) -> Option<&str> {
    if let Some((word, rest)) = stem.split_once(' ')
        && is_copy(word)
    {
        let name = ["of ", "von ", "de ", "di "].iter().find_map(|of| rest.strip_prefix(of));
        return name.filter(|name| !name.is_empty());
    }
    let number = stem.strip_suffix(')').and_then(|rest| rest.rsplit_once(" ("));
    let numbered = number.filter(|(_, number)| is_digits(number));
    let rest = numbered.map_or(stem, |(rest, _)| rest);
    let rest = rest.trim_end_matches(|c: char| c.is_ascii_digit() && numbered.is_none()).trim_end();
    let marked = rest.rsplit_once(' ').filter(|(_, word)| is_copy(word));
    let name =
        marked.map(|(name, _)| name.strip_suffix(" -").unwrap_or(name)).or(numbered.map(|(name, _)| name))?;
    (!name.is_empty()).then_some(name)
}

/// The kind of file, if this is the name of a boot file or of a cfg file that phones request by name, or a
/// misspelling of one of these names.
pub fn phone_file_kind(name: &str) -> Option<Kind> {
    let exact = exact_phone_file_kind(name); // most names of a tree, and no allocation
    exact.or_else(|| {
        let right = stray(name);
        let name = right.as_deref().unwrap_or(name);
        exact_phone_file_kind(name).or_else(|| match near_miss(name)? {
            NearMiss::MacLength(_) => None,
            _ if name.to_ascii_lowercase().ends_with(".boot") => Some(Kind::Boot),
            _ => Some(Kind::Cfg),
        })
    })
}

/// The kind of file, if this is the name of a boot file or of a cfg file that phones request by name.
fn exact_phone_file_kind(name: &str) -> Option<Kind> {
    match Role::from_name(name) {
        Role::Common(kind) | Role::Mac(kind, _) => Some(kind),
        Role::Custom(Kind::Boot) => Some(Kind::Boot),
        _ => None,
    }
}

/// Suffixes after the MAC in the names of files that a phone uploads: user settings and contacts, exports
/// from the web interface, logs. These are Yealink's names, which Flyingvoice phones probably share.
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

/// Whether a file has a name that phones use for uploads, such as `<mac>-local.cfg`.
pub fn is_exported(name: &str) -> bool {
    let Some((mac, rest)) = name.split_at_checked(12) else { return false };
    mac.bytes().all(|b| b.is_ascii_hexdigit())
        && rest.strip_prefix('-').is_some_and(|rest| EXPORTS.contains(&rest.to_ascii_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_requests_files_by_these_names() {
        let mac: Mac = "0021f2000001".parse().unwrap();
        let names = [Requested::OwnBoot, Requested::CommonBoot, Requested::CommonCfg, Requested::OwnCfg];
        let names = names.map(|file| file.name(mac));
        assert_eq!(names, ["0021f2000001.boot", COMMON_BOOT, COMMON_CFG, "0021f2000001.cfg"]);
        assert!(names.iter().all(|name| Role::from_name(name).is_requested()));
        assert_eq!(names.map(|name| requester(&name).is_some()), [true, false, false, true]);
        assert_eq!(requester("0021F2000001.cfg"), Some(mac));
        assert_eq!([requester("00-21-f2-0-1.cfg"), requester("0021f2000001.xml")], [None, None]);
    }

    #[test]
    fn macs_are_accepted_in_any_spelling() {
        for text in ["0021f2000001", "00:21:F2:00:00:01", "0021.f200.0001", "00-21-f2-00-00-01"] {
            assert_eq!(text.parse::<Mac>().unwrap().to_string(), "0021f2000001");
        }
        for text in ["", "0021f200000", "0021f20000011", "0021f200000g", "any"] {
            assert!(text.parse::<Mac>().is_err(), "{text}");
        }
    }

    #[test]
    fn near_misses_are_distinguished_from_ordinary_names() {
        assert_eq!(near_miss("0021F2000001.cfg"), Some(NearMiss::MacSpelling("0021f2000001.cfg".into())));
        let right = NearMiss::MacSpelling("0021f2000001.boot".into());
        assert_eq!(near_miss("00-21-f2-00-00-01.boot"), Some(right));
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
            "a - Copy.cfg",
            "a - Kopie.cfg",
            "a - Kopie (2).cfg",
            "a (1).cfg",
            "a copy 2.cfg",
            "Copy of a.cfg",
            "Kopie von a.cfg",
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
    fn uploads_are_recognized_by_name() {
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
