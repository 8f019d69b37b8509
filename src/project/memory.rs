//! An in-memory tree, for tests and the browser page.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::text::listing::{Entry, EntryKind};
use crate::text::location::FetchError;
use crate::text::path::parent;

/// The top directory of each in-memory tree.
pub const TOP: &str = "/";

/// Files by path relative to the top, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    items: BTreeMap<String, Item>,
}

#[derive(Clone, Debug)]
enum Item {
    Text(Vec<u8>),
    Unread(UnreadFile),
    Directory,
    Unreadable(String),
}

/// Reads a file. The error is the reason why the file cannot be read.
pub type ReadFile = Arc<dyn Fn() -> Result<Vec<u8>, String> + Send + Sync>;

/// A file that is read when its content is required.
#[derive(Clone)]
struct UnreadFile {
    /// In bytes.
    size: u64,
    read: ReadFile,
}

impl fmt::Debug for UnreadFile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "UnreadFile({} bytes)", self.size)
    }
}

impl Memory {
    /// Adds a file.
    pub fn add_file(&mut self, path: &str, text: Vec<u8>) {
        self.add(path, Item::Text(text));
    }

    /// Adds a file of this size that is read when its content is required.
    pub fn add_unread_file(&mut self, path: &str, size: u64, read: ReadFile) {
        self.add(path, Item::Unread(UnreadFile { size, read }));
    }

    /// Adds a directory, which may be empty.
    pub fn add_directory(&mut self, path: &str) {
        self.add(path, Item::Directory);
    }

    /// Adds a file that cannot be read, with the reason.
    pub fn add_unreadable(&mut self, path: &str, reason: String) {
        self.add(path, Item::Unreadable(reason));
    }

    fn add(&mut self, path: &str, item: Item) {
        let mut above = parent(path);
        while !above.is_empty() {
            self.items.entry(above.to_owned()).or_insert(Item::Directory);
            above = parent(above);
        }
        self.items.insert(path.to_owned(), item);
    }

    fn item(&self, path: &Path) -> Option<&Item> {
        self.items.get(&below(path)?)
    }

    /// Whether a path is a directory.
    pub fn is_directory(&self, path: &Path) -> bool {
        path == Path::new(TOP) || matches!(self.item(path), Some(Item::Directory))
    }

    /// Whether a path is a file.
    pub fn is_file(&self, path: &Path) -> bool {
        matches!(self.item(path), Some(Item::Text(_) | Item::Unread(_)))
    }

    /// All entries below a directory, sorted by path.
    pub fn list(&self, directory: &Path) -> Vec<Entry> {
        let Some(directory) = below(directory) else { return Vec::new() };
        let start = if directory.is_empty() { directory } else { directory + "/" };
        let inside = self.items.iter().filter_map(|(path, item)| Some((path.strip_prefix(&start)?, item)));
        let entries = inside.map(|(path, item)| {
            let kind = match item {
                Item::Text(_) | Item::Unread(_) => EntryKind::File,
                Item::Directory => EntryKind::Directory,
                Item::Unreadable(reason) => EntryKind::Unreadable(reason.clone()),
            };
            Entry { path: path.to_owned(), kind }
        });
        entries.collect()
    }

    /// Reads one file of at most `limit` bytes.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FetchError> {
        match self.item(path) {
            Some(Item::Text(text)) if text.len() as u64 > limit => Err(FetchError::TooLarge(limit)),
            Some(Item::Text(text)) => Ok(text.clone()),
            Some(Item::Unread(file)) if file.size > limit => Err(FetchError::TooLarge(limit)),
            Some(Item::Unread(file)) => (file.read)().map_err(FetchError::Failed),
            Some(Item::Unreadable(reason)) => Err(FetchError::Failed(reason.clone())),
            Some(Item::Directory) | None => Err(FetchError::Missing),
        }
    }
}

/// The path relative to the top, with `/`.
fn below(path: &Path) -> Option<String> {
    let parts = path.strip_prefix(TOP).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}
