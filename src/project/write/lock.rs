//! Directory locks, which ensure that only one process at a time writes to a tree.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use super::error::{Error, display};
use crate::net::os_message;
use crate::text::path::slashes;

/// Maximum time to wait for another process.
const WAIT: Duration = Duration::from_secs(30);

/// Shorter waits are not reported.
const UNNOTICED: Duration = Duration::from_secs(1);

/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(10);

/// The lock on a directory. Other processes wait until all clones are dropped; this process does not.
#[derive(Clone, Debug)]
pub struct DirectoryLock {
    _file: Arc<File>,
}

/// The directories that this process has locked.
static LOCKED: Mutex<Vec<(PathBuf, Weak<File>)>> = Mutex::new(Vec::new());

impl DirectoryLock {
    /// Locks a directory, with links resolved. Waits a limited time for another process, and calls `waits`
    /// with the reason if the wait takes long.
    pub fn acquire(directory: &Path, waits: &dyn Fn(&Error)) -> Result<Self, Error> {
        match Self::acquire_within(directory, UNNOTICED.min(wait())) {
            Err(error @ Error::Locked { .. }) if wait() > UNNOTICED => {
                waits(&error);
                Self::acquire_within(directory, wait().saturating_sub(UNNOTICED))
            }
            locked => locked,
        }
    }

    /// Locks a directory, and waits at most `wait` for another process.
    fn acquire_within(directory: &Path, wait: Duration) -> Result<Self, Error> {
        let mut locked = LOCKED.lock().unwrap_or_else(PoisonError::into_inner);
        locked.retain(|(_, file)| file.strong_count() > 0);
        if let Some(file) =
            locked.iter().find(|(path, _)| path == directory).and_then(|(_, file)| file.upgrade())
        {
            return Ok(Self { _file: file });
        }
        let file = lock(directory, wait)?;
        let file = Arc::new(file);
        locked.push((directory.to_owned(), Arc::downgrade(&file)));
        Ok(Self { _file: file })
    }

    /// Locks a directory if no other process has locked it.
    pub fn try_acquire(directory: &Path) -> Option<Self> {
        Self::acquire_within(directory, Duration::ZERO).ok()
    }
}

/// The maximum waiting time. In debug builds, `FVPROV_LOCK_WAIT` sets this time in milliseconds, for tests.
fn wait() -> Duration {
    #[cfg(debug_assertions)]
    if let Some(wait) = std::env::var("FVPROV_LOCK_WAIT").ok().and_then(|wait| wait.parse().ok()) {
        return Duration::from_millis(wait);
    }
    WAIT
}

/// Locks the directory itself, or a file in the user's runtime directory if the system does not lock directories.
fn lock(directory: &Path, wait: Duration) -> Result<File, Error> {
    let directly = File::open(directory).ok().map(|file| (try_until(&file, wait), file));
    let locked = match directly {
        Some((Err(TryLockError::Error(_)), _)) | None => {
            open_runtime_file(directory).map(|file| (try_until(&file, wait), file))
        }
        Some(locked) => Ok(locked),
    };
    let reason = match locked {
        Ok((Ok(()), file)) => return Ok(file),
        Ok((Err(TryLockError::WouldBlock), file)) => {
            return Err(Error::Locked { directory: display(directory), holder: holder(&file) });
        }
        Ok((Err(TryLockError::Error(error)), _)) => os_message(&error),
        Err(reason) => reason,
    };
    Err(Error::NotLocked { directory: display(directory), reason })
}

/// Creates or opens the file in the user's runtime directory that is locked instead of a directory.
fn open_runtime_file(directory: &Path) -> Result<File, String> {
    let path = runtime_file(directory);
    let mut options = File::options();
    options.create(true).read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;

        // Other users can create links in a shared directory.
        options.mode(0o600).custom_flags(rustix::fs::OFlags::NOFOLLOW.bits().cast_signed());
    }
    // On Windows, a user can read, and therefore lock, the file that another user created, but cannot write to it.
    #[cfg(windows)]
    if let Ok(file) = File::open(&path) {
        return Ok(file);
    }
    let file = options.open(&path);
    file.map_err(|error| format!("`{}` cannot be created: {}", display(&path), os_message(&error)))
}

fn try_until(file: &File, wait: Duration) -> Result<(), TryLockError> {
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) if start.elapsed() < wait => std::thread::sleep(PAUSE),
            done => return done,
        }
    }
}

/// A lock file that represents a directory. The file is never in the tree, because phones could request it.
#[cfg(unix)]
fn runtime_file(directory: &Path) -> PathBuf {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let name = super::hash::hash(slashes(directory).as_bytes());
    let user = rustix::process::geteuid().as_raw();
    runtime.unwrap_or_else(std::env::temp_dir).join(format!("fvprov-{user}-{name}.lock"))
}

/// A lock file that represents a directory. Windows does not lock directories. The file is in a directory that all users
/// share, because a service and an administrator may write to the same tree.
#[cfg(not(unix))]
fn runtime_file(directory: &Path) -> PathBuf {
    let shared = std::env::var_os("ProgramData").map(PathBuf::from).filter(|path| path.is_absolute());
    // The disk ignores the case of names.
    let name = super::hash::hash(slashes(directory).to_lowercase().as_bytes());
    shared.unwrap_or_else(std::env::temp_dir).join(format!("fvprov-{name}.lock"))
}

/// The process that has locked a file, if the system reports it (Linux).
#[cfg(target_os = "linux")]
fn holder(file: &File) -> Option<String> {
    use std::os::unix::fs::MetadataExt;

    let found = file.metadata().ok()?;
    // The system may skip a lock while other locks change.
    let process = (0..3).find_map(|_| {
        let locks = std::fs::read_to_string("/proc/locks").ok()?;
        lock_holder(&locks, found.dev(), found.ino()).map(str::to_owned)
    })?;
    let name = std::fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    Some(format!("process {process} (`{}`)", name.trim().escape_default()))
}

/// The process that has locked a file, from the text of `/proc/locks`. Files on different devices may have
/// the same inode number, so a lock with the same device number is preferred. For some file systems, the
/// device number in `/proc/locks` differs from that of the file, so the inode number alone is also accepted.
#[cfg(target_os = "linux")]
fn lock_holder(locks: &str, device: u64, inode: u64) -> Option<&str> {
    // `1: FLOCK  ADVISORY  WRITE 4711 fe:01:123456 0 EOF`
    let holders = locks.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let at = words.iter().position(|word| *word == "FLOCK")?;
        let process = *words.get(at + 3).filter(|_| words.get(1) != Some(&"->"))?;
        let (lock_device, lock_inode) = words.get(at + 4)?.rsplit_once(':')?;
        (lock_inode.parse() == Ok(inode)).then_some((lock_device, process))
    });
    let holders: Vec<(&str, &str)> = holders.collect();
    let device = format!("{:02x}:{:02x}", rustix::fs::major(device), rustix::fs::minor(device));
    let exact = holders.iter().find(|(lock_device, _)| *lock_device == device);
    exact.or(holders.first()).map(|(_, process)| *process)
}

#[cfg(not(target_os = "linux"))]
fn holder(_: &File) -> Option<String> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_lock_of_another_device_with_the_same_inode_is_not_meant() {
        let locks = "1: FLOCK  ADVISORY  WRITE 11 00:2f:77 0 EOF\n1: -> FLOCK  ADVISORY  WRITE 12 fe:01:77 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 13 fe:01:77 0 EOF\n3: POSIX  ADVISORY  WRITE 14 fe:01:77 0 EOF\n";
        assert_eq!(lock_holder(locks, rustix::fs::makedev(0xfe, 1), 77), Some("13"));
        assert_eq!(lock_holder(locks, rustix::fs::makedev(9, 9), 77), Some("11"));
        assert_eq!(lock_holder(locks, rustix::fs::makedev(0xfe, 1), 78), None);
    }

    #[test]
    fn another_process_waits_and_names_the_holder() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().canonicalize().unwrap();
        // This locks the directory in the same way as another process.
        let other = lock(&path, Duration::ZERO).unwrap();
        let error = DirectoryLock::acquire_within(&path, Duration::ZERO).unwrap_err().to_string();
        assert!(error.contains("is writing to"), "{error}");
        #[cfg(target_os = "linux")]
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        drop(other);
        let first = DirectoryLock::acquire_within(&path, Duration::ZERO).unwrap();
        let again = DirectoryLock::acquire_within(&path, Duration::ZERO).unwrap();
        drop(first);
        assert!(lock(&path, Duration::ZERO).is_err());
        drop(again);
        assert!(lock(&path, Duration::ZERO).is_ok());
    }
}
