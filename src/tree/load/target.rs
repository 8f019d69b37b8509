//! Resolves the target of an include to a path in the tree or a URL.

use crate::text::address::{Server, is_phone_scheme, join_url, scheme, without_query};
use crate::text::location::Location;
use crate::text::path::{normal_path, parent};

/// The reason why an include is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotFollowed {
    /// The include has neither of the two valid forms.
    Malformed,
    /// The include has a `[MODEL]` guard: Yealink's syntax, which Flyingvoice phones are assumed to ignore.
    Guarded,
    /// The include contains a Yealink macro such as `$MAC`. Phones are assumed not to expand the macro, so
    /// they do not find the file. The value is the path.
    Macro(String),
    /// The include is in a cfg file, and `[assume] include-in-cfg` is `"ignore"`.
    Ignored,
    /// The target does not end in `.cfg`.
    NotCfg,
    /// The target is not a path on a server; the value is the reason, such as a backslash.
    Unusable(&'static str),
    /// The target is outside the served tree.
    Outside,
    /// The file is missing. The value is the path below the served tree, or the URL.
    Missing(String),
    /// The file exists only with different capitalization.
    OtherCase {
        /// The requested path.
        path: String,
        /// The existing path.
        other: String,
    },
    /// The target is an absolute URL that was not requested (no `--online`, or no transport for it).
    NotFetched,
}

/// Macros in Yealink boot files.
pub(super) const MACROS: [&str; 6] = ["$MAC", "$PN", "$IP", "$MA", "${", "$mac"];

/// The location of a well-formed include. Does not check whether the file exists.
///
/// Relative targets are resolved from the directory of the including file, and `/x` from the top of the
/// server (guide, "Editing Common Boot File": relative to the boot file, or an absolute URL).
///
/// # Errors
/// The phone does not follow the include.
pub fn locate(target: &str, from: &Location, server: Option<&Server>) -> Result<Location, NotFollowed> {
    if target.trim() != target {
        return Err(NotFollowed::Unusable(
            "whitespace at the start or the end of the path: the path begins after `<` and ends before `>`",
        ));
    }
    if target.contains('\\') {
        return Err(NotFollowed::Unusable("a backslash: paths on a server are written with `/`"));
    }
    let location = match scheme(target) {
        Some(scheme) if scheme.len() == 1 => {
            return Err(NotFollowed::Unusable(
                "a drive letter: phones use paths on the server, not on a disk",
            ));
        }
        Some(scheme) if !is_phone_scheme(&scheme) => {
            return Err(NotFollowed::Unusable(
                "a scheme that phones do not support: use http, https, ftp or tftp",
            ));
        }
        Some(_) if !target.contains("://") => {
            return Err(NotFollowed::Unusable(
                "only one `/` after the scheme: a URL begins with `https://` or `http://`",
            ));
        }
        Some(_) => server
            .and_then(|server| server.tree_path(target))
            .map_or_else(|| Location::Url(target.into()), Location::Tree),
        None => relative(target, from, server)?,
    };
    let path = match &location {
        Location::Tree(path) => path,
        Location::Url(url) => without_query(url),
    };
    match path {
        _ if target.contains('$') && MACROS.iter().any(|m| target.contains(m)) => {
            Err(NotFollowed::Macro(path.into()))
        }
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
            let below = server.and_then(|server| server.strip_path(target));
            normal_path("", below.unwrap_or(from_top))
        }
        None => normal_path(parent(path), target),
    };
    joined.map(Location::Tree).ok_or(NotFollowed::Outside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate_in(target: &str, from: &str, server: &str) -> Result<String, NotFollowed> {
        let server = (!server.is_empty()).then(|| Server::parse(server).unwrap());
        locate(target, &Location::from_path(from), server.as_ref()).map(|location| match location {
            Location::Tree(path) => path,
            Location::Url(url) => format!("URL {url}"),
        })
    }

    #[test]
    fn relative_targets_start_at_the_including_file() {
        assert_eq!(locate_in("a.cfg", "x.boot", ""), Ok("a.cfg".into()));
        assert_eq!(locate_in("../b c/a.cfg", "sites/x.cfg", ""), Ok("b c/a.cfg".into()));
        assert_eq!(locate_in("/a.cfg", "sites/x.cfg", ""), Ok("a.cfg".into()));
        assert_eq!(locate_in("../a.cfg", "x.boot", ""), Err(NotFollowed::Outside));
    }

    #[test]
    fn absolute_targets_under_the_server_are_files_of_the_tree() {
        let server = "http://10.20.0.88/prov/";
        assert_eq!(
            locate_in("http://10.20.0.88:80/prov/HTTP%20Dir/a.cfg", "x.boot", server),
            Ok("HTTP Dir/a.cfg".into())
        );
        assert_eq!(locate_in("HTTP://u:p@10.20.0.88/prov/a b.cfg", "x.boot", server), Ok("a b.cfg".into()));
        assert_eq!(
            locate_in("http://10.20.0.88/other/a.cfg", "x.boot", server),
            Ok("URL http://10.20.0.88/other/a.cfg".into())
        );
        assert_eq!(locate_in("/prov/a.cfg", "x.boot", server), Ok("a.cfg".into()));
        assert_eq!(locate_in("/a.cfg", "x.boot", server), Ok("a.cfg".into()));
        assert_eq!(locate_in("b.cfg", "http://h/d/a.cfg", ""), Ok("URL http://h/d/b.cfg".into()));
    }

    #[test]
    fn invalid_targets_are_rejected() {
        assert!(matches!(locate_in("a\\b.cfg", "x.boot", ""), Err(NotFollowed::Unusable(_))));
        assert!(matches!(locate_in(" b.cfg", "x.boot", ""), Err(NotFollowed::Unusable(_))));
        assert!(matches!(locate_in("b.cfg ", "x.boot", ""), Err(NotFollowed::Unusable(_))));
        assert!(matches!(locate_in("C:/b.cfg", "x.boot", ""), Err(NotFollowed::Unusable(_))));
        assert!(matches!(locate_in("file:///b.cfg", "x.boot", ""), Err(NotFollowed::Unusable(_))));
        assert_eq!(locate_in("b.txt", "x.boot", ""), Err(NotFollowed::NotCfg));
        assert_eq!(locate_in("$MAC.cfg", "x.boot", ""), Err(NotFollowed::Macro("$MAC.cfg".into())));
    }
}
