//! The content of the files that phones may download, for `publish`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::store::Store;
use super::{Error, OpenOptions, Opened, SourceFiles};
use crate::text::listing::Entry;
use crate::tree::load::{Fetch, PriorLoad, Request, State, Workspace};
use crate::tree::served_files::is_private;

/// The content of files, by path.
pub type Contents = BTreeMap<String, Vec<u8>>;

impl Opened {
    /// The content of the served files.
    ///
    /// # Errors
    /// A file cannot be read, or is a link to a file that phones must not download.
    pub fn served_contents(&self, options: &OpenOptions) -> Result<Contents, Error> {
        let served = self.served_files();
        let private = match *self.loader.fetcher.store {
            Store::Disk | Store::Sparse(_) => {
                let files: Vec<PathBuf> =
                    self.workspace.listing.iter().map(|entry| self.served.join(&entry.path)).collect();
                Some(SourceFiles::new(self, options, files.iter().map(PathBuf::as_path)))
            }
            _ => None,
        };
        let mut contents = Contents::new();
        for path in served.paths() {
            let file = self.served.join(path);
            if private.as_ref().is_some_and(|private| self.leads_to_private(&file, private)) {
                return Err(Error::PrivateTarget(self.base.display_path(path)));
            }
            contents.insert(path.to_owned(), self.content(path)?);
        }
        Ok(contents)
    }

    /// The content of a file, as read when the tree was loaded.
    fn content(&self, path: &str) -> Result<Vec<u8>, Error> {
        let file = self.workspace.file(path);
        if let Some(file) = file.filter(|file| self.workspace.document(*file).state == State::Read) {
            return Ok(self.workspace.text(file).to_vec());
        }
        self.loader.fetcher.read_large(path).map_err(|reason| Error::Unreadable {
            path: self.base.display_path(path),
            reason: reason.to_string(),
        })
    }

    /// Whether a link leads to a file that is never served.
    fn leads_to_private(&self, file: &Path, private: &SourceFiles) -> bool {
        let (Ok(real), Ok(top)) = (file.canonicalize(), self.served.canonicalize()) else { return false };
        let Ok(below) = real.strip_prefix(&top) else { return true };
        below.iter().any(|name| is_private(&name.to_string_lossy())) || private.contains(&real)
    }

    /// Loads a different state of the tree: the settings remain the same, but the files come from `fetch`.
    pub fn load_state(&self, listing: Vec<Entry>, fetch: &Fetch<'_>, prior: PriorLoad<'_>) -> Workspace {
        Request::new(listing, fetch)
            .roots(self.loader.roots.clone())
            .server(self.server.clone())
            .assume(self.loader.assume)
            .names_file(&|name| crate::lint::names_file(&self.schema, name))
            .excludes(&|path| self.loader.exclude.excludes(path))
            .load_after(Some(prior))
    }
}
