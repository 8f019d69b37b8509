//! Removes staged files when a signal ends the program, and staged files that a killed run left behind.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use walkdir::WalkDir;

use super::lock::DirectoryLock;
use crate::text::path::{STAGED_NAME, STATE_DIRECTORY};

/// The files and directories to remove when a signal ends the program.
#[derive(Default)]
pub struct Pending {
    pub files: BTreeSet<PathBuf>,
    /// Directories that were created for files that have not been renamed to their final names yet.
    pub directories: BTreeSet<PathBuf>,
}

static PENDING: Mutex<Pending> = Mutex::new(Pending { files: BTreeSet::new(), directories: BTreeSet::new() });

/// Locks the list of files that the signal handler removes. A signal ends the program only after the lock is
/// released.
pub fn pending() -> MutexGuard<'static, Pending> {
    remove_on_signals();
    PENDING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes directories that were created, if they are empty.
pub fn remove_directories(created: &BTreeSet<PathBuf>) {
    // Subdirectories come after their parents.
    for directory in created.iter().rev() {
        let _ = std::fs::remove_dir(directory);
    }
}

/// Removes the pending files when a signal ends the program, unless the signal is ignored, as under `nohup`.
#[cfg(unix)]
fn remove_on_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let ignored = ignored_signals();
        let signals = [SIGHUP, SIGINT, SIGTERM].into_iter().filter(|signal| ignored & 1 << (signal - 1) == 0);
        // Without the handler, the next run removes the files.
        let Ok(mut signals) = Signals::new(signals) else { return };
        std::thread::spawn(move || {
            for signal in &mut signals {
                let _pending = remove_pending();
                let _ = emulate_default_handler(signal);
            }
        });
    });
}

/// Removes the pending files when Ctrl-C, a closed console window or the end of the session ends the program.
#[cfg(windows)]
fn remove_on_signals() {
    /// The exit code of a program that Ctrl-C ends (`STATUS_CONTROL_C_EXIT`).
    const ENDED: i32 = 0xC000_013A_u32.cast_signed();

    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        // Without the handler, the next run removes the files.
        let _ = ctrlc::set_handler(|| {
            let _pending = remove_pending();
            std::process::exit(ENDED);
        });
    });
}

/// Other platforms, such as browsers, do not terminate programs in this way.
#[cfg(not(any(unix, windows)))]
fn remove_on_signals() {}

/// Removes the pending files. The caller holds the lock until the program ends, so no more files are staged.
#[cfg(any(unix, windows))]
fn remove_pending() -> MutexGuard<'static, Pending> {
    let pending = PENDING.lock().unwrap_or_else(PoisonError::into_inner);
    for file in &pending.files {
        // On Windows, the open handle of the file prevents this; the next run removes it.
        let _ = std::fs::remove_file(file);
    }
    remove_directories(&pending.directories);
    pending
}

/// The signals that this process ignores, as a bit mask. Available only on Linux.
#[cfg(unix)]
fn ignored_signals() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default()
}

/// Removes the staged files in a directory that this process has locked, because no other process stages
/// files there.
pub fn sweep(directory: &Path) {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| is_staged(&entry.file_name().to_string_lossy())) {
        if entry.file_type().is_ok_and(|found| found.is_file() || found.is_symlink()) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Removes the staged files in a directory and below it. Skips directories in which another process writes.
pub fn sweep_below(top: &Path) {
    let walk = WalkDir::new(top).into_iter().filter_entry(|entry| {
        !matches!(entry.file_name().to_str(), Some(".git" | STATE_DIRECTORY)) || entry.depth() == 0
    });
    let mut directories: Vec<PathBuf> = walk
        .flatten()
        .filter(|entry| entry.file_type().is_file() && is_staged(&entry.file_name().to_string_lossy()))
        .filter_map(|entry| entry.path().parent().map(Path::to_path_buf))
        .collect();
    directories.dedup();
    for directory in directories {
        if let Some(_lock) = DirectoryLock::try_acquire(&directory) {
            sweep(&directory);
        }
    }
}

/// Whether a name belongs to a staged file. fvprov 0.1.0 named these files `.NAME.PID.tmp`.
pub fn is_staged(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(STAGED_NAME.1) else { return false };
    let former = stem.strip_prefix('.').and_then(|stem| stem.rsplit_once('.'));
    stem.starts_with(STAGED_NAME.0)
        || former.is_some_and(|(name, process)| {
            !process.is_empty()
                && process.bytes().all(|byte| byte.is_ascii_digit())
                && FORMER_EXTENSIONS.iter().any(|extension| name.ends_with(extension))
        })
}

/// The extensions of the files that fvprov 0.1.0 wrote.
const FORMER_EXTENSIONS: [&str; 9] =
    [".boot", ".cfg", ".csv", ".j2", ".json", ".sarif", ".toml", ".xml", ".yml"];

#[cfg(test)]
mod tests {
    use super::is_staged;

    #[test]
    fn only_names_of_fvprov_are_swept() {
        for name in [".fvprov-a1B2c3D4e5F6.tmp", ".0021f2000001.cfg.4711.tmp"] {
            assert!(is_staged(name), "{name}");
        }
        for name in [
            ".fvprov",
            "fvprov-x.tmp",
            ".x.cfg.swp",
            ".x.cfg.tmp",
            ".x.4711.tmp",
            "x.cfg.4711.tmp",
            ".x.cfg.aB3.tmp",
        ] {
            assert!(!is_staged(name), "{name}");
        }
    }
}
