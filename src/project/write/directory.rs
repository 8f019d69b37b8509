//! Copies a directory for the next release.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::attributes;
use super::cleanup::is_staged;
use super::error::{Error, display};
use super::fault::step;
use super::in_use;
use super::sync;
use crate::net::os_message;

/// Replaces a directory with a copy of a different one, or with an empty directory. The files in the copy are hard links where
/// possible. Owner, permissions, and links remain the same. Special files are omitted.
pub fn copy_directory(from: Option<&Path>, to: &Path) -> Result<(), Error> {
    let copied = replace(from, to);
    step();
    copied.map_err(|(path, error)| Error::NotWritten { path: display(&path), reason: os_message(&error) })
}

/// Renames a directory and synchronizes its parent directory.
pub fn rename_directory(from: &Path, to: &Path) -> Result<(), Error> {
    let renamed =
        in_use::retry(|| std::fs::rename(from, to)).and_then(|()| sync::directory(to.parent().unwrap_or(to)));
    step();
    renamed.map_err(|error| Error::NotWritten { path: display(to), reason: os_message(&error) })
}

fn replace(from: Option<&Path>, to: &Path) -> Result<(), (PathBuf, io::Error)> {
    match std::fs::remove_dir_all(to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err((to.into(), error)),
        _ => {}
    }
    std::fs::create_dir_all(to).map_err(|error| (to.to_owned(), error))?;
    let Some(from) = from else { return Ok(()) };
    for entry in WalkDir::new(from) {
        let entry = entry.map_err(|error| (from.to_owned(), error.into()))?;
        if is_staged(&entry.file_name().to_string_lossy()) {
            continue;
        }
        let target = to.join(entry.path().strip_prefix(from).unwrap_or(entry.path()));
        copy(&entry, &target).map_err(|error| (target, error))?;
    }
    Ok(())
}

fn copy(entry: &walkdir::DirEntry, target: &Path) -> io::Result<()> {
    let kind = entry.file_type();
    if kind.is_symlink() {
        return copy_link(entry.path(), target);
    }
    let found = entry.metadata()?;
    if kind.is_dir() {
        if entry.depth() > 0 {
            std::fs::create_dir(target)?;
        }
    } else if !kind.is_file() || std::fs::hard_link(entry.path(), target).is_ok() {
        return Ok(());
    } else {
        std::fs::copy(entry.path(), target)?;
        let file = File::options().write(true).open(target)?;
        file.set_modified(found.modified()?)?;
        file.sync_all()?;
    }
    attributes::keep_owner(&found, &File::open(target)?).map_err(io::Error::other)?;
    std::fs::set_permissions(target, found.permissions())
}

#[cfg(unix)]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(std::fs::read_link(from)?, to)
}

#[cfg(not(unix))]
fn copy_link(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::copy(from, to).map(drop)
}
