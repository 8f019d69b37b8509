//! A document: the text that the client holds open, and what is known of it when a request is answered.

use std::borrow::Cow;
use std::path::Path;

use gen_lsp_types::TextDocumentContentChangeEvent as Change;

use super::analysis::Analysis;
use super::client::Client;
use super::diagnostics::Shown;
use super::position::{Encoding, Lines};
use crate::catalogue::Schema;
use crate::project::Home;
use crate::project::Store;
use crate::text::path::file_name;
use crate::text::source::{FileId, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, Line, LineKind, Tree};
use crate::tree::load::Assignment;
use crate::tree::names::{Kind, Role};

/// A text that the client holds open.
pub struct Buffer {
    /// The version that the client gave it.
    pub version: i32,
    /// What is judged together with it.
    pub home: Home,
    /// Its path there.
    pub path: String,
    text: String,
    /// Whether the file begins with a byte-order mark that the client does not show.
    hides_mark: bool,
    /// What the disk holds, where that is no UTF-8 and the client shows it as well as it can.
    raw: Option<Vec<u8>>,
}

impl Buffer {
    /// A text as the client opened it, over what the disk holds.
    pub fn new((home, path): (Home, String), version: i32, text: String, disk: Option<Vec<u8>>) -> Self {
        let mut buffer = Self { version, home, path, text, hides_mark: false, raw: None };
        buffer.saved(disk);
        buffer
    }

    /// Compares it with what the disk holds now.
    pub fn saved(&mut self, disk: Option<Vec<u8>>) {
        let disk = disk.unwrap_or_default();
        self.hides_mark = disk.starts_with(BYTE_ORDER_MARK) && !self.text.starts_with('\u{feff}');
        let shown = disk.get(if self.hides_mark { BYTE_ORDER_MARK.len() } else { 0 }..).unwrap_or_default();
        let is_odd = std::str::from_utf8(shown).is_err() && String::from_utf8_lossy(shown) == self.text;
        self.raw = is_odd.then_some(disk);
    }

    /// Whether a file with these bytes would read the same.
    pub fn is(&self, disk: &[u8]) -> bool {
        *self.bytes() == *disk
    }

    /// Makes the client's changes, in order.
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

    /// What its file would hold.
    pub fn bytes(&self) -> Cow<'_, [u8]> {
        match &self.raw {
            Some(raw) => Cow::Borrowed(raw),
            None if self.hides_mark => Cow::Owned([BYTE_ORDER_MARK, self.text.as_bytes()].concat()),
            None => Cow::Borrowed(self.text.as_bytes()),
        }
    }

    /// Whether its file begins with a byte-order mark that the client does not show.
    pub fn hides_mark(&self) -> bool {
        self.hides_mark
    }
}

/// An open text with all that is known of it.
pub struct Doc<'a> {
    /// The URI that the client gave.
    pub uri: &'a str,
    /// Its path in its tree.
    pub path: &'a str,
    /// Its version.
    pub version: i32,
    /// Its text now.
    pub text: &'a [u8],
    /// Its lines as boot and cfg files have them.
    pub tree: Tree,
    /// Its lines as the protocol has them.
    pub lines: &'a Lines<'a>,
    /// What was found last in its tree.
    pub analysis: Option<&'a Analysis>,
    /// Whether that is of this text.
    pub is_current: bool,
    /// Its file there.
    pub file: Option<FileId>,
    /// The catalogue.
    pub schema: &'a Schema,
    /// How places are shown.
    pub shown: &'a Shown<'a>,
    /// What the client can do.
    pub client: &'a Client,
}

impl Doc<'_> {
    /// What its name makes it.
    pub fn kind(&self) -> Option<Kind> {
        Role::from_name(file_name(self.path)).kind()
    }

    /// The line (index) that holds a byte; the last one at the end of the text.
    pub fn line_at(&self, byte: usize) -> Option<(usize, &Line)> {
        let after = self.tree.lines.partition_point(|line| line.span.start as usize <= byte);
        let line = self.tree.lines.get(after.checked_sub(1)?)?;
        let is_behind =
            line.span.end as usize <= byte && self.text.ends_with(b"\n") && after == self.tree.lines.len();
        (!is_behind).then_some((after - 1, line))
    }

    /// The content of the line that holds a byte; nothing behind the last.
    pub fn content_at(&self, byte: usize) -> Span {
        self.line_at(byte).map_or(Span::new(byte, byte), |(_, line)| line.content(self.text))
    }

    /// The names that it sets, in order.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.tree.lines.iter().filter_map(|line| self.name(line))
    }

    /// The name that a line sets.
    pub fn name(&self, line: &Line) -> Option<String> {
        match line.kind {
            LineKind::Setting { name, .. } => {
                Some(String::from_utf8_lossy(name.slice(self.text)).into_owned())
            }
            _ => None,
        }
    }

    /// The assignment on a line as it was found last: the text may be newer, so it is counted among its namesakes.
    pub fn assignment(&self, line: usize) -> Option<(&Analysis, Assignment)> {
        let (analysis, file) = self.analysis.zip(self.file)?;
        let name = self.name(self.tree.lines.get(line)?)?;
        let lines = self.tree.lines.iter().take(line);
        let before = lines.filter(|line| self.name(line).as_deref() == Some(name.as_str())).count();
        let id = analysis.workspace.names.id(&name)?;
        let settings = &analysis.workspace.document(file).settings;
        let mut namesakes = settings.iter().zip(0..).filter(|(setting, _)| setting.name == id);
        let setting = namesakes.nth(before)?.1;
        Some((analysis, Assignment { file, setting }))
    }
}

/// Whether an open text is one of the tree's: settings and lists are taken as they were saved.
pub fn is_text(path: &str) -> bool {
    Role::from_name(file_name(path)).kind().is_some() || path.ends_with(".xml")
}

/// What the disk holds.
pub fn read(path: &Path) -> Option<Vec<u8>> {
    Store::Disk.read(path, u64::from(u32::MAX)).ok()
}
