//! Servers: one function over http, https, ftp, ftps and tftp. A missing file is *missing*, whatever the transport;
//! anything else that goes wrong is another error.

use reqwest::Url;

use super::common::{ClientOptions, ResponseFlag, parse};
use super::credentials::Logins;
use super::{ftp, http, tftp};
use crate::net::{Error, tls};
use crate::text::listing::Entry;

/// Clients of every transport; each connects when it is first asked.
#[derive(Debug)]
pub struct Net {
    manner: ClientOptions,
    logins: Logins,
    http: http::Client,
    ftp: ftp::Client,
    responded: ResponseFlag,
}

impl Net {
    /// Clients that ask in this manner. The environment and netrc are read now.
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
            _ => tftp::get(&url, limit, self.manner.timeouts, &self.responded),
        }
    }

    /// Lists the files below a directory, by their paths from there; none where the server gives no list.
    pub fn list(&self, url: &Url) -> Option<Vec<Entry>> {
        let login = self.logins.of(url);
        matches!(url.scheme(), "ftp" | "ftps").then(|| self.ftp.list(url, login))?
    }

    /// Whether any server gave any answer so far.
    pub fn has_responded(&self) -> bool {
        self.responded.is_set()
    }
}
