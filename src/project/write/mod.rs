//! Writes files for all commands. A tree is locked from the first read until the last rename. New content is
//! staged next to its target with the same owner and permissions, synchronized, and renamed. A change that
//! affects several files has a journal, so that the next run can finish a change that a killed run began.

mod attributes;
mod cleanup;
mod directory;
mod error;
mod fault;
mod file_identity;
mod hash;
mod home;
mod in_use;
mod journal;
mod lock;
mod private;
mod staged;
mod sync;

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use self::cleanup::{pending, remove_directories, sweep, sweep_below};
pub use self::directory::{copy_directory, rename_directory};
pub use self::error::Error;
use self::error::display;
use self::fault::step;
pub use self::file_identity::FileIdentity;
pub use self::hash::hash;
use self::home::Home;
pub use self::home::{folder_name, resolve};
use self::journal::{Journal, JournalEntry, recover};
pub use self::lock::DirectoryLock;
pub use self::private::PrivateFolder;
use self::staged::Staged;
use crate::net::os_message;
#[cfg(unix)]
use crate::text::path::STAGED_NAME;
use tempfile::TempPath;

/// A file to write or to remove.
#[allow(missing_docs)] // the names of the fields are clear
pub struct FileChange<'a> {
    pub path: PathBuf,
    /// The path for messages.
    pub displayed: String,
    pub before: Before<'a>,
    /// The new content; `None` removes the file.
    pub text: Option<&'a [u8]>,
}

/// The required state of a path when a file is written there.
#[derive(Clone, Copy)]
pub enum Before<'a> {
    /// The file may exist with any content, and is replaced.
    Any,
    /// No file.
    Missing,
    /// A file with this content.
    Text(&'a [u8]),
    /// A file with this content, which may have other names (hard links). The other names keep the old content.
    Shared(&'a [u8]),
}

/// The lock on a tree, which fvprov holds from reading the tree until all files are written. Other runs that write
/// to the tree wait.
pub struct TreeLock {
    home: Home,
    _lock: DirectoryLock,
}

impl TreeLock {
    /// Locks a tree by its served directory. Finishes or removes the files that a killed run left in the
    /// tree.
    pub fn for_tree(served: &Path, waits: &dyn Fn(&Error)) -> Result<Self, Error> {
        let lock = Self::acquire(Home::for_tree(served), waits)?;
        sweep(&lock.home.directory);
        sweep_below(&resolve(served));
        Ok(lock)
    }

    /// Locks the tree that contains a directory, or else the directory, which need not exist.
    pub fn for_directory(directory: &Path) -> Result<Self, Error> {
        Self::acquire(Home::for_directory(directory), &|_| {})
    }

    /// Locks a directory in which a tree is created.
    pub fn for_new_tree(directory: &Path) -> Result<Self, Error> {
        Self::acquire(Home { directory: resolve(directory), served: None }, &|_| {})
    }

    /// Whether a run was interrupted while it changed several files. The next run that locks the tree
    /// finishes the change.
    pub fn is_interrupted(served: &Path) -> bool {
        PrivateFolder::find(served, "", journal::FILE_NAME).is_some()
    }

    /// Locks an additional directory that this run writes to, or its nearest existing parent directory.
    /// Removes the files that a killed run left in that directory.
    pub fn lock_directory(directory: &Path, waits: &dyn Fn(&Error)) -> Result<DirectoryLock, Error> {
        let directory = resolve(directory);
        let existing = directory.ancestors().find(|above| above.is_dir()).unwrap_or(&directory);
        let lock = DirectoryLock::acquire(existing, waits)?;
        sweep(existing);
        if existing == directory {
            sweep_below(existing);
        }
        Ok(lock)
    }

    /// Creates or replaces a symbolic link atomically.
    #[cfg(unix)]
    pub fn replace_link(link: &Path, target: &Path) -> Result<(), Error> {
        let directory = link.parent().unwrap_or(Path::new("/"));
        let mut pending = pending();
        let replaced = tempfile::Builder::new()
            .prefix(STAGED_NAME.0)
            .suffix(STAGED_NAME.1)
            .rand_bytes(12)
            .make_in(directory, |path| std::os::unix::fs::symlink(target, path))
            .and_then(|staged| {
                pending.files.insert(staged.path().to_owned());
                step();
                staged.into_temp_path().persist(link).map_err(|error| error.error)
            })
            .and_then(|()| sync::directory(directory));
        step();
        replaced.map_err(|error| Error::NotWritten { path: display(link), reason: os_message(&error) })
    }

    /// Fails, because this system does not allow every user to create symbolic links.
    #[cfg(not(unix))]
    pub fn replace_link(link: &Path, _: &Path) -> Result<(), Error> {
        let reason =
            "releases require links, which Windows creates only with a privilege: publish without --releases";
        Err(Error::NotWritten { path: display(link), reason: reason.into() })
    }

    fn acquire(home: Home, waits: &dyn Fn(&Error)) -> Result<Self, Error> {
        let there = home.directory.ancestors().find(|above| above.is_dir()).unwrap_or(&home.directory);
        let lock = DirectoryLock::acquire(there, waits)?;
        recover(&home)?;
        Ok(Self { home, _lock: lock })
    }

    /// Writes and removes files in the given order, and creates the directories of new files. Applies either
    /// all changes or none. Returns the time between the first and last changes that other programs can
    /// see.
    pub fn write(&self, changes: &[FileChange<'_>]) -> Result<Duration, Error> {
        let targets = changes.iter().map(Target::check).collect::<Result<Vec<_>, _>>()?;
        let mut created = BTreeSet::new();
        let written = self.stage_and_commit(&targets, &mut created);
        if written.is_err() {
            remove_directories(&created);
        }
        let mut pending = pending();
        pending.directories.retain(|directory| !created.contains(directory));
        written
    }

    fn stage_and_commit(
        &self,
        targets: &[Target<'_>],
        created: &mut BTreeSet<PathBuf>,
    ) -> Result<Duration, Error> {
        let mut directories = BTreeSet::new();
        for target in targets {
            let directory = target.path.parent().unwrap_or(Path::new("/"));
            if directories.insert(directory.to_owned()) {
                create_directories(directory, created)
                    .map_err(|error| target.not_written(os_message(&error)))?;
            }
        }
        if let Some(target) = targets.iter().find(|target| target.before.is_none() && target.path.is_dir()) {
            return Err(target.not_written("another file needs a directory with this name".into()));
        }
        // The process that has locked a directory may remove all staged files in it.
        let locks = directories.iter().map(|directory| DirectoryLock::acquire(directory, &|_| {}));
        let _locks = locks.collect::<Result<Vec<_>, _>>()?;
        for directory in &directories {
            sweep(directory);
        }
        let single = sync::is_single(targets.len());
        let mut staged = Vec::with_capacity(targets.len());
        for target in targets {
            let file =
                target.text.map(|text| Staged::create(&target.path, target.before.as_ref(), text, single));
            staged.push(file.transpose().map_err(|reason| target.not_written(reason))?);
        }
        if let (false, Some(first)) = (single, targets.first()) {
            sync::file_systems(&directories).map_err(|error| first.not_written(os_message(&error)))?;
        }
        directories.extend(created.iter().filter_map(|created| created.parent().map(Path::to_path_buf)));
        self.commit(targets, staged, &directories)
    }

    /// Renames the staged files and removes files. Signals are deferred until all changes are made.
    fn commit(
        &self,
        targets: &[Target<'_>],
        staged: Vec<Option<Staged>>,
        directories: &BTreeSet<PathBuf>,
    ) -> Result<Duration, Error> {
        let _signals = pending();
        let entries: Vec<JournalEntry> =
            targets.iter().zip(&staged).map(|(target, file)| target.entry(file.as_ref())).collect();
        let journal = (entries.len() > 1)
            .then(|| Journal::write(&self.home, &entries))
            .transpose()
            .map_err(|(path, reason)| Error::NotWritten { path: display(&path), reason })?;
        let started = Instant::now();
        let mut files = targets.iter().zip(staged).enumerate();
        while let Some((at, (target, file))) = files.next() {
            if let Err((error, file)) = target.commit(file) {
                let reason = os_message(&error);
                if at == 0 {
                    journal.into_iter().for_each(Journal::remove);
                    return Err(target.not_written(reason));
                }
                // The next run uses the journal to finish the change.
                let rest = files.filter_map(|(_, (_, file))| file.map(|file| file.temporary));
                for temporary in file.into_iter().chain(rest) {
                    let _ = temporary.keep();
                }
                return Err(
                    target.not_written(format!("{reason}; the next run of fvprov completes this change"))
                );
            }
            step();
        }
        let took = started.elapsed();
        let synchronized = sync::directories(directories, targets.len());
        journal.into_iter().for_each(Journal::remove);
        match (synchronized, targets.first()) {
            (Err(error), Some(first)) => Err(first.not_written(os_message(&error))),
            _ => Ok(took),
        }
    }
}

/// A file to write or to remove, with links resolved.
struct Target<'a> {
    path: PathBuf,
    displayed: &'a str,
    /// `None` if the file does not exist.
    before: Option<Metadata>,
    /// The hash of the current content.
    old: Option<String>,
    /// The new content; `None` removes the file.
    text: Option<&'a [u8]>,
}

impl<'a> Target<'a> {
    /// Checks that the file is as expected and may be replaced.
    fn check(change: &'a FileChange<'_>) -> Result<Self, Error> {
        let mut target = Self {
            path: resolve(&change.path),
            displayed: &change.displayed,
            before: None,
            old: None,
            text: change.text,
        };
        let before = match std::fs::symlink_metadata(&target.path) {
            Ok(before) => Some(before),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(target.not_written(os_message(&error))),
        };
        if before.as_ref().is_some_and(Metadata::is_symlink) {
            return Err(target.not_written("it is a link to a file that does not exist".into()));
        }
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            return Err(target.not_written("it is not a regular file".into()));
        }
        let current = before.as_ref().map(|_| std::fs::read(&target.path)).transpose();
        let is_expected = match (&current, change.before) {
            (_, Before::Any) => true,
            (Ok(current), Before::Text(text) | Before::Shared(text)) => current.as_deref() == Some(text),
            (Ok(current), Before::Missing) => current.is_none(),
            (Err(error), _) => return Err(target.not_written(os_message(error))),
        };
        if !is_expected {
            return Err(Error::Changed(target.displayed.into()));
        }
        if let Some(before) = &before {
            let may_be_shared = matches!(change.before, Before::Shared(_));
            attributes::check(&target.path, before, may_be_shared)
                .map_err(|reason| target.not_written(reason))?;
        }
        target.old = current.ok().flatten().map(|text| hash(&text));
        target.before = before;
        Ok(target)
    }

    fn entry(&self, file: Option<&Staged>) -> JournalEntry {
        let staged = file.map(|file| (file.temporary.to_path_buf(), hash(self.text.unwrap_or_default())));
        JournalEntry { target: self.path.clone(), old: self.old.clone(), staged }
    }

    /// Renames the staged file to its target, or removes the target.
    ///
    /// # Errors
    /// The error and the staged file.
    fn commit(&self, file: Option<Staged>) -> Result<(), (io::Error, Option<TempPath>)> {
        match file {
            Some(file) => {
                let mut staged = Some(file.temporary);
                let renamed = in_use::retry(|| match staged.take().map(|path| path.persist(&self.path)) {
                    Some(Err(error)) => {
                        staged = Some(error.path);
                        Err(error.error)
                    }
                    _ => Ok(()),
                });
                renamed.map_err(|error| (error, staged))
            }
            None => in_use::retry(|| std::fs::remove_file(&self.path)).map_err(|error| (error, None)),
        }
    }

    fn not_written(&self, reason: String) -> Error {
        Error::NotWritten { path: self.displayed.into(), reason }
    }
}

/// Creates a directory and its parent directories. Each created directory is added to `created`, and removed
/// if a signal ends the program.
fn create_directories(directory: &Path, created: &mut BTreeSet<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> = directory.ancestors().take_while(|above| !above.is_dir()).collect();
    for directory in missing.into_iter().rev() {
        let mut pending = pending();
        match std::fs::create_dir(directory) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => {}
            Err(error) => return Err(error),
            Ok(()) => {
                created.insert(directory.to_owned());
                pending.directories.insert(directory.to_owned());
            }
        }
    }
    Ok(())
}

/// Writes one file in a directory that exists, regardless of the previous content. If the path is a pipe or a
/// device, the content is written to it.
pub fn write_file(path: &Path, text: &[u8]) -> Result<(), Error> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let reason = if std::fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir()) {
        let Err(error) = std::fs::write(path, text) else { return Ok(()) };
        os_message(&error)
    } else if directory.is_dir() {
        return write_files(directory, &[(path.to_owned(), text.to_owned())]);
    } else {
        format!("the directory `{}` does not exist", display(directory))
    };
    Err(Error::NotWritten { path: display(path), reason })
}

/// Writes either all or none of the files to a command's output directory.
pub fn write_files(directory: &Path, files: &[(PathBuf, Vec<u8>)]) -> Result<(), Error> {
    let changes: Vec<FileChange<'_>> = files
        .iter()
        .map(|(path, text)| FileChange {
            path: path.clone(),
            displayed: display(path),
            before: Before::Any,
            text: Some(text),
        })
        .collect();
    TreeLock::for_directory(directory)?.write(&changes).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change<'a>(path: &Path, before: Before<'a>, text: &'a [u8]) -> FileChange<'a> {
        FileChange { path: path.to_owned(), displayed: display(path), before, text: Some(text) }
    }

    #[test]
    fn the_journal_is_beside_the_settings_unless_phones_could_request_it() {
        let directory = tempfile::tempdir().unwrap();
        let (top, served) = (resolve(directory.path()), resolve(&directory.path().join("www")));
        std::fs::create_dir(&served).unwrap();
        assert_eq!(Home::for_tree(&served).beside_settings(), None, "no fvprov.toml");
        std::fs::write(top.join("fvprov.toml"), "").unwrap();
        assert_eq!(Home::for_tree(&top).beside_settings(), None, "served");
        let home = Home::for_tree(&served);
        assert_eq!(home.beside_settings(), Some(top.join(".fvprov")));
        let lock = TreeLock::for_tree(&served, &|_| {}).unwrap();
        let (a, b) = (served.join("a.cfg"), served.join("b.cfg"));
        lock.write(&[change(&a, Before::Missing, b"1"), change(&b, Before::Missing, b"2")]).unwrap();
        assert_eq!(std::fs::read(&b).unwrap(), b"2");
        let mut left: Vec<_> =
            std::fs::read_dir(top.join(".fvprov")).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(left.pop().and_then(|path| std::fs::read_to_string(path).ok()).as_deref(), Some("*\n"));
        assert_eq!(left, Vec::<PathBuf>::new());
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;

            assert_eq!(std::fs::metadata(top.join(".fvprov")).unwrap().mode() & 0o777, 0o700);
        }
    }

    #[test]
    fn a_journal_is_private_and_the_next_lock_finishes_it() {
        let directory = tempfile::tempdir().unwrap();
        let (top, served) = (resolve(directory.path()), resolve(&directory.path().join("www")));
        std::fs::create_dir(&served).unwrap();
        std::fs::write(top.join("fvprov.toml"), "").unwrap();
        let home = Home::for_tree(&served);
        let target = served.join("a.cfg");
        let temporary = served.join(".fvprov-abc.tmp");
        std::fs::write(&target, "old").unwrap();
        std::fs::write(&temporary, "new secret").unwrap();
        let staged = Some((temporary, hash(b"new secret")));
        let entry = JournalEntry { target: target.clone(), old: Some(hash(b"old")), staged };
        Journal::write(&home, &[entry]).map_err(|(_, reason)| reason).unwrap();
        let journal = top.join(".fvprov").join("journal");
        assert!(!std::fs::read_to_string(&journal).unwrap().contains("secret"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;

            assert_eq!(std::fs::metadata(&journal).unwrap().mode() & 0o777, 0o600);
        }
        TreeLock::for_tree(&served, &|_| {}).unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "new secret");
        assert!(!journal.exists());
    }

    #[test]
    fn all_or_none() {
        let directory = tempfile::tempdir().unwrap();
        let top = resolve(directory.path());
        let (a, b) = (top.join("a.cfg"), top.join("new/b.cfg"));
        std::fs::write(&a, "edited").unwrap();
        let lock = TreeLock::for_directory(&top).unwrap();
        let changed =
            lock.write(&[change(&b, Before::Missing, b"2"), change(&a, Before::Text(b"old"), b"1")]);
        assert!(matches!(changed, Err(Error::Changed(_))));
        let blocked =
            lock.write(&[change(&b, Before::Missing, b"2"), change(&a.join("c"), Before::Missing, b"1")]);
        assert!(blocked.unwrap_err().to_string().contains("cannot be written"));
        assert_eq!(std::fs::read_to_string(&a).unwrap(), "edited");
        assert!(!top.join("new").exists());
    }
}
