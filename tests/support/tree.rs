//! Trees on disk, in temporary directories.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// The first line of every boot and cfg file.
pub const HEADER: &str = "#!version:1.0.0.1\n";

/// A temporary directory with files.
pub fn tree<T: AsRef<[u8]>>(files: &[(&str, T)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(directory.path(), path, text);
    }
    directory
}

/// Writes a file and creates the directories above it.
pub fn write(directory: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = directory.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

pub fn read(directory: &Path, path: &str) -> String {
    std::fs::read_to_string(directory.join(path)).unwrap()
}

/// The contents of a cfg file with these lines.
pub fn cfg(lines: &str) -> String {
    format!("{HEADER}{lines}")
}

/// The contents of a boot file that includes these targets.
pub fn boot(targets: &[&str]) -> String {
    let lines: Vec<String> = targets.iter().map(|target| format!("include:config <{target}>\n")).collect();
    cfg(&lines.concat())
}

/// A path in this repository: `tests/site` is a clean tree, `tests/broken` a tree with many faults.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
