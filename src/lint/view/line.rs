//! One line of a file, as a check may see it.

use super::private::PrivateReads;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, Line, LineKind, is_whitespace, trim};

/// The text of a file and the spans of its private parts, in order.
#[derive(Clone, Copy)]
pub struct FileText<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) private: &'a [Span],
    pub(super) reads: &'a PrivateReads,
}

impl<'a> FileText<'a> {
    /// A span up to the first private byte in it.
    pub(super) fn clip(&self, span: Span) -> Span {
        let at = self.private.partition_point(|private| private.end <= span.start);
        clip(span, self.private.get(at).map_or(u32::MAX, |private| private.start))
    }

    /// The bytes of a span up to the first private one.
    pub(super) fn visible(&self, span: Span) -> &'a [u8] {
        self.clip(span).slice(self.bytes)
    }

    /// The lines with the first private byte in each.
    pub(super) fn cut(self, lines: &'a [Line]) -> impl Iterator<Item = (usize, &'a Line, u32)> {
        let mut private = self.private.iter().map(|private| private.start).peekable();
        lines.iter().enumerate().map(move |(index, line)| {
            // A line has one private part at most.
            let cut = private.next_if(|start| *start < line.span.end);
            (index, line, cut.unwrap_or(u32::MAX))
        })
    }
}

/// A span up to a byte.
pub(super) fn clip(span: Span, cut: u32) -> Span {
    Span { start: span.start, end: span.end.min(cut.max(span.start)) }
}

/// One line, without its private part and the text after that.
#[derive(Clone, Copy)]
pub struct FileLine<'a> {
    /// Its number, from 0.
    pub index: usize,
    pub(super) file: FileId,
    pub(super) line: &'a Line,
    /// Its first private byte; beyond its end where nothing in it is private.
    pub(super) cut: u32,
    pub(super) text: &'a [u8],
}

impl<'a> FileLine<'a> {
    /// The kind of the line; the spans end before the private part.
    pub fn kind(&self) -> LineKind {
        match self.line.kind {
            LineKind::Setting { name, value } => LineKind::Setting { name, value: clip(value, self.cut) },
            LineKind::Include { target, form, guarded } => {
                LineKind::Include { target: clip(target, self.cut), form, guarded }
            }
            other => other,
        }
    }

    /// Where its content is, without the line end.
    pub fn span(&self) -> Span {
        clip(self.line.content(self.text), self.cut)
    }

    /// Its content, without the line end.
    pub fn content(&self) -> &'a [u8] {
        self.span().slice(self.text)
    }

    /// The bytes of a span in it.
    pub fn bytes(&self, span: Span) -> &'a [u8] {
        clip(span, self.cut).slice(self.text)
    }

    /// The place of its whole content.
    pub fn place(&self) -> Place {
        Place { file: self.file, span: self.line.content(self.text) }
    }

    /// Where its text is: its content without the spaces around it, and without a byte-order mark.
    pub fn body(&self) -> Span {
        let span = self.span();
        let content = span.slice(self.text);
        let mark =
            if span.start == 0 && content.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let marked = content.get(mark..).unwrap_or_default();
        let blanks = marked.iter().take_while(|&&byte| is_whitespace(byte)).count();
        let start = span.start as usize + mark + blanks;
        Span::new(start, start + trim(marked).len())
    }

    /// Its line end: empty at the end of a file that does not end its last line.
    pub fn end(&self) -> &'a [u8] {
        self.end_place().span.slice(self.text)
    }

    /// Where its line end is.
    pub fn end_place(&self) -> Place {
        let start = self.line.content(self.text).end;
        Place { file: self.file, span: Span { start, end: self.line.span.end } }
    }
}

/// Whether a text contains only printable ASCII, tabs, and complete line endings.
pub fn is_printable(text: &[u8]) -> bool {
    // Without a way out of the middle of a chunk, many bytes are compared at once.
    !text.chunks(256).any(|chunk: &[u8]| {
        chunk.iter().fold(false, |found, &b| found | (!matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r')))
    }) && !holds_lone_return(text)
}

fn holds_lone_return(text: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::is_printable;

    #[test]
    fn lone_returns_are_seen() {
        assert!(is_printable(b"a = 1\r\nb = 2\n"));
        assert!(!is_printable(b"a = 1\rb = 2\n") && !is_printable(b"a = 1\r\r\n"));
    }
}
