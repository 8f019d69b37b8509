//! The directories to which displayed paths are relative.

use super::path::is_url;

/// Absolute directories, with `/` as the separator.
#[derive(Clone, Debug)]
pub struct Base {
    /// The served tree.
    pub served: String,
    /// The working directory.
    pub current: String,
    /// The top-level directory of the repository that contains the served tree, if any.
    pub repository: Option<String>,
}

impl Base {
    /// Formats a path in the served tree: relative to the working directory if the path is below that
    /// directory, and absolute otherwise. The path may start with `..`, and is already absolute if it has no
    /// directory in common with the tree. An empty path represents the served tree. The working directory is
    /// displayed as `.`.
    pub fn display_path(&self, path: &str) -> String {
        if is_url(path) {
            return path.into();
        }
        let absolute = self.absolute(path);
        match absolute.strip_prefix(self.current.trim_end_matches('/')) {
            Some("") => ".".into(),
            Some(rest) if rest.starts_with('/') => rest[1..].into(),
            _ if absolute.is_empty() => "/".into(),
            _ => absolute,
        }
    }

    /// Converts a path in the served tree to a path relative to the repository's top-level directory. `None`
    /// if there is no repository, or if the path is a URL.
    pub fn in_repository(&self, path: &str) -> Option<String> {
        let top = self.repository.as_ref().filter(|_| !is_url(path))?;
        let absolute = self.absolute(path);
        let below = absolute.strip_prefix(top.trim_end_matches('/'))?;
        Some(below.strip_prefix('/').unwrap_or(below).into())
    }

    fn absolute(&self, path: &str) -> String {
        if std::path::Path::new(path).is_absolute() {
            return path.into();
        }
        // fvprov's own files may be outside the tree.
        let up = path.split('/').take_while(|part| *part == "..").count();
        let (mut served, path) = (self.served.trim_end_matches('/'), &path[(3 * up).min(path.len())..]);
        for _ in 0..up {
            served = served.rsplit_once('/').map_or("", |(above, _)| above);
        }
        if path.is_empty() { served.to_owned() } else { format!("{served}/{path}") }
    }
}

#[cfg(test)]
mod tests {
    use super::Base;

    fn display(served: &str, current: &str, path: &str) -> String {
        Base { served: served.into(), current: current.into(), repository: None }.display_path(path)
    }

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        assert_eq!(display("/srv", "/srv", ""), ".");
        assert_eq!(display("/srv", "/srv", "a/b.cfg"), "a/b.cfg");
        assert_eq!(display("/srv", "/srv/a", "a"), ".");
        assert_eq!(display("/srv", "/srv/a", "ab"), "/srv/ab");
        assert_eq!(display("/srv/a", "/srv", ""), "a");
        assert_eq!(display("/srv", "/home", ""), "/srv");
        assert_eq!(display("/", "/", ""), ".");
        assert_eq!(display("/", "/home", ""), "/");
        assert_eq!(display("/", "/", "a.cfg"), "a.cfg");
        assert_eq!(display("/srv/a", "/srv", "../phones.csv"), "phones.csv");
        assert_eq!(display("/srv/a", "/srv/a", "../../etc/phones.csv"), "/etc/phones.csv");
        assert_eq!(display("/srv/a", "/srv", "..a/b.cfg"), "a/..a/b.cfg");
    }

    #[test]
    fn paths_in_a_repository_are_relative_to_its_top() {
        for (served, top, path, in_repository) in [
            ("/srv/prov", Some("/srv"), "a/b.cfg", Some("prov/a/b.cfg")),
            ("/srv", Some("/srv"), "a.cfg", Some("a.cfg")),
            ("/srv", Some("/"), "a.cfg", Some("srv/a.cfg")),
            ("/srv/prov", Some("/srv"), "../phones.csv", Some("phones.csv")),
            ("/srv", None, "a.cfg", None),
            ("/srv", Some("/srv"), "http://h/a.cfg", None),
        ] {
            let repository = top.map(str::to_owned);
            let base = Base { served: served.into(), current: "/home".into(), repository };
            assert_eq!(base.in_repository(path).as_deref(), in_repository, "{served} {path}");
        }
    }
}
