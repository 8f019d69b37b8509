//! Writes files atomically.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Error, Opened};
use crate::tree::load::Texts;

impl Opened {
    /// Writes files of the tree: all or none. Writes nothing if a file has changed since it was read.
    pub fn write(&self, texts: &Texts) -> Result<(), Error> {
        let old = |path: &str| self.workspace.file(path).map(|file| self.workspace.text(file));
        let is_changed = |path: &&String| std::fs::read(self.served.join(path)).ok().as_deref() != old(path);
        if let Some(path) = texts.keys().find(is_changed) {
            return Err(Error::Changed(self.base.display_path(path)));
        }
        // Write the target of a link once, instead of replacing the link by a file.
        let behind = |file: PathBuf| file.canonicalize().unwrap_or(file);
        let mut files: Vec<(PathBuf, &[u8])> =
            texts.iter().map(|(path, text)| (behind(self.served.join(path)), text.as_slice())).collect();
        files.sort_unstable();
        files.dedup_by(|(later, _), (earlier, _)| later == earlier);
        write_files(&files)
    }
}

/// Writes a file atomically and retains its permissions. Special files (a link, a pipe, `/dev/null`)
/// are written in place, because replacing them would destroy them.
pub fn write_file(path: &Path, text: &[u8]) -> Result<(), Error> {
    if std::fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return std::fs::write(path, text).map_err(|error| not_written(path, &error));
    }
    Staged::new(path, text)?.put()
}

/// Writes files and creates their directories. All files are written under temporary names before the
/// first one is renamed.
pub fn write_files(files: &[(PathBuf, &[u8])]) -> Result<(), Error> {
    let mut staged = Vec::with_capacity(files.len());
    for (path, text) in files {
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(|error| not_written(path, &error))?;
        }
        staged.push(Staged::new(path, text)?);
    }
    staged.into_iter().try_for_each(Staged::put)
}

fn not_written(path: &Path, error: &io::Error) -> Error {
    Error::NotWritten { path: path.display().to_string(), reason: error.to_string() }
}

/// A file written under a temporary name. Removed on drop unless renamed.
struct Staged<'p> {
    path: &'p Path,
    temporary: PathBuf,
}

impl<'p> Staged<'p> {
    fn new(path: &'p Path, text: &[u8]) -> Result<Self, Error> {
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = directory.join(format!(".{name}.{}.tmp", std::process::id()));
        let staged = Self { path, temporary };
        staged.write(text).map_err(|error| not_written(path, &error))?;
        Ok(staged)
    }

    /// Sets the permissions before writing the content, because it may contain passwords.
    fn write(&self, text: &[u8]) -> io::Result<()> {
        // Remove a leftover of a killed run, or a link that must not be followed.
        let _ = std::fs::remove_file(&self.temporary);
        let mut file = std::fs::File::create_new(&self.temporary)?;
        if let Ok(before) = std::fs::metadata(self.path) {
            file.set_permissions(before.permissions())?;
        }
        file.write_all(text)
    }

    fn put(self) -> Result<(), Error> {
        std::fs::rename(&self.temporary, self.path).map_err(|error| not_written(self.path, &error))
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        // After the rename, the temporary name no longer exists.
        let _ = std::fs::remove_file(&self.temporary);
    }
}
