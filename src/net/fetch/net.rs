//! Servers: one function over http, https, ftp, ftps and tftp. A missing file is *missing*, whatever the transport;
//! anything else that goes wrong is another error.

use reqwest::Url;

use super::common::{Heard, Manner, parse};
use super::credentials::Logins;
use super::{ftp, http, tftp};
use crate::net::{Error, tls};
use crate::text::listing::Entry;

/// Clients of every transport; each connects when it is first asked.
#[derive(Debug)]
pub struct Net {
    manner: Manner,
    logins: Logins,
    http: http::Client,
    ftp: ftp::Client,
    heard: Heard,
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
        self.heard.is_set()
    }
}
