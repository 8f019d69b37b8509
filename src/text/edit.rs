//! Changes, adds or removes one setting in a text. All other bytes are preserved, including
//! indentation, spaces around `=`, comments, line endings, a byte order mark, and a missing final
//! newline.

use crate::text::source::Span;
use crate::text::syntax::{self, BYTE_ORDER_MARK, Line, LineKind, Tree, line_end};

/// Checks that the line `name = value` is parsed as exactly this name and value.
///
/// # Errors
/// The name or the value is invalid, with the reason.
pub fn check(name: &str, value: &str) -> Result<(), String> {
    let line = format!("{name} = {value}");
    let tree = syntax::parse(line.as_bytes());
    let first = tree.lines.first().map(|line| line.kind);
    let is_name = matches!(first, Some(LineKind::Setting { name: n, .. }) if n.slice(line.as_bytes()) == name.as_bytes());
    if !is_name {
        return Err("this is not a valid parameter name".into());
    }
    if value.contains(['\n', '\r', '\0']) {
        return Err("the value contains a line break or a NUL, but a setting is one line of text".into());
    }
    if syntax::trim(value.as_bytes()) != value.as_bytes() {
        return Err("the value starts or ends with whitespace, which phones ignore".into());
    }
    Ok(())
}

/// The settings of a name in order, each with its line index and value.
pub fn settings<'t>(text: &'t [u8], tree: &Tree, wanted: &str) -> Vec<(usize, &'t [u8])> {
    let setting = |(at, line): (usize, &Line)| match line.kind {
        LineKind::Setting { name, value } if name.slice(text) == wanted.as_bytes() => {
            Some((at, value.slice(text)))
        }
        _ => None,
    };
    tree.lines.iter().enumerate().filter_map(setting).collect()
}

/// Replaces the value of the setting on a line (index), and removes trailing whitespace after it.
pub fn change(text: &[u8], tree: &Tree, line: usize, value: &str) -> Vec<u8> {
    let Some((at, layout)) = tree.lines.get(line).and_then(|line| Some((line, Layout::parse(text, line)?)))
    else {
        return text.to_vec();
    };
    let (start, gap) = match (layout.value.is_empty(), value.is_empty()) {
        (false, false) => (layout.value.start, ""),
        (_, true) => (layout.sign, ""),
        (true, false) => (layout.sign, layout.after.as_str()),
    };
    let (start, end) = (start as usize, at.content(text).end as usize);
    [&text[..start], gap.as_bytes(), value.as_bytes(), &text[end..]].concat()
}

/// Adds a setting after the last of the lines whose names share the most leading segments, or else
/// after the last setting or include, or else at the end. The spaces around `=` are those of the
/// nearest setting.
///
/// # Errors
/// The reason why no line can be added.
pub fn add(text: &[u8], tree: &Tree, name: &str, value: &str) -> Result<Vec<u8>, String> {
    let above = closest_line(text, tree, name).or_else(|| last_content_line(tree));
    let layout = adjacent_layout(text, tree, above);
    let gap = if value.is_empty() { "" } else { layout.after.as_str() };
    let setting = format!("{name}{}={gap}{value}", layout.before_sign(name));
    let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let Some(above) = above.and_then(|at| tree.lines.get(at)) else {
        let end = line_end(text).as_bytes();
        return Ok([&text[..mark], setting.as_bytes(), end, &text[mark..]].concat());
    };
    let (content, end) = (above.content(text), above.span.end as usize);
    let own_end = &text[content.end as usize..end];
    if !own_end.is_empty() {
        return Ok([&text[..end], setting.as_bytes(), own_end, &text[end..]].concat());
    }
    // The last line has no line ending, and the new last line also has none.
    if content.slice(text).ends_with(b"\r") {
        return Err("its last line ends with an extra CR".into());
    }
    Ok([text, line_end(text).as_bytes(), setting.as_bytes()].concat())
}

/// Removes lines (indices) with their line endings. If the last line of the text has no line ending,
/// the new last line also has none.
pub fn remove(text: &[u8], tree: &Tree, lines: &[usize]) -> Vec<u8> {
    let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut out = Vec::with_capacity(text.len());
    for (at, line) in tree.lines.iter().enumerate() {
        match lines.contains(&at) {
            false => out.extend_from_slice(line.span.slice(text)),
            // The byte order mark belongs to the file, not to the line.
            true if line.span.start == 0 => out.extend_from_slice(&text[..mark]),
            true => {}
        }
    }
    let is_last_gone = tree.lines.len().checked_sub(1).is_some_and(|last| lines.contains(&last));
    if is_last_gone && !text.ends_with(b"\n") && out.ends_with(b"\n") {
        out.pop();
        out.pop_if(|byte| *byte == b'\r');
    }
    out
}

/// The layout of a setting.
struct Layout {
    name: Span,
    /// The text between the name and `=`.
    before: String,
    /// The end of `=`.
    sign: u32,
    /// The text between `=` and the value. For an empty value, the most likely text.
    after: String,
    value: Span,
}

impl Layout {
    fn parse(text: &[u8], line: &Line) -> Option<Self> {
        let LineKind::Setting { name, value } = line.kind else { return None };
        let rest = Span { start: name.end, end: line.content(text).end }.slice(text);
        let sign = rest.iter().position(|byte| *byte == b'=')?;
        let before = String::from_utf8_lossy(&rest[..sign]).into_owned();
        let sign = name.end + sign as u32 + 1;
        let after = match value.is_empty() {
            // The same as before `=`, except for spaces that align it.
            true if before.is_empty() => String::new(),
            true => " ".into(),
            false => String::from_utf8_lossy(Span { start: sign, end: value.start }.slice(text)).into_owned(),
        };
        Some(Self { name, before, sign, after, value })
    }

    /// The text before the `=` of another name. If this setting is aligned, the other one is aligned to
    /// the same column.
    fn before_sign(&self, name: &str) -> String {
        let is_aligned = self.before.len() > 1 && self.before.bytes().all(|byte| byte == b' ');
        if !is_aligned {
            return self.before.clone();
        }
        let column = (self.name.end - self.name.start) as usize + self.before.len();
        " ".repeat(column.saturating_sub(name.len()).max(1))
    }
}

/// The layout of the setting nearest to the new line: above it, or else below it.
fn adjacent_layout(text: &[u8], tree: &Tree, above: Option<usize>) -> Layout {
    let next = above.map_or(0, |at| at + 1);
    let (upper, lower) = tree.lines.split_at(next.min(tree.lines.len()));
    let mut near = upper.iter().rev().chain(lower).filter_map(|line| Layout::parse(text, line));
    near.next().unwrap_or_else(|| Layout {
        name: Span::default(),
        before: " ".into(),
        sign: 0,
        after: " ".into(),
        value: Span::default(),
    })
}

/// The last of the lines whose names share the most leading segments with a name; `None` if no line
/// shares a segment.
fn closest_line(text: &[u8], tree: &Tree, wanted: &str) -> Option<usize> {
    let shared = |name: &[u8]| {
        let segments = name.split(|byte| *byte == b'.').zip(wanted.as_bytes().split(|byte| *byte == b'.'));
        segments.take_while(|(a, b)| a == b).count()
    };
    let lines = tree.lines.iter().enumerate().filter_map(|(at, line)| match line.kind {
        LineKind::Setting { name, .. } => Some((shared(name.slice(text)), at)),
        _ => None,
    });
    lines.max().filter(|(shared, _)| *shared > 0).map(|(_, at)| at)
}

/// The last setting or include, or else the last line that is not empty.
fn last_content_line(tree: &Tree) -> Option<usize> {
    let found = tree.lines.iter().rposition(|line| {
        matches!(line.kind, LineKind::Setting { .. } | LineKind::Include { .. } | LineKind::Unknown)
    });
    found.or_else(|| tree.lines.iter().rposition(|line| line.kind != LineKind::Blank))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str, name: &str, value: &str) -> String {
        let tree = syntax::parse(text.as_bytes());
        String::from_utf8(add(text.as_bytes(), &tree, name, value).unwrap()).unwrap()
    }

    fn changed(text: &str, line: usize, value: &str) -> String {
        String::from_utf8(change(text.as_bytes(), &syntax::parse(text.as_bytes()), line, value)).unwrap()
    }

    fn removed(text: &str, lines: &[usize]) -> String {
        String::from_utf8(remove(text.as_bytes(), &syntax::parse(text.as_bytes()), lines)).unwrap()
    }

    #[test]
    fn a_value_is_changed_and_nothing_else() {
        assert_eq!(changed("a=1\r\n\tb\t=\t2 # x\r\nc=3", 1, "9"), "a=1\r\n\tb\t=\t9\r\nc=3");
        assert_eq!(changed("\u{feff}a = 1", 0, "2"), "\u{feff}a = 2");
        assert_eq!(changed("a = 1 \t\n", 0, "2"), "a = 2\n", "a blank behind it would belong to the value");
        for (text, new) in [("a =\n", "a = 1\n"), ("a=  \n", "a=1\n"), ("a = \r\n", "a = 1\r\n")] {
            assert_eq!(changed(text, 0, "1"), new);
        }
        assert_eq!(changed("a = 1\n", 0, ""), "a =\n");
    }

    #[test]
    fn a_new_setting_is_inserted_next_to_related_settings() {
        let text = "#!version:1.0.0.1\n\naccount.1.label=a\naccount.1.sip_server.1.port=1\naccount.2.label=b\n\nlang.gui=x\n# end\n";
        let line = |name: &str| {
            let text = added(text, name, "v");
            let at = text.lines().position(|line| line == format!("{name}=v"));
            at.map(|at| text.lines().nth(at - 1).unwrap().to_owned()).unwrap()
        };
        assert_eq!(line("account.1.sip_server.1.address"), "account.1.sip_server.1.port=1");
        assert_eq!(line("account.1.enable"), "account.1.sip_server.1.port=1");
        assert_eq!(line("account.3.enable"), "account.2.label=b");
        assert_eq!(line("local_time.ntp_server1"), "lang.gui=x");
    }

    #[test]
    fn a_new_setting_is_laid_out_as_its_neighbours() {
        assert_eq!(added("a.b = 1\r\n", "a.c", "2"), "a.b = 1\r\na.c = 2\r\n");
        assert_eq!(added("a.b=", "a.c", "2"), "a.b=\na.c=2");
        assert_eq!(added("a.b     = 1\n", "a.long", "2"), "a.b     = 1\na.long  = 2\n");
        assert_eq!(added("a.b  = 1\n", "a.much_longer", ""), "a.b  = 1\na.much_longer =\n");
        assert_eq!(added("", "a", "2"), "a = 2\n");
        assert_eq!(added("\u{feff}", "a", "2"), "\u{feff}a = 2\n");
        assert_eq!(
            added("#!version:1.0.0.1\r\n# why\r\n\r\n", "a", "2"),
            "#!version:1.0.0.1\r\n# why\r\na = 2\r\n\r\n"
        );
        assert!(add(b"a=1\r", &syntax::parse(b"a=1\r"), "b", "2").is_err());
    }

    #[test]
    fn complete_lines_are_removed() {
        assert_eq!(removed("\u{feff}a=1\r\nb=2\r\nc=3", &[0, 1]), "\u{feff}c=3");
        assert_eq!(removed("a=1\r\nb=2\r\nc=3", &[2]), "a=1\r\nb=2");
        assert_eq!(removed("a=1", &[0]), "");
    }

    #[test]
    fn what_would_be_read_as_something_else_is_refused() {
        for (name, value) in [
            ("", "1"),
            ("a b", "1"),
            ("#a", "1"),
            ("a", "1\n"),
            ("a", "1\nb=2"),
            ("a", " 1"),
            ("a", "1\t"),
            ("a", "\0"),
            ("\u{feff}a", "1"),
            ("a=b", "1"),
        ] {
            assert!(check(name, value).is_err(), "{name:?} {value:?}");
        }
        assert_eq!(check("a.1.b", "x = y # z"), Ok(()));
        assert_eq!(check("a", ""), Ok(()));
    }

    #[test]
    fn settings_are_found_in_order() {
        let text = b"a = 1\n b=2\na=\n";
        assert_eq!(settings(text, &syntax::parse(text), "a"), [(0, &b"1"[..]), (2, b"")]);
    }
}
