//! The most likely cause of a line that is not a setting, an include or a comment.

use crate::catalogue::Schema;
use crate::lint::view::FileCx;
use crate::text::syntax::{COMMENT_MARKS, is_whitespace, trim};
use crate::tree::names::Kind;

/// Most likely cause of a malformed line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Markup.
    Xml,
    /// A section header from an INI file.
    Section,
    /// `= value`.
    NoName,
    /// An include without its keyword.
    Include,
    /// `name: value`.
    Colon,
    /// `na me = value`.
    BlankInName,
    /// `set name = value`, `+name = value`.
    Prefixed,
    /// `name[1] = value`.
    Bracket,
    /// `"name" = value`.
    Quoted,
    /// Only characters that are invisible in editors.
    Unseen,
    /// `name value`.
    NoSign,
    /// A comment in the syntax of a different format.
    Comment,
    /// The continuation of the value on the line above.
    Continued,
    /// Anything else.
    Other,
}

/// Determines the cause of a malformed line, given without surrounding whitespace. `continues` is true if the
/// line above is a setting.
pub fn cause(cx: &FileCx<'_>, body: &[u8], continues: bool) -> Cause {
    let word = body.split(|b| is_whitespace(*b)).next().unwrap_or_default();
    match body {
        _ if is_comment(body) => Cause::Comment,
        [b'<', ..] if !body.ends_with(b".cfg>") => Cause::Xml,
        [b'[', .., b']'] => Cause::Section,
        [b'=', ..] => Cause::NoName,
        _ if memchr::memmem::find(body, b".cfg").is_some()
            && (cx.is(Kind::Boot) || body.starts_with(b"<")) =>
        {
            Cause::Include
        }
        _ if colon(body).is_some() => Cause::Colon,
        _ if prefixed_name(cx.common.schema, body).is_some() => Cause::Prefixed,
        _ if split_name(body).is_some() => Cause::BlankInName,
        _ if bracket_name(body).is_some() => Cause::Bracket,
        _ if matches!(body.first(), Some(b'"' | b'\'')) && memchr::memchr(b'=', body).is_some() => {
            Cause::Quoted
        }
        _ if String::from_utf8_lossy(body).chars().all(|c| !c.is_ascii_graphic() && !c.is_alphanumeric()) => {
            Cause::Unseen
        }
        _ if is_dotted(word) && memchr::memchr(b'=', body).is_none() => Cause::NoSign,
        _ if continues && !is_dotted(word) => Cause::Continued,
        _ => Cause::Other,
    }
}

/// The name in a malformed setting, and the offset of the text after the separator.
pub fn rewritten_name(body: &[u8], cause: Cause) -> Option<(String, usize)> {
    let sign = memchr::memchr(b'=', body);
    let (name, end) = match cause {
        Cause::Colon => {
            let (name, at) = colon(body)?;
            // Some authors write `:=` instead of `=`.
            (name.to_vec(), at + 1 + usize::from(body.get(at + 1) == Some(&b'=')))
        }
        Cause::BlankInName => (split_name(body)?, sign? + 1),
        Cause::Prefixed => (last_word(body)?.to_vec(), sign? + 1),
        Cause::Bracket => (bracket_name(body)?, sign? + 1),
        Cause::Quoted => {
            let name = trim(body.get(..sign?)?);
            let inner = name.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
            let inner = inner.or_else(|| name.strip_prefix(b"'").and_then(|rest| rest.strip_suffix(b"'")))?;
            (inner.to_vec(), sign? + 1)
        }
        Cause::NoSign => {
            let word = body.split(|b| is_whitespace(*b)).next()?;
            (word.to_vec(), word.len())
        }
        _ => return None,
    };
    Some((String::from_utf8(name).ok()?, end))
}

/// Whether a line is a comment in the syntax of a different format. An XML comment must also end on the same
/// line.
fn is_comment(body: &[u8]) -> bool {
    let begins = COMMENT_MARKS.iter().any(|mark| body.starts_with(mark));
    begins && (!body.starts_with(b"<!--") || body.ends_with(b"-->"))
}

/// Whether a word looks like the name of a parameter.
fn is_dotted(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_alphabetic)
        && word.contains(&b'.')
        && word.split(|b| *b == b'.').all(is_segment)
}

/// Whether bytes can be a segment of a parameter name.
fn is_segment(part: &[u8]) -> bool {
    !part.is_empty() && part.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b))
}

/// Name before a `:` used instead of `=`, and the offset of the `:`.
fn colon(body: &[u8]) -> Option<(&[u8], usize)> {
    let at = memchr::memchr(b':', body)?;
    let name = trim(body.get(..at)?);
    is_dotted(name).then_some((name, at))
}

/// The last word before `=`, without leading signs.
fn last_word(body: &[u8]) -> Option<&[u8]> {
    let before = trim(body.get(..memchr::memchr(b'=', body)?)?);
    let word = before.rsplit(|b| is_whitespace(*b)).next()?;
    let start = word.iter().position(u8::is_ascii_alphanumeric)?;
    word.get(start..)
}

/// The name of a parameter after a command or a sign: `set name = value`, `+name = value`, `> name = value`.
fn prefixed_name<'b>(schema: &Schema, body: &'b [u8]) -> Option<&'b [u8]> {
    let name = last_word(body)?;
    let is_first = body.starts_with(name);
    let is_known = std::str::from_utf8(name).is_ok_and(|name| schema.parameter(name).is_some());
    (!is_first && is_known).then_some(name)
}

/// Name before `=` with an index in brackets: `account[1].label`.
fn bracket_name(body: &[u8]) -> Option<Vec<u8>> {
    let before = trim(body.get(..memchr::memchr(b'=', body)?)?);
    let is_indexed = before.first().is_some_and(u8::is_ascii_alphabetic) && before.contains(&b'[');
    let name: Vec<u8> =
        before.iter().filter(|b| **b != b']').map(|b| if *b == b'[' { b'.' } else { *b }).collect();
    (is_indexed && is_dotted(&name)).then_some(name)
}

/// Name before `=`, with its spaces removed.
fn split_name(body: &[u8]) -> Option<Vec<u8>> {
    let before = trim(body.get(..memchr::memchr(b'=', body)?)?);
    let joined: Vec<u8> = before.iter().copied().filter(|b| !is_whitespace(*b)).collect();
    (joined.len() < before.len() && is_dotted(&joined)).then_some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_other_words() {
        assert!(is_dotted(b"account.1.label") && is_dotted(b"transfer.dsskey_deal_type"));
        assert!(
            !is_dotted(b"10.0.0.1") && !is_dotted(b"label") && !is_dotted(b"end.") && !is_dotted(b"a.b/c")
        );
        assert_eq!(split_name(b"account.1. label = x").as_deref(), Some(b"account.1.label".as_slice()));
        assert_eq!(split_name(b"see the note = x"), None);
        assert_eq!(colon(b"lang.gui : German").map(|(name, _)| name), Some(b"lang.gui".as_slice()));
        assert_eq!(colon(b"http://10.0.0.1/"), None);
    }

    #[test]
    fn malformed_settings_are_split_into_name_and_value() {
        for (line, cause) in [
            ("account.1.label : 200", Cause::Colon),
            ("account.1.label := 200", Cause::Colon),
            ("account.1.label 200", Cause::NoSign),
            ("account.1. label = 200", Cause::BlankInName),
            ("\"account.1.label\" = 200", Cause::Quoted),
            ("set account.1.label = 200", Cause::Prefixed),
            ("+account.1.label = 200", Cause::Prefixed),
            ("account[1].label = 200", Cause::Bracket),
        ] {
            let (name, end) = rewritten_name(line.as_bytes(), cause).unwrap();
            assert_eq!((name.as_str(), line[end..].trim()), ("account.1.label", "200"), "{line}");
        }
    }

    #[test]
    fn comments_of_other_formats_are_recognized() {
        for line in ["; text", ";a.b = 1", "// text", "/* text */", "<!-- text -->"] {
            assert!(is_comment(line.as_bytes()), "{line}");
        }
        assert!(!is_comment(b"<!-- text") && !is_comment(b"/a") && !is_comment(b"-a"));
    }
}
