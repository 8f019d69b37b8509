//! A check's view of one line in a file.

use super::private::PrivateReads;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, Line, LineKind, Tree, is_whitespace, trim};

/// Text of a file, with the spans of its private data in order.
#[derive(Clone, Copy)]
pub struct FileText<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) private: &'a [Span],
    pub(super) reads: &'a PrivateReads,
}

impl<'a> FileText<'a> {
    /// The part of a span before its first private byte.
    pub(super) fn clip(&self, span: Span) -> Span {
        let at = self.private.partition_point(|private| private.end <= span.start);
        clip(span, self.private.get(at).map_or(u32::MAX, |private| private.start))
    }

    /// Bytes of a span up to the first private byte.
    pub(super) fn visible(&self, span: Span) -> &'a [u8] {
        self.clip(span).slice(self.bytes)
    }

    /// Lines, each with the position of its first private byte.
    pub(super) fn cut(self, tree: &'a Tree) -> impl Iterator<Item = (usize, Line, u32)> {
        let mut private = self.private.iter().map(|private| private.start).peekable();
        tree.lines().enumerate().map(move |(index, line)| {
            // A line contains at most one private part.
            let cut = private.next_if(|start| *start < line.span.end);
            (index, line, cut.unwrap_or(u32::MAX))
        })
    }
}

/// Truncates a span at a position.
pub(super) fn clip(span: Span, cut: u32) -> Span {
    Span { start: span.start, end: span.end.min(cut.max(span.start)) }
}

/// One line. The private part of the line and the text after it are not visible.
#[derive(Clone, Copy)]
pub struct FileLine<'a> {
    /// Index of the line, from 0.
    pub index: usize,
    pub(super) file: FileId,
    pub(super) line: Line,
    /// Position of the first private byte; `u32::MAX` if nothing is private.
    pub(super) cut: u32,
    pub(super) text: &'a [u8],
}

impl<'a> FileLine<'a> {
    /// Parsed kind of the line; its spans end before private data.
    pub fn kind(&self) -> LineKind {
        match self.line.kind {
            LineKind::Setting { name, value } => LineKind::Setting { name, value: clip(value, self.cut) },
            LineKind::Include { target, form, guarded } => {
                LineKind::Include { target: clip(target, self.cut), form, guarded }
            }
            other => other,
        }
    }

    /// Span of the visible content, without the line ending.
    pub fn span(&self) -> Span {
        clip(self.line.content(self.text), self.cut)
    }

    /// Visible content, without the line ending.
    pub fn content(&self) -> &'a [u8] {
        self.span().slice(self.text)
    }

    /// Visible bytes of a span in the line.
    pub fn bytes(&self, span: Span) -> &'a [u8] {
        clip(span, self.cut).slice(self.text)
    }

    /// Location of the complete content.
    pub fn place(&self) -> Place {
        Place { file: self.file, span: self.line.content(self.text) }
    }

    /// Span of the visible content, without surrounding whitespace and without a byte order mark.
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

    /// Line ending; empty for a last line without one.
    pub fn end(&self) -> &'a [u8] {
        self.end_place().span.slice(self.text)
    }

    /// Location of the line ending.
    pub fn end_place(&self) -> Place {
        let start = self.line.content(self.text).end;
        Place { file: self.file, span: Span { start, end: self.line.span.end } }
    }
}

/// Whether text contains only printable ASCII, tabs and complete line endings.
pub fn is_printable(text: &[u8]) -> bool {
    // Chunks are compared without an early exit, which allows the compiler to vectorize the loop.
    !text.chunks(256).any(|chunk: &[u8]| {
        chunk.iter().fold(false, |found, &b| found | (!matches!(b, b' '..=b'~' | b'\t' | b'\n' | b'\r')))
    }) && !has_lone_carriage_return(text)
}

fn has_lone_carriage_return(text: &[u8]) -> bool {
    memchr::memchr_iter(b'\r', text).any(|at| text.get(at + 1) != Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use super::is_printable;

    #[test]
    fn lone_carriage_returns_are_found() {
        assert!(is_printable(b"a = 1\r\nb = 2\n"));
        assert!(!is_printable(b"a = 1\rb = 2\n") && !is_printable(b"a = 1\r\r\n"));
    }
}
