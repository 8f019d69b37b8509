//! The text of source files, and positions in it. The text of each file is stored only here, and all other
//! code refers to it by spans.

use std::borrow::Cow;
use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

/// A half-open range of bytes in the text of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The offset of the byte after the last one.
    pub end: u32,
}

impl Span {
    /// The span from `start` to `end`, excluding `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The bytes of `text` in this span, truncated at the end of the text.
    pub fn slice(self, text: &[u8]) -> &[u8] {
        let end = (self.end as usize).min(text.len());
        &text[(self.start as usize).min(end)..end]
    }

    /// Whether the span contains no bytes.
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Whether `other` is completely inside this span.
    pub fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// The id of a file in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A span in a file. An empty span at offset 0 represents the entire file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    #[allow(missing_docs)]
    pub file: FileId,
    /// The span in the file.
    pub span: Span,
}

impl Place {
    /// The whole file.
    pub fn whole(file: FileId) -> Self {
        Self { file, span: Span::default() }
    }
}

/// A position in the text of a file, in the form used by reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in code points, from 1. A byte that is not UTF-8 counts as one code point.
    pub column: usize,
    /// Offset in bytes, from 0.
    pub byte: usize,
}

/// The bytes of one file. Many small files share one block of memory.
#[derive(Clone, Debug, Default)]
pub struct Text {
    /// `None` for an empty text.
    block: Option<Arc<Vec<u8>>>,
    start: u32,
    end: u32,
}

impl Text {
    /// A part of a block, which has at most 4 GiB.
    pub fn part(block: &Arc<Vec<u8>>, range: Range<usize>) -> Self {
        Self { block: Some(Arc::clone(block)), start: range.start as u32, end: range.end as u32 }
    }

    /// Whether both texts are the same bytes in memory.
    pub fn is_shared_with(&self, other: &Self) -> bool {
        std::ptr::eq(self.as_ptr(), other.as_ptr()) && self.len() == other.len()
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.block.as_ref().map_or(&[], |block| &block[self.start as usize..self.end as usize])
    }
}

impl From<Vec<u8>> for Text {
    fn from(text: Vec<u8>) -> Self {
        let end = text.len() as u32;
        Self { block: Some(Arc::new(text)), start: 0, end }
    }
}

/// The text of a file with its path.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Path below the served tree, with `/` as the separator, or an absolute URL.
    pub path: String,
    /// The bytes of the file; empty if the file could not be read. Shared with later loads of the same
    /// text.
    pub text: Text,
    index: OnceLock<Box<Index>>,
}

/// Index of the positions in a text, built for the first lookup.
#[derive(Clone, Debug)]
struct Index {
    line_starts: Vec<u32>,
    /// Positions at which code points begin, about one for each [`MARK_DISTANCE`], with the number of code
    /// points before them. These positions are stored because a file that consists of a single line may have a
    /// finding in each entry.
    marks: OnceLock<Vec<(u32, usize)>>,
}

/// Distance between marks, in bytes.
const MARK_DISTANCE: u32 = 1024;

impl Source {
    #[allow(missing_docs)]
    pub fn new(path: String, text: Text) -> Self {
        Self { path, text, index: OnceLock::new() }
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', &self.text);
            let line_starts = std::iter::once(0).chain(ends.map(|at| at as u32 + 1)).collect();
            Box::new(Index { line_starts, marks: OnceLock::new() })
        })
    }

    fn line_starts(&self) -> &[u32] {
        &self.index().line_starts
    }

    /// The number of the line that contains a byte, starting at 1.
    pub fn line_number(&self, byte: u32) -> usize {
        self.line_starts().partition_point(|&start| start <= byte)
    }

    /// The line and column of a byte offset.
    pub fn position(&self, byte: u32) -> Position {
        let byte = byte.min(self.text.len() as u32);
        let line = self.line_number(byte);
        let start = self.line_starts()[line - 1];
        let column = match byte - start > 4 * MARK_DISTANCE {
            true => self.code_points_before(byte) - self.code_points_before(start) + 1,
            false => code_points(Span { start, end: byte }.slice(&self.text)) + 1,
        };
        Position { line, column, byte: byte as usize }
    }

    /// The number of code points before a byte offset.
    fn code_points_before(&self, byte: u32) -> usize {
        let marks = self.index().marks.get_or_init(|| marks(&self.text));
        let at = marks.partition_point(|(at, _)| *at <= byte);
        let (start, count) = at.checked_sub(1).map_or((0, 0), |at| marks[at]);
        count + code_points(Span { start, end: byte }.slice(&self.text))
    }

    /// The span of the line with the given number, without its line ending; empty after the last line.
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let Some(&start) = starts.get(line.saturating_sub(1)) else {
            return Span::new(self.text.len(), self.text.len());
        };
        let end = starts.get(line).map_or(self.text.len(), |&next| next as usize - 1);
        let text = &self.text[start as usize..end];
        Span::new(start as usize, end - usize::from(text.ends_with(b"\r")))
    }

    /// The span of a line (from 1) without the whitespace around its text.
    pub fn trimmed_line(&self, line: usize) -> Span {
        let span = self.line_span(line);
        let text = span.slice(&self.text);
        let start = span.start as usize + (text.len() - text.trim_ascii_start().len());
        Span::new(start, start + text.trim_ascii().len())
    }

    /// The text of a line (from 1) without its line ending; empty after the last line.
    pub fn line_text(&self, line: usize) -> Cow<'_, str> {
        String::from_utf8_lossy(self.line_span(line).slice(&self.text))
    }
}

/// The number of code points in a string. Each byte that is not UTF-8 counts as one code point.
pub fn code_points(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

fn marks(text: &[u8]) -> Vec<(u32, usize)> {
    let mut marks: Vec<(u32, usize)> = Vec::new();
    let (mut at, mut count) = (0, 0);
    for chunk in text.utf8_chunks() {
        for character in chunk.valid().chars() {
            if marks.last().is_none_or(|(last, _)| at >= last + MARK_DISTANCE) {
                marks.push((at, count));
            }
            at += character.len_utf8() as u32;
            count += 1;
        }
        at += chunk.invalid().len() as u32;
        count += chunk.invalid().len();
    }
    marks
}

/// The text of all source files in a run, in the order of their [`FileId`]s.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Changes the number of files. New files have no path and no text.
    pub fn resize(&mut self, count: usize) {
        self.files.reserve_exact(count.saturating_sub(self.files.len()));
        self.files.resize_with(count, Source::default);
    }

    /// The files from an index on.
    pub fn from_mut(&mut self, first: usize) -> &mut [Source] {
        &mut self.files[first..]
    }

    /// Removes a file. The ids of all files after it change.
    pub fn remove(&mut self, file: FileId) {
        self.files.remove(file.0 as usize);
    }

    /// Adds the text of a file and returns its id.
    pub fn add(&mut self, path: String, text: impl Into<Text>) -> FileId {
        self.files.push(Source::new(path, text.into()));
        FileId(self.files.len() as u32 - 1)
    }

    /// Sets the text of a file that was added before it was read, or replaces a file's text.
    pub fn fill(&mut self, file: FileId, text: Vec<u8>) {
        let path = std::mem::take(&mut self.files[file.0 as usize].path);
        self.files[file.0 as usize] = Source::new(path, text.into());
    }

    /// The file with the given id.
    pub fn get(&self, file: FileId) -> &Source {
        &self.files[file.0 as usize]
    }

    /// All files, each with its id.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(id, source)| (FileId(id as u32), source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_long_lines_are_those_of_short_ones() {
        let mut sources = Sources::default();
        let mut text = b"x\n".to_vec();
        (0..5000).for_each(|_| text.extend("aé€😀".as_bytes()));
        text.extend(b"\xff\xe2\x82z");
        let length = text.len() as u32;
        let file = sources.add("a.xml".into(), text.clone());
        let source = sources.get(file);
        for byte in (2..length).step_by(97).chain([length - 1, length]) {
            let column = code_points(&text[2..byte as usize]) + 1;
            assert_eq!((source.position(byte).line, source.position(byte).column), (2, column), "{byte}");
        }
    }

    #[test]
    fn columns_count_code_points_and_lines_end_before_their_break() {
        let mut sources = Sources::default();
        let id = sources.add("a".into(), "ä = 1\r\nb\n".as_bytes().to_vec());
        let source = sources.get(id);
        assert_eq!(source.position(2), Position { line: 1, column: 2, byte: 2 });
        assert_eq!(source.position(8), Position { line: 2, column: 1, byte: 8 });
        assert_eq!(source.line_span(1).slice(&source.text), "ä = 1".as_bytes());
        assert_eq!(source.line_span(3).slice(&source.text), b"");
    }
}
