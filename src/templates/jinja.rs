//! Parses Jinja2, minijinja and Twig templates. The engines differ in the whitespace that they remove around
//! tags.

use super::builder::{Builder, Kind};
use super::expression::{Expression, end_of_quotes, literal, split};
use super::fault::FaultKind;
use super::node::Engine;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::mark_length;

struct Reader<'r, 'a> {
    builder: &'r mut Builder<'a>,
    file: FileId,
    text: &'a [u8],
    at: usize,
    /// The end of the last tag, and how it trims the text after it.
    start: usize,
    after: Trim,
}

/// How a tag trims the text on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trim {
    /// Not at all.
    Nothing,
    /// One newline after the tag, or whitespace between the line start and the tag.
    Line,
    /// Whitespace without newlines (Twig).
    Spaces,
    /// All whitespace.
    All,
}

/// The kind of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tag {
    Block,
    Hole,
    Comment,
}

/// Parses the template and passes its parts to the builder.
pub fn read(builder: &mut Builder<'_>, file: FileId) {
    let text = &builder.sources.get(file).text;
    let start = mark_length(text);
    Reader { builder, file, text, at: start, start, after: Trim::Nothing }.run();
}

impl<'a> Reader<'_, 'a> {
    fn run(mut self) {
        while let Some(found) = memchr::memchr(b'{', &self.text[self.at..]) {
            let open = self.at + found;
            let tag = match self.text.get(open + 1) {
                Some(b'{') => Tag::Hole,
                Some(b'%') => Tag::Block,
                Some(b'#') => Tag::Comment,
                _ => {
                    self.at = open + 1;
                    continue;
                }
            };
            let Some(end) = self.end_of_tag(open, tag) else {
                let line = memchr::memchr(b'\n', &self.text[open..]).map_or(self.text.len(), |at| open + at);
                self.builder.fault(self.place(open, line), FaultKind::NoEnd);
                self.at = open + 2;
                continue;
            };
            self.print(open, self.before(open, tag));
            (self.at, self.start, self.after) = (end, end, self.behind(end, tag));
            let inner = self.source(open + 2, end - 2).trim_start_matches(['-', '+', '~']);
            let inner = inner.trim_end_matches(['-', '~']).trim();
            match tag {
                Tag::Comment => self.builder.drop(None),
                Tag::Hole => self.output(self.place(open, end), inner),
                Tag::Block => self.block(open, end, inner.trim_end_matches('+').trim_end()),
            }
        }
        self.print(self.text.len(), Trim::Nothing);
    }

    fn engine(&self) -> Engine {
        self.builder.syntax.engine
    }

    fn place(&self, start: usize, end: usize) -> Place {
        Place { file: self.file, span: Span::new(start, end) }
    }

    fn source(&self, start: usize, end: usize) -> &'a str {
        std::str::from_utf8(self.text.get(start..end).unwrap_or_default()).unwrap_or_default()
    }

    /// Adds the text between the last tag and an offset.
    fn print(&mut self, end: usize, before: Trim) {
        let (start, end) = self.trimmed(self.start, end, self.after, before);
        self.builder.text(self.file, start, end);
    }

    /// Range of text, without the whitespace that the tags before and after it remove.
    fn trimmed(&self, start: usize, end: usize, after: Trim, before: Trim) -> (usize, usize) {
        let whole = &self.text[start..end];
        let skipped = match after {
            Trim::Nothing => 0,
            Trim::Line => match whole {
                [b'\r', b'\n', ..] => 2,
                [b'\n' | b'\r', ..] => 1,
                _ => 0,
            },
            Trim::Spaces => whole.iter().take_while(|b| b" \t\0\x0b".contains(b)).count(),
            Trim::All => whole.len() - trim_start(whole).len(),
        };
        let rest = &whole[skipped..];
        let length = match before {
            Trim::Nothing => rest.len(),
            Trim::Line => self.without_indent(end, rest),
            Trim::Spaces => rest.len() - rest.iter().rev().take_while(|b| b" \t\0\x0b".contains(b)).count(),
            Trim::All => trim_end(rest).len(),
        };
        (start + skipped, start + skipped + length)
    }

    /// The length of a text without the indentation of the tag at `open`.
    fn without_indent(&self, open: usize, rest: &[u8]) -> usize {
        let is_space = |byte: &&u8| matches!(**byte, b' ' | b'\t' | 0x0b | 0x0c);
        let indent = self.text[..open].iter().rev().take_while(is_space).count();
        let begins_line = matches!(self.text[..open - indent].last(), None | Some(b'\n' | b'\r'));
        if begins_line { rest.len().saturating_sub(indent) } else { rest.len() }
    }

    /// How a tag trims the text before it.
    fn before(&self, open: usize, tag: Tag) -> Trim {
        match self.text.get(open + 2) {
            Some(b'-') => Trim::All,
            Some(b'~') if self.engine() == Engine::Twig => Trim::Spaces,
            Some(b'+') if self.engine() != Engine::Twig => Trim::Nothing,
            _ if tag != Tag::Hole && self.builder.syntax.lstrip_blocks && self.engine() != Engine::Twig => {
                Trim::Line
            }
            _ => Trim::Nothing,
        }
    }

    /// How a tag trims the text after it.
    fn behind(&self, end: usize, tag: Tag) -> Trim {
        match self.text.get(end.wrapping_sub(3)) {
            Some(b'-') => Trim::All,
            Some(b'~') if self.engine() == Engine::Twig => Trim::Spaces,
            Some(b'+') if tag != Tag::Hole && self.engine() != Engine::Twig => Trim::Nothing,
            _ if tag == Tag::Hole => Trim::Nothing,
            _ if self.engine() == Engine::Twig || self.builder.syntax.trim_blocks => Trim::Line,
            _ => Trim::Nothing,
        }
    }

    /// The end of the tag that starts at an offset.
    fn end_of_tag(&self, open: usize, tag: Tag) -> Option<usize> {
        let close: &[u8] = match tag {
            Tag::Comment => {
                return memchr::memmem::find(&self.text[open + 2..], b"#}").map(|length| open + length + 4);
            }
            Tag::Hole => b"}}",
            Tag::Block => b"%}",
        };
        let (mut at, mut depth) = (open + 2, 0_usize);
        while at < self.text.len() {
            let rest = &self.text[at..];
            if depth == 0 && rest.starts_with(close) {
                return Some(at + 2);
            }
            match rest[0] {
                b'"' | b'\'' => {
                    at = end_of_quotes(self.text, at);
                    continue;
                }
                // The next tag starts here, so this tag has no end.
                b'{' if matches!(rest.get(1), Some(b'%' | b'#')) => return None,
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            at += 1;
        }
        None
    }

    fn output(&mut self, place: Place, inner: &str) {
        if let Some(content) = literal(inner) {
            let offset = memchr::memmem::find(place.span.slice(self.text), content.as_bytes()).unwrap_or(0);
            let start = place.span.start as usize + offset;
            return self.builder.text(self.file, start, start + content.len());
        }
        let name = inner.split('(').next().unwrap_or_default().trim();
        let name = name.strip_prefix("_self.").unwrap_or(name);
        let is_call = inner.ends_with(')') && inner.contains('(');
        if is_call && self.builder.call(name) {
            return;
        }
        self.builder.hole(place, inner, is_call);
    }

    fn block(&mut self, open: usize, end: usize, inner: &str) {
        let place = self.place(open, end);
        let length = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let (word, rest) = inner.split_at(length);
        let rest = rest.trim();
        match word {
            "raw" | "verbatim" => self.raw(place, word),
            "if" => self.builder.open_if(place, rest),
            "elif" | "elseif" => self.builder.branch(place, Some(rest)),
            "else" => self.builder.branch(place, None),
            "for" => self.open_loop(place, rest),
            "set" => self.assign(place, rest),
            "macro" => {
                let (name, parameters) = rest.split_once('(').unwrap_or((rest, ""));
                let parameters = parameters.trim_end_matches(')').split(',');
                let names =
                    parameters.map(|name| name.split('=').next().unwrap_or_default().trim().to_owned());
                self.builder.open(place, Kind::Macro(name.trim().to_owned(), names.collect()));
            }
            "block" => {
                self.builder.open(place, Kind::Block(rest.trim_end_matches("scoped").trim().to_owned()));
            }
            "filter" | "apply" | "call" | "embed" => self.builder.open(place, Kind::Filter),
            "with" => {
                let names =
                    rest.split(',').map(|part| part.split('=').next().unwrap_or_default().trim().to_owned());
                self.builder.open(place, Kind::Scope(names.collect()));
            }
            "autoescape" | "spaceless" | "sandbox" | "trans" => {
                self.builder.open(place, Kind::Scope(Vec::new()));
            }
            "include" => self.builder.include(place, first_literal(rest)),
            "extends" => self.builder.extend(first_literal(rest)),
            "import" => {
                if let Some(name) = first_literal(rest) {
                    self.builder.import(name, rest.split(" as ").nth(1).map(str::trim));
                }
            }
            "from" => {
                if let Some(name) = first_literal(rest) {
                    self.builder.import(name, None);
                }
            }
            _ => match word.strip_prefix("end").filter(|name| !name.is_empty()) {
                Some("call" | "embed") => {
                    self.builder.close(place, "filter");
                }
                Some(name) => {
                    self.builder.close(place, name);
                }
                None => self.builder.drop(None),
            },
        }
    }

    fn open_loop(&mut self, place: Place, rest: &str) {
        let (names, source) = rest.split_once(" in ").unwrap_or((rest, ""));
        let mut variables: Vec<String> =
            names.split(',').map(|name| name.trim().trim_matches(['(', ')']).to_owned()).collect();
        variables.push("loop".into());
        self.builder.open(place, Kind::Loop(Expression::new(source), variables, None));
    }

    fn assign(&mut self, place: Place, rest: &str) {
        match split(rest, &["="])[..] {
            [name] => {
                let name = name.split('|').next().unwrap_or_default().trim();
                self.builder.open(place, Kind::Capture(Some(name.to_owned())));
            }
            [name, ..] => name.split(',').for_each(|name| self.builder.drop(Some(name.trim()))),
            [] => {}
        }
    }

    /// Adds the text up to the end of a raw section.
    fn raw(&mut self, place: Place, word: &str) {
        let mut from = self.at;
        while let Some(found) = memchr::memmem::find(&self.text[from..], b"{%") {
            let open = from + found;
            from = open + 2;
            let Some(close) = memchr::memmem::find(&self.text[from..], b"%}") else { break };
            let inner = self.source(from, from + close);
            let name = inner.trim_matches(['-', '+', '~']).trim();
            if name.strip_prefix("end") != Some(word) {
                continue;
            }
            let end = from + close + 2;
            // Jinja2 keeps the newline after the opening tag; Twig keeps the newlines after both tags.
            let after = match self.after {
                Trim::Line if self.engine() != Engine::Minijinja => Trim::Nothing,
                after => after,
            };
            let before = self.before(open, Tag::Block);
            let (start, stop) = self.trimmed(self.start, open, after, before);
            self.builder.text(self.file, start, stop);
            self.after = match self.behind(end, Tag::Block) {
                Trim::Line if self.engine() == Engine::Twig => Trim::Nothing,
                after => after,
            };
            (self.at, self.start) = (end, end);
            return;
        }
        self.builder.fault(place, FaultKind::Unclosed);
        (self.at, self.start) = (self.text.len(), self.text.len());
    }
}

fn trim_start(text: &[u8]) -> &[u8] {
    std::str::from_utf8(text).map_or_else(|_| text.trim_ascii_start(), |text| text.trim_start().as_bytes())
}

fn trim_end(text: &[u8]) -> &[u8] {
    std::str::from_utf8(text).map_or_else(|_| text.trim_ascii_end(), |text| text.trim_end().as_bytes())
}

/// The quoted string at the start of a tag's arguments.
fn first_literal(text: &str) -> Option<&str> {
    let is_quoted = text.starts_with(['"', '\'']);
    is_quoted.then(|| literal(&text[..end_of_quotes(text.as_bytes(), 0)])).flatten()
}
