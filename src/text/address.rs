//! URLs, and the address of the server that phones use.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};

use super::path::{normal_path, parent};

/// The bytes that are percent-encoded in the path of a URL: all except unreserved characters (RFC 3986,
/// 2.3) and `/`.
pub const ENCODED_IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The address of the server that delivers the tree, from `[server] url`.
#[derive(Clone, Debug)]
pub struct Server {
    scheme: String,
    authority: String,
    /// Decoded; starts and ends with a slash.
    path: String,
    /// Another address of the same tree.
    alias: Option<Box<Self>>,
}

impl Server {
    /// Parses a URL with a scheme that phones support.
    ///
    /// # Errors
    /// Why the text is not a URL with a supported scheme.
    pub fn parse(url: &str) -> Result<Self, String> {
        let error = || format!("`{url}` is not an http, https, ftp or tftp URL");
        let (scheme, rest) = split_url(url).filter(|(s, _)| is_phone_scheme(s)).ok_or_else(error)?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.is_empty() {
            return Err(error());
        }
        let path = percent_decode_str(path).decode_utf8_lossy().trim_matches('/').to_owned();
        let path = if path.is_empty() { "/".into() } else { format!("/{path}/") };
        Ok(Self { authority: normal_authority(&scheme, authority), scheme, path, alias: None })
    }

    /// The same tree with another address besides this one.
    #[must_use]
    pub fn with_alias(self, alias: Self) -> Self {
        Self { alias: Some(Box::new(alias)), ..self }
    }

    /// The part of a server path below the path of this address; `None` if the path is not below it.
    pub fn strip_path<'p>(&self, path: &'p str) -> Option<&'p str> {
        let own = path.strip_prefix(&self.path);
        own.or_else(|| self.alias.as_ref().and_then(|alias| alias.strip_path(path)))
    }

    /// Whether it is a web server.
    pub fn is_web(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https")
    }

    /// Whether the transfers of this server are unencrypted, so that others can read them.
    pub fn is_insecure(&self) -> bool {
        self.scheme != "https"
    }

    /// The path in the served tree for a URL on this server; `None` for other URLs.
    pub fn tree_path(&self, url: &str) -> Option<String> {
        self.own_path(url).or_else(|| self.alias.as_ref().and_then(|alias| alias.tree_path(url)))
    }

    fn own_path(&self, url: &str) -> Option<String> {
        let (scheme, rest) = split_url(url)?;
        let (authority, path) = rest.split_once('/')?;
        let same = scheme == self.scheme && normal_authority(&scheme, authority) == self.authority;
        let path = without_query(path);
        let path = format!("/{}", percent_decode_str(path).decode_utf8_lossy());
        let below = path.strip_prefix(&self.path)?;
        same.then(|| normal_path("", below))?
    }
}

/// Splits `scheme://rest`. The scheme is returned in lower case.
pub fn split_url(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    Some((scheme.to_ascii_lowercase(), rest))
}

/// Whether phones support a scheme. Expects lower case.
pub fn is_phone_scheme(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ftp" | "tftp")
}

/// A URL or URL path without its query and fragment.
pub fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// The authority in lower case, without user info and the scheme's default port.
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
pub fn scheme(target: &str) -> Option<String> {
    let (scheme, _) = target.split_once(':')?;
    let first = scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let rest = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (first && rest).then(|| scheme.to_ascii_lowercase())
}

/// The URL of a relative target in a file that was fetched from `base`.
pub fn join_url(base: &str, target: &str) -> String {
    let base = without_query(base);
    let (scheme, rest) = base.split_once("://").unwrap_or(("", base));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let directory = if target.starts_with('/') { "" } else { parent(path) };
    let joined = normal_path(directory, target).unwrap_or_else(|| target.trim_start_matches("../").into());
    format!("{scheme}://{authority}/{joined}")
}
