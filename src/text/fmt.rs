//! Normalizes whitespace in boot and cfg files: `name = value`, LF line endings, no whitespace around a
//! line, and no empty lines at the end. Names, values, comments, includes, their order, and lines with
//! syntax errors are preserved.

use crate::text::opaque;
use crate::text::syntax::{BYTE_ORDER_MARK, Line, LineKind, Tree, trim};

/// Formats text. A byte order mark is preserved, because a rule reports it.
///
/// # Errors
/// Returns the reason if the text is not a boot or cfg file, or cannot be formatted without changing a value.
pub fn format(text: &[u8], tree: &Tree) -> Result<Vec<u8>, String> {
    let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK } else { b"" };
    if let Some(why) = foreign_reason(text, tree) {
        return Err(why);
    }
    let mut out = Vec::with_capacity(text.len() + tree.len());
    out.extend_from_slice(mark);
    let mut end = out.len();
    for (at, line) in tree.lines().enumerate() {
        let content = content(text, &line, mark.len());
        // A CR before CR LF is part of the value. Before a single LF, it would become part of the line
        // ending.
        if trim(content).ends_with(b"\r") {
            return Err(format!("line {} ends with an extra CR", at + 1));
        }
        push(&mut out, text, &line, content);
        out.push(b'\n');
        if line.kind != LineKind::Empty {
            end = out.len();
        }
    }
    out.truncate(end);
    Ok(out)
}

/// A line without its line ending, and without a byte order mark of the given length.
fn content<'a>(text: &'a [u8], line: &Line, mark: usize) -> &'a [u8] {
    let content = line.content(text).slice(text);
    if line.span.start == 0 { content.get(mark..).unwrap_or_default() } else { content }
}

fn push(out: &mut Vec<u8>, text: &[u8], line: &Line, content: &[u8]) {
    match line.kind {
        LineKind::Empty => {}
        LineKind::Setting { name, value } => {
            out.extend_from_slice(name.slice(text));
            out.extend_from_slice(if value.is_empty() { b" =" } else { b" = " });
            out.extend_from_slice(value.slice(text));
        }
        LineKind::Header | LineKind::Comment | LineKind::Include { .. } => {
            out.extend_from_slice(trim(content));
        }
        LineKind::Unknown => out.extend_from_slice(content),
    }
}

/// The reason that content is not a boot or cfg file; `None` if it is one.
pub fn foreign_reason(text: &[u8], tree: &Tree) -> Option<String> {
    let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    if let Some(wrapping) = opaque::wrapping(text, tree) {
        return Some(format!("it is {}", wrapping.description()));
    }
    if std::str::from_utf8(text).is_err() || memchr::memchr(0, text).is_some() {
        return Some("it is not valid UTF-8".into());
    }
    // In files such as Python's `setup.cfg`, many lines look like settings, but indentation is significant.
    let mut lines = tree.lines();
    let first = lines
        .find(|line| !matches!(line.kind, LineKind::Empty | LineKind::Header | LineKind::Comment))
        .filter(|line| line.kind == LineKind::Unknown)
        .map_or(&b""[..], |line| trim(content(text, &line, mark)));
    if first.starts_with(b"[") && first.ends_with(b"]") {
        return Some("it contains `[sections]` and probably belongs to a different program".into());
    }
    let why = "most of its lines are not settings or includes";
    opaque::is_opaque(text, tree).then(|| why.into())
}

#[cfg(test)]
mod tests {
    use crate::text::syntax;

    fn formatted(text: &str) -> Result<String, String> {
        let formatted = super::format(text.as_bytes(), &syntax::parse(text.as_bytes()));
        formatted.map(|formatted| String::from_utf8(formatted).unwrap())
    }

    #[test]
    fn whitespace_is_normalized_and_the_rest_unchanged() {
        let messy = "\u{feff}  #!version:1.0.0.1 \r\n\n\n\ta.b=1  2\t\n a = \n# why  \ninclude:config  <a b.cfg> \n x y \nc==\r\n \n\n";
        let neat = "\u{feff}#!version:1.0.0.1\n\n\na.b = 1  2\na =\n# why\ninclude:config  <a b.cfg>\n x y \nc = =\n";
        assert_eq!(formatted(messy).as_deref(), Ok(neat));
        assert_eq!(formatted(neat).as_deref(), Ok(neat));
        for (text, same) in [
            ("", ""),
            (" \r\n\n\t", ""),
            ("\u{feff}", "\u{feff}"),
            ("\u{feff} \n", "\u{feff}"),
            ("a=", "a =\n"),
        ] {
            assert_eq!(formatted(text).as_deref(), Ok(same), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_understood_is_left_alone() {
        for text in [
            "#!encrypt:1.0.0.0\na=1\n",
            "a=1\n\0\n",
            "<?xml version=\"1.0\"?>\n<a>\n</a>\n",
            "# of Python\n[metadata]\nname = x\na=b\nc=d\n",
            "a=ENC[AES256_GCM,data:x]\n",
            "version https://git-lfs.github.com/spec/v1\na=1\nb=2\n",
            "a=1\rb=2\r",
            "a=1\r\r\n",
            "a=1\n\r \r\n",
        ] {
            assert!(formatted(text).is_err(), "{text:?}");
        }
        let latin = b"account.1.label=K\xfcche\n";
        assert!(super::format(latin, &syntax::parse(latin)).is_err());
    }
}
