//! Makes files and directories survive a power failure.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

/// Maximum number of files that are synchronized separately. For more files, the entire file system is synchronized.
pub const MOST_SINGLE: usize = 64;

/// Synchronizes directory entries: names that were added or replaced.
pub fn directories(directories: &BTreeSet<PathBuf>, files: usize) -> io::Result<()> {
    if files > MOST_SINGLE {
        return file_systems(directories);
    }
    directories.iter().try_for_each(|path| directory(path))
}

/// Synchronizes the entries of one directory. Not all systems support synchronizing directories.
pub fn directory(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    match std::fs::File::open(path).and_then(|file| file.sync_all()) {
        Err(error)
            if !matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::PermissionDenied | io::ErrorKind::Unsupported
            ) =>
        {
            return Err(error);
        }
        _ => {}
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Synchronizes the file systems that contain the directories. Each file system is synchronized once.
#[cfg(target_os = "linux")]
pub fn file_systems(directories: &BTreeSet<PathBuf>) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    let mut devices = BTreeSet::new();
    for directory in directories {
        let file = std::fs::File::open(directory)?;
        if devices.insert(file.metadata()?.dev()) {
            rustix::fs::syncfs(&file)?;
        }
    }
    Ok(())
}

/// Synchronizes everything, because this system cannot synchronize a single file system.
#[cfg(all(unix, not(target_os = "linux")))]
pub fn file_systems(_: &BTreeSet<PathBuf>) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}

#[cfg(not(unix))]
pub fn file_systems(_: &BTreeSet<PathBuf>) -> io::Result<()> {
    Ok(())
}

/// Whether each file is synchronized separately.
pub fn is_single(files: usize) -> bool {
    files <= MOST_SINGLE || !cfg!(unix)
}
