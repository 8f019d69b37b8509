//! Servers: one function over http, https, ftp, ftps and tftp. A missing file is *missing*, whatever the transport;
//! anything else that goes wrong is *failed*.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use reqwest::Url;

use super::credentials::Logins;
use super::{ftp, http, tftp};
use crate::net::tls;
use crate::net::{Error, UrlFault};
use crate::text::listing::Entry;

/// How servers are asked.
#[derive(Clone, Debug)]
pub struct Manner {
    /// The `User-Agent` of http.
    pub user_agent: String,
    /// Whether certificates that nobody vouches for are taken.
    pub insecure: bool,
    /// The server that the user named: what the environment says of a user is for this one only.
    pub named: Option<Url>,
    /// How long is waited.
    pub patience: Patience,
}

/// How long is waited.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// For the next sign of life.
    pub answer: Duration,
    /// For a whole file.
    pub whole: Duration,
    /// Before a packet of TFTP is sent again the first time; each time after that twice as long.
    pub packet: Duration,
}

impl Default for Patience {
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

impl Default for Manner {
    fn default() -> Self {
        Self {
            user_agent: concat!("fvprov/", env!("CARGO_PKG_VERSION")).into(),
            insecure: false,
            named: None,
            patience: Patience::default(),
        }
    }
}

/// The schemes that are spoken; phones know all but `ftps`.
pub const SCHEMES: [&str; 5] = ["http", "https", "ftp", "ftps", "tftp"];

/// Clients of every transport; each connects when it is first asked.
#[derive(Debug)]
pub struct Net {
    manner: Manner,
    logins: Logins,
    http: http::Client,
    ftp: ftp::Client,
    heard: Heard,
}

/// Whether any server gave any answer.
#[derive(Clone, Debug, Default)]
pub struct Heard(Arc<AtomicBool>);

impl Heard {
    /// Something was heard.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Net {
    /// Clients that ask in this manner. The environment and netrc are read now.
    ///
    /// # Errors
    /// TLS or http cannot be set up.
    pub fn new(manner: Manner) -> Result<Self, Error> {
        let tls = tls::config(manner.insecure)?;
        let logins = Logins::from_environment(manner.named.as_ref());
        let heard = Heard::default();
        let http = http::Client::new(&manner, tls.clone(), heard.clone())?;
        let ftp = ftp::Client::new(manner.patience, tls, heard.clone());
        Ok(Self { manner, logins, http, ftp, heard })
    }

    /// Reads what stands behind a URL, at most `limit` bytes.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn get(&self, url: &str, limit: u64) -> Result<Vec<u8>, Error> {
        let url = parse(url)?;
        let login = self.logins.of(&url);
        match url.scheme() {
            "http" | "https" => self.http.get(&url, login.as_ref(), limit),
            "ftp" | "ftps" => self.ftp.get(&url, login, limit),
            _ => tftp::get(&url, limit, self.manner.patience, &self.heard),
        }
    }

    /// Lists the files below a directory, by their paths from there; none where the server gives no list.
    pub fn list(&self, url: &Url) -> Option<Vec<Entry>> {
        let login = self.logins.of(url);
        matches!(url.scheme(), "ftp" | "ftps").then(|| self.ftp.list(url, login))?
    }

    /// Whether any server gave any answer so far.
    pub fn was_answered(&self) -> bool {
        self.heard.0.load(Ordering::Relaxed)
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
