//! Reads files from servers with http, https, ftp, ftps and tftp. A missing file is [`Error::Missing`]
//! for every transport; all other failures are different errors.

use reqwest::Url;

use super::common::{ClientOptions, ResponseFlag, parse};
use super::credentials::Logins;
use super::{ftp, http, tftp};
use crate::net::{Error, tls};
use crate::text::listing::Entry;

/// Clients for all transports. Each connects at its first request.
#[derive(Debug)]
pub struct Net {
    manner: ClientOptions,
    logins: Logins,
    http: http::Client,
    ftp: ftp::Client,
    responded: ResponseFlag,
}

impl Net {
    /// Clients with these options. Reads the environment and netrc.
    ///
    /// # Errors
    /// TLS or http cannot be set up.
    pub fn new(manner: ClientOptions) -> Result<Self, Error> {
        let tls = tls::config(manner.insecure)?;
        let logins = Logins::from_environment(manner.named.as_ref());
        let responded = ResponseFlag::default();
        let http = http::Client::new(&manner, tls.clone(), responded.clone())?;
        let ftp = ftp::Client::new(manner.timeouts, tls, responded.clone());
        Ok(Self { manner, logins, http, ftp, responded })
    }

    /// Reads the file at a URL, of at most `limit` bytes.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn get(&self, url: &str, limit: u64) -> Result<Vec<u8>, Error> {
        let url = parse(url)?;
        let login = self.logins.of(&url);
        match url.scheme() {
            "http" | "https" => self.http.get(&url, login.as_ref(), limit),
            "ftp" | "ftps" => self.ftp.get(&url, login, limit),
            _ => tftp::get(&url, limit, self.manner.timeouts, &self.responded),
        }
    }

    /// Lists the files below a directory, with paths relative to it; `None` if the server provides no
    /// listing.
    pub fn list(&self, url: &Url) -> Option<Vec<Entry>> {
        let login = self.logins.of(url);
        matches!(url.scheme(), "ftp" | "ftps").then(|| self.ftp.list(url, login))?
    }

    /// Whether any server has responded so far.
    pub fn has_responded(&self) -> bool {
        self.responded.is_set()
    }
}
