//! A text that the client holds open.

use std::borrow::Cow;

use gen_lsp_types::TextDocumentContentChangeEvent as Change;

use super::Home;
use super::text::{Encoding, Lines};
use crate::text::syntax::BYTE_ORDER_MARK;

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
