//! HTTP and HTTPS.

use std::hash::{BuildHasher, RandomState};
use std::io::Read;
use std::mem::ManuallyDrop;
use std::sync::{Mutex, PoisonError};

use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, HeaderValue, LOCATION, USER_AGENT, WWW_AUTHENTICATE};
use reqwest::{StatusCode, Url};

use super::common::{ClientOptions, ResponseFlag, display_url};
use super::credentials::{Login, is_same_server};
use super::deadline::Deadline;
use crate::net::causes::{causes, root_cause};
use crate::net::digest::{self, Challenge};
use crate::net::{Error, tls};

const MOST_REDIRECTS: usize = 5;

/// Maximum number of bytes to read from an error page.
const ERROR_PAGE: u64 = 16 << 10;

/// A client, with the authentication schemes that servers have requested.
#[derive(Debug)]
pub struct Client {
    /// The client is never dropped, because dropping it waits for its thread, which a hostile server can keep
    /// busy.
    inner: ManuallyDrop<reqwest::blocking::Client>,
    user_agent: Mutex<HeaderValue>,
    schemes: Mutex<Vec<(Url, Scheme)>>,
    responded: ResponseFlag,
}

/// A server's authentication scheme.
#[derive(Clone, Debug)]
enum Scheme {
    Basic,
    /// The challenge, and the number of times that it has been used.
    Digest(Challenge, u32),
}

/// A response.
enum Outcome {
    File(Vec<u8>),
    Redirect(StatusCode, Url),
    /// The server requires a login. The value is the scheme, if it is supported.
    Unauthorized(Option<Scheme>),
}

/// A login with its server's authentication scheme.
type Authentication<'a> = Option<(&'a Login, &'a Scheme)>;

/// A redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// Status code, for example 301.
    pub status: u16,
    /// The new URL without user name and password.
    pub url: String,
}

impl Client {
    /// A client that is not connected yet.
    pub fn new(
        options: &ClientOptions,
        tls: rustls::ClientConfig,
        responded: ResponseFlag,
    ) -> Result<Self, Error> {
        let client = reqwest::blocking::Client::builder()
            .connect_timeout(options.timeouts.connect)
            .timeout(options.timeouts.total)
            .redirect(reqwest::redirect::Policy::none())
            .tls_backend_preconfigured(tls)
            .build();
        Ok(Self {
            inner: ManuallyDrop::new(client.map_err(|error| Error::Tls(root_cause(&error)))?),
            user_agent: Mutex::new(header_value(&options.user_agent)?),
            schemes: Mutex::default(),
            responded,
        })
    }

    /// Changes the `User-Agent` of later requests.
    pub fn set_user_agent(&self, user_agent: &str) -> Result<(), Error> {
        *self.user_agent.lock().unwrap_or_else(PoisonError::into_inner) = header_value(user_agent)?;
        Ok(())
    }

    /// Reads a file of at most `limit` bytes, following redirects and recording them. Sends the login only to
    /// the server of the URL.
    pub fn get(
        &self,
        url: &Url,
        login: Option<&Login>,
        limit: u64,
        deadline: Deadline,
        redirects: &mut Vec<Redirect>,
    ) -> Result<Vec<u8>, Error> {
        let mut at = url.clone();
        // Otherwise, the client would send the password before the server requests it.
        let _ = (at.set_username(""), at.set_password(None));
        at.set_fragment(None);
        for _ in 0..=MOST_REDIRECTS {
            let own = login.filter(|_| is_same_server(url, &at));
            match self.request_with_login(&at, own, limit, deadline)? {
                Outcome::File(bytes) => return Ok(bytes),
                Outcome::Unauthorized(_) => {
                    return Err(match own {
                        None => Error::LoginRequired,
                        Some(Login { user, password: None }) => Error::NoPassword(user.clone()),
                        Some(_) => Error::LoginRefused,
                    });
                }
                Outcome::Redirect(status, next) => {
                    if at.scheme() == "https" && next.scheme() == "http" && login.is_some() {
                        return Err(Error::RedirectToPlainHttp);
                    }
                    redirects.push(Redirect { status: status.as_u16(), url: display_url(&next) });
                    at = next;
                }
            }
        }
        Err(Error::TooManyRedirects)
    }

    /// Sends a request with the server's authentication scheme if it is known, or else first without a login.
    fn request_with_login(
        &self,
        url: &Url,
        login: Option<&Login>,
        limit: u64,
        deadline: Deadline,
    ) -> Result<Outcome, Error> {
        let login = login.filter(|login| login.password.is_some());
        let mut known = login.and_then(|_| self.next_use(url));
        let mut outcome = self.request(url, login.zip(known.as_ref()), limit, deadline)?;
        // Try twice, because both the known scheme and the nonce may be outdated.
        for round in 0..2 {
            let (Outcome::Unauthorized(Some(requested)), Some(_)) = (&outcome, login) else { break };
            // A login that was rejected is not sent again.
            let is_new = match (&known, requested) {
                (None, _) | (Some(Scheme::Basic), Scheme::Digest(..)) => true,
                (Some(Scheme::Digest(..)), Scheme::Digest(challenge, _)) => challenge.stale || round == 0,
                (Some(_), Scheme::Basic) => false,
            };
            if !is_new {
                break;
            }
            self.store_scheme(url, requested.clone());
            known = self.next_use(url);
            outcome = self.request(url, login.zip(known.as_ref()), limit, deadline)?;
        }
        Ok(outcome)
    }

    fn store_scheme(&self, url: &Url, scheme: Scheme) {
        let mut schemes = self.schemes.lock().unwrap_or_else(PoisonError::into_inner);
        schemes.retain(|(server, _)| !is_same_server(server, url));
        schemes.push((url.clone(), scheme));
    }

    /// The authentication scheme of a server, with the number of uses increased by one.
    fn next_use(&self, url: &Url) -> Option<Scheme> {
        let mut schemes = self.schemes.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, scheme) = schemes.iter_mut().find(|(server, _)| is_same_server(server, url))?;
        if let Scheme::Digest(_, count) = scheme {
            *count += 1;
        }
        Some(scheme.clone())
    }

    /// Sends a request. If the connection fails, sends the request once more, because servers close idle
    /// connections.
    fn request(
        &self,
        url: &Url,
        authentication: Authentication<'_>,
        limit: u64,
        deadline: Deadline,
    ) -> Result<Outcome, Error> {
        match self.send(url, authentication, limit, deadline) {
            Err(HttpError::ConnectionLost(_)) => {
                self.send(url, authentication, limit, deadline).map_err(HttpError::into_error)
            }
            outcome => outcome.map_err(HttpError::into_error),
        }
    }

    fn send(
        &self,
        url: &Url,
        authentication: Authentication<'_>,
        limit: u64,
        deadline: Deadline,
    ) -> Result<Outcome, HttpError> {
        let remaining = deadline.remaining().map_err(HttpError::Fatal)?;
        let user_agent = self.user_agent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // The timeout includes the body.
        let mut request = self.inner.get(url.clone()).header(USER_AGENT, user_agent).timeout(remaining);
        request = match authentication {
            Some((login, Scheme::Basic)) => request.basic_auth(&login.user, login.password.as_deref()),
            Some((login, Scheme::Digest(challenge, count))) => {
                request.header(AUTHORIZATION, authorization(challenge, login, url, *count))
            }
            None => request,
        };
        // The URL may contain a password, and errors quote it.
        let response =
            request.send().map_err(|error| HttpError::from_client(&error.without_url(), url.scheme()))?;
        self.responded.set();
        let status = response.status();
        if status == StatusCode::UNAUTHORIZED {
            let headers = response.headers().get_all(WWW_AUTHENTICATE);
            let headers: Vec<&str> = headers.iter().filter_map(|header| header.to_str().ok()).collect();
            return Ok(Outcome::Unauthorized(parse_scheme(&headers.join(", "))));
        }
        let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        match (status, location) {
            (StatusCode::NOT_FOUND | StatusCode::GONE, _) => Err(HttpError::Fatal(Error::Missing)),
            (status, Some(location)) if status.is_redirection() => {
                let next = url.join(location).ok().filter(|next| matches!(next.scheme(), "http" | "https"));
                next.map(|next| Outcome::Redirect(status, next))
                    .ok_or(HttpError::Fatal(Error::RedirectToOtherScheme))
            }
            (StatusCode::OK, _) => read_file(response, limit, deadline).map(Outcome::File),
            // Web servers respond with a page about HTTPS if a request to their TLS port is not encrypted.
            (StatusCode::BAD_REQUEST, _) if url.scheme() == "http" => {
                let page = read_body(response, ERROR_PAGE, deadline).unwrap_or_default();
                let is_about_tls = memchr::memmem::find(&page, b"HTTPS").is_some();
                let error = if is_about_tls { Error::NotHttp } else { Error::HttpStatus(status) };
                Err(HttpError::Fatal(error))
            }
            _ => Err(HttpError::Fatal(Error::HttpStatus(status))),
        }
    }
}

fn header_value(user_agent: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(user_agent).map_err(|_| Error::UserAgent)
}

/// Reads a file. Text is accepted with any content encoding, because phones do not check that header.
fn read_file(
    response: reqwest::blocking::Response,
    limit: u64,
    deadline: Deadline,
) -> Result<Vec<u8>, HttpError> {
    let encoding = response
        .headers()
        .get(CONTENT_ENCODING)
        .map(|encoding| String::from_utf8_lossy(encoding.as_bytes()).trim().to_ascii_lowercase());
    let body = read_body(response, limit, deadline)?;
    match encoding.filter(|encoding| !matches!(encoding.as_str(), "" | "identity")) {
        Some(encoding) if std::str::from_utf8(&body).is_err() => {
            Err(HttpError::Fatal(Error::ContentEncoding(encoding)))
        }
        _ => Ok(body),
    }
}

fn read_body(
    response: reqwest::blocking::Response,
    limit: u64,
    deadline: Deadline,
) -> Result<Vec<u8>, HttpError> {
    if response.content_length().is_some_and(|length| length > limit) {
        return Err(HttpError::Fatal(Error::TooLarge(limit)));
    }
    let mut body = Vec::new();
    match response.take(limit + 1).read_to_end(&mut body) {
        Err(_) if deadline.has_passed() => Err(HttpError::Fatal(deadline.error())),
        Err(error) => Err(HttpError::ConnectionLost(Error::Incomplete(root_cause(&error)))),
        Ok(_) if body.len() as u64 > limit => Err(HttpError::Fatal(Error::TooLarge(limit))),
        Ok(_) => Ok(body),
    }
}

/// A request error.
enum HttpError {
    /// The connection failed. Repeating the request may succeed.
    ConnectionLost(Error),
    /// Repeating the request would fail again.
    Fatal(Error),
}

impl HttpError {
    fn from_client(error: &reqwest::Error, scheme: &str) -> Self {
        match (error.is_timeout(), error.is_connect()) {
            (true, _) => Self::Fatal(Error::Timeout),
            (_, true) => Self::Fatal(
                tls::handshake_error(error).unwrap_or_else(|| Error::Unreachable(root_cause(error))),
            ),
            _ if is_hyper_error(error, hyper::Error::is_parse) => Self::Fatal(Error::NotHttp),
            _ if scheme == "http" && is_hyper_error(error, hyper::Error::is_incomplete_message) => {
                Self::ConnectionLost(Error::ClosedWithoutResponse)
            }
            _ => Self::ConnectionLost(Error::ConnectionLost(root_cause(error))),
        }
    }

    fn into_error(self) -> Error {
        match self {
            Self::ConnectionLost(error) | Self::Fatal(error) => error,
        }
    }
}

fn is_hyper_error(error: &reqwest::Error, is_kind: fn(&hyper::Error) -> bool) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<hyper::Error>().is_some_and(is_kind))
}

/// The best supported authentication scheme in a header. Digest is preferred because it does not reveal the
/// password.
fn parse_scheme(header: &str) -> Option<Scheme> {
    let digest = Challenge::read(header).into_iter().next().map(|challenge| Scheme::Digest(challenge, 0));
    digest.or_else(|| digest::offers_basic(header).then_some(Scheme::Basic))
}

fn authorization(challenge: &Challenge, login: &Login, url: &Url, count: u32) -> String {
    let uri = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    // std creates hash keys from the system's random numbers.
    let cnonce = format!("{:016x}", RandomState::new().hash_one(count));
    let password = login.password.as_deref().unwrap_or_default();
    challenge.authorize((&login.user, password), ("GET", &uri), count, &cnonce).write()
}
