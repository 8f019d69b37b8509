//! Where an include leads: from the text between its brackets to a path of the tree or a URL.

use percent_encoding::percent_decode_str;

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// A path below the served tree, with `/`, normalised.
    Tree(String),
    /// An absolute URL outside the served tree, as written.
    Url(String),
}

impl Location {
    /// The location that a path of [`crate::text::source::Sources`] stands for.
    pub fn of(path: &str) -> Self {
        // A normalised path holds no `//`.
        if path.contains("://") { Self::Url(path.into()) } else { Self::Tree(path.into()) }
    }
}

/// Why an include is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFollowed {
    /// Not written in one of the two forms.
    Malformed,
    /// Behind a `[MODEL]` guard: Yealink's syntax, taken to be passed over by a Flyingvoice phone.
    Guarded,
    /// Holds `$MAC` or its like: Yealink's macros, taken not to be expanded, so that there is no such file;
    /// holds the path.
    Macro(String),
    /// In a cfg, where `[assume] include-in-cfg = "ignore"`.
    Ignored,
    /// Does not end in `.cfg`.
    NotCfg,
    /// A path no server knows, in words: a backslash, a drive letter, a scheme.
    Unusable(&'static str),
    /// Leaves the served tree.
    Outside,
    /// Not there; holds the path below the served tree, or the URL.
    Missing(String),
    /// Not there in this case.
    OtherCase {
        /// The path that was asked for.
        path: String,
        /// The path that is there.
        other: String,
    },
    /// An absolute URL that was not asked for (no `--online`, or no transport for it).
    NotFetched,
}

/// The address under which the served tree stands, from `[server] url`.
#[derive(Clone, Debug)]
pub struct Server {
    scheme: String,
    authority: String,
    /// Decoded, with a slash on both ends.
    path: String,
}

impl Server {
    /// Reads a URL of the schemes that phones use.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(url: &str) -> Result<Self, String> {
        let error = || format!("`{url}` is no http, https, ftp or tftp URL");
        let (scheme, rest) = split_url(url).filter(|(s, _)| is_phone_scheme(s)).ok_or_else(error)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.is_empty() {
            return Err(error());
        }
        let path = percent_decode_str(path).decode_utf8_lossy().trim_matches('/').to_owned();
        let path = if path.is_empty() { "/".into() } else { format!("/{path}/") };
        Ok(Self { authority: normal_authority(&scheme, authority), scheme, path })
    }

    /// Whether the transfer from this server can be read on the way.
    pub fn is_insecure(&self) -> bool {
        self.scheme != "https"
    }

    /// The path below the served tree that a URL names, if it stands under this server.
    pub fn tree_path(&self, url: &str) -> Option<String> {
        let (scheme, rest) = split_url(url)?;
        let (authority, path) = rest.split_once('/')?;
        let same = scheme == self.scheme && normal_authority(&scheme, authority) == self.authority;
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let path = format!("/{}", percent_decode_str(path).decode_utf8_lossy());
        let below = path.strip_prefix(&self.path)?;
        same.then(|| normal_path("", below))?
    }
}

/// Splits `scheme://rest`; the scheme comes in lower case.
pub(super) fn split_url(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    Some((scheme.to_ascii_lowercase(), rest))
}

pub(super) fn is_phone_scheme(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ftp" | "tftp")
}

/// Lower case, without user info and without the scheme's default port.
fn normal_authority(scheme: &str, authority: &str) -> String {
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let port = match scheme {
        "http" => ":80",
        "https" => ":443",
        "ftp" => ":21",
        _ => ":69",
    };
    host.strip_suffix(port).map(str::to_owned).unwrap_or(host)
}

/// The scheme of an absolute URL (or a drive letter), in lower case.
fn scheme(target: &str) -> Option<String> {
    let (scheme, _) = target.split_once(':')?;
    let first = scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let rest = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (first && rest).then(|| scheme.to_ascii_lowercase())
}

/// Joins a relative path to a directory; none when it climbs out of the top.
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

/// Yealink's macros, as its boot files write them.
pub(super) const MACROS: [&str; 6] = ["$MAC", "$PN", "$IP", "$MA", "${", "$mac"];

/// Where a well-formed include leads.
///
/// Relative targets are taken from the directory of the including file, `/x` from the top of the server
/// (guide, "Editing Common Boot File": relative to the boot file, or an absolute URL).
///
/// # Errors
/// Why it leads nowhere; whether the file exists is not asked here.
pub fn locate(target: &str, from: &Location, server: Option<&Server>) -> Result<Location, NotFollowed> {
    if target.contains('\\') {
        return Err(NotFollowed::Unusable("a backslash: paths on a server are written with `/`"));
    }
    let location = match scheme(target) {
        Some(scheme) if scheme.len() == 1 => {
            return Err(NotFollowed::Unusable(
                "a drive letter: a phone sees paths of the server, not of a disk",
            ));
        }
        Some(scheme) if !is_phone_scheme(&scheme) => {
            return Err(NotFollowed::Unusable(
                "a scheme that phones do not know: use http, https, ftp or tftp",
            ));
        }
        Some(_) => server
            .and_then(|server| server.tree_path(target))
            .map_or_else(|| Location::Url(target.into()), Location::Tree),
        None => relative(target, from, server)?,
    };
    let path = match &location {
        Location::Tree(path) => path,
        Location::Url(url) => url.split(['?', '#']).next().unwrap_or_default(),
    };
    match path {
        _ if MACROS.iter().any(|m| target.contains(m)) => Err(NotFollowed::Macro(path.into())),
        _ if path.ends_with(".cfg") => Ok(location),
        _ => Err(NotFollowed::NotCfg),
    }
}

pub(super) fn relative(
    target: &str,
    from: &Location,
    server: Option<&Server>,
) -> Result<Location, NotFollowed> {
    let path = match from {
        Location::Url(url) => return Ok(Location::Url(join_url(url, target))),
        Location::Tree(path) => path,
    };
    let joined = match target.strip_prefix('/') {
        Some(from_top) => {
            let below = server.and_then(|server| target.strip_prefix(&server.path));
            normal_path("", below.unwrap_or(from_top))
        }
        None => normal_path(parent(path), target),
    };
    joined.map(Location::Tree).ok_or(NotFollowed::Outside)
}

/// A relative target of a file that was itself fetched from a URL.
fn join_url(base: &str, target: &str) -> String {
    let base = base.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = base.split_once("://").unwrap_or(("", base));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let directory = if target.starts_with('/') { "" } else { parent(path) };
    let joined = normal_path(directory, target).unwrap_or_else(|| target.trim_start_matches("../").into());
    format!("{scheme}://{authority}/{joined}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(target: &str, from: &str, server: &str) -> Result<String, NotFollowed> {
        let server = (!server.is_empty()).then(|| Server::parse(server).unwrap());
        locate(target, &Location::of(from), server.as_ref()).map(|location| match location {
            Location::Tree(path) => path,
            Location::Url(url) => format!("URL {url}"),
        })
    }

    #[test]
    fn relative_targets_start_at_the_including_file() {
        assert_eq!(lead("a.cfg", "x.boot", ""), Ok("a.cfg".into()));
        assert_eq!(lead("../b c/a.cfg", "sites/x.cfg", ""), Ok("b c/a.cfg".into()));
        assert_eq!(lead("/a.cfg", "sites/x.cfg", ""), Ok("a.cfg".into()));
        assert_eq!(lead("../a.cfg", "x.boot", ""), Err(NotFollowed::Outside));
    }

    #[test]
    fn absolute_targets_under_the_server_are_files_of_the_tree() {
        let server = "http://10.20.0.88/prov/";
        assert_eq!(
            lead("http://10.20.0.88:80/prov/HTTP%20Dir/a.cfg", "x.boot", server),
            Ok("HTTP Dir/a.cfg".into())
        );
        assert_eq!(lead("HTTP://u:p@10.20.0.88/prov/a b.cfg", "x.boot", server), Ok("a b.cfg".into()));
        assert_eq!(
            lead("http://10.20.0.88/other/a.cfg", "x.boot", server),
            Ok("URL http://10.20.0.88/other/a.cfg".into())
        );
        assert_eq!(lead("/prov/a.cfg", "x.boot", server), Ok("a.cfg".into()));
        assert_eq!(lead("/a.cfg", "x.boot", server), Ok("a.cfg".into()));
        assert_eq!(lead("b.cfg", "http://h/d/a.cfg", ""), Ok("URL http://h/d/b.cfg".into()));
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

    #[test]
    fn what_no_server_knows_is_said_so() {
        assert!(matches!(lead("a\\b.cfg", "x.boot", ""), Err(NotFollowed::Unusable(_))));
        assert!(matches!(lead("C:/b.cfg", "x.boot", ""), Err(NotFollowed::Unusable(_))));
        assert!(matches!(lead("file:///b.cfg", "x.boot", ""), Err(NotFollowed::Unusable(_))));
        assert_eq!(lead("b.txt", "x.boot", ""), Err(NotFollowed::NotCfg));
        assert_eq!(lead("$MAC.cfg", "x.boot", ""), Err(NotFollowed::Macro("$MAC.cfg".into())));
    }
}
