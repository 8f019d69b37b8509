//! Data and functions shared by the clients for all transports: options, timeouts, URLs, and the causes of
//! errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::net::{Error, UrlFault};

/// Options for a client.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The `User-Agent` header for HTTP requests.
    pub user_agent: String,
    /// Whether to accept untrusted certificates.
    pub insecure: bool,
    /// The server that the user named. The login from the environment applies only to this server.
    pub named: Option<Url>,
    /// The timeouts.
    pub timeouts: Timeouts,
}

/// Timeouts for a client. They are longer than a phone's timeouts.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Timeout for establishing a connection.
    pub connect: Duration,
    /// Timeout for receiving the next byte.
    pub response: Duration,
    /// Timeout for the entire transfer of one file, including redirects.
    pub total: Duration,
    /// Timeout for the listing from a server.
    pub listing: Duration,
    /// Timeout for all requests in a run.
    pub run: Duration,
    /// Time until a TFTP packet is retransmitted for the first time; the interval doubles after each
    /// retransmission.
    pub retransmit: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            response: Duration::from_secs(15),
            total: Duration::from_secs(60),
            listing: Duration::from_secs(180),
            run: Duration::from_secs(600),
            retransmit: Duration::from_millis(500),
        }
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            user_agent: concat!("fvprov/", env!("CARGO_PKG_VERSION")).into(),
            insecure: false,
            named: None,
            timeouts: Timeouts::default(),
        }
    }
}

impl Timeouts {
    /// Timeouts for an exchange of this duration, from `FVPROV_TIMEOUT`.
    pub fn for_total(total: Duration) -> Self {
        let default = Self::default();
        Self {
            connect: default.connect.min(total),
            response: default.response.min(total),
            total,
            listing: total * 3,
            run: total * 10,
            retransmit: default.retransmit,
        }
    }
}

/// The supported schemes. Phones support all of them except `ftps`.
pub const SCHEMES: [&str; 5] = ["http", "https", "ftp", "ftps", "tftp"];

/// Whether any server has responded.
#[derive(Clone, Debug, Default)]
pub struct ResponseFlag(Arc<AtomicBool>);

impl ResponseFlag {
    /// Records a response.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether a server has responded.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Parses a URL with a scheme in [`SCHEMES`]. Spaces are percent-encoded.
///
/// # Errors
/// The URL cannot be requested.
pub fn parse(url: &str) -> Result<Url, Error> {
    let fault = match Url::parse(url) {
        Err(_) => UrlFault::Malformed,
        Ok(parsed) if !SCHEMES.contains(&parsed.scheme()) => UrlFault::Scheme,
        Ok(parsed) if parsed.host_str().is_none_or(str::is_empty) => UrlFault::NoHost,
        Ok(parsed) => return Ok(parsed),
    };
    Err(Error::Url { url: url.to_owned(), fault })
}

/// The host and port of a URL.
pub fn authority(url: &Url) -> (String, u16) {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let default = match url.scheme() {
        "https" => 443,
        "http" => 80,
        "tftp" => crate::net::tftp::PORT,
        _ => 21,
    };
    (host.to_owned(), url.port().unwrap_or(default))
}

/// A URL for display, without the user name, the password and a trailing slash.
pub fn display_url(url: &Url) -> String {
    let path = percent_decode_str(url.path()).decode_utf8_lossy();
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let text = format!("{}://{}{port}{path}", url.scheme(), url.host_str().unwrap_or_default());
    text.trim_end_matches('/').to_owned()
}

/// The path of a URL as a file name for FTP and TFTP: decoded, without the leading slash. If a second slash
/// follows, the name is absolute (RFC 3617).
///
/// # Errors
/// The path contains control characters, which could form a second command.
pub fn plain_path(url: &Url) -> Result<String, Error> {
    let path = percent_decode_str(url.path().strip_prefix('/').unwrap_or(url.path())).decode_utf8_lossy();
    if path.contains(|c: char| c.is_control()) {
        return Err(Error::ControlCharacter);
    }
    Ok(path.into_owned())
}

/// The addresses of a host.
///
/// # Errors
/// The host has no address.
pub fn addresses(host: &str, port: u16) -> Result<Vec<std::net::SocketAddr>, Error> {
    use std::net::ToSocketAddrs;
    let found = (host, port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(Error::HostWithoutAddress(host.to_owned())),
        Err(error) => Err(Error::HostUnknown { host: host.to_owned(), reason: error.to_string() }),
    }
}
