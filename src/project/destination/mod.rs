//! The destination directory of `publish`: its current files, the record of published files, and changes.

mod error;
mod place;
mod published_files;
mod releases;

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use self::error::{DestinationFault, Error};
use self::place::check_place;
pub use self::published_files::{Hashes, PublishedFiles};
use self::releases::Releases;
use super::discover::working_directory;
use super::write::{Before, DirectoryLock, FileChange, PrivateFolder, TreeLock, folder_name, hash, resolve};
use super::{OpenOptions, Opened, Step};
use crate::net::fetch::disk;
use crate::net::os_message;
use crate::text::listing::Entry;
use crate::text::path::parent;

/// The subfolder of a destination's private folder that stores old file contents by hash.
const OLD: &str = "old";

/// A change to a file in a destination.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The path in the destination.
    pub path: &'a str,
    /// The current content; `None` if the file does not exist.
    pub old: Option<&'a [u8]>,
    /// The new content; `None` removes the file.
    pub new: Option<&'a [u8]>,
}

/// A directory to publish to.
pub struct Destination {
    /// The path as shown in messages.
    displayed: String,
    /// The directory or, with releases, the link.
    location: PathBuf,
    /// The directory with the current files, with links resolved. It need not exist.
    directory: PathBuf,
    releases: Option<Releases>,
    /// The served tree from which files are published.
    served: PathBuf,
    /// The name of the private folder.
    folder: String,
    /// The record of the published files.
    pub record: PublishedFiles,
    /// The current files.
    pub listing: Vec<Entry>,
}

impl Destination {
    /// Opens a directory, which need not exist. `releases` is the number of releases to retain.
    pub fn open(path: &Path, tree: &Opened, releases: Option<usize>) -> Result<Self, Error> {
        let displayed = path.display().to_string();
        Self::find(path, &displayed, tree, releases)
            .map_err(|fault| Error::Destination { path: displayed, fault })
    }

    fn find(
        path: &Path,
        displayed: &str,
        tree: &Opened,
        releases: Option<usize>,
    ) -> Result<Self, DestinationFault> {
        let location = absolute(path);
        let above = location.parent().filter(|above| !above.is_dir());
        if let Some(above) = above {
            return Err(DestinationFault::NoParent(above.display().to_string()));
        }
        let found = std::fs::symlink_metadata(&location).ok();
        let is_link = found.as_ref().is_some_and(Metadata::is_symlink);
        let target = location.canonicalize().ok();
        let (location, directory, releases) = match (releases, target) {
            (None, _) if is_link && Releases::is_link(&location) => {
                return Err(DestinationFault::MissingReleases);
            }
            (_, None) if is_link => return Err(DestinationFault::BrokenLink),
            (_, Some(target)) if !target.is_dir() => return Err(DestinationFault::NotADirectory),
            (Some(_), Some(_)) if !is_link => return Err(DestinationFault::NotALink),
            (Some(_), Some(_)) if !Releases::is_link(&location) => return Err(DestinationFault::ForeignLink),
            (Some(keep), target) => {
                let releases = Releases::new(&location, keep);
                let directory = target.unwrap_or_else(|| releases.build_directory());
                (location, directory, Some(releases))
            }
            (None, target) => {
                let directory = target.unwrap_or(location);
                (directory.clone(), directory, None)
            }
        };
        check_place(&location, tree)?;
        if let Some(releases) = &releases {
            check_place(&releases.directory, tree)?;
        }
        let folder = format!("publish/{}", folder_name(&location));
        let mut destination = Self {
            displayed: displayed.to_owned(),
            location,
            directory,
            releases,
            served: tree.served.clone(),
            folder,
            record: PublishedFiles::default(),
            listing: Vec::new(),
        };
        destination.read_state()?;
        Ok(destination)
    }

    /// Reads the record and the listing.
    fn read_state(&mut self) -> Result<(), DestinationFault> {
        let name = self.record_name();
        if let Some(folder) = PrivateFolder::find(&self.served, &self.folder, &name) {
            let file = folder.file(&name);
            let text = std::fs::read(&file).unwrap_or_default();
            // The file is empty if it was created for a change that was never completed.
            if !text.is_empty() {
                let damaged = || DestinationFault::Record(file.display().to_string());
                self.record = PublishedFiles::parse(&text).ok_or_else(damaged)?;
            }
        }
        if self.exists() {
            self.listing = disk::list(&self.directory).map_err(|error| DestinationFault::Unreadable {
                path: self.displayed.clone(),
                reason: error.to_string(),
            })?;
        }
        Ok(())
    }

    /// Whether the directory exists.
    fn exists(&self) -> bool {
        self.location.is_dir()
    }

    /// Locks the destination, and removes files that a killed run left there.
    pub fn lock(&self, options: &OpenOptions) -> Result<DirectoryLock, Error> {
        let directory = match &self.releases {
            Some(_) => self.location.parent().unwrap_or(&self.location),
            None => &self.location,
        };
        Ok(TreeLock::lock_directory(directory, &|error| options.progress.step(Step::Waiting(error)))?)
    }

    /// The content of a file; `None` if it does not exist.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Error> {
        let file = self.directory.join(path);
        let is_missing = |error: &io::Error| {
            matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        };
        // A pipe would block the reader.
        let read = match std::fs::metadata(&file) {
            Ok(found) if !found.is_file() => {
                return Err(self.error(DestinationFault::NotRegular(path.into())));
            }
            Ok(_) => std::fs::read(&file),
            Err(error) => Err(error),
        };
        match read {
            Ok(text) => Ok(Some(text)),
            Err(error) if is_missing(&error) && !is_link(&file) => Ok(None),
            Err(error) if is_missing(&error) => Err(self.error(DestinationFault::NotRegular(path.into()))),
            Err(error) => {
                Err(self
                    .error(DestinationFault::Unreadable { path: path.into(), reason: os_message(&error) }))
            }
        }
    }

    /// The content that a file had before the last change.
    pub fn old_content(&self, path: &str, hash: &str) -> Result<Vec<u8>, Error> {
        let folder = format!("{}/{OLD}", self.folder);
        let found = PrivateFolder::find(&self.served, &folder, hash);
        let text = found.and_then(|folder| std::fs::read(folder.file(hash)).ok());
        text.ok_or_else(|| self.error(DestinationFault::NoOldContent(path.into())))
    }

    /// Applies the changes in order, together with a new record, either completely or not at all. If the
    /// destination has releases and `is_new_release` is true, changes a copy of the current release and then
    /// points the link to the copy. Returns the time between the first and last changes that phones can see.
    pub fn apply(
        &mut self,
        lock: &TreeLock,
        changes: &[Change<'_>],
        record: PublishedFiles,
        is_new_release: bool,
    ) -> Result<Duration, Error> {
        self.store_old_contents(changes)?;
        let release = match &self.releases {
            Some(releases) if is_new_release => {
                Some(releases.build(self.exists().then_some(&*self.directory))?)
            }
            _ => None,
        };
        let directory = match &self.releases {
            Some(releases) if is_new_release => releases.build_directory(),
            _ => self.directory.clone(),
        };
        let name = release.as_ref().map_or_else(|| self.record_name(), |release| format!("{release}.json"));
        let mut took = self.write(lock, &directory, changes, &name, &record)?;
        remove_empty_directories(&directory, changes);
        if let (Some(releases), Some(release)) = (&self.releases, &release) {
            self.directory = releases.switch(&self.location, release)?;
            took = Duration::ZERO;
        }
        self.record = record;
        self.remove_unused()?;
        Ok(took)
    }

    /// Fails if a changed file, or one of its parent directories, is a link or a special file.
    pub fn check_regular(&self, changes: &[Change<'_>]) -> Result<(), Error> {
        for change in changes {
            let mut at = change.path;
            while !at.is_empty() {
                let found = std::fs::symlink_metadata(self.directory.join(at));
                let is_special = found.is_ok_and(|found| match at == change.path {
                    true => !found.is_file(),
                    false => !found.is_dir(),
                });
                if is_special {
                    return Err(self.error(DestinationFault::NotRegular(at.into())));
                }
                at = parent(at);
            }
        }
        Ok(())
    }

    /// Stores the content that the changes replace.
    fn store_old_contents(&self, changes: &[Change<'_>]) -> Result<(), Error> {
        let folder = PrivateFolder::create(&self.served, &format!("{}/{OLD}", self.folder))?;
        for old in changes.iter().filter_map(|change| change.old) {
            folder.write(&hash(old), old)?;
        }
        Ok(())
    }

    fn write(
        &self,
        lock: &TreeLock,
        directory: &Path,
        changes: &[Change<'_>],
        name: &str,
        record: &PublishedFiles,
    ) -> Result<Duration, Error> {
        let folder = PrivateFolder::create(&self.served, &self.folder)?;
        if !folder.file(name).exists() {
            // The new record inherits the permissions of this file.
            folder.write(name, b"")?;
        }
        let text = record.render();
        let files = changes.iter().map(|change| FileChange {
            path: directory.join(change.path),
            displayed: format!("{}/{}", self.displayed, change.path),
            before: change.old.map_or(Before::Missing, Before::Shared),
            text: change.new,
        });
        let path = folder.file(name);
        let displayed = path.display().to_string();
        let own = FileChange { path, displayed, before: Before::Any, text: Some(&text) };
        Ok(lock.write(&files.chain([own]).collect::<Vec<_>>())?)
    }

    /// Removes old releases, and old content that no rollback needs.
    fn remove_unused(&self) -> Result<(), Error> {
        let folder = PrivateFolder::create(&self.served, &self.folder)?;
        if let Some(releases) = &self.releases {
            for name in releases.remove_old(&self.directory) {
                let _ = std::fs::remove_file(folder.file(&format!("{name}.json")));
            }
        }
        let needed: BTreeSet<&String> = self.record.previous.values().collect();
        let folder = PrivateFolder::create(&self.served, &format!("{}/{OLD}", self.folder))?;
        for name in folder.names().iter().filter(|name| !needed.contains(name)) {
            let _ = std::fs::remove_file(folder.file(name));
        }
        Ok(())
    }

    /// The name of the current release, if there is one.
    pub fn release(&self) -> Option<String> {
        self.releases.as_ref()?;
        let name = self.directory.file_name().filter(|_| self.exists())?;
        Some(name.to_string_lossy().into_owned())
    }

    fn record_name(&self) -> String {
        self.release().map_or_else(|| "record.json".into(), |release| format!("{release}.json"))
    }

    fn error(&self, fault: DestinationFault) -> Error {
        Error::Destination { path: self.displayed.clone(), fault }
    }
}

/// The absolute path, with links in its parent directories resolved.
fn absolute(path: &Path) -> PathBuf {
    let path = working_directory().map_or_else(|_| path.to_owned(), |here| here.join(path));
    match (path.parent(), path.file_name()) {
        (Some(above), Some(name)) => resolve(above).join(name),
        _ => resolve(&path),
    }
}

fn is_link(file: &Path) -> bool {
    std::fs::symlink_metadata(file).is_ok_and(|found| found.is_symlink())
}

/// Removes the directories that became empty when files were removed.
fn remove_empty_directories(top: &Path, changes: &[Change<'_>]) {
    for change in changes.iter().filter(|change| change.new.is_none()) {
        let mut at = parent(change.path);
        while !at.is_empty() && std::fs::remove_dir(top.join(at)).is_ok() {
            at = parent(at);
        }
    }
}
