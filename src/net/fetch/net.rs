//! Downloads files from servers over HTTP, HTTPS, FTP, FTPS and TFTP. For every protocol, a missing file is
//! [`Error::Missing`].

use std::sync::OnceLock;
use std::time::Duration;

use reqwest::Url;

use super::common::{ClientOptions, ResponseFlag, Timeouts, parse};
use super::credentials::Logins;
use super::deadline::Deadline;
use super::http::Redirect;
use super::{ftp, http, tftp};
use crate::net::{Error, tls};
use crate::text::listing::Entry;

/// The clients for all transports. Each client connects on its first request.
#[derive(Debug)]
pub struct Net {
    options: ClientOptions,
    logins: Logins,
    http: http::Client,
    ftp: ftp::Client,
    responded: ResponseFlag,
    /// The deadline for all requests, counted from the first one.
    run: OnceLock<Deadline>,
}

/// The result of a request for a file.
#[derive(Clone, Debug)]
pub struct Download {
    /// The content, or the error.
    pub bytes: Result<Vec<u8>, Error>,
    /// The redirects that led to the content or the error, in order.
    pub redirects: Vec<Redirect>,
}

impl Net {
    /// Creates clients. Reads the environment and netrc. `FVPROV_TIMEOUT` is the timeout for an exchange in seconds.
    ///
    /// # Errors
    /// TLS or HTTP cannot be set up.
    pub fn new(mut options: ClientOptions) -> Result<Self, Error> {
        if let Some(total) = timeout_of_environment() {
            options.timeouts = Timeouts::for_total(total);
        }
        let tls = tls::config(options.insecure)?;
        let logins = Logins::from_environment(options.named.as_ref());
        let responded = ResponseFlag::default();
        let http = http::Client::new(&options, tls.clone(), responded.clone())?;
        let ftp = ftp::Client::new(options.timeouts, tls, responded.clone());
        Ok(Self { options, logins, http, ftp, responded, run: OnceLock::new() })
    }

    /// Changes the `User-Agent` of later HTTP requests.
    ///
    /// # Errors
    /// The text is not valid as a header value.
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

    /// Reads the file at a URL, at most `limit` bytes. Also returns the redirects.
    pub fn download(&self, url: &str, limit: u64) -> Download {
        let mut redirects = Vec::new();
        let deadline = self.deadline(self.options.timeouts.total);
        let bytes = parse(url).and_then(|url| {
            let login = self.logins.login_for(&url);
            match url.scheme() {
                "http" | "https" => self.http.get(&url, login.as_ref(), limit, deadline, &mut redirects),
                "ftp" | "ftps" => self.ftp.get(&url, login, limit, deadline),
                _ => tftp::get(&url, limit, self.options.timeouts.retransmit, deadline, &self.responded),
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
            "ftp" | "ftps" => {
                let deadline = self.deadline(self.options.timeouts.listing);
                self.ftp.list(url, self.logins.login_for(url), deadline)
            }
            _ => Ok(None),
        }
    }

    /// The deadline for an exchange with this maximum duration.
    fn deadline(&self, duration: Duration) -> Deadline {
        let run = self.run.get_or_init(|| Deadline::after(self.options.timeouts.run));
        Deadline::after(duration).earlier(*run)
    }

    /// Whether any server has responded so far.
    pub fn has_responded(&self) -> bool {
        self.responded.is_set()
    }
}

fn timeout_of_environment() -> Option<Duration> {
    let seconds = std::env::var("FVPROV_TIMEOUT").ok()?.trim().parse().ok();
    seconds.filter(|seconds| (1..=3600).contains(seconds)).map(Duration::from_secs)
}
