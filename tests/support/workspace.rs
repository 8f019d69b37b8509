//! Trees that tests load without running the program: from memory and from a directory.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use fvprov::catalogue::Schema;
use fvprov::lint;
use fvprov::project::{self, OpenOptions, Opened};
use fvprov::text::address::Server;
use fvprov::text::listing::{Entry, EntryKind};
use fvprov::text::location::{FetchError, Location};
use fvprov::text::path;
use fvprov::tree::assumptions::Assume;
use fvprov::tree::load::{self, Request, Workspace};

/// The URL of trees in memory.
pub const SERVER: &str = "http://10.0.0.1/prov/";

/// Larger files are not read, unless settings change the limit.
pub const LARGEST: u64 = 1 << 20;

/// A tree in memory: the text of each path below its top, and of each URL.
///
/// Some names represent faults: `locked.*` cannot be opened, and `large.*` is too large. URLs without a text
/// are missing, except `failed.*` (the server fails) and `offline` (no request is sent).
#[derive(Clone, Default)]
pub struct Tree {
    pub files: BTreeMap<String, Vec<u8>>,
    pub assume: Assume,
    /// The roots that the settings name.
    pub roots: Option<Vec<String>>,
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:?}", self.assume)?;
        self.files.iter().try_for_each(|(path, text)| writeln!(f, "{path:?}: b\"{}\"", text.escape_ascii()))
    }
}

fn is_named(path: &str, stem: &str) -> bool {
    path::file_name(path).split('.').next() == Some(stem)
}

impl Tree {
    pub fn new(files: &[(&str, &[u8])]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.to_vec())).collect();
        Self { files, ..Self::default() }
    }

    pub fn from_texts(files: &[(&str, &str)]) -> Self {
        let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        Self::new(&files)
    }

    /// The tree as it would be loaded from a disk.
    pub fn load(&self) -> Workspace {
        self.load_with(&|location| self.fetch(location))
    }

    /// The tree, read by another function than [`Tree::fetch`].
    pub fn load_with(&self, fetch: &load::Fetch<'_>) -> Workspace {
        Request::new(self.listing(), fetch)
            .roots(self.roots.clone())
            .server(Some(Server::parse(SERVER).unwrap()))
            .assume(self.assume)
            .names_file(&|name| lint::names_file(Schema::builtin(), name))
            .load()
    }

    fn listing(&self) -> Vec<Entry> {
        let mut listing = Vec::new();
        for path in self.files.keys().filter(|path| !path.contains("://")) {
            let mut above = path::parent(path);
            while !above.is_empty() {
                listing.push(Entry { path: above.into(), kind: EntryKind::Directory });
                above = path::parent(above);
            }
            let kind = match is_named(path, "locked") {
                true => EntryKind::Unreadable("permission denied".into()),
                false => EntryKind::File,
            };
            listing.push(Entry { path: path.clone(), kind });
        }
        listing.sort();
        listing.dedup();
        listing
    }

    pub fn fetch(&self, location: &Location) -> Result<Vec<u8>, FetchError> {
        let (Location::Tree(path) | Location::Url(path)) = location;
        match self.files.get(path) {
            _ if is_named(path, "large") => Err(FetchError::TooLarge(9)),
            Some(text) => Ok(text.clone()),
            None if is_named(path, "failed") => {
                Err(FetchError::Failed(format!("{path}: the server is away")))
            }
            None if path.contains("offline") => Err(FetchError::NotFetched),
            None => Err(FetchError::Missing),
        }
    }
}

/// The tree of a directory, without settings.
pub fn open_directory(directory: &Path) -> Opened {
    let options = OpenOptions { isolated: true, ..OpenOptions::default() };
    let opened = project::open(&options, &[directory.to_owned()]).unwrap();
    assert_eq!(opened.served, std::path::absolute(directory).unwrap(), "the top of a tree");
    opened
}
