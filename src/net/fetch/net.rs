//! Servers: one function over HTTP, HTTPS, FTP, FTPS and TFTP. A missing file is [`Error::Missing`] for each of them.

use reqwest::Url;

use super::common::{ClientOptions, ResponseFlag, parse};
use super::credentials::Logins;
use super::http::Redirect;
use super::{ftp, http, tftp};
use crate::net::{Error, tls};
use crate::text::listing::Entry;

/// Clients of every transport. They connect at the first request.
#[derive(Debug)]
pub struct Net {
    options: ClientOptions,
    logins: Logins,
    http: http::Client,
    ftp: ftp::Client,
    responded: ResponseFlag,
}

/// The result of a request for a file.
#[derive(Clone, Debug)]
pub struct Download {
    /// The content, or the error.
    pub bytes: Result<Vec<u8>, Error>,
    /// The redirects that led there, in order.
    pub redirects: Vec<Redirect>,
}

impl Net {
    /// Creates clients. Reads the environment and netrc.
    ///
    /// # Errors
    /// TLS or HTTP cannot be set up.
    pub fn new(options: ClientOptions) -> Result<Self, Error> {
        let tls = tls::config(options.insecure)?;
        let logins = Logins::from_environment(options.named.as_ref());
        let responded = ResponseFlag::default();
        let http = http::Client::new(&options, tls.clone(), responded.clone())?;
        let ftp = ftp::Client::new(options.timeouts, tls, responded.clone());
        Ok(Self { options, logins, http, ftp, responded })
    }

    /// Changes the `User-Agent` of later HTTP requests.
    ///
    /// # Errors
    /// It cannot be the value of a header.
    pub fn set_user_agent(&self, user_agent: &str) -> Result<(), Error> {
        self.http.set_user_agent(user_agent)
    }

    /// Reads the file at a URL, at most `limit` bytes.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn get(&self, url: &str, limit: u64) -> Result<Vec<u8>, Error> {
        self.download(url, limit).bytes
    }

    /// Reads the file at a URL, at most `limit` bytes, and returns the redirects too.
    pub fn download(&self, url: &str, limit: u64) -> Download {
        let mut redirects = Vec::new();
        let bytes = parse(url).and_then(|url| {
            let login = self.logins.login_for(&url);
            match url.scheme() {
                "http" | "https" => self.http.get(&url, login.as_ref(), limit, &mut redirects),
                "ftp" | "ftps" => self.ftp.get(&url, login, limit),
                _ => tftp::get(&url, limit, &self.options.timeouts, &self.responded),
            }
        });
        Download { bytes, redirects }
    }

    /// Lists the files below a directory, with paths relative to it; `None` if the server provides no listing.
    ///
    /// # Errors
    /// The listing exceeds a limit, or the server cannot be reached.
    pub fn list(&self, url: &Url) -> Result<Option<Vec<Entry>>, Error> {
        match url.scheme() {
            "ftp" | "ftps" => self.ftp.list(url, self.logins.login_for(url)),
            _ => Ok(None),
        }
    }

    /// Whether any server has responded so far.
    pub fn has_responded(&self) -> bool {
        self.responded.is_set()
    }
}
