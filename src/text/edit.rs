//! Changes, adds or removes one setting in a file's text. All other bytes are preserved, including
//! indentation, spaces around `=`, comments, line endings, a byte order mark, and a missing final
//! newline.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::text::source::Span;
use crate::text::syntax::{self, BYTE_ORDER_MARK, Line, LineKind, Tree, line_end};

/// Checks that the line `name = value` is parsed as exactly this name and value.
///
/// # Errors
/// Returns the reason that the name or the value is invalid.
pub fn check(name: &str, value: &str) -> Result<(), String> {
    let line = format!("{name} = {value}");
    let tree = syntax::parse(line.as_bytes());
    let first = tree.line(0).map(|line| line.kind);
    let is_name = matches!(first, Some(LineKind::Setting { name: n, .. }) if n.slice(line.as_bytes()) == name.as_bytes());
    if !is_name {
        return Err("this is not a valid parameter name".into());
    }
    if value.contains(['\n', '\r', '\0']) {
        return Err("the value contains a line break or a NUL, but a setting is a single line".into());
    }
    if syntax::trim(value.as_bytes()) != value.as_bytes() {
        return Err(
            "the value starts or ends with whitespace, which phones may treat as part of the value".into()
        );
    }
    Ok(())
}

/// A file's text, prepared for changing several settings one after another. The time per change does not
/// depend on the length of the text.
pub struct Draft<'t> {
    mark: &'t [u8],
    /// The line ending for new lines if no other line has one.
    line_end: &'static str,
    /// The lines in the text, followed by the added lines.
    lines: Vec<DraftLine<'t>>,
    first: Option<usize>,
    /// The settings for each name, in order.
    by_name: FxHashMap<Vec<u8>, Vec<usize>>,
    /// The last setting whose name begins with the given segments.
    last_with: FxHashMap<Vec<u8>, usize>,
    /// The last setting or include, or, if there is none, the last non-empty line.
    last_content: Option<usize>,
}

/// A line in a draft, and the text that contains it: the original text, or a separate text for this line
/// only.
struct DraftLine<'t> {
    text: Cow<'t, [u8]>,
    line: Line,
    next: Option<usize>,
}

impl DraftLine<'_> {
    fn new(bytes: Vec<u8>) -> Self {
        let line = syntax::parse(&bytes).line(0);
        let line = line.unwrap_or(Line { span: Span::default(), kind: LineKind::Empty });
        Self { text: Cow::Owned(bytes), line, next: None }
    }

    fn bytes(&self) -> &[u8] {
        self.line.span.slice(&self.text)
    }

    fn layout(&self) -> Option<Layout> {
        Layout::parse(&self.text, &self.line)
    }
}

impl<'t> Draft<'t> {
    /// A draft without changes.
    pub fn new(text: &'t [u8]) -> Self {
        let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let tree = syntax::parse(text);
        let count = tree.len();
        let mut draft = Self {
            mark: &text[..mark],
            line_end: line_end(text),
            lines: Vec::with_capacity(count),
            first: (count > 0).then_some(0),
            by_name: FxHashMap::default(),
            last_with: FxHashMap::default(),
            last_content: last_content_line(&tree),
        };
        for (at, mut line) in tree.lines().enumerate() {
            // The byte order mark belongs to the file, not to the line.
            line.span.start = line.span.start.max(mark as u32);
            if let LineKind::Setting { name, .. } = line.kind {
                let name = name.slice(text);
                draft.by_name.entry(name.to_vec()).or_default().push(at);
                for beginning in beginnings(name) {
                    draft.last_with.insert(beginning.to_vec(), at);
                }
            }
            let next = (at + 1 < count).then_some(at + 1);
            draft.lines.push(DraftLine { text: Cow::Borrowed(text), line, next });
        }
        draft
    }

    /// The settings for a name, in order: indices for [`Self::change`], and values.
    pub fn settings(&self, name: &str) -> Vec<(usize, &[u8])> {
        let settings = self.by_name.get(name.as_bytes()).into_iter().flatten();
        let valued = settings.map(|&at| match self.lines[at].line.kind {
            LineKind::Setting { value, .. } => (at, value.slice(&self.lines[at].text)),
            _ => (at, &[][..]),
        });
        valued.collect()
    }

    /// Replaces the value of a setting, and removes trailing whitespace after it.
    pub fn change(&mut self, setting: usize, value: &str) {
        let line = &mut self.lines[setting];
        let Some(layout) = line.layout() else { return };
        let (start, gap) = match (layout.value.is_empty(), value.is_empty()) {
            (false, false) => (layout.value.start, ""),
            (_, true) => (layout.sign, ""),
            (true, false) => (layout.sign, layout.after.as_str()),
        };
        let (text, whole) = (&line.text, line.line.span);
        let before = Span { end: start, ..whole }.slice(text);
        let after = Span { start: line.line.content(text).end, ..whole }.slice(text);
        let bytes = [before, gap.as_bytes(), value.as_bytes(), after].concat();
        *line = DraftLine { next: line.next, ..DraftLine::new(bytes) };
    }

    /// Adds a setting after the last of the lines whose names share the most leading segments with its name.
    /// If no names share segments, adds it after the last setting or include, or otherwise at the beginning.
    /// The spaces around `=` are the same as in the nearest setting.
    ///
    /// # Errors
    /// Returns the reason that the line cannot be added.
    pub fn add(&mut self, name: &str, value: &str) -> Result<(), String> {
        let closest = beginnings(name.as_bytes()).rev().find_map(|beginning| self.last_with.get(beginning));
        let above = closest.copied().or(self.last_content);
        let layout = self.adjacent_layout(above);
        let gap = if value.is_empty() { "" } else { layout.after.as_str() };
        let mut bytes = format!("{name}{}={gap}{value}", layout.before_sign(name)).into_bytes();
        let new = self.lines.len();
        let next = match above {
            None => {
                bytes.extend(self.line_end.as_bytes());
                self.first.replace(new)
            }
            Some(above) => {
                let above = &mut self.lines[above];
                let content = above.line.content(&above.text);
                let end = Span { start: content.end, ..above.line.span }.slice(&above.text);
                if !end.is_empty() {
                    bytes.extend(end);
                } else if content.slice(&above.text).ends_with(b"\r") {
                    return Err("its last line ends with an extra CR".into());
                } else {
                    // The last line has no line ending, so the new last line does not get one either.
                    *above = DraftLine::new([above.bytes(), self.line_end.as_bytes()].concat());
                }
                above.next.replace(new)
            }
        };
        self.lines.push(DraftLine { next, ..DraftLine::new(bytes) });
        self.by_name.entry(name.into()).or_default().push(new);
        for beginning in beginnings(name.as_bytes()) {
            let last = self.last_with.entry(beginning.to_vec()).or_insert(new);
            if Some(*last) == above {
                *last = new;
            }
        }
        if self.last_content == above {
            self.last_content = Some(new);
        }
        Ok(())
    }

    /// The layout of the setting nearest to a new line: the one above it, or otherwise the one below it.
    fn adjacent_layout(&self, above: Option<usize>) -> Layout {
        if let Some(layout) = above.and_then(|above| self.lines[above].layout()) {
            return layout;
        }
        let mut nearest = None;
        let mut is_below = above.is_none();
        for at in self.order() {
            if let Some(layout) = self.lines[at].layout() {
                nearest = Some(layout);
            }
            is_below |= Some(at) == above;
            if is_below && nearest.is_some() {
                break;
            }
        }
        nearest.unwrap_or_default()
    }

    fn order(&self) -> impl Iterator<Item = usize> {
        std::iter::successors(self.first, |at| self.lines[*at].next)
    }

    /// The text with all changes.
    pub fn text(&self) -> Vec<u8> {
        let mut text = self.mark.to_vec();
        self.order().for_each(|at| text.extend(self.lines[at].bytes()));
        text
    }
}

/// The first segment of a name, the first two segments, and so on.
fn beginnings(name: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    let ends = name.iter().enumerate().filter(|(_, byte)| **byte == b'.').map(|(at, _)| at);
    ends.chain([name.len()]).map(|end| &name[..end])
}

/// Removes the lines at the given indices, including their line endings. If the last line of the text has no
/// line ending, neither does the new last line.
pub fn remove(text: &[u8], tree: &Tree, lines: &[usize]) -> Vec<u8> {
    let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut is_removed = vec![false; tree.len()];
    for at in lines {
        if let Some(is_removed) = is_removed.get_mut(*at) {
            *is_removed = true;
        }
    }
    let mut out = Vec::with_capacity(text.len());
    for (line, is_removed) in tree.lines().zip(&is_removed) {
        match is_removed {
            false => out.extend_from_slice(line.span.slice(text)),
            // The byte order mark belongs to the file, not to the line.
            true if line.span.start == 0 => out.extend_from_slice(&text[..mark]),
            true => {}
        }
    }
    if is_removed.last() == Some(&true) && !text.ends_with(b"\n") && out.ends_with(b"\n") {
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
    /// The offset of the end of `=`.
    sign: u32,
    /// The text between `=` and the value. For an empty value, the text that would most likely precede a
    /// value.
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
            // The same text as before `=`, except for spaces that align the `=`.
            true if before.is_empty() => String::new(),
            true => " ".into(),
            false => String::from_utf8_lossy(Span { start: sign, end: value.start }.slice(text)).into_owned(),
        };
        Some(Self { name, before, sign, after, value })
    }

    /// The text to write between a different name and its `=`. If this setting is aligned, the other setting
    /// is aligned to the same column.
    fn before_sign(&self, name: &str) -> String {
        let is_aligned = self.before.len() > 1 && self.before.bytes().all(|byte| byte == b' ');
        if !is_aligned {
            return self.before.clone();
        }
        let column = (self.name.end - self.name.start) as usize + self.before.len();
        " ".repeat(column.saturating_sub(name.len()).max(1))
    }
}

impl Default for Layout {
    fn default() -> Self {
        Self { name: Span::default(), before: " ".into(), sign: 0, after: " ".into(), value: Span::default() }
    }
}

/// The last setting or include, or, if there is none, the last non-empty line.
fn last_content_line(tree: &Tree) -> Option<usize> {
    let found = tree.lines().rposition(|line| {
        matches!(line.kind, LineKind::Setting { .. } | LineKind::Include { .. } | LineKind::Unknown)
    });
    found.or_else(|| tree.lines().rposition(|line| line.kind != LineKind::Empty))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str, name: &str, value: &str) -> String {
        let mut draft = Draft::new(text.as_bytes());
        draft.add(name, value).unwrap();
        String::from_utf8(draft.text()).unwrap()
    }

    fn changed(text: &str, line: usize, value: &str) -> String {
        let mut draft = Draft::new(text.as_bytes());
        draft.change(line, value);
        String::from_utf8(draft.text()).unwrap()
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
        for (name, line_above) in [
            ("account.1.sip_server.1.address", "account.1.sip_server.1.port=1"),
            ("account.1.enable", "account.1.sip_server.1.port=1"),
            ("account.3.enable", "account.2.label=b"),
            ("local_time.ntp_server1", "lang.gui=x"),
        ] {
            assert!(added(text, name, "v").contains(&format!("\n{line_above}\n{name}=v\n")), "{name}");
        }
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
        assert!(Draft::new(b"a=1\r").add("b", "2").is_err());
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
        assert_eq!(Draft::new(text).settings("a"), [(0, &b"1"[..]), (2, b"")]);
    }

    #[test]
    fn changes_see_the_earlier_ones() {
        let mut draft = Draft::new(b"\xef\xbb\xbfa.x=1\r\nb=1\r\n# end");
        draft.change(0, "2");
        for (name, value) in [("a.y", "3"), ("c", "4"), ("a.y", "5"), ("c.z", "6"), ("a", "7")] {
            draft.add(name, value).unwrap();
        }
        assert_eq!(draft.settings("a.y"), [(3, &b"3"[..]), (5, b"5")]);
        let text = String::from_utf8(draft.text()).unwrap();
        assert_eq!(text, "\u{feff}a.x=2\r\na.y=3\r\na.y=5\r\na=7\r\nb=1\r\nc=4\r\nc.z=6\r\n# end");
        let mut draft = Draft::new(b"# only");
        draft.add("a", "1").unwrap();
        draft.add("b", "2").unwrap();
        assert_eq!(draft.text(), b"# only\na = 1\nb = 2");
    }
}
