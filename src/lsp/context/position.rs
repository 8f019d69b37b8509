//! LSP positions: zero-based lines and columns. Columns are in UTF-16 code units, or in bytes if the client
//! supports them (LSP 3.17, "Position"). A line ends with LF, CR LF or a lone CR.

use std::rc::Rc;

use gen_lsp_types::{Position, Range};

use crate::text::source::Span;
use crate::text::syntax::BYTE_ORDER_MARK;

/// The unit of columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    #[default]
    Utf16,
}

impl Encoding {
    fn units(self, bytes: &[u8]) -> usize {
        if bytes.is_ascii() {
            return bytes.len();
        }
        // Editors show invalid UTF-8 as U+FFFD.
        let text = String::from_utf8_lossy(bytes);
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }

    /// Number of bytes before a column; the length of the line if the line is shorter.
    fn bytes(self, line: &[u8], column: usize) -> usize {
        if line.is_ascii() {
            return column.min(line.len());
        }
        let (mut at, mut units) = (0, 0);
        for chunk in line.utf8_chunks() {
            for sign in chunk.valid().chars() {
                units += if self == Self::Utf8 { sign.len_utf8() } else { sign.len_utf16() };
                if units > column {
                    return at;
                }
                at += sign.len_utf8();
            }
            units += usize::from(!chunk.invalid().is_empty()) * if self == Self::Utf8 { 3 } else { 1 };
            if units > column {
                return at;
            }
            at += chunk.invalid().len();
        }
        at
    }
}

/// Offsets of the line starts in a string.
pub type Starts = Rc<[usize]>;

/// A string with its line starts.
pub struct Lines<'t> {
    text: &'t [u8],
    encoding: Encoding,
    starts: Starts,
}

impl<'t> Lines<'t> {
    /// Finds the lines in a string. A byte order mark that the client does not show is not part of the first line.
    pub fn new(text: &'t [u8], encoding: Encoding, hides_mark: bool) -> Self {
        let mark = if hides_mark && text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let ends = memchr::memchr2_iter(b'\n', b'\r', text)
            .filter(|at| text[*at] == b'\n' || text.get(*at + 1) != Some(&b'\n'));
        Self { text, encoding, starts: std::iter::once(mark).chain(ends.map(|at| at + 1)).collect() }
    }

    /// The lines of a string whose line starts are known.
    pub fn with_starts(text: &'t [u8], encoding: Encoding, starts: Starts) -> Self {
        Self { text, encoding, starts }
    }

    pub fn starts(&self) -> Starts {
        self.starts.clone()
    }

    /// The line with this index (from 0), without its line ending.
    fn line(&self, line: usize) -> Option<Span> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let bytes = self.text.get(start..end).unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        Some(Span::new(start, start + bytes.strip_suffix(b"\r").unwrap_or(bytes).len()))
    }

    /// The position of a byte.
    pub fn position(&self, byte: usize) -> Position {
        let line = self.starts.partition_point(|&start| start <= byte).saturating_sub(1);
        let span = self.line(line).unwrap_or_default();
        let before = Span { end: span.end.min(byte as u32), ..span };
        Position { line: line as u32, character: self.encoding.units(before.slice(self.text)) as u32 }
    }

    /// Converts a span to a range of the protocol.
    pub fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start as usize), end: self.position(span.end as usize) }
    }

    /// The byte offset of a position. A position beyond the end of the line or text counts as the end.
    pub fn byte(&self, position: Position) -> usize {
        let Some(line) = self.line(position.line as usize) else { return self.text.len() };
        line.start as usize + self.encoding.bytes(line.slice(self.text), position.character as usize)
    }

    /// The byte span of a range; empty if the range ends before it begins.
    pub fn span(&self, range: Range) -> Span {
        let start = self.byte(range.start);
        Span::new(start, self.byte(range.end).max(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_use_the_encoding_of_the_client() {
        let text = "\u{feff}a\u{10348}b\r\nc\rd\n".as_bytes();
        let at = Position::new;
        let both = [
            (Encoding::Utf16, true, 8, at(0, 3)),
            (Encoding::Utf8, true, 8, at(0, 5)),
            (Encoding::Utf16, false, 8, at(0, 4)),
            (Encoding::Utf16, true, 11, at(1, 0)),
            (Encoding::Utf16, true, 13, at(2, 0)),
            (Encoding::Utf16, true, 15, at(3, 0)),
        ];
        for (encoding, hides, byte, position) in both {
            let lines = Lines::new(text, encoding, hides);
            assert_eq!(lines.position(byte), position);
            assert_eq!(lines.byte(position), byte);
        }
        let lines = Lines::new(text, Encoding::Utf16, true);
        assert_eq!(lines.byte(at(0, 2)), 4, "inside a pair of units");
        assert_eq!((lines.byte(at(0, 99)), lines.byte(at(99, 0))), (9, 15));
        assert_eq!(lines.position(10), at(0, 4), "between CR and LF");
        let latin = Lines::new(b"K\xfcche = 1", Encoding::Utf16, false);
        assert_eq!((latin.position(2), latin.byte(at(0, 2))), (at(0, 2), 2));
    }
}
