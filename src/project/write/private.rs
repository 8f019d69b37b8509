//! A tree's private folders, which are outside the served tree and readable only by their owner.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::attributes;
use super::error::{Error, display};
use super::home::Home;
use crate::net::os_message;
use crate::text::path::STATE_DIRECTORY;

/// A private folder of a tree: in `.fvprov` next to `fvprov.toml`, or in the user's state directory if phones could request
/// `.fvprov` or this user may not create it.
#[derive(Clone, Debug)]
pub struct PrivateFolder {
    path: PathBuf,
}

impl PrivateFolder {
    /// The possible locations of a served tree's private folder with this name, in order of preference.
    pub fn candidates(served: &Path, name: &str) -> Vec<PathBuf> {
        let home = Home::for_tree(served);
        let tops = home.beside_settings().into_iter().chain(home.in_state_directory());
        tops.map(|top| top.join(name)).collect()
    }

    /// Finds the folder of a served tree that contains a file. `name` is relative to the tree's private folder.
    pub fn find(served: &Path, name: &str, file: &str) -> Option<Self> {
        let mut found = Self::candidates(served, name).into_iter().filter(|path| path.join(file).is_file());
        found.next().map(|path| Self { path })
    }

    /// Creates the folder.
    pub fn create(served: &Path, name: &str) -> Result<Self, Error> {
        let mut last = io::Error::other("no directory for private files: set XDG_STATE_HOME");
        for path in Self::candidates(served, name) {
            let depth = Path::new(name).components().count();
            let folders: Vec<&Path> = path.ancestors().take(depth + 1).collect();
            match folders.into_iter().rev().try_for_each(create_folder) {
                Ok(()) => return Ok(Self { path }),
                Err(error) => last = error,
            }
        }
        Err(Error::NotWritten { path: display(served), reason: os_message(&last) })
    }

    /// The path of a file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file that only its owner can read.
    pub fn write(&self, name: &str, text: &[u8]) -> Result<(), Error> {
        let path = self.file(name);
        write_private(&path, text)
            .map_err(|error| Error::NotWritten { path: display(&path), reason: os_message(&error) })
    }

    /// The names of the files in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.path).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }
}

/// Creates a private folder. In a repository, git ignores `.fvprov`.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    // A repository from someone else can contain a link here.
    match std::fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => return Err(io::ErrorKind::NotADirectory.into()),
        Err(_) => {}
    }
    let above = folder.parent().unwrap_or(folder);
    std::fs::create_dir_all(above)?;
    create_private(folder)?;
    if folder.ends_with(STATE_DIRECTORY) {
        write_private(&folder.join(".gitignore"), b"*\n")?;
    }
    // If root creates the folder, the owner of the tree must still be able to use it.
    keep_owner(above, folder);
    Ok(())
}

/// Creates a directory that only its owner can read.
#[cfg(unix)]
fn create_private(directory: &Path) -> io::Result<()> {
    std::os::unix::fs::DirBuilderExt::mode(&mut std::fs::DirBuilder::new(), 0o700).create(directory)
}

#[cfg(not(unix))]
fn create_private(directory: &Path) -> io::Result<()> {
    std::fs::create_dir(directory)
}

/// Writes a file that only its owner can read, and assigns the file to the owner of its directory if possible.
pub fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let _ = std::fs::remove_file(path);
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text)?;
    file.sync_all()?;
    keep_owner(path.parent().unwrap_or(path), path);
    Ok(())
}

/// Changes a file's owner to that of its directory, if the user has permission to do so.
fn keep_owner(directory: &Path, path: &Path) {
    if let (Ok(owner), Ok(file)) = (std::fs::metadata(directory), File::open(path)) {
        let _ = attributes::keep_owner(&owner, &file);
    }
}
