//! Wildcards in file names, which Windows shells do not expand.

use std::path::{Path, PathBuf};

/// The paths. On Windows, a path whose last name contains `*` or `?` is replaced with the matching files, sorted by
/// name.
pub fn expand(paths: &[PathBuf]) -> Vec<PathBuf> {
    if !cfg!(windows) {
        return paths.to_vec();
    }
    paths.iter().flat_map(|path| expand_one(path)).collect()
}

/// The files that match a path, or the path itself if no file matches.
fn expand_one(path: &Path) -> Vec<PathBuf> {
    let pattern = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let directory = path.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name()).filter(|name| {
        pattern.contains(['*', '?']) && matches(&pattern, &name.to_string_lossy().to_lowercase())
    });
    let mut found: Vec<PathBuf> = names.map(|name| path.with_file_name(name)).collect();
    found.sort();
    if found.is_empty() { vec![path.to_owned()] } else { found }
}

/// Whether a name matches a pattern: `*` matches any text, and `?` matches one character.
fn matches(pattern: &str, name: &str) -> bool {
    let Some(first) = pattern.chars().next() else { return name.is_empty() };
    let rest = &pattern[first.len_utf8()..];
    if first == '*' {
        return std::iter::successors(Some(name), |name| name.get(name.chars().next()?.len_utf8()..))
            .any(|name| matches(rest, name));
    }
    let next = name.chars().next();
    next.is_some_and(|next| (first == '?' || first == next) && matches(rest, &name[next.len_utf8()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_whole_names() {
        for (pattern, name) in
            [("*.cfg", "a.cfg"), ("*", ""), ("?.cfg", "ü.cfg"), ("y*00?.b*t", "y000.boot"), ("*a*", "xay")]
        {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("*.cfg", "a.cfgx"), ("?.cfg", "ab.cfg"), ("a", "ab"), ("a?", "a")] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }

    #[test]
    fn wildcards_become_the_files_of_a_directory() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["B.cfg", "a.cfg", "a.boot"] {
            std::fs::write(directory.path().join(name), "").unwrap();
        }
        let found = expand_one(&directory.path().join("*.cfg"));
        assert_eq!(found, ["B.cfg", "a.cfg"].map(|name| directory.path().join(name)));
        let none = directory.path().join("*.xml");
        assert_eq!(expand_one(&none), [none]);
    }
}
