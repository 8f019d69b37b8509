//! A name as a client wrote it becomes a path below the served tree, or is refused. Only text: no disk is asked here.

use std::borrow::Cow;

use super::refusal::Reason;
use crate::text::address::without_query;

/// Longer than any path that a phone asks for.
const LONGEST: usize = 1024;

/// Names that open a device on Windows, with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Endings of templates, which hold what is not yet a phone's.
const TEMPLATES: [&str; 5] = [".j2", ".jinja", ".jinja2", ".tmpl", ".template"];

/// Endings of private keys; `.pem` may be a certificate that phones download.
const KEYS: [&str; 3] = [".key", ".p12", ".pfx"];

/// The path that the target of an HTTP request means. Percent signs are taken out once and never again (RFC 3986, 2.4),
/// and what follows a `?` belongs to no file.
pub fn of_url(target: &str) -> Result<String, Reason> {
    let path = without_query(target);
    let path = percent_encoding::percent_decode_str(path).decode_utf8();
    let path: Cow<'_, str> = path.map_err(|_| Reason::NotUtf8)?;
    of_name(&path)
}

/// The path that a name means as it stands, with or without the `/` that stands for the top.
pub fn of_name(name: &str) -> Result<String, Reason> {
    let path = name.strip_prefix('/').unwrap_or(name);
    if path.len() > LONGEST {
        return Err(Reason::TooLong);
    }
    if path.is_empty() || path.ends_with('/') {
        return Err(Reason::Directory);
    }
    // Clients should take dot segments out themselves (RFC 3986, 5.2.4), and not every phone does.
    let mut parts = Vec::new();
    for name in path.split('/') {
        match name {
            ".." if parts.pop().is_none() => return Err(Reason::OutsideTree),
            "." | ".." => {}
            _ => {
                part(name)?;
                parts.push(name);
            }
        }
    }
    if parts.is_empty() { Err(Reason::Directory) } else { Ok(parts.join("/")) }
}

fn part(part: &str) -> Result<(), Reason> {
    if part.is_empty() {
        return Err(Reason::Absolute);
    }
    if part.contains('\\') {
        return Err(Reason::Backslash);
    }
    if part.chars().any(char::is_control) {
        return Err(Reason::ControlCharacter);
    }
    // Drive letters, and the streams of NTFS behind a file's name.
    if part.contains(':') {
        return Err(Reason::Colon);
    }
    if part.ends_with(['.', ' ']) {
        return Err(Reason::DotOrBlankAtEnd);
    }
    if is_device(part) {
        return Err(Reason::Device);
    }
    if is_hidden(part) { Err(Reason::NotForPhones) } else { Ok(()) }
}

fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let is_port = |name: &str| {
        let number = stem.strip_prefix(name).unwrap_or_default();
        matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
    };
    DEVICES.contains(&stem.as_str()) || is_port("com") || is_port("lpt")
}

/// Whether a file or directory of this name is never served, wherever it lies: what begins with a dot, fvprov's own
/// files, templates, secrets, keys.
pub fn is_hidden(part: &str) -> bool {
    // Some disks take cases for equal.
    let lower = part.to_ascii_lowercase();
    let is_own = lower == "fvprov.toml" || lower.starts_with("fvprov-");
    let is_key = lower.starts_with("id_rsa") || lower.starts_with("aeskey");
    let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    lower.starts_with('.')
        || is_own
        || is_key
        || matches!(lower.as_str(), "templates" | "secrets")
        || ends(&TEMPLATES)
        || ends(&KEYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_a_path() {
        for (target, path) in [
            ("/0021f2000001.cfg", "0021f2000001.cfg"),
            ("/HTTP%20Directory/sip.cfg", "HTTP Directory/sip.cfg"),
            ("/a.cfg?x=../y", "a.cfg"),
            ("/100%25.cfg", "100%.cfg"),
            ("/sites/%C3%A4.cfg", "sites/ä.cfg"),
            ("/console.cfg", "console.cfg"),
            ("/com10.cfg", "com10.cfg"),
            ("/ca.pem", "ca.pem"),
            ("/%252e%252e/x.cfg", "%2e%2e/x.cfg"),
            ("/sites/../common.cfg", "common.cfg"),
            ("/sites/%2e%2e/./common.cfg", "common.cfg"),
        ] {
            assert_eq!(of_url(target).unwrap(), path, "{target}");
        }
        assert_eq!(of_name("a%20b.cfg").unwrap(), "a%20b.cfg");
    }

    #[test]
    fn nothing_else_is() {
        for target in [
            "/",
            "",
            "/sites/",
            "//etc/passwd",
            "/a//b",
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/%2E./x",
            "/.%2e%2fx",
            "/a/..",
            "/..%5cx",
            "/a\\b",
            "/a%00.cfg",
            "/a%0a.cfg",
            "/%c0%ae%c0%ae/x",
            "/%ff",
            "/C:/x",
            "/c%3a/x",
            "/x.cfg::$DATA",
            "/CON",
            "/nul.cfg",
            "/a/COM1.boot",
            "/lpt9",
            "/aux .cfg",
            "/x.cfg.",
            "/x.cfg%20",
            "/.git/config",
            "/.env",
            "/a/.b/c",
            "/fvprov.toml",
            "/FVPROV.TOML",
            "/fvprov-baseline.json",
            "/templates/x.cfg",
            "/secrets/x",
            "/x.cfg.j2",
            "/x.key",
            "/id_rsa",
            "/.",
            "/..",
            "/...",
            "/%2f/x",
        ] {
            assert!(of_url(target).is_err(), "{target}");
        }
        assert!(of_name(&"a".repeat(1025)).is_err());
    }
}
