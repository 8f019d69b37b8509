//! Normalized paths in the served tree, with `/` as the separator, and their conversion from file system
//! paths.

use std::path::{Component, Path, PathBuf};

/// The name of the settings file, `fvprov.toml`.
pub const SETTINGS_NAME: &str = "fvprov.toml";

/// The directory in which fvprov stores the data needed to finish an interrupted change.
pub const STATE_DIRECTORY: &str = ".fvprov";

/// Prefix and suffix of the names of staged files, which contain new content and have not been renamed to
/// their final names yet.
pub const STAGED_NAME: (&str, &str) = (".fvprov-", ".tmp");

/// Whether a name belongs to [`STATE_DIRECTORY`] or to a staged file. These entries are not part of a tree.
pub fn is_state_name(name: &str) -> bool {
    name == STATE_DIRECTORY || name.starts_with(STAGED_NAME.0) && name.ends_with(STAGED_NAME.1)
}

/// Resolves a path relative to a directory in the tree and removes `.` and `..`. `None` if the path is
/// outside the tree.
pub fn normal_path(directory: &str, path: &str) -> Option<String> {
    if path.split('/').all(|part| !matches!(part, "" | "." | "..")) && !directory.starts_with('/') {
        return Some(join(directory, path));
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a file's path is a URL, which means that the file is not in the tree.
pub fn is_url(path: &str) -> bool {
    path.contains("://")
}

/// The directory of a path; empty if the path is at the top level.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last component of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Joins a directory and a name. An empty directory represents the top level of the tree.
pub fn join(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// A path relative to a directory that contains it. Empty for the directory itself; `None` for a path outside
/// the directory.
pub fn strip<'p>(path: &'p str, directory: &str) -> Option<&'p str> {
    let rest = path.strip_prefix(directory)?;
    if directory.is_empty() || rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

/// Whether `path` is `directory` or below it. The empty directory contains all paths.
pub fn is_within(path: &str, directory: &str) -> bool {
    strip(path, directory).is_some()
}

/// Whether a glob matches a path or one of its directories: `old`, `old/` and `old/**` match all files
/// in `old`.
pub fn covers(glob: &str, path: &str) -> bool {
    let glob = glob.trim_start_matches("./").trim_end_matches("/**").trim_end_matches('/');
    let mut above = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above));
    !glob.is_empty() && above.any(|path| fast_glob::glob_match(glob, path))
}

/// A path in the served tree, relative to one of the tree's directories; starts with `../` if the path is
/// outside that directory. URLs are returned unchanged.
pub fn relative_to(path: &str, directory: &str) -> String {
    if is_url(path) {
        return path.into();
    }
    let mut base = directory;
    let mut up = String::new();
    loop {
        if let Some(rest) = strip(path, base) {
            return up + rest;
        }
        base = parent(base);
        up.push_str("../");
    }
}

/// A file's path on disk, relative to a directory. `None` if the file is outside the directory or a name is
/// not UTF-8.
pub fn below(directory: &Path, file: &Path) -> Option<String> {
    let parts = file.strip_prefix(directory).ok()?.components();
    let parts: Option<Vec<&str>> = parts.map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/"))
}

/// Like [`below`], but converts names that are not UTF-8 lossily, and returns an empty path for a file
/// outside the directory.
pub fn below_lossy(directory: &Path, file: &Path) -> String {
    lossy(file.strip_prefix(directory).unwrap_or(Path::new("")))
}

/// A relative path on disk, with `/` as the separator. Names that are not UTF-8 are converted lossily.
pub fn lossy(path: &Path) -> String {
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// A path on disk, with each `\\` replaced with `/`, and without the prefix that Windows adds when fvprov resolves
/// links: `//?/C:/prov`, `//?/UNC/server/share`.
pub fn slashes(path: &Path) -> String {
    let path = path.to_string_lossy().replace('\\', "/");
    match path.strip_prefix("//?/").filter(|_| cfg!(windows)) {
        Some(rest) => rest.strip_prefix("UNC/").map_or_else(|| rest.to_owned(), |share| format!("//{share}")),
        None => path,
    }
}

/// Names that open a device on Windows, with any extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Whether a name opens a device on Windows, whatever directory contains it: `aux.cfg`, `com1`.
pub fn is_device_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt")).unwrap_or_default();
    let is_port =
        matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³");
    DEVICES.contains(&stem.as_str()) || is_port
}

/// A path on disk, without `.` and `..`.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_and_taken_apart() {
        for (directory, name, path) in [("", "a.cfg", "a.cfg"), ("sites/a", "b/c.cfg", "sites/a/b/c.cfg")] {
            assert_eq!(join(directory, name), path);
            assert_eq!(strip(path, directory), Some(name));
        }
        assert_eq!(strip("sites", "sites"), Some(""));
        assert_eq!(strip("sites-old/a.cfg", "sites"), None);
        assert_eq!(relative_to("sites/a.cfg", "sites/b/c"), "../../a.cfg");
        assert_eq!(relative_to("sites-old/a.cfg", "sites"), "../sites-old/a.cfg");
        assert_eq!(below(Path::new("/srv"), Path::new("/srv/sites/a.cfg")).as_deref(), Some("sites/a.cfg"));
        assert_eq!(below(Path::new("/srv"), Path::new("/etc/a.cfg")), None);
        assert_eq!(without_dots(Path::new("/srv/./sites/../a.cfg")), Path::new("/srv/a.cfg"));
    }

    #[test]
    fn globs_name_what_lies_in_a_directory() {
        for glob in ["old", "old/", "old/**", "./old", "o*", "**/x.cfg", "old/*"] {
            assert!(covers(glob, "old/2024/x.cfg"), "{glob}");
        }
        assert!(covers("old/**", "old"));
        for glob in ["", "ol", "*.cfg", "old/x.cfg", "x.cfg", "older", "2024"] {
            assert!(!covers(glob, "old/2024/x.cfg"), "{glob}");
        }
    }
}
