//! Parses Smarty templates.
//!
//! Smarty compiles a template to PHP, and PHP removes a newline that follows its closing tag. Smarty adds a
//! newline after a tag that prints a value, so the newline after `{$x}` is kept but the newline after `{/if}`
//! is removed. The tags `{literal}`, `{nocache}`, `{block}`, `{while}` and `{function}` differ: see
//! [`Reader::tag`]. Smarty itself removes a newline after a comment.

use super::builder::{Builder, Kind};
use super::expression::{Expression, end_of_quotes, literal, top_level};
use super::fault::FaultKind;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::mark_length;

/// Maximum length of a tag, in bytes.
const LONGEST_TAG: usize = 8192;

struct Reader<'r, 'a> {
    builder: &'r mut Builder<'a>,
    file: FileId,
    text: &'a [u8],
    at: usize,
    /// Whether PHP removes a newline at the current position.
    after_php: bool,
}

/// Parses the template and passes its parts to the builder.
pub fn read(builder: &mut Builder<'_>, file: FileId) {
    let text = &builder.sources.get(file).text;
    Reader { builder, file, text, at: 0, after_php: true }.run();
}

impl<'a> Reader<'_, 'a> {
    fn run(mut self) {
        let mut start = mark_length(self.text);
        while let Some(found) = memchr::memchr(b'{', &self.text[self.at..]) {
            let open = self.at + found;
            let rest = &self.text[open..];
            if rest.starts_with(b"{*") {
                self.print(start, open);
                let Some(length) = memchr::memmem::find(rest, b"*}") else {
                    self.builder.fault(self.place(open, open + 2), FaultKind::NoEnd);
                    return;
                };
                self.at = open + length + 2;
                self.at += newline(&self.text[self.at..]);
                self.builder.drop(None);
            } else if rest.get(1).is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'}') {
                self.at = open + 1;
                continue;
            } else {
                let Some(end) = self.end_of_tag(open) else {
                    self.at = open + 1;
                    continue;
                };
                self.print(start, open);
                self.at = end;
                self.tag(open, end);
            }
            start = self.at;
        }
        self.print(start, self.text.len());
    }

    fn place(&self, start: usize, end: usize) -> Place {
        Place { file: self.file, span: Span::new(start, end) }
    }

    fn source(&self, start: usize, end: usize) -> &'a str {
        std::str::from_utf8(&self.text[start..end]).unwrap_or_default()
    }

    /// Adds text without a leading newline that PHP removes.
    fn print(&mut self, start: usize, end: usize) {
        if start >= end {
            return;
        }
        // PHP removes only the first newline.
        let removed = if self.after_php { newline(&self.text[start..end]) } else { 0 };
        let start = start + removed;
        self.after_php = false;
        if !self.builder.is_stripped() {
            return self.builder.text(self.file, start, end);
        }
        // Line breaks and the whitespace around them are removed.
        let mut at = start;
        while at < end {
            let line = memchr::memchr(b'\n', &self.text[at..end]).map_or(end, |length| at + length);
            let content = &self.text[at..line];
            let from = if at > start { content.len() - content.trim_ascii_start().len() } else { 0 };
            let length = if line < end { content.trim_ascii_end().len() } else { content.len() };
            self.builder.text(self.file, at + from, at + length.max(from));
            at = line + 1;
        }
    }

    /// The end of the tag that starts at an offset. If there is no end, a fault is reported only if the text
    /// is certainly a tag.
    fn end_of_tag(&mut self, open: usize) -> Option<usize> {
        let limit = self.text.len().min(open + LONGEST_TAG);
        let line_end = memchr::memchr(b'\n', &self.text[open..limit]).map_or(limit, |length| open + length);
        let (mut at, mut depth) = (open + 1, 1_usize);
        while at < limit {
            match self.text[at] {
                b'"' | b'\'' if has_end(&self.text[at..limit]) => {
                    at = end_of_quotes(&self.text[..limit], at);
                    continue;
                }
                // A tag on a later line is not part of this tag.
                b'{' if at > line_end => break,
                b'{' => depth += 1,
                b'}' => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                return Some(at);
            }
        }
        let inner = &self.text[open + 1..line_end];
        let is_tag = inner.starts_with(b"$")
            || BLOCKS.iter().any(|name| {
                let rest = inner.strip_prefix(b"/").unwrap_or(inner).strip_prefix(name.as_bytes());
                rest.is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
            });
        if is_tag {
            self.builder.fault(self.place(open, line_end), FaultKind::NoEnd);
        }
        None
    }

    fn tag(&mut self, open: usize, end: usize) {
        let place = self.place(open, end);
        let inner = self.source(open + 1, end - 1);
        if let Some(name) = inner.strip_prefix('/') {
            return self.close(place, name.trim());
        }
        let length = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let (word, rest) = inner.split_at(length);
        let rest = rest.trim();
        self.after_php = match word {
            "literal" => return self.literal(place, end),
            "ldelim" | "rdelim" => {
                let at = if word == "ldelim" { open } else { end - 1 };
                self.print(at, at + 1);
                return;
            }
            "strip" => {
                self.builder.open(place, Kind::Strip);
                return;
            }
            "nocache" => {
                self.builder.open(place, Kind::Scope(Vec::new()));
                return;
            }
            _ => self.open(place, word, rest, inner),
        };
    }

    /// Parses a tag that opens a block or begins a branch. Returns whether PHP removes the newline after it.
    fn open(&mut self, place: Place, word: &str, rest: &str, inner: &str) -> bool {
        match word {
            "if" => self.builder.open_if(place, rest),
            "elseif" => self.builder.branch(place, Some(rest)),
            "else" if rest.starts_with("if ") => self.builder.branch(place, Some(&rest[3..])),
            "else" | "foreachelse" | "sectionelse" | "forelse" => self.builder.branch(place, None),
            "foreach" | "section" | "for" | "while" => {
                let source = match word {
                    "foreach" => attribute(rest, "from").or_else(|| rest.split(" as ").next()),
                    "section" => attribute(rest, "loop"),
                    _ => None,
                };
                let source = Expression::new(source.unwrap_or(inner));
                self.builder.open(place, Kind::Loop(source, loop_variables(word, rest), None));
            }
            "capture" => {
                self.builder.open(place, Kind::Capture(attribute(rest, "assign").map(str::to_owned)));
            }
            "setfilter" => self.builder.open(place, Kind::Scope(Vec::new())),
            "function" => {
                let name = attribute(rest, "name").unwrap_or(rest).to_owned();
                self.builder.open(place, Kind::Macro(name, vec!["function".into()]));
                return false;
            }
            "block" => {
                let name = attribute(rest, "name").unwrap_or(rest).to_owned();
                self.builder.open(place, Kind::Block(name));
                return false;
            }
            _ => return self.output(place, word, rest, inner),
        }
        true
    }

    /// Parses a tag that does not open a block. Returns whether PHP removes the newline after it.
    fn output(&mut self, place: Place, word: &str, rest: &str, inner: &str) -> bool {
        match word {
            "assign" | "append" => {
                self.builder.drop(attribute(rest, "var").or(Some(rest)));
                true
            }
            "break" | "continue" | "config_load" | "debug" => {
                self.builder.drop(None);
                true
            }
            "extends" => {
                self.builder.extend(attribute(rest, "file").or_else(|| literal(rest)));
                true
            }
            "include" => {
                let name = attribute(rest, "file").or_else(|| literal(rest));
                self.builder.include(place, name);
                true
            }
            "eval" => {
                self.builder.hole(place, inner, true);
                true
            }
            "call" => {
                let name = attribute(rest, "name").unwrap_or(rest);
                if !self.builder.call(name) {
                    self.builder.hole(place, inner, true);
                }
                false
            }
            "" if inner.starts_with('$') && assigned(inner).is_some() => {
                self.builder.drop(assigned(inner));
                true
            }
            "" => {
                if let Some(content) = literal(inner) {
                    let start = place.span.start as usize + 2;
                    self.builder.text(self.file, start, start + content.len());
                } else {
                    self.builder.hole(place, inner, false);
                }
                false
            }
            _ => {
                if !self.builder.call(word) {
                    self.builder.hole(place, inner, false);
                }
                false
            }
        }
    }

    fn close(&mut self, place: Place, name: &str) {
        let is_closed = self.builder.close(place, name);
        self.after_php = match name {
            "block" | "function" | "while" => false,
            "strip" | "nocache" | "literal" => return,
            _ => is_closed,
        };
    }

    /// Adds the text up to `{/literal}`.
    fn literal(&mut self, place: Place, start: usize) {
        const END: &[u8] = b"{/literal}";
        let Some(length) = memchr::memmem::find(&self.text[start..], END) else {
            self.builder.fault(place, FaultKind::Unclosed);
            self.at = self.text.len();
            return;
        };
        let end = start + length;
        if start < end {
            let removed = if self.after_php { newline(&self.text[start..end]) } else { 0 };
            self.after_php = false;
            self.builder.text(self.file, start + removed, end);
        }
        self.at = end + END.len();
    }
}

/// Tags that open a block or begin a branch.
const BLOCKS: [&str; 8] = ["if", "foreach", "section", "elseif", "else", "for", "capture", "literal"];

/// Whether a quoted string ends on the line on which it starts.
fn has_end(text: &[u8]) -> bool {
    let end = end_of_quotes(text, 0);
    let quoted = &text[..end];
    quoted.len() > 1 && quoted.last() == text.first() && !quoted.contains(&b'\n')
}

/// Length of a newline at the start of text.
fn newline(text: &[u8]) -> usize {
    match text {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => 0,
    }
}

/// The variable that `$x = 1` or `$x++` assigns.
fn assigned(inner: &str) -> Option<&str> {
    let name = inner.strip_prefix('$')?;
    let root = &name[..name.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count()];
    if inner.ends_with("++") || inner.ends_with("--") {
        return Some(root);
    }
    let sign = top_level(inner).into_iter().find(|at| inner.as_bytes()[*at] == b'=')?;
    let target = inner[..sign].trim_end();
    let is_target = target.bytes().all(|b| b.is_ascii_alphanumeric() || b"_$.[]->'\"".contains(&b))
        && !target.contains(' ');
    let is_comparison = inner[sign + 1..].starts_with('=') || target.ends_with(['!', '<', '>']);
    (is_target && !is_comparison).then_some(root)
}

/// The value of `name=value` or `name="value"` in a tag.
fn attribute<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let at = top_level(text).into_iter().find(|at| {
        let is_start = *at == 0 || text.as_bytes()[at - 1].is_ascii_whitespace();
        let rest = text.get(*at..).and_then(|rest| rest.strip_prefix(name));
        is_start && rest.is_some_and(|rest| rest.trim_start().starts_with('='))
    })?;
    let value = text[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    if value.starts_with(['"', '\'']) {
        return literal(&value[..end_of_quotes(value.as_bytes(), 0)]);
    }
    value.split_ascii_whitespace().next()
}

/// The variables that a loop changes.
fn loop_variables(word: &str, rest: &str) -> Vec<String> {
    let mut variables: Vec<String> = Vec::new();
    let mut add = |text: &str| {
        let name = text.trim().trim_start_matches('$');
        let name = name.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        if !name.is_empty() {
            variables.push(name.to_owned());
        }
    };
    match (word, rest.split_once(" as ")) {
        ("foreach", Some((_, names))) => names.split("=>").for_each(&mut add),
        ("for", _) => add(rest),
        _ => {
            for name in ["item", "key", "name"] {
                attribute(rest, name).into_iter().for_each(&mut add);
            }
        }
    }
    variables.push("smarty".into());
    variables
}
