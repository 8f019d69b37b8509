//! A directory on a disk.

use std::io::Read;
use std::path::Path;

use walkdir::WalkDir;

use crate::net::{Error, os_message};
use crate::text::listing::{Entry, EntryKind};
use crate::text::path::{below, lossy};

/// Lists a directory with everything below it, sorted by path. Links are followed inside the tree only; what
/// cannot be looked at becomes an entry that says why. Git's own directory is left out.
///
/// # Errors
/// Why the directory itself cannot be read.
pub fn list(directory: &Path) -> Result<Vec<Entry>, Error> {
    let failed = |error: std::io::Error| Error::System(error.to_string());
    let top = directory.canonicalize().map_err(failed)?;
    std::fs::read_dir(directory).map_err(failed)?;
    let mut entries = Vec::new();
    let mut walk = WalkDir::new(directory).min_depth(1).follow_links(true).into_iter();
    while let Some(found) = walk.next() {
        match found {
            Ok(entry) if entry.file_name() == ".git" => skip(&mut walk, &entry),
            Ok(entry) => {
                let path = below(directory, entry.path());
                let outside = entry.path_is_symlink() && leaves(&top, entry.path());
                let kind = match () {
                    () if path.is_none() => EntryKind::Unreadable("its name is no UTF-8".into()),
                    () if outside => EntryKind::Unreadable("it is a link that leads out of the tree".into()),
                    () if entry.file_type().is_dir() => EntryKind::Directory,
                    () if entry.file_type().is_file() => EntryKind::File,
                    () => EntryKind::Unreadable("it is no file".into()),
                };
                if matches!(kind, EntryKind::Unreadable(_)) {
                    skip(&mut walk, &entry);
                }
                let path = path.unwrap_or_else(|| display_path(directory, entry.path()));
                entries.push(Entry { path, kind });
            }
            Err(error) => {
                let Some(path) = error.path().filter(|path| *path != directory) else { continue };
                entries.push(Entry {
                    path: display_path(directory, path),
                    kind: EntryKind::Unreadable(why(&error)),
                });
            }
        }
    }
    entries.sort_unstable();
    Ok(entries)
}

/// Whether a directory holds, at any depth, something other than a directory with a name that is wanted. Looks no
/// further than it must.
pub fn holds(directory: &Path, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    let is_git = |entry: &walkdir::DirEntry| entry.file_name() == ".git";
    let walk = WalkDir::new(directory).min_depth(1).follow_links(true).into_iter();
    walk.filter_entry(|entry| !is_git(entry)).any(|found| {
        let path = match &found {
            Ok(entry) => Some(entry.path()).filter(|_| !entry.file_type().is_dir()),
            Err(error) => error.path(), // a link that leads nowhere has a name all the same
        };
        path.and_then(Path::file_name).and_then(std::ffi::OsStr::to_str).is_some_and(is_wanted)
    })
}

fn skip(walk: &mut walkdir::IntoIter, entry: &walkdir::DirEntry) {
    if entry.file_type().is_dir() {
        walk.skip_current_dir();
    }
}

/// The path of an entry below `directory`, with names that are not UTF-8 converted lossily.
fn display_path(directory: &Path, path: &Path) -> String {
    lossy(path.strip_prefix(directory).unwrap_or(path))
}

fn leaves(top: &Path, link: &Path) -> bool {
    link.canonicalize().is_ok_and(|target| !target.starts_with(top))
}

fn why(error: &walkdir::Error) -> String {
    match error.io_error().map(std::io::Error::kind) {
        None => "it is a link that leads back to a directory above it".into(),
        Some(std::io::ErrorKind::NotFound) => "it is a link that leads nowhere".into(),
        Some(_) => error.io_error().map_or_else(String::new, os_message),
    }
}

/// Whether a directory itself holds a name that is wanted.
pub fn contains_entry(directory: &Path, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).any(|name| is_wanted(&name))
}

/// Reads one file of at most `limit` bytes.
///
/// # Errors
/// See [`Error`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::Missing,
        _ => Error::System(os_message(&error)),
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    // One look at the size spares a huge file, and gives the buffer its size.
    let size = file.metadata().map_err(failed)?.len();
    if size > limit {
        return Err(Error::TooLarge(limit));
    }
    let mut text = Vec::with_capacity(size as usize + 1);
    file.take(limit + 1).read_to_end(&mut text).map_err(failed)?;
    if text.len() as u64 > limit { Err(Error::TooLarge(limit)) } else { Ok(text) }
}
