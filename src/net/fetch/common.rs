//! Shared parts of the clients for all transports: options, timeouts, addresses, and the causes of
//! errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::net::{Error, UrlFault};

/// Options of the clients.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The `User-Agent` of http.
    pub user_agent: String,
    /// Whether untrusted certificates are accepted.
    pub insecure: bool,
    /// The server that the user named. `FVPROV_USER` and `FVPROV_PASSWORD` apply to this server only.
    pub named: Option<Url>,
    /// Timeouts.
    pub timeouts: Timeouts,
}

/// Timeouts of the clients.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// Timeout for establishing a connection.
    pub connect: Duration,
    /// Timeout for the next response or packet.
    pub answer: Duration,
    /// Timeout for a complete file.
    pub whole: Duration,
    /// Time until a TFTP packet is retransmitted. It doubles with each retransmission.
    pub packet: Duration,
}

impl Default for Timeouts {
    /// Longer than the timeouts of a phone.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(15),
            whole: Duration::from_secs(60),
            packet: Duration::from_millis(500),
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

    /// Whether a response was recorded.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Parses a URL with one of [`SCHEMES`]. Spaces in it are percent-encoded.
///
/// # Errors
/// The URL cannot be requested.
pub fn parse(url: &str) -> Result<Url, Error> {
    let refused = |fault| Err(Error::Url { url: url.to_owned(), fault });
    let Ok(parsed) = Url::parse(url) else { return refused(UrlFault::Malformed) };
    if !SCHEMES.contains(&parsed.scheme()) {
        return refused(UrlFault::Scheme);
    }
    if parsed.host_str().is_none_or(str::is_empty) {
        return refused(UrlFault::NoHost);
    }
    Ok(parsed)
}

/// The host and port of a URL; the default port of the scheme if the URL contains none.
pub fn authority(url: &Url) -> (String, u16) {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let standard = match url.scheme() {
        "https" => 443,
        "http" => 80,
        "tftp" => crate::net::tftp::PORT,
        _ => 21,
    };
    (host.to_owned(), url.port().unwrap_or(standard))
}

/// The path of a URL as a file name for ftp and tftp: percent-decoded, without the leading slash.
///
/// # Errors
/// The name contains a control character, which could end a command of these protocols.
pub fn plain_path(url: &Url) -> Result<String, Error> {
    let path = percent_decode_str(url.path().strip_prefix('/').unwrap_or(url.path())).decode_utf8_lossy();
    if path.contains(|c: char| c.is_control()) {
        return Err(Error::ControlCharacter);
    }
    Ok(path.into_owned())
}

type AnyError = dyn std::error::Error + 'static;

/// An error and its causes, outermost first. An I/O error may contain another error without returning
/// it as its source.
fn causes(error: &AnyError) -> impl Iterator<Item = &AnyError> {
    std::iter::successors(Some(error), |error| match error.downcast_ref::<std::io::Error>() {
        Some(error) => error.get_ref().map(|inner| inner as &AnyError),
        None => error.source(),
    })
}

/// The innermost cause as text. The outer errors only describe the position in the client.
pub fn cause(error: &AnyError) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// Whether the cause of an error is an untrusted certificate.
pub fn is_certificate(error: &AnyError) -> bool {
    use rustls::Error::InvalidCertificate;
    causes(error).any(|cause| matches!(cause.downcast_ref(), Some(InvalidCertificate(_))))
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
