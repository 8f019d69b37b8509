//! Paths of the served tree, with `/` as separator and normalised, and their counterparts on a disk.

/// A path below the tree with `.` and `..` taken out, seen from a directory; none where it leaves the tree.
pub fn normal_path(directory: &str, path: &str) -> Option<String> {
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

/// The directory of a path: empty at the top.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last component of a path.
pub fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether `path` is `directory` or lies below it; the empty directory holds everything.
pub fn is_within(path: &str, directory: &str) -> bool {
    directory.is_empty()
        || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a glob names a path, or a directory above it: `old`, `old/` and `old/**` all name what lies in `old`.
pub fn covers(glob: &str, path: &str) -> bool {
    let glob = glob.trim_start_matches("./").trim_end_matches("/**").trim_end_matches('/');
    let mut above = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above));
    !glob.is_empty() && above.any(|path| fast_glob::glob_match(glob, path))
}

/// A path below the served tree as seen from one of its directories: with `../` where it lies outside. URLs
/// stay as they are.
pub fn relative_to(path: &str, directory: &str) -> String {
    if path.contains("://") {
        return path.into();
    }
    let mut base = directory;
    let mut up = String::new();
    while !is_within(path, base) {
        base = parent(base);
        up.push_str("../");
    }
    up + path[base.len()..].trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

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
