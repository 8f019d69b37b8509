//! The one layer under all servers that opens files: plain files inside the served tree, and nothing else. A link may
//! lead anywhere inside the tree and nowhere outside.

use std::collections::{HashMap, HashSet};
use std::fs::{File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::SystemTime;

use super::names;
use super::refusal::{Fault, Reason, Refusal};
use crate::net::os_message;
use crate::net::tftp::to_netascii;

/// A larger file is not served: it is sent from memory, so that who edits it meanwhile tears nothing.
const LARGEST: u64 = 256 << 20;

/// So much is held at once; a file that is sent to several phones is held once.
const MOST_HELD: u64 = 1024 << 20;

/// A larger file is read by one at a time, so that phones that ask for a firmware at the same moment share it.
const SMALL: u64 = 1 << 20;

/// The bytes of a file, as long as somebody sends them.
#[derive(Debug)]
pub struct Held {
    bytes: Vec<u8>,
    /// Free again with the bytes.
    _room: Room,
}

/// A part of [`MOST_HELD`]; it is free again when this is dropped.
#[derive(Debug)]
struct Room {
    size: u64,
    held: Arc<AtomicU64>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.held.fetch_sub(self.size, Ordering::Relaxed);
    }
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Content {
    /// The bytes.
    pub bytes: Shared,
    /// When they changed last; none where they were made just now.
    pub modified: Option<SystemTime>,
}

/// The bytes, held once however many are sent them.
#[derive(Clone, Debug)]
pub struct Shared(Arc<Held>);

impl Shared {
    fn new(bytes: Vec<u8>, room: Room) -> Self {
        Self(Arc::new(Held { bytes, _room: room }))
    }
}

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref().as_ref()
    }
}

/// The files of a tree.
#[derive(Debug)]
pub struct Files {
    top: PathBuf,
    /// Files that are not served although they lie in the tree.
    hidden: HashSet<PathBuf>,
    held: Arc<AtomicU64>,
    /// What is being sent, by file and state.
    known: Mutex<HashMap<(PathBuf, Stamp), Weak<Held>>>,
    /// Whose turn it is to read a file that is not small.
    turn: Mutex<()>,
}

/// What changes when a file does.
pub type Stamp = (Option<SystemTime>, u64, [u64; 4]);

impl Files {
    /// Serves `top`, but none of `hidden`.
    pub fn new(top: PathBuf, hidden: &[PathBuf]) -> Self {
        let hidden = hidden.iter().filter_map(|file| file.canonicalize().ok()).collect();
        Self { top, hidden, held: Arc::default(), known: Mutex::default(), turn: Mutex::default() }
    }

    /// The whole file of a path that [`names`] gave.
    pub fn open(&self, path: &str) -> Result<Content, Refusal> {
        let (file, real) = self.find(path)?;
        let before = file.metadata().map_err(failed)?;
        if !before.is_file() {
            return Err(Refusal::Refused(Reason::NoPlainFile));
        }
        let key = (real, stamp(&before));
        let bytes = self.read(&file, &before, key)?;
        Ok(Content { bytes, modified: before.modified().ok() })
    }

    /// Holds bytes that stand in no file.
    pub fn hold(&self, bytes: Vec<u8>) -> Result<Content, Refusal> {
        let room = self.room(bytes.len() as u64)?;
        Ok(Content { bytes: Shared::new(bytes, room), modified: None })
    }

    /// The same as netascii, which each client is sent its own of.
    pub fn netascii(&self, content: &Content) -> Result<Content, Refusal> {
        let bytes = content.bytes.as_ref();
        // Before it is made: any byte may become two.
        let room = self.room(2 * bytes.len() as u64)?;
        Ok(Content { bytes: Shared::new(to_netascii(bytes), room), modified: content.modified })
    }

    /// Room for so many bytes, if there is any.
    fn room(&self, size: u64) -> Result<Room, Refusal> {
        let with_it = |held: u64| held.checked_add(size).filter(|all| *all <= MOST_HELD);
        let taken = self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, with_it);
        taken.map(|_| Room { size, held: self.held.clone() }).map_err(|_| Refusal::Busy)
    }

    /// Whether a path is a directory that may be walked into.
    pub fn is_directory(&self, path: &str) -> bool {
        path.is_empty() || self.real(path).is_ok_and(|real| real.is_dir())
    }

    /// Where a path leads, links followed, if that is inside and not hidden.
    fn real(&self, path: &str) -> Result<PathBuf, Refusal> {
        // The top may be a link that is set anew when a tree is put in place.
        let top = self.top.canonicalize().map_err(failed)?;
        let real = top.join(path).canonicalize().map_err(failed)?;
        let below = real.strip_prefix(&top).map_err(|_| Reason::LinkOutsideTree)?;
        let mut parts = below.components().map(|part| part.as_os_str().to_string_lossy());
        if self.hidden.contains(&real) || parts.any(|part| names::is_hidden(&part)) {
            return Err(Refusal::Refused(Reason::NotForPhones));
        }
        // Phones tell cases apart, also where this disk does not.
        let shown = below.to_string_lossy().replace('\\', "/");
        if shown != path && shown.to_lowercase() == path.to_lowercase() {
            return Err(Refusal::Missing);
        }
        Ok(real)
    }

    fn find(&self, path: &str) -> Result<(File, PathBuf), Refusal> {
        let real = self.real(path)?;
        if !std::fs::metadata(&real).map_err(failed)?.is_file() {
            return Err(Refusal::Refused(Reason::NoPlainFile));
        }
        let file = open_without_waiting(&real).map_err(failed)?;
        // Between the look and the opening somebody may have put a link in place: what was opened must still be what
        // the path leads to inside the tree.
        let again = self.real(path)?;
        let looked = std::fs::metadata(&again).map_err(failed)?;
        if again != real || identity(&looked) != identity(&file.metadata().map_err(failed)?) {
            return Err(Refusal::Failed(Fault::ChangedWhileOpened));
        }
        Ok((file, real))
    }

    /// Reads a file that nobody changes meanwhile, if it is not held already.
    fn read(&self, file: &File, before: &Metadata, key: (PathBuf, Stamp)) -> Result<Shared, Refusal> {
        let size = before.len();
        if size > LARGEST {
            return Err(Refusal::Failed(Fault::TooLarge(LARGEST >> 20)));
        }
        let _turn = (size > SMALL).then(|| self.turn.lock().unwrap_or_else(PoisonError::into_inner));
        // Whoever waited finds what the one before has read.
        if let Some(held) = self.known().get(&key).and_then(Weak::upgrade) {
            return Ok(Shared(held));
        }
        let room = self.room(size)?;
        let mut bytes = Vec::with_capacity(size as usize + 1);
        let mut limited = file.take(size + 1);
        limited.read_to_end(&mut bytes).map_err(failed)?;
        if stamp(&file.metadata().map_err(failed)?) != key.1 || bytes.len() as u64 != size {
            return Err(Refusal::Failed(Fault::ChangedWhileRead));
        }
        let held = Shared::new(bytes, room);
        let mut known = self.known();
        if known.len() >= 1024 {
            known.retain(|_, held| held.strong_count() > 0);
        }
        known.insert(key, Arc::downgrade(&held.0));
        Ok(held)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<(PathBuf, Stamp), Weak<Held>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pipe that takes the place of a file does not make anybody wait.
#[cfg(unix)]
fn open_without_waiting(path: &Path) -> std::io::Result<File> {
    use rustix::fs::{Mode, OFlags, open};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(File::from(open(path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
fn open_without_waiting(path: &Path) -> std::io::Result<File> {
    File::open(path)
}

#[allow(clippy::needless_pass_by_value)] // as `map_err` gives it
fn failed(error: std::io::Error) -> Refusal {
    use std::io::ErrorKind::{InvalidFilename, NotADirectory, NotFound};
    match error.kind() {
        NotFound | NotADirectory | InvalidFilename => Refusal::Missing,
        _ => Refusal::Failed(Fault::System(os_message(&error))),
    }
}

/// What a file is, however it is called.
#[cfg(unix)]
fn identity(found: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (found.dev(), found.ino())
}

/// What a file is, as far as std tells.
#[cfg(not(unix))]
fn identity(found: &Metadata) -> (u64, u64) {
    let created = found.created().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    (found.len(), created.map_or(0, |at| at.as_nanos() as u64))
}

/// What changes when a file or directory does.
pub fn stamp(found: &Metadata) -> Stamp {
    let (a, b) = identity(found);
    #[cfg(unix)]
    let changed = {
        use std::os::unix::fs::MetadataExt;
        [found.ctime().cast_unsigned(), found.ctime_nsec().cast_unsigned()]
    };
    #[cfg(not(unix))]
    let changed = [0, 0];
    (found.modified().ok(), found.len(), [a, b, changed[0], changed[1]])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_bounded_and_a_large_file_is_held_once() {
        let directory = tempfile::tempdir().unwrap();
        let size = 2 * SMALL;
        std::fs::write(directory.path().join("firmware.bin"), vec![b'\n'; size as usize]).unwrap();
        let files = Files::new(directory.path().to_owned(), &[]);
        let held = || files.held.load(Ordering::Relaxed);
        // All phones of a site at the same moment.
        let gate = std::sync::Barrier::new(16);
        let open = || {
            gate.wait();
            files.open("firmware.bin").unwrap()
        };
        let sent: Vec<Content> = std::thread::scope(|scope| {
            let phones: Vec<_> = (0..16).map(|_| scope.spawn(open)).collect();
            phones.into_iter().map(|phone| phone.join().unwrap()).collect()
        });
        assert_eq!(held(), size);
        let netascii = files.netascii(&sent[0]).unwrap();
        assert_eq!((netascii.bytes.as_ref().len() as u64, held()), (2 * size, 3 * size));
        drop(netascii);
        files.held.fetch_add(MOST_HELD - 2 * size, Ordering::Relaxed);
        assert_eq!(files.netascii(&sent[0]).map(drop), Err(Refusal::Busy));
        assert_eq!(files.hold(vec![0; size as usize + 1]).map(drop), Err(Refusal::Busy));
        assert!(files.open("firmware.bin").is_ok(), "what is held already takes no more");
        drop(sent);
        assert_eq!(held(), MOST_HELD - 2 * size);
    }
}
