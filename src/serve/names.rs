//! Converts the name that a client requests to a path below the served tree, or refuses the name. Reads no
//! files.

use std::borrow::Cow;

use super::refusal::Reason;
use crate::text::address::without_query;
use crate::text::path::is_device_name;

/// Maximum length of a name in bytes.
const MAX_LENGTH: usize = 1024;

/// The path of an HTTP request target. Percent signs are decoded once (RFC 3986, 2.4), and the query is ignored.
pub fn from_url(target: &str) -> Result<String, Reason> {
    let path = percent_encoding::percent_decode_str(without_query(target)).decode_utf8();
    let path: Cow<'_, str> = path.map_err(|_| Reason::NotUtf8)?;
    from_name(&path)
}

/// The path of a plain name, with or without a leading `/`. As on other servers, repeated slashes count as
/// one.
pub fn from_name(name: &str) -> Result<String, Reason> {
    let path = directory_from_name(name)?;
    if path.is_empty() || name.ends_with('/') { Err(Reason::Directory) } else { Ok(path) }
}

/// The path of a directory; empty for the top directory.
pub fn directory_from_name(name: &str) -> Result<String, Reason> {
    if name.len() > MAX_LENGTH {
        return Err(Reason::TooLong);
    }
    // Clients should remove dot segments themselves (RFC 3986, 5.2.4), but some phones do not.
    let mut parts = Vec::new();
    for part in name.split('/') {
        match part {
            ".." if parts.pop().is_none() => return Err(Reason::OutsideTree),
            "" | "." | ".." => {}
            _ => {
                check_part(part)?;
                parts.push(part);
            }
        }
    }
    Ok(parts.join("/"))
}

fn check_part(part: &str) -> Result<(), Reason> {
    if part.contains('\\') {
        return Err(Reason::Backslash);
    }
    if part.chars().any(char::is_control) {
        return Err(Reason::ControlCharacter);
    }
    // Drive letters, and NTFS streams after a file name.
    if part.contains(':') {
        return Err(Reason::Colon);
    }
    if part.ends_with(['.', ' ']) {
        return Err(Reason::TrailingDotOrSpace);
    }
    if is_device_name(part) { Err(Reason::Device) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_paths() {
        for (target, path) in [
            ("/0021f2000001.cfg", "0021f2000001.cfg"),
            ("//0021f2000001.cfg", "0021f2000001.cfg"),
            ("/sites//a.cfg", "sites/a.cfg"),
            ("/%2fsites%2F/a.cfg", "sites/a.cfg"),
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
            assert_eq!(from_url(target).unwrap(), path, "{target}");
        }
        assert_eq!(from_name("a%20b.cfg").unwrap(), "a%20b.cfg");
        for top in ["", "/", "//", ".", "./", "a/.."] {
            assert_eq!(directory_from_name(top).unwrap(), "", "{top}");
        }
    }

    #[test]
    fn dangerous_names_are_refused() {
        for target in [
            "/",
            "",
            "/sites/",
            "/../x",
            "/a/../../x",
            "/a//../../x",
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
            "/.",
            "/..",
            "/...",
        ] {
            assert!(from_url(target).is_err(), "{target}");
        }
        assert!(from_name(&"a".repeat(1025)).is_err());
    }
}
