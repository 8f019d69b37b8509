//! URLs, and the address of the phones' server.

use super::digits::is_digits;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};

use super::path::{normal_path, parent};

/// The bytes that are percent-encoded in the path of a URL: all except unreserved characters (RFC 3986,
/// 2.3) and `/`.
pub const ENCODED_IN_PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The address of the server that delivers the tree, from `[server] url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    scheme: String,
    authority: String,
    /// Decoded; starts and ends with a slash.
    path: String,
    /// A second address for the same tree.
    alias: Option<Box<Self>>,
}

impl Server {
    /// Parses a URL with a scheme that phones support.
    ///
    /// # Errors
    /// Returns the reason that the text is not a URL with a supported scheme.
    pub fn parse(url: &str) -> Result<Self, String> {
        let phone_url = split_url(url)
            .filter(|(scheme, rest)| is_phone_scheme(scheme) && !matches!(rest.as_bytes(), [] | [b'/', ..]));
        let (scheme, rest) =
            phone_url.ok_or_else(|| format!("`{url}` is not an http, https, ftp or tftp URL"))?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let path = percent_decode_str(path).decode_utf8_lossy().trim_matches('/').to_owned();
        let path = if path.is_empty() { "/".into() } else { format!("/{path}/") };
        Ok(Self { authority: normal_authority(&scheme, authority), scheme, path, alias: None })
    }

    /// Adds a second address for the same tree.
    #[must_use]
    pub fn with_alias(self, alias: Self) -> Self {
        Self { alias: Some(Box::new(alias)), ..self }
    }

    /// Whether a URL has the same host as this server.
    pub fn has_same_host(&self, url: &str) -> bool {
        split_url(url)
            .is_some_and(|(_, rest)| host(authority(rest)).eq_ignore_ascii_case(host(&self.authority)))
    }

    /// The part of a server path below this address's path; `None` if the path is not below it.
    pub fn strip_path<'p>(&self, path: &'p str) -> Option<&'p str> {
        let own = path.strip_prefix(&self.path);
        own.or_else(|| self.alias.as_ref().and_then(|alias| alias.strip_path(path)))
    }

    /// Whether this is a web server.
    pub fn is_web(&self) -> bool {
        matches!(self.scheme.as_str(), "http" | "https")
    }

    /// Whether transfers from this server are unencrypted.
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

/// The authority at the start of a URL without its scheme: `user:password@host:port`.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The host in an authority.
fn host(authority: &str) -> &str {
    authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default()
}

/// Splits `scheme://rest`. The scheme is returned in lowercase.
pub fn split_url(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    Some((scheme.to_ascii_lowercase(), rest))
}

/// Whether phones support a scheme. The scheme must be in lowercase.
pub fn is_phone_scheme(scheme: &str) -> bool {
    matches!(scheme, "http" | "https" | "ftp" | "tftp")
}

/// A URL or URL path without its query and fragment.
pub fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

/// The authority in lowercase, without user info and the scheme's default port.
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

/// The scheme of an absolute URL (or a drive letter), in lowercase.
pub fn scheme(target: &str) -> Option<String> {
    let (scheme, _) = target.split_once(':')?;
    let first = scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
    let rest = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    (first && rest).then(|| scheme.to_ascii_lowercase())
}

/// The URL of a relative target in a file fetched from `base`.
pub fn join_url(base: &str, target: &str) -> String {
    let base = without_query(base);
    let (scheme, rest) = base.split_once("://").unwrap_or(("", base));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let directory = if target.starts_with('/') { "" } else { parent(path) };
    let joined = normal_path(directory, target).unwrap_or_else(|| target.trim_start_matches("../").into());
    format!("{scheme}://{authority}/{joined}")
}

/// An error in an address that phones use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressFault {
    /// Description of the error, phrased to follow the address: `has no scheme`. The text never quotes the
    /// address, which may contain a password.
    pub what: String,
    /// How to correct the error, in the imperative.
    pub help: String,
}

/// Description of the error if an address refers to the local host. On a test bench, this address is correct.
const LOOPBACK: &str = "is the phone itself, not a server";

impl AddressFault {
    /// Whether the address refers to the local host.
    pub fn is_loopback(&self) -> bool {
        self.what == LOOPBACK
    }

    fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into() }
    }
}

/// The first error in an absolute URL that phones download from. Checks the scheme, host, port, and form of
/// the path.
pub fn url_fault(url: &str) -> Option<AddressFault> {
    if let Some(fault) = scheme_fault(url) {
        return Some(fault);
    }
    if url.split("://").count() > 2 && url.contains([',', ';', ' ']) {
        return Some(AddressFault::new("contains several URLs", "write one URL"));
    }
    if url.contains(char::is_whitespace) {
        return Some(AddressFault::new("contains a space", "remove the space, or write `%20`"));
    }
    let Some((scheme, rest)) = split_url(url) else {
        let host = url.trim_start_matches('/');
        let what = if host.is_empty() || url.starts_with('/') {
            "has no scheme and no host"
        } else {
            "has no scheme"
        };
        return Some(AddressFault::new(what, "write a complete URL such as `https://prov.example.com/`"));
    };
    if !is_phone_scheme(&scheme) {
        let near = super::nearest::nearest(&scheme, ["http", "https", "ftp", "tftp"], 2);
        // To people, `htp` and `htps` are closer to `http` and `https` than their edit distances indicate.
        let near = match near {
            Some("ftp" | "tftp") if scheme.starts_with('h') => Some("http"),
            near => near,
        };
        let help =
            near.map_or("use http, https, ftp, or tftp".to_owned(), |near| format!("write `{near}://`"));
        return Some(AddressFault::new("has a scheme that phones do not support", help));
    }
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    authority_fault(authority).or_else(|| path_fault(path))
}

/// The error for a wrong separator after the scheme: `http:/h`, `http//h`, `http:\\\\h`.
pub fn scheme_fault(url: &str) -> Option<AddressFault> {
    let lower = url.to_ascii_lowercase();
    let scheme = ["https", "http", "tftp", "ftp"].into_iter().find(|scheme| lower.starts_with(scheme))?;
    let rest = &lower[scheme.len()..];
    let separator = &rest[..rest.len() - rest.trim_start_matches([':', ';', '/', '\\']).len()];
    let is_intended = separator.len() > 1 || separator == ":";
    (is_intended && !separator.starts_with("://")).then(|| {
        AddressFault::new(
            format!("has `{separator}` after `{scheme}`"),
            format!("write `{scheme}://` before the host"),
        )
    })
}

/// The first error in `user:password@host:port`.
fn authority_fault(authority: &str) -> Option<AddressFault> {
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let is_bare_ipv6 = !place.starts_with('[') && place.matches(':').count() > 1;
    if is_bare_ipv6 {
        return Some(AddressFault::new(
            "contains an IPv6 address without brackets",
            "write brackets around the IPv6 address",
        ));
    }
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or((rest, "")),
        None => place.split_at(place.find(':').unwrap_or(place.len())),
    };
    if host.is_empty() {
        return Some(AddressFault::new("has no host", "write the server's name or address"));
    }
    if let Some(port) = port.strip_prefix(':')
        && !port.parse::<u16>().is_ok_and(|port| port > 0)
    {
        return Some(AddressFault::new("has an invalid port", "write a port from 1 to 65535"));
    }
    host_fault(host)
}

/// The first error in a host name or an IP address.
pub fn host_fault(host: &str) -> Option<AddressFault> {
    let lower = host.trim_end_matches('.').to_ascii_lowercase();
    if let Some((scheme, _)) =
        lower.split_once(':').filter(|(scheme, _)| matches!(*scheme, "sip" | "sips" | "http" | "https"))
    {
        let what = format!("contains the scheme `{scheme}:`, but only a host is valid here");
        return Some(AddressFault::new(what, "write only the server's name or address"));
    }
    if lower.starts_with('<') || lower.ends_with('>') {
        return Some(AddressFault::new("contains `<` or `>`", "write only the host, without `<` and `>`"));
    }
    let name = lower
        .rsplit_once(':')
        .filter(|(name, port)| !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()));
    if name.is_some() {
        return Some(AddressFault::new(
            "contains a port",
            "write only the host, and set the port in its own parameter",
        ));
    }
    if let Some(fault) = typing_fault(host) {
        return Some(fault);
    }
    if !lower.is_ascii() {
        return Some(AddressFault::new(
            "contains a letter that is not ASCII",
            "write the host name in its ASCII form, which begins with `xn--`",
        ));
    }
    let is_numeric = lower.contains('.') && lower.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_numeric && lower.split('.').count() == 4 && lower.split('.').any(|part| part.parse::<u8>().is_err())
    {
        return Some(AddressFault::new("is not a valid IPv4 address", "write four numbers from 0 to 255"));
    }
    if is_numeric && lower.starts_with("169.254.") {
        return Some(AddressFault::new(
            "is a link-local address, which a device assigns to itself without DHCP",
            "write the address at which phones reach the server",
        ));
    }
    let is_loopback = matches!(lower.as_str(), "localhost" | "::1" | "0.0.0.0" | "::")
        || lower.ends_with(".localhost")
        || (is_numeric && lower.starts_with("127."));
    if is_loopback {
        return Some(AddressFault::new(LOOPBACK, "write the address at which phones reach the server"));
    }
    let is_example = lower.starts_with("your.") || lower.starts_with("your-") || lower.contains("yourdomain");
    is_example.then(|| AddressFault::new("is an example name", "write your server's name or address"))
}

/// The error for a wrong character in a host name or an IPv4 address: a comma instead of a dot, or a letter
/// instead of a digit.
pub fn typing_fault(host: &str) -> Option<AddressFault> {
    if let Some((before, after)) = host.split_once(',') {
        let is_list = before.contains('.') && after.contains('.') && after.parse::<f64>().is_err()
            || host.contains(", ");
        return Some(if is_list {
            AddressFault::new("contains several addresses", "write one address")
        } else {
            AddressFault::new("contains a comma", "write a dot in place of the comma")
        });
    }
    let parts: Vec<&str> = host.split('.').collect();
    let numbers = parts.iter().filter(|part| is_digits(part)).count();
    let last = parts.last()?;
    // The last part of a host name begins with a letter and has at least two characters.
    let is_ipv4 = parts.len() == 4
        && (2..4).contains(&numbers)
        && (last.starts_with(|c: char| c.is_ascii_digit()) || last.len() == 1);
    let letter = host.chars().find(|c| c.is_alphabetic()).filter(|_| is_ipv4)?;
    let digits = host.replace(['o', 'O'], "0").replace(['l', 'I', 'i'], "1");
    let help = match digits.parse::<std::net::Ipv4Addr>() {
        Ok(_) => {
            format!("write `{}` in place of `{letter}`", i32::from(!matches!(letter, 'o' | 'O')))
        }
        Err(_) => "write four numbers from 0 to 255".to_owned(),
    };
    Some(AddressFault::new(format!("contains the letter `{letter}` in an IPv4 address"), help))
}

/// The first error in the path of a URL.
fn path_fault(path: &str) -> Option<AddressFault> {
    let file = without_query(path);
    if file.contains("//") {
        return Some(AddressFault::new("contains `//` in its path", "write one slash"));
    }
    None
}

/// The first error in a provisioning URL. In addition to [`url_fault`], checks that phones can append file
/// names to the URL.
pub fn provisioning_fault(url: &str) -> Option<AddressFault> {
    if let Some(fault) = url_fault(url) {
        return Some(fault);
    }
    if url.contains('$') {
        return Some(AddressFault::new(
            "contains a macro, which the phone may not replace here",
            "write the directory's URL: the phone appends the names of its files",
        ));
    }
    let lower = without_query(url).to_ascii_lowercase();
    (lower.ends_with(".boot") || lower.ends_with(".cfg")).then(|| {
        AddressFault::new(
            "names a file: the phone probably does not request its other files",
            "write the directory's URL: the phone appends the names of its files",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_phones_cannot_reach_have_a_fault() {
        for (url, what) in [
            ("/", "no scheme and no host"),
            ("prov.example.com/p", "no scheme"),
            ("htp://10.20.0.92/", "scheme"),
            ("http://10.20.0.92 /p/", "space"),
            ("https://h/app/?mac=$1", "macro"),
            ("https://h/p/$MAC.boot", "macro"),
            ("http://h/y000000000000.boot", "names a file"),
            ("http://localhost/p/", "phone itself"),
            ("http://127.0.0.1/", "phone itself"),
            ("http://admin.localhost/", "phone itself"),
            ("http://p.example.com:99999/", "port"),
            ("http://p:/", "port"),
            ("http://10.0.0.256/", "IPv4"),
            ("http://2001:db8::1/", "brackets"),
            ("http://b\u{fc}cher.example/", "ASCII"),
            ("http://a/,http://b/", "several"),
            ("http://h//p/", "`//`"),
            ("https://your.domain/p", "example name"),
            ("http:///p", "no host"),
            ("http:/h/p", "has `:/` after `http`"),
            ("HTTPS//h/p", "has `//` after `https`"),
            ("http:h", "has `:` after `http`"),
            ("http://192.168.1.1O/", "letter `O`"),
            ("http://h,de/", "comma"),
        ] {
            let fault = provisioning_fault(url);
            assert!(fault.as_ref().is_some_and(|fault| fault.what.contains(what)), "{url}: {fault:?}");
        }
        for url in [
            "http://10.2.11.101:8088/ProvisioningDir",
            "tftp://10.20.0.92/",
            "ftp://user:pass@10.3.6.234/",
            "https://prov.example.com/p/",
            "http://[2001:db8::1]:8080/",
            "http://prov/",
            "http://http/p/",
        ] {
            assert_eq!(provisioning_fault(url), None, "{url}");
        }
    }

    #[test]
    fn hosts_have_no_scheme_and_no_port() {
        for (host, what) in [
            ("pbx.example.com:5080", "contains a port"),
            ("sip:pbx.example.com", "scheme `sip:`"),
            ("https://pbx.example.com", "scheme `https:`"),
            ("localhost", "phone itself"),
            ("10.0.0.256", "IPv4"),
            ("192.168.1.1O", "letter `O`"),
            ("l0.0.0.1", "letter `l`"),
            ("10.0.0.5a", "letter `a`"),
            ("169.254.1.1", "link-local"),
            ("10.0.0,5", "comma"),
            ("host,de", "comma"),
            ("a.example,b.example", "several addresses"),
        ] {
            let fault = host_fault(host);
            assert!(fault.as_ref().is_some_and(|fault| fault.what.contains(what)), "{host}: {fault:?}");
        }
        for host in [
            "pbx.example.com",
            "10.0.0.1",
            "2001:db8::1",
            "pbx",
            "pbx.example.com.",
            "10.0.0.io",
            "1.2.example.com",
            "ftp.h",
            "169.example.com",
        ] {
            assert_eq!(host_fault(host), None, "{host}");
        }
    }
}
