//! The directories that displayed paths are relative to.

/// Absolute directories with `/` as separator.
#[derive(Clone, Debug)]
pub struct Base {
    /// The served tree.
    pub served: String,
    /// The working directory.
    pub current: String,
    /// The top of the repository that contains the served tree, if any.
    pub repository: Option<String>,
}

impl Base {
    /// Formats a path of the served tree: relative to the working directory if it is below that
    /// directory, and absolute otherwise. The path may start with `..`, and is absolute if it has no
    /// directory in common with the tree. An empty path is the served tree. The working directory is
    /// displayed as `.`.
    pub fn display_path(&self, path: &str) -> String {
        if path.contains("://") {
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

    /// A path of the served tree, relative to the top of the repository. `None` without a repository,
    /// and for URLs.
    pub fn in_repository(&self, path: &str) -> Option<String> {
        let top = self.repository.as_ref().filter(|_| !path.contains("://"))?;
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

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        let display = |served: &str, current: &str, path: &str| {
            Base { served: served.into(), current: current.into(), repository: None }.display_path(path)
        };
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
        let path = |served: &str, top: Option<&str>, path: &str| {
            let repository = top.map(str::to_owned);
            Base { served: served.into(), current: "/home".into(), repository }.in_repository(path)
        };
        assert_eq!(path("/srv/prov", Some("/srv"), "a/b.cfg").as_deref(), Some("prov/a/b.cfg"));
        assert_eq!(path("/srv", Some("/srv"), "a.cfg").as_deref(), Some("a.cfg"));
        assert_eq!(path("/srv", Some("/"), "a.cfg").as_deref(), Some("srv/a.cfg"));
        assert_eq!(path("/srv/prov", Some("/srv"), "../phones.csv").as_deref(), Some("phones.csv"));
        assert_eq!(path("/srv", None, "a.cfg"), None);
        assert_eq!(path("/srv", Some("/srv"), "http://h/a.cfg"), None);
    }
}
