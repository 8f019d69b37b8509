//! Pending changes to several files of a tree and to fvprov's own files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Opened;
use super::discover::path_from;
use super::tool_files;
use super::write::{self, Before, FileChange, TreeLock, resolve};
use super::{Error, FileError, Store};
use crate::tree::load::{State, Texts};

/// A changed file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftFile {
    /// The content on disk; `None` if the file does not exist.
    pub old: Option<Vec<u8>>,
    /// The new content; `None` removes the file.
    pub new: Option<Vec<u8>>,
}

/// Changes to files, by absolute path.
pub struct Draft<'o> {
    opened: &'o Opened,
    files: BTreeMap<PathBuf, DraftFile>,
}

impl<'o> Draft<'o> {
    /// No changes.
    pub fn new(opened: &'o Opened) -> Self {
        Self { opened, files: BTreeMap::new() }
    }

    /// The current content of a file with the changes; `None` if it does not exist.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, Error> {
        match self.files.get(path) {
            Some(file) => Ok(file.new.clone()),
            None => self.read_disk(path),
        }
    }

    /// The content of a file on disk; `None` if it does not exist.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read_disk(&self, path: &Path) -> Result<Option<Vec<u8>>, Error> {
        let tree_path = path_from(&self.opened.served, path);
        let loaded = self.opened.workspace.file(&tree_path).filter(|file| {
            let document = self.opened.workspace.document(*file);
            document.state == State::Read && document.role.kind().is_some() && !document.is_tool_file
        });
        if let Some(file) = loaded {
            return Ok(Some(self.opened.workspace.text(file).to_vec()));
        }
        match tool_files::read(&Store::Disk, path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(FileError::Missing) => Ok(None),
            Err(reason) => {
                Err(Error::Unreadable { path: self.opened.display_path(path), reason: reason.to_string() })
            }
        }
    }

    /// Sets the content of a file, or removes it.
    ///
    /// # Errors
    /// The file on disk cannot be read.
    pub fn set(&mut self, path: &Path, new: Option<Vec<u8>>) -> Result<(), Error> {
        if let Some(file) = self.files.get_mut(path) {
            file.new = new;
        } else {
            let old = self.read_disk(path)?;
            self.files.insert(path.to_owned(), DraftFile { old, new });
        }
        if self.files.get(path).is_some_and(|file| file.old == file.new) {
            self.files.remove(path);
        }
        Ok(())
    }

    /// Moves a file. Fails if it is a symbolic link, or if the new path exists.
    ///
    /// # Errors
    /// The file cannot be moved.
    pub fn rename(&mut self, old: &Path, new: &Path) -> Result<(), Error> {
        self.check_no_link(old)?;
        if self.read(new)?.is_some() || new.exists() {
            return Err(Error::Exists(self.opened.display_path(new)));
        }
        let text = self.read(old)?;
        self.set(old, None)?;
        self.set(new, text)
    }

    /// Removes a file. Fails if it is a symbolic link.
    ///
    /// # Errors
    /// The file cannot be removed.
    pub fn remove(&mut self, path: &Path) -> Result<(), Error> {
        self.check_no_link(path)?;
        self.set(path, None)
    }

    fn check_no_link(&self, path: &Path) -> Result<(), Error> {
        match resolve(path)
            == resolve(path.parent().unwrap_or(path)).join(path.file_name().unwrap_or_default())
        {
            true => Ok(()),
            false => Err(Error::Link(self.opened.display_path(path))),
        }
    }

    /// The changed files.
    pub fn files(&self) -> &BTreeMap<PathBuf, DraftFile> {
        &self.files
    }

    /// The new contents of files in the served tree, and the removed ones.
    pub fn tree_changes(&self) -> (Texts, Vec<String>) {
        let (mut texts, mut removed) = (Texts::new(), Vec::new());
        for (path, file) in &self.files {
            let path = path_from(&self.opened.served, path);
            match &file.new {
                _ if path.starts_with("../") => {}
                Some(text) => drop(texts.insert(path, text.clone())),
                None => removed.push(path),
            }
        }
        (texts, removed)
    }

    /// Writes all changes or none. Files are removed last.
    ///
    /// # Errors
    /// A file cannot be written, or has changed since it was read.
    pub fn write(&self) -> Result<(), Error> {
        let mut changes: Vec<FileChange<'_>> = self
            .files
            .iter()
            .map(|(path, file)| FileChange {
                path: resolve(path),
                displayed: self.opened.display_path(path),
                before: file.old.as_ref().map_or(Before::Missing, |old| Before::Text(old)),
                text: file.new.as_deref(),
            })
            .collect();
        changes.sort_by_key(|change| change.text.is_none());
        let written: Result<_, write::Error> = match &self.opened.lock {
            Some(lock) => lock.write(&changes),
            None => TreeLock::for_tree(&self.opened.served, &|_| {})?.write(&changes),
        };
        written?;
        Ok(())
    }
}
