//! Open documents, and the view of a document that request handlers use.

use std::borrow::Cow;
use std::path::Path;

use gen_lsp_types::TextDocumentContentChangeEvent as Change;

use super::analysis::Analysis;
use super::client::Client;
use super::diagnostics::Locator;
use super::position::{Encoding, Lines};
use crate::catalogue::Schema;
use crate::project::Home;
use crate::project::Store;
use crate::templates::recognize::{by_name, is_template_name};
use crate::text::path::file_name;
use crate::text::source::{FileId, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, Line, LineKind, Tree};
use crate::tree::load::Assignment;
use crate::tree::names::{Kind, Role};

/// A document that is open in the client.
pub struct Buffer {
    pub version: i32,
    pub home: Home,
    /// The path relative to the home.
    pub path: String,
    text: String,
    /// Whether the file begins with a byte order mark that the client does not show.
    hides_mark: bool,
    /// The bytes on disk, if they are not UTF-8 and the client therefore shows replacement characters.
    raw: Option<Vec<u8>>,
}

impl Buffer {
    /// Creates a buffer from the text of an opened document and the bytes on disk.
    pub fn new((home, path): (Home, String), version: i32, text: String, disk: Option<Vec<u8>>) -> Self {
        let mut buffer = Self { version, home, path, text, hides_mark: false, raw: None };
        buffer.compare_with(disk);
        buffer
    }

    /// Determines how the text differs from the bytes on disk.
    pub fn compare_with(&mut self, disk: Option<Vec<u8>>) {
        let disk = disk.unwrap_or_default();
        self.hides_mark = disk.starts_with(BYTE_ORDER_MARK) && !self.text.starts_with('\u{feff}');
        let start = if self.hides_mark { BYTE_ORDER_MARK.len() } else { 0 };
        let text = disk.get(start..).unwrap_or_default();
        let is_lossy = std::str::from_utf8(text).is_err() && String::from_utf8_lossy(text) == self.text;
        self.raw = is_lossy.then_some(disk);
    }

    /// Whether saving the text would write these bytes.
    pub fn equals(&self, disk: &[u8]) -> bool {
        *self.bytes() == *disk
    }

    /// Applies the changes from the client, in order.
    pub fn change(&mut self, changes: Vec<Change>, encoding: Encoding) {
        for change in changes {
            self.raw = None;
            match change {
                Change::TextDocumentContentChangeWholeDocument(whole) => self.text = whole.text,
                Change::TextDocumentContentChangePartial(part) => {
                    let span = Lines::new(self.text.as_bytes(), encoding, false).span(part.range);
                    self.text.replace_range(span.start as usize..span.end as usize, &part.text);
                }
            }
        }
    }

    /// The bytes that saving would write.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match &self.raw {
            Some(raw) => Cow::Borrowed(raw),
            None if self.hides_mark => Cow::Owned([BYTE_ORDER_MARK, self.text.as_bytes()].concat()),
            None => Cow::Borrowed(self.text.as_bytes()),
        }
    }

    pub fn hides_mark(&self) -> bool {
        self.hides_mark
    }
}

/// An open document and its analysis.
pub struct Doc<'a> {
    /// The URI that the client uses for the document.
    pub uri: &'a str,
    /// The path in the tree.
    pub path: &'a str,
    pub version: i32,
    /// The current text.
    pub text: &'a [u8],
    /// The syntax tree.
    pub tree: Tree,
    /// The lines, counted as in the protocol.
    pub lines: &'a Lines<'a>,
    /// The last analysis of the tree.
    pub analysis: Option<&'a Analysis>,
    /// Whether the analysis is up to date.
    pub is_current: bool,
    /// The file in the analysis.
    pub file: Option<FileId>,
    pub schema: &'a Schema,
    /// Converts spans to the client's positions.
    pub locator: &'a Locator<'a>,
    pub client: &'a Client,
}

impl Doc<'_> {
    /// The kind of file, according to its name.
    pub fn kind(&self) -> Option<Kind> {
        let name = file_name(self.path);
        Role::from_name(name).kind().or_else(|| {
            let (name, _) = by_name(name).filter(|_| is_template_name(self.path))?;
            Some(Kind::split(name).map_or(Kind::Cfg, |(_, kind)| kind))
        })
    }

    /// The line that contains a byte, with the line's index. At the end of the text, this is the last line.
    pub fn line_at(&self, byte: usize) -> Option<(usize, Line)> {
        let index = self.tree.line_at(byte).min(self.tree.len().checked_sub(1)?);
        let line = self.tree.line(index)?;
        let is_behind = line.span.end as usize <= byte && self.text.ends_with(b"\n");
        (!is_behind).then_some((index, line))
    }

    /// The content of the line that contains a byte; empty after the last line.
    pub fn content_at(&self, byte: usize) -> Span {
        self.line_at(byte).map_or(Span::new(byte, byte), |(_, line)| line.content(self.text))
    }

    /// The parameters that the document sets, in order.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.tree.lines().filter_map(|line| self.name(&line))
    }

    /// The parameter that a line sets.
    pub fn name(&self, line: &Line) -> Option<String> {
        match line.kind {
            LineKind::Setting { name, .. } => {
                Some(String::from_utf8_lossy(name.slice(self.text)).into_owned())
            }
            _ => None,
        }
    }

    /// The assignment on a line, as found in the last analysis. The text may be newer, so the assignment is
    /// located by counting assignments to the same name.
    pub fn assignment(&self, line: usize) -> Option<(&Analysis, Assignment)> {
        let (analysis, file) = self.analysis.zip(self.file)?;
        let name = self.name(&self.tree.line(line)?)?;
        let lines = self.tree.lines().take(line);
        let before = lines.filter(|line| self.name(line).as_deref() == Some(name.as_str())).count();
        let id = analysis.workspace.names.id(&name)?;
        let settings = &analysis.workspace.document(file).settings;
        let mut namesakes = settings.iter().zip(0..).filter(|(setting, _)| setting.name == id);
        let setting = namesakes.nth(before)?.1;
        Some((analysis, Assignment { file, setting }))
    }
}

/// Whether the unsaved text of a file is analyzed. Settings and lists are always read from disk.
pub fn is_text(path: &str) -> bool {
    Role::from_name(file_name(path)).kind().is_some() || path.ends_with(".xml") || is_template_name(path)
}

/// The bytes of a file on disk.
pub fn read(path: &Path) -> Option<Vec<u8>> {
    Store::Disk.read(path, u64::from(u32::MAX)).ok()
}
