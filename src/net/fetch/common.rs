//! What the clients of all transports share: how they ask and how long they wait, names and addresses, and the causes
//! of errors.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use crate::net::{Error, UrlFault};

/// How servers are asked.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// The `User-Agent` of http.
    pub user_agent: String,
    /// Whether certificates that nobody vouches for are taken.
    pub insecure: bool,
    /// The server that the user named: what the environment says of a user is for this one only.
    pub named: Option<Url>,
    /// How long is waited.
    pub timeouts: Timeouts,
}

/// How long is waited.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// For a connection.
    pub connect: Duration,
    /// For the next sign of life.
    pub answer: Duration,
    /// For a whole file.
    pub whole: Duration,
    /// Before a packet of TFTP is sent again the first time; each time after that twice as long.
    pub packet: Duration,
}

impl Default for Timeouts {
    /// More than a phone waits.
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

/// The schemes that are spoken; phones know all but `ftps`.
pub const SCHEMES: [&str; 5] = ["http", "https", "ftp", "ftps", "tftp"];

/// Whether any server gave any answer.
#[derive(Clone, Debug, Default)]
pub struct ResponseFlag(Arc<AtomicBool>);

impl ResponseFlag {
    /// Something was responded.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether anything was responded.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Reads a URL of [`SCHEMES`]; blanks in it are percent-encoded.
///
/// # Errors
/// What is wrong with it.
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

/// The host and port that a URL leads to.
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

/// The path of a URL as a name that ftp and tftp ask for: decoded, without the slash at its beginning.
///
/// # Errors
/// A name that would be more than a name in a command of these protocols.
pub fn plain_path(url: &Url) -> Result<String, Error> {
    let path = percent_decode_str(url.path().strip_prefix('/').unwrap_or(url.path())).decode_utf8_lossy();
    if path.contains(|c: char| c.is_control()) {
        return Err(Error::ControlCharacter);
    }
    Ok(path.into_owned())
}

type AnyError = dyn std::error::Error + 'static;

/// An error and the causes behind it. An I/O error may contain one that it does not name as its source.
fn causes(error: &AnyError) -> impl Iterator<Item = &AnyError> {
    std::iter::successors(Some(error), |error| match error.downcast_ref::<std::io::Error>() {
        Some(error) => error.get_ref().map(|inner| inner as &AnyError),
        None => error.source(),
    })
}

/// The cause behind an error: what stands before it says where in the client it came up.
pub fn cause(error: &AnyError) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// Whether an error is that a certificate is not trusted.
pub fn is_certificate(error: &AnyError) -> bool {
    use rustls::Error::InvalidCertificate;
    causes(error).any(|cause| matches!(cause.downcast_ref(), Some(InvalidCertificate(_))))
}

/// The addresses of a host.
///
/// # Errors
/// It has none.
pub fn addresses(host: &str, port: u16) -> Result<Vec<std::net::SocketAddr>, Error> {
    use std::net::ToSocketAddrs;
    let found = (host, port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(Error::HostWithoutAddress(host.to_owned())),
        Err(error) => Err(Error::HostUnknown { host: host.to_owned(), reason: error.to_string() }),
    }
}
