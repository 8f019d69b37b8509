//! Storage of trees: a disk, a git revision, memory, or a server.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::memory::Memory;
use crate::net::Error;
#[cfg(feature = "net")]
use crate::net::fetch::{ClientOptions, Net, RemoteTree};
use crate::net::fetch::{Revision, disk};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::path::{below, file_name, is_state_name};
use crate::text::temporary::is_metadata;

/// A store of trees. Paths are absolute in all stores.
#[derive(Debug)]
pub enum Store {
    /// The disk.
    Disk,
    /// The disk, and the git index for files that a sparse checkout omits.
    Sparse(Box<Revision>),
    /// A git revision, which is presented as if it were checked out in the repository's directory.
    Git(Box<Revision>),
    /// Memory.
    Memory(Memory),
    /// A server, which may not list its files.
    #[cfg(feature = "net")]
    Remote(Box<RemoteTree>),
}

/// The disk, which contains fvprov's own files if the tree is on a server.
static DISK: Store = Store::Disk;

impl Store {
    /// The store of fvprov's own files. These files are never requested from a server.
    pub fn for_tool_files(&self) -> &Self {
        if self.is_remote() { &DISK } else { self }
    }

    /// Whether the store is a server.
    pub fn is_remote(&self) -> bool {
        !matches!(self, Self::Disk | Self::Sparse(_) | Self::Git(_) | Self::Memory(_))
    }

    /// The revision and a path in it; `None` for other stores.
    fn in_git(&self, path: &Path) -> Option<(&Revision, Option<String>)> {
        let Self::Git(revision) = self else { return None };
        Some((revision, below(revision.top(), path)))
    }

    /// The git index of a sparse checkout, and a path in it; `None` for other stores.
    fn in_index(&self, path: &Path) -> Option<(&Revision, String)> {
        let Self::Sparse(index) = self else { return None };
        Some((index, below(index.top(), path)?))
    }

    /// The number of files below a directory that a sparse checkout omits.
    pub fn left_out(&self, directory: &Path) -> usize {
        let files = self.in_index(directory).map(|(index, path)| index.list(&path)).unwrap_or_default();
        files.iter().filter(|entry| entry.kind != EntryKind::Directory).count()
    }

    /// Whether a path is a directory. False on a server.
    pub fn is_directory(&self, path: &Path) -> bool {
        if let Self::Memory(files) = self {
            return files.is_directory(path);
        }
        match self.in_git(path) {
            None => {
                path.is_dir() || self.in_index(path).is_some_and(|(index, path)| index.is_directory(&path))
            }
            Some((revision, path)) => path.is_some_and(|path| revision.is_directory(&path)),
        }
    }

    /// Whether a path is a file.
    pub fn is_file(&self, path: &Path) -> bool {
        if let Self::Memory(files) = self {
            return files.is_file(path);
        }
        match self.in_git(path) {
            None => {
                path.is_file()
                    || self.in_index(path).is_some_and(|(index, path)| index.object(&path).is_some())
            }
            Some((revision, path)) => path.is_some_and(|path| revision.object(&path).is_some()),
        }
    }

    /// Lists everything below a directory, sorted by path. Links are followed only inside the tree.
    /// An unreadable file is listed with the reason. Git's own directory and fvprov's
    /// journal and staged files are omitted.
    ///
    /// # Errors
    /// The directory itself cannot be read.
    pub fn list(&self, directory: &Path) -> Result<Vec<Entry>, Error> {
        let mut entries = self.list_all(directory)?;
        if matches!(self, Self::Disk) {
            return Ok(entries); // `disk::list` omits them
        }
        entries.retain(|entry| !entry.path.split('/').any(|name| is_state_name(name) || is_metadata(name)));
        Ok(entries)
    }

    fn list_all(&self, directory: &Path) -> Result<Vec<Entry>, Error> {
        #[cfg(feature = "net")]
        if let Self::Remote(site) = self {
            return Ok(site.list()?.unwrap_or_default());
        }
        if let Self::Memory(files) = self {
            return Ok(files.list(directory));
        }
        match self.in_git(directory) {
            None => {
                let mut entries = disk::list(directory)?;
                if let Some((index, path)) = self.in_index(directory) {
                    // A file on disk takes precedence over the one in the index.
                    entries.extend(index.list(&path));
                    entries.sort_by(|a, b| a.path.cmp(&b.path));
                    entries.dedup_by(|later, earlier| later.path == earlier.path);
                }
                Ok(entries)
            }
            Some((revision, path)) => Ok(revision.list(&path.unwrap_or_default())),
        }
    }

    /// Whether a directory contains, at any depth, a file whose name matches. Stops at the first match.
    pub fn contains(&self, directory: &Path, is_wanted: &dyn Fn(&str) -> bool) -> bool {
        let entries = match self {
            Self::Memory(files) => files.list(directory),
            Self::Sparse(_) => self.list(directory).unwrap_or_default(),
            _ => match self.in_git(directory) {
                None => return disk::contains_file(directory, is_wanted),
                Some((revision, path)) => revision.list(&path.unwrap_or_default()),
            },
        };
        let files = entries.iter().filter(|entry| entry.kind != EntryKind::Directory);
        files.map(|entry| file_name(&entry.path)).any(is_wanted)
    }

    /// Whether a directory directly contains an entry whose name matches.
    pub fn contains_entry(&self, directory: &Path, is_wanted: &dyn Fn(&str) -> bool) -> bool {
        let entries = match self {
            Self::Memory(files) => files.list(directory),
            Self::Sparse(_) => self.list(directory).unwrap_or_default(),
            _ => match self.in_git(directory) {
                None => return disk::contains_entry(directory, is_wanted),
                Some((revision, path)) => revision.list(&path.unwrap_or_default()),
            },
        };
        entries.iter().any(|entry| !entry.path.contains('/') && is_wanted(&entry.path))
    }

    /// Reads one file of at most `limit` bytes.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>, FetchError> {
        #[cfg(feature = "net")]
        if let Self::Remote(site) = self {
            let path = below(Path::new(&site.display_url()), path).ok_or(FetchError::Missing)?;
            return Ok(site.read(&path, limit)?);
        }
        if let Self::Memory(files) = self {
            return files.read(path, limit);
        }
        match self.in_git(path) {
            None => match (disk::read(path, limit), self.in_index(path)) {
                (Err(Error::Missing), Some((index, path))) => Ok(index.read(&path, limit)?),
                (read, _) => Ok(read?),
            },
            Some((revision, path)) => Ok(revision.read(&path.ok_or(FetchError::Missing)?, limit)?),
        }
    }

    /// An identifier for a file's content: files with the same identifier contain the same bytes. `None` if
    /// the store has no identifiers, such as a disk.
    pub fn content_id(&self, path: &Path) -> Option<&str> {
        if let Some((index, below)) = self.in_index(path) {
            return index.object(&below).filter(|_| !path.exists());
        }
        let (revision, path) = self.in_git(path)?;
        revision.object(&path?)
    }

    /// Whether a file on disk is identical in another store, a revision of the same repository, according to
    /// git's index.
    pub fn has_unchanged(&self, other: &Self, path: &Path) -> bool {
        let Some((revision, Some(below))) = other.in_git(path) else { return false };
        matches!(self, Self::Disk) && revision.is_unchanged(&below)
    }

    /// Reads many files in advance, if the store supports this.
    ///
    /// # Errors
    /// The files cannot be read.
    pub fn read_ahead(&self, paths: impl Iterator<Item = PathBuf>, limit: u64) -> Result<(), Error> {
        let Self::Git(revision) = self else { return Ok(()) };
        let paths: Vec<String> = paths.filter_map(|path| below(revision.top(), &path)).collect();
        revision.read_ahead(paths.iter().map(String::as_str), limit)
    }
}

/// Reads the files in one tree, and URLs if enabled.
#[derive(Debug)]
#[cfg_attr(not(feature = "net"), allow(dead_code))] // some fields are only for the network
pub struct Fetcher {
    /// The store of the tree.
    pub store: Arc<Store>,
    /// The served tree.
    pub directory: PathBuf,
    /// Maximum size in bytes of a file that is read.
    pub limit: u64,
    /// Whether to fetch absolute http(s) includes.
    pub online: bool,
    /// Whether to accept untrusted TLS certificates.
    pub insecure: bool,
    #[cfg(feature = "net")]
    net: std::sync::OnceLock<Result<Net, Error>>,
}

impl Fetcher {
    /// A fetcher for a directory.
    pub fn new(store: Store, directory: PathBuf, limit: u64, online: bool) -> Self {
        Self {
            store: Arc::new(store),
            directory,
            limit,
            online,
            insecure: false,
            #[cfg(feature = "net")]
            net: std::sync::OnceLock::new(),
        }
    }

    /// Sets whether to accept untrusted TLS certificates.
    #[must_use]
    pub fn insecure(self, insecure: bool) -> Self {
        Self { insecure, ..self }
    }

    /// An identifier for a file's content in the tree; see [`Store::content_id`].
    pub fn content_id(&self, path: &str) -> Option<&str> {
        self.store.content_id(&self.directory.join(path))
    }

    /// Whether a file in the tree is known to have the same content in another state of the tree.
    pub fn has_same_content(&self, other: &Self, path: &str) -> bool {
        let own = self.content_id(path);
        let is_checked_out = || {
            let path = self.directory.join(path);
            self.directory == other.directory && self.store.has_unchanged(&other.store, &path)
        };
        own.is_some() && other.content_id(path) == own || is_checked_out()
    }

    /// Reads one file in the tree. The file may exceed the limit unless it is on a server.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub fn read_large(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        let limit = if self.store.is_remote() { self.limit } else { u64::from(u32::MAX) };
        self.store.read(&self.directory.join(path), limit)
    }

    /// Reads one file.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub fn fetch(&self, location: &Location) -> Result<Vec<u8>, FetchError> {
        match location {
            Location::Tree(path) => self.store.read(&self.directory.join(path), self.limit),
            #[cfg(feature = "net")]
            Location::Url(url) if self.online && is_http(url) => {
                let net = self.net.get_or_init(|| {
                    Net::new(ClientOptions { insecure: self.insecure, ..ClientOptions::default() })
                });
                Ok(net.as_ref().map_err(Clone::clone)?.get(url, self.limit)?)
            }
            Location::Url(_) => Err(FetchError::NotFetched),
        }
    }
}

#[cfg(feature = "net")]
fn is_http(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}
