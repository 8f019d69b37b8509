//! http and https.

use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::sync::{Mutex, PoisonError};

use reqwest::header::{AUTHORIZATION, HeaderValue, LOCATION, WWW_AUTHENTICATE};
use reqwest::{StatusCode, Url};

use super::common::{ClientOptions, ResponseFlag, cause, is_certificate};
use super::credentials::{Login, is_same_server};
use crate::net::Error;
use crate::net::digest::{self, Challenge};

const MOST_REDIRECTS: usize = 5;

/// A client that stores how each server authenticates.
#[derive(Debug)]
pub struct Client {
    inner: reqwest::blocking::Client,
    /// The authentication of each server that requires one.
    asked: Mutex<Vec<(Url, Asked)>>,
    responded: ResponseFlag,
}

/// The authentication that a server requires.
#[derive(Clone, Debug)]
enum Asked {
    /// Basic: the password itself is sent.
    Basic,
    /// Digest: the challenge, and the number of its uses so far.
    Digest(Challenge, u32),
}

/// The response to one request.
enum Said {
    File(Vec<u8>),
    Elsewhere(Url),
    WhoAreYou(Option<Asked>),
}

impl Client {
    /// A client that has sent no request.
    pub fn new(
        manner: &ClientOptions,
        tls: rustls::ClientConfig,
        responded: ResponseFlag,
    ) -> Result<Self, Error> {
        let agent = HeaderValue::from_str(&manner.user_agent).map_err(|_| Error::UserAgent)?;
        let client = reqwest::blocking::Client::builder()
            .user_agent(agent)
            .connect_timeout(manner.timeouts.connect)
            .timeout(manner.timeouts.whole)
            .redirect(reqwest::redirect::Policy::none())
            .tls_backend_preconfigured(tls)
            .build();
        Ok(Self {
            inner: client.map_err(|error| Error::Tls(cause(&error)))?,
            asked: Mutex::default(),
            responded,
        })
    }

    /// Reads a file of at most `limit` bytes. The login is sent to the server of `url` only, even after
    /// redirects.
    pub fn get(&self, url: &Url, login: Option<&Login>, limit: u64) -> Result<Vec<u8>, Error> {
        let mut at = url.clone();
        // If the URL contained a user, the library would send the password without a challenge.
        let _ = (at.set_username(""), at.set_password(None));
        at.set_fragment(None);
        for _ in 0..=MOST_REDIRECTS {
            let own = login.filter(|_| is_same_server(url, &at));
            match self.ask(&at, own, limit)? {
                Said::File(bytes) => return Ok(bytes),
                Said::WhoAreYou(_) => return Err(refusal(own.is_some())),
                Said::Elsewhere(next)
                    if at.scheme() == "https" && next.scheme() == "http" && login.is_some() =>
                {
                    return Err(Error::RedirectToPlainHttp);
                }
                Said::Elsewhere(next) => at = next,
            }
        }
        Err(Error::TooManyRedirects)
    }

    /// Requests a file from one server, with the known authentication or else without a login, and
    /// answers its challenge.
    fn ask(&self, url: &Url, login: Option<&Login>, limit: u64) -> Result<Said, Error> {
        let mut known = login.and_then(|_| self.known(url));
        let mut said = self.once(url, login.zip(known.as_ref()), limit)?;
        // Twice, because the stored challenge and the nonce of a new one may both have expired.
        for round in 0..2 {
            let (Said::WhoAreYou(Some(asked)), Some(_)) = (&said, login) else { break };
            // A login that the server rejected is not sent again.
            let is_new = match (&known, asked) {
                (None, _) | (Some(Asked::Basic), Asked::Digest(..)) => true,
                (Some(Asked::Digest(..)), Asked::Digest(challenge, _)) => challenge.stale || round == 0,
                (Some(_), Asked::Basic) => false,
            };
            if !is_new {
                break;
            }
            self.keep(url, asked.clone());
            known = self.known(url);
            said = self.once(url, login.zip(known.as_ref()), limit)?;
        }
        Ok(said)
    }

    fn keep(&self, url: &Url, asked: Asked) {
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|(server, _)| !is_same_server(server, url));
        all.push((url.clone(), asked));
    }

    /// The authentication that a server requires. Counts one more use of its nonce.
    fn known(&self, url: &Url) -> Option<Asked> {
        let mut all = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, asked) = all.iter_mut().find(|(server, _)| is_same_server(server, url))?;
        if let Asked::Digest(_, count) = asked {
            *count += 1;
        }
        Some(asked.clone())
    }

    /// Sends one request. Repeats it once if the connection breaks, because servers close idle
    /// connections.
    fn once(&self, url: &Url, login: Option<(&Login, &Asked)>, limit: u64) -> Result<Said, Error> {
        match self.send(url, login, limit) {
            Err(Broken::Once(_)) => self.send(url, login, limit).map_err(Broken::into_error),
            said => said.map_err(Broken::into_error),
        }
    }

    fn send(&self, url: &Url, login: Option<(&Login, &Asked)>, limit: u64) -> Result<Said, Broken> {
        let mut request = self.inner.get(url.clone());
        request = match login {
            Some((login, Asked::Basic)) => request.basic_auth(&login.user, Some(&login.password)),
            Some((login, Asked::Digest(challenge, count))) => {
                request.header(AUTHORIZATION, answer(challenge, login, url, *count))
            }
            None => request,
        };
        // The URL may contain a password, and errors of the library include the URL.
        let answer = request.send().map_err(|error| Broken::by(&error.without_url()))?;
        self.responded.set();
        let status = answer.status();
        if status == StatusCode::UNAUTHORIZED {
            let headers = answer.headers().get_all(WWW_AUTHENTICATE);
            let headers: Vec<&str> = headers.iter().filter_map(|header| header.to_str().ok()).collect();
            return Ok(Said::WhoAreYou(asked(&headers.join(", "))));
        }
        let location = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        match (status, location) {
            (StatusCode::NOT_FOUND | StatusCode::GONE, _) => Err(Broken::For(Error::Missing)),
            (status, Some(location)) if status.is_redirection() => {
                let next = url.join(location).ok().filter(|next| matches!(next.scheme(), "http" | "https"));
                next.map(Said::Elsewhere).ok_or(Broken::For(Error::RedirectToOtherScheme))
            }
            (StatusCode::OK, _) => read(answer, limit).map(Said::File),
            _ => Err(Broken::For(Error::HttpStatus(status))),
        }
    }
}

/// Reads the body of a response.
fn read(answer: reqwest::blocking::Response, limit: u64) -> Result<Vec<u8>, Broken> {
    if answer.content_length().is_some_and(|length| length > limit) {
        return Err(Broken::For(Error::TooLarge(limit)));
    }
    let mut text = Vec::new();
    match answer.take(limit + 1).read_to_end(&mut text) {
        Err(error) => Err(Broken::Once(Error::Incomplete(cause(&error)))),
        Ok(_) if text.len() as u64 > limit => Err(Broken::For(Error::TooLarge(limit))),
        Ok(_) => Ok(text),
    }
}

/// A failed request.
enum Broken {
    /// The connection broke. The request may succeed when it is repeated.
    Once(Error),
    /// Any other reason: the request would fail again.
    For(Error),
}

impl Broken {
    fn by(error: &reqwest::Error) -> Self {
        match (error.is_timeout(), error.is_connect()) {
            (true, _) => Self::For(Error::Timeout),
            (_, true) if is_certificate(error) => Self::For(Error::Certificate(cause(error))),
            (_, true) => Self::For(Error::Unreachable(cause(error))),
            _ => Self::Once(Error::ConnectionLost(cause(error))),
        }
    }

    fn into_error(self) -> Error {
        match self {
            Self::Once(error) | Self::For(error) => error,
        }
    }
}

fn refusal(has_login: bool) -> Error {
    if has_login { Error::LoginRefused } else { Error::LoginRequired }
}

/// The authentication that a `WWW-Authenticate` header requests. Digest precedes Basic, which would
/// send the password itself.
fn asked(header: &str) -> Option<Asked> {
    let digest = Challenge::read(header).into_iter().next().map(|challenge| Asked::Digest(challenge, 0));
    digest.or_else(|| digest::offers_basic(header).then_some(Asked::Basic))
}

fn answer(challenge: &Challenge, login: &Login, url: &Url, count: u32) -> String {
    let uri = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    // The hash keys of std are random numbers of the system.
    let cnonce = format!("{:016x}", RandomState::new().hash_one(count));
    challenge.authorize((&login.user, &login.password), ("GET", &uri), count, &cnonce).write()
}
