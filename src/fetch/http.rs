//! http and https.

use std::io::Read;
use std::sync::OnceLock;

use crate::load::FetchError;

/// A client, made when the first URL is asked for.
#[derive(Debug, Default)]
pub struct Client(OnceLock<Result<reqwest::blocking::Client, String>>);

impl Client {
    /// Reads what stands behind a URL, at most `limit` bytes.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub fn get(&self, url: &str, limit: u64) -> Result<Vec<u8>, FetchError> {
        // The address may hold a password, and errors of the client quote it.
        let failed = |error: reqwest::Error| FetchError::Failed(chain(&error.without_url()));
        let client = self.0.get_or_init(client).as_ref().map_err(|why| FetchError::Failed(why.clone()))?;
        let answer = client.get(url).send().map_err(failed)?;
        match answer.status() {
            reqwest::StatusCode::NOT_FOUND | reqwest::StatusCode::GONE => Err(FetchError::Missing),
            status if !status.is_success() => {
                Err(FetchError::Failed(format!("the server answered {status}")))
            }
            _ => {
                let mut text = Vec::new();
                let read = answer.take(limit + 1).read_to_end(&mut text);
                read.map_err(|error| FetchError::Failed(error.to_string()))?;
                if text.len() as u64 > limit { Err(FetchError::TooLarge(limit)) } else { Ok(text) }
            }
        }
    }
}

/// Whether a URL is one of http or https.
pub fn is_http(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

/// Ten seconds to connect, thirty in all, five redirects: more than a phone waits.
fn client() -> Result<reqwest::blocking::Client, String> {
    use std::time::Duration;
    // Without a provider, building a client panics, even for plain http; a second call is harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder()
        .user_agent(concat!("fvprov/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::limited(5))
        .build()
        .map_err(|error| chain(&error))
}

/// An error with its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
