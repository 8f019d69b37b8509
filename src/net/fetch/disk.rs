//! Access to a directory on a disk.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ffi::OsStr;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use walkdir::WalkDir;

use crate::net::{Error, os_message};
use crate::text::listing::{Entry, EntryKind};
use crate::text::path::{below, is_device_name, is_state_name, lossy};
use crate::text::temporary::{creator, is_metadata};

/// The age at which a temporary file from an editor or rsync is considered to be left over.
const LEFT_OVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether an entry is not part of the tree.
fn is_skipped(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| is_metadata(name) || is_state_name(name))
}

/// Lists a directory recursively, sorted by path. Follows links inside the tree only. Entries that cannot be
/// read contain the reason. Skips the data of other programs such as `.git`, fvprov's own journal and staged
/// files, and temporary files from editors and rsync that are less than a day old.
///
/// # Errors
/// The directory itself cannot be read.
pub fn list(directory: &Path) -> Result<Vec<Entry>, Error> {
    std::fs::read_dir(directory).map_err(|error| Error::System(error.to_string()))?;
    let mut entries = Vec::new();
    if add_plain_entries(directory, "", &mut entries).is_some() {
        // Comparing the first bytes requires no pointer access and is sufficient for most trees.
        entries.sort_by_cached_key(|entry| first_bytes(&entry.path));
        if !entries.is_sorted_by(|a, b| a.path <= b.path) {
            entries.sort_unstable();
        }
        return Ok(entries);
    }
    entries.clear();
    let top = directory.canonicalize().map_err(|error| Error::System(error.to_string()))?;
    let mut walk = WalkDir::new(directory).min_depth(1).follow_links(true).into_iter();
    while let Some(found) = walk.next() {
        match found {
            Ok(entry) if is_skipped(entry.file_name()) => skip(&mut walk, &entry),
            Ok(entry) if is_temporary(entry.path()) => {
                skip(&mut walk, &entry);
                entries.extend(left_over(directory, entry.path(), entry.file_type().is_dir()));
            }
            Err(error) if error.path().is_some_and(is_temporary) => {
                entries.extend(error.path().and_then(|path| left_over(directory, path, false)));
            }
            Ok(entry) => {
                let path = below(directory, entry.path());
                let outside = entry.path_is_symlink() && leaves(&top, entry.path());
                let kind = match () {
                    () if path.is_none() => EntryKind::Unreadable("the file name is not valid UTF-8".into()),
                    () if outside => EntryKind::Unreadable("the link points outside the tree".into()),
                    () if entry.file_type().is_dir() => EntryKind::Directory,
                    () if entry.file_type().is_file() => EntryKind::File,
                    () => EntryKind::Unreadable("this is not a regular file".into()),
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
                    kind: EntryKind::Unreadable(reason(&error)),
                });
            }
        }
    }
    entries.sort_unstable();
    Ok(entries)
}

/// The first bytes of a path, padded with zeros.
fn first_bytes(path: &str) -> [u64; 4] {
    let mut bytes = [0; 32];
    let length = path.len().min(bytes.len());
    bytes[..length].copy_from_slice(&path.as_bytes()[..length]);
    let mut words = bytes.chunks_exact(8);
    [(); 4]
        .map(|()| words.next().map_or(0, |word| word.iter().fold(0, |all, byte| all << 8 | u64::from(*byte))))
}

/// Adds everything below a directory, whose path in the tree is `prefix`. `None` if an entry is neither a
/// directory nor a regular file, cannot be read, or has an unusual name. Most trees contain none of these.
fn add_plain_entries(directory: &Path, prefix: &str, entries: &mut Vec<Entry>) -> Option<()> {
    for found in std::fs::read_dir(directory).ok()? {
        let found = found.ok()?;
        let name = found.file_name().into_string().ok()?;
        let kind = found.file_type().ok()?;
        if is_metadata(&name) || is_state_name(&name) {
            continue;
        }
        if creator(&name).is_some() || !(kind.is_dir() || kind.is_file()) {
            return None;
        }
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if kind.is_dir() {
            add_plain_entries(&found.path(), &path, entries)?;
        }
        entries
            .push(Entry { path, kind: if kind.is_dir() { EntryKind::Directory } else { EntryKind::File } });
    }
    Some(())
}

/// Whether a directory contains, at any depth, a file whose name matches. Stops at the first match.
pub fn contains_file(directory: &Path, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    let walk = WalkDir::new(directory).min_depth(1).follow_links(true).into_iter();
    walk.filter_entry(|entry| !is_skipped(entry.file_name()) && !is_temporary(entry.path())).any(|found| {
        let path = match &found {
            Ok(entry) => Some(entry.path()).filter(|_| !entry.file_type().is_dir()),
            Err(error) => error.path(), // also a broken link
        };
        path.and_then(Path::file_name).and_then(std::ffi::OsStr::to_str).is_some_and(is_wanted)
    })
}

fn is_temporary(path: &Path) -> bool {
    path.file_name().is_some_and(|name| creator(&name.to_string_lossy()).is_some())
}

/// The entry for a temporary file that its program probably failed to delete. Newer temporary files are
/// considered to be in use and are not listed.
fn left_over(directory: &Path, path: &Path, is_directory: bool) -> Option<Entry> {
    let modified = path.symlink_metadata().and_then(|found| found.modified()).ok()?;
    modified.elapsed().ok().filter(|age| *age > LEFT_OVER)?;
    let kind = if is_directory { EntryKind::Directory } else { EntryKind::File };
    Some(Entry { path: display_path(directory, path), kind })
}

fn skip(walk: &mut walkdir::IntoIter, entry: &walkdir::DirEntry) {
    if entry.file_type().is_dir() {
        walk.skip_current_dir();
    }
}

/// The path of an entry relative to `directory`. Names that are not UTF-8 are converted lossily.
fn display_path(directory: &Path, path: &Path) -> String {
    lossy(path.strip_prefix(directory).unwrap_or(path))
}

fn leaves(top: &Path, link: &Path) -> bool {
    link.canonicalize().is_ok_and(|target| !target.starts_with(top))
}

fn reason(error: &walkdir::Error) -> String {
    match error.io_error().map(std::io::Error::kind) {
        None => "the link points to a directory above it".into(),
        Some(std::io::ErrorKind::NotFound) => "the link is broken".into(),
        Some(_) => error.io_error().map_or_else(String::new, os_message),
    }
}

/// Whether a directory directly contains an entry whose name matches.
pub fn contains_entry(directory: &Path, is_wanted: &dyn Fn(&str) -> bool) -> bool {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).any(|name| is_wanted(&name))
}

thread_local! {
    /// The buffer for the first part of a file. Most provisioning files are smaller than the buffer.
    static BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; 1 << 15].into());
}

/// The block size in which file systems return parts of a file.
const BLOCK: usize = 1 << 12;

/// Reads one file of at most `limit` bytes.
///
/// # Errors
/// See [`Error`].
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Error> {
    let mut file = std::fs::File::open(without_devices(path)).map_err(failure)?;
    let mut text = BUFFER
        .with_borrow_mut(|buffer| file.read(buffer).map(|length| buffer[..length].to_vec()))
        .map_err(failure)?;
    let length = text.len();
    // A read that returns a partial block has reached the end of the file. Most files need no second read.
    if length > 0 && length % BLOCK == 0 {
        file.take(limit + 1 - (length as u64).min(limit)).read_to_end(&mut text).map_err(failure)?;
    }
    if text.len() as u64 > limit { Err(Error::TooLarge(limit)) } else { Ok(text) }
}

/// The path of a file. On Windows, a path such as `C:\prov\aux.cfg` opens a serial port, and reading from the port never
/// ends; the prefix `\\?\` makes it the path of a file.
fn without_devices(path: &Path) -> Cow<'_, Path> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let has_drive = path.as_os_str().as_encoded_bytes().get(1) == Some(&b':');
    if !(cfg!(windows) && has_drive && is_device_name(&name)) {
        return Cow::Borrowed(path);
    }
    let mut verbatim = PathBuf::from(r"\\?\");
    // Such a path contains only one kind of separator.
    verbatim.as_mut_os_string().push(path.components().collect::<PathBuf>());
    Cow::Owned(verbatim)
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn failure(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::Missing,
        _ => Error::System(os_message(&error)),
    }
}
