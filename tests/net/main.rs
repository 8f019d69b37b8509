//! Network features against servers and phones in this process, over loopback: the HTTP, FTP and TFTP
//! clients, trees at a URL, absolute includes, and SIP (`notify`, `serve --pnp`).

#![cfg(feature = "net")]
// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod file_servers;
mod ftp_client;
mod http_client;
mod limits;
mod notify;
mod online;
mod pnp;
#[path = "../support/mod.rs"]
mod support;
mod tftp_client;
mod tftp_server;
mod url_source;
mod verdict;

use std::time::Duration;

use fvprov::net::Error;
use fvprov::net::fetch::{ClientOptions, Net, Timeouts};
use support::random::Random;

const LIMIT: u64 = 1 << 20;

/// A client with short timeouts.
fn net(manner: ClientOptions) -> Net {
    let timeouts = Timeouts {
        connect: Duration::from_secs(2),
        response: Duration::from_secs(1),
        total: Duration::from_secs(20),
        listing: Duration::from_secs(20),
        run: Duration::from_secs(60),
        retransmit: Duration::from_millis(20),
    };
    Net::new(ClientOptions { timeouts, ..manner }).unwrap()
}

fn get(url: &str) -> Result<Vec<u8>, Error> {
    net(ClientOptions::default()).get(url, LIMIT)
}

/// The text of an error other than `Missing` and `TooLarge`.
#[track_caller]
fn why(got: Result<Vec<u8>, Error>) -> String {
    match got {
        Err(error) if !matches!(error, Error::Missing | Error::TooLarge(_)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Bytes without repeated sections.
fn noise(length: usize) -> Vec<u8> {
    Random::new(7).bytes(length)
}

#[test]
fn invalid_urls_are_refused() {
    for (url, words) in [
        ("http://", "is not a URL"),
        ("tftp:///x.cfg", "names no server"),
        ("gopher://h/x.cfg", "has an unsupported scheme"),
        ("http://h:99999/x.cfg", "is not a URL"),
    ] {
        let said = why(get(url));
        assert!(said.contains(words), "{url}: {said}");
    }
    for url in
        ["tftp://127.0.0.1/a%0ab.cfg", "ftp://127.0.0.1/a%0d%0aDELE%20b.cfg", "tftp://127.0.0.1/a%00.cfg"]
    {
        assert!(why(get(url)).contains("a control character"), "{url}");
    }
}
