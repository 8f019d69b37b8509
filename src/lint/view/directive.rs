//! fvprov comments: `# fvprov: ignore[rule-a, rule-b] until=2027-06-30 reason` suppresses rules on the next
//! line, `# fvprov: ignore-file[rule] reason` in the entire file. Both require rule names.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, LineKind, Tree, is_whitespace};
use crate::tree::load::Document;

/// A suppression comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// Location of the comment's text after `fvprov:`.
    pub at: Place,
    /// Names of the suppressed rules, with their locations.
    pub rules: Vec<(String, Place)>,
    /// Index of the covered line; `None` for the entire file.
    pub line: Option<usize>,
    /// Text after `until=`.
    pub until: Option<String>,
    /// Whether the comment contains a reason.
    pub has_reason: bool,
    /// Whether the comment was parsed successfully.
    pub understood: bool,
}

impl Directive {
    /// Whether the comment's `until` date is before `today` (`2027-06-30`) or is not a valid date. A
    /// suppression still applies on its `until` date.
    pub fn is_expired(&self, today: &str) -> bool {
        self.until.as_deref().is_some_and(|until| !is_date(until) || until < today)
    }

    /// Whether the comment suppresses a rule on a line.
    pub fn covers(&self, rule: &str, line: usize) -> bool {
        self.line.is_none_or(|own| own == line) && self.rules.iter().any(|(name, _)| name == rule)
    }
}

/// Whether a string is a date in the form `2027-06-30`.
pub fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

/// Suppression comments in a file, in order. Other fvprov comments (`model=`) are skipped.
pub fn directives(file: FileId, document: &Document, text: &[u8]) -> Vec<Directive> {
    if !has_directive(text) {
        return Vec::new();
    }
    let tree = &document.tree;
    // Lines are visited from the end, because several comments above one line all cover that line.
    let mut next = None;
    let found = tree.lines().enumerate().rev().filter_map(|(at, line)| {
        let Some(body) =
            (line.kind == LineKind::Comment).then(|| own_comment(line.content(text), text)).flatten()
        else {
            next = Some(at);
            return None;
        };
        parse(file, body, text, next.unwrap_or(at + 1))
    });
    let mut found: Vec<Directive> = found.collect();
    found.reverse();
    found
}

/// Whether content may contain an fvprov comment.
pub fn has_directive(text: &[u8]) -> bool {
    static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("fvprov:"));
    MARK.find(text).is_some()
}

/// The fvprov comments directly above the line at an index, nearest first. Suppression comments are returned
/// in parsed form.
pub fn comments_above<'a>(
    file: FileId,
    tree: &'a Tree,
    text: &'a [u8],
    line: usize,
) -> impl Iterator<Item = (usize, Option<Directive>)> + 'a {
    (0..line).rev().map_while(move |at| {
        let above = tree.line(at)?;
        let body = own_comment(above.content(text), text).filter(|_| above.kind == LineKind::Comment)?;
        Some((at, parse(file, body, text, line)))
    })
}

/// Span of the text after `# fvprov:`, if the comment is an fvprov comment.
fn own_comment(content: Span, text: &[u8]) -> Option<Span> {
    let bytes = content.slice(text);
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).filter(|_| content.start == 0).unwrap_or(bytes);
    let start = bytes.iter().position(|b| !is_whitespace(*b) && *b != b'#')?;
    let body = bytes[start..].strip_prefix(b"fvprov:")?;
    Some(Span { start: content.end - body.len() as u32, end: content.end })
}

fn parse(file: FileId, body: Span, text: &[u8], next: usize) -> Option<Directive> {
    let raw = String::from_utf8_lossy(body.slice(text)).into_owned();
    let words = raw.trim_start();
    if words.starts_with("model") {
        return None;
    }
    let mut directive = Directive {
        at: Place { file, span: body },
        rules: Vec::new(),
        line: Some(next),
        until: None,
        has_reason: false,
        understood: false,
    };
    let (verb, rest) = words.split_once('[').unwrap_or((words, ""));
    let Some((list, rest)) = rest.split_once(']') else { return Some(directive) };
    match verb.trim() {
        "ignore" => {}
        "ignore-file" => directive.line = None,
        _ => return Some(directive),
    }
    let list_start = list.as_ptr() as usize - raw.as_ptr() as usize;
    for name in list.split(',').filter(|name| !name.trim().is_empty()) {
        let at = list_start
            + (name.as_ptr() as usize - list.as_ptr() as usize)
            + (name.len() - name.trim_start().len());
        let start = body.start as usize + at;
        let span = Span::new(start, start + name.trim().len());
        directive.rules.push((name.trim().to_owned(), Place { file, span }));
    }
    directive.understood = !directive.rules.is_empty();
    for word in rest.split_whitespace() {
        match word.strip_prefix("until=") {
            Some(date) => directive.until = Some(date.to_owned()),
            None => directive.has_reason = true,
        }
    }
    Some(directive)
}

/// The indices of the suppression comments that cover only the given line, followed by the index of the line
/// itself.
pub fn with_suppressions(text: &[u8], tree: &Tree, line: usize) -> Vec<usize> {
    // The file id has no effect on line positions.
    let its_own = comments_above(FileId(0), tree, text, line)
        .filter(|(_, directive)| directive.as_ref().is_some_and(|d| d.understood && d.line.is_some()));
    its_own.map(|(at, _)| at).chain([line]).collect()
}
