//! Errors that occur when files are written.

use std::path::Path;

use crate::text::path::slashes;

/// An error that can occur when fvprov writes files. Paths are in the form shown to the user.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file changed after it was read.
    #[error("`{0}` changed after it was read: run the command again")]
    Changed(String),
    /// Another process writes to the directory.
    #[error(
        "{} is writing to `{directory}`: run the command again when it has finished",
        holder.as_deref().unwrap_or("another fvprov")
    )]
    Locked { directory: String, holder: Option<String> },
    /// The directory cannot be locked.
    #[error("`{directory}` cannot be locked: {reason}")]
    NotLocked { directory: String, reason: String },
    /// A change that a killed run began cannot be finished.
    #[error(
        "`{path}`: an earlier run of fvprov was interrupted, and its change cannot be finished: {reason}"
    )]
    NotFinished { path: String, reason: String },
    /// The folder with the journal belongs to a different user.
    #[error(
        "`{folder}` belongs to {owner}, so this user cannot check whether the last change to this tree is complete: run \
         fvprov as {owner}, or assign the folder to this user with `chown -R`"
    )]
    ForeignJournal { folder: String, owner: String },
    /// A file cannot be written.
    #[error("`{path}` cannot be written: {reason}")]
    NotWritten { path: String, reason: String },
}

/// A path for messages: relative to the working directory if the path is below it.
pub fn display(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let below = path.strip_prefix(&here).or_else(|error| match here.canonicalize() {
        // On Windows, a path with links resolved has a different prefix.
        Ok(here) if cfg!(windows) => path.strip_prefix(here),
        _ => Err(error),
    });
    match below {
        Ok(below) if below.as_os_str().is_empty() => ".".into(),
        Ok(below) => slashes(below),
        Err(_) => slashes(path),
    }
}
