//! One line of a file, as a check may see it.

use super::private::Reads;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, Line, LineKind, is_blank, trim};

/// The text of a file, and the spans of what is private in it, in order.
#[derive(Clone, Copy)]
pub struct FileText<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) private: &'a [Span],
    pub(super) reads: &'a Reads,
}

impl<'a> FileText<'a> {
    /// A span up to the first private byte in it.
    pub(super) fn clip(&self, span: Span) -> Span {
        let at = self.private.partition_point(|private| private.end <= span.start);
        match self.private.get(at) {
            Some(private) if private.start < span.end => {
                Span { start: span.start, end: private.start.max(span.start) }
            }
            _ => span,
        }
    }

    /// The bytes of a span up to the first private one.
    pub(super) fn visible(&self, span: Span) -> &'a [u8] {
        self.clip(span).of(self.bytes)
    }
}

/// One line. What is private in it, and what follows on that, is not there.
#[derive(Clone, Copy)]
pub struct FileLine<'a> {
    /// Its number, from 0.
    pub index: usize,
    pub(super) file: FileId,
    pub(super) line: &'a Line,
    pub(super) text: FileText<'a>,
}

impl<'a> FileLine<'a> {
    /// What it is; the spans in it end before what is private.
    pub fn kind(&self) -> LineKind {
        match self.line.kind {
            LineKind::Setting { name, value } => LineKind::Setting { name, value: self.text.clip(value) },
            LineKind::Include { target, form, guarded } => {
                LineKind::Include { target: self.text.clip(target), form, guarded }
            }
            other => other,
        }
    }

    /// Where its content is, without the line end.
    pub fn span(&self) -> Span {
        self.text.clip(self.line.content(self.text.bytes))
    }

    /// Its content, without the line end.
    pub fn content(&self) -> &'a [u8] {
        self.span().of(self.text.bytes)
    }

    /// The bytes of a span in it, up to the first private one.
    pub fn bytes(&self, span: Span) -> &'a [u8] {
        self.text.visible(span)
    }

    /// The place of its whole content.
    pub fn place(&self) -> Place {
        Place { file: self.file, span: self.line.content(self.text.bytes) }
    }

    /// Where its text is: its content without the spaces around it, and without a byte-order mark.
    pub fn body(&self) -> Span {
        let span = self.span();
        let content = span.of(self.text.bytes);
        let mark =
            if span.start == 0 && content.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let marked = content.get(mark..).unwrap_or_default();
        let blanks = marked.iter().take_while(|&&byte| is_blank(byte)).count();
        let start = span.start as usize + mark + blanks;
        Span::new(start, start + trim(marked).len())
    }

    /// Its line end: empty at the end of a file that does not end its last line.
    pub fn end(&self) -> &'a [u8] {
        self.end_place().span.of(self.text.bytes)
    }

    /// Where its line end is.
    pub fn end_place(&self) -> Place {
        let start = self.line.content(self.text.bytes).end;
        Place { file: self.file, span: Span { start, end: self.line.span.end } }
    }
}
