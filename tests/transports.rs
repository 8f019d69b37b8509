//! The transports against servers in this process, over loopback: what is there, what is missing, what fails, and
//! what breaks in the middle.

#![cfg(feature = "net")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "transports/ftp.rs"]
mod ftp;
#[path = "transports/http.rs"]
mod http;
#[path = "transports/tftp.rs"]
mod tftp;

use std::time::Duration;

use fvprov::net::fetch::{Manner, Net, Patience};
use fvprov::text::location::FetchError;

const LIMIT: u64 = 1 << 20;

/// A client that does not wait long.
fn net(manner: Manner) -> Net {
    let patience = Patience {
        connect: Duration::from_secs(2),
        answer: Duration::from_secs(1),
        whole: Duration::from_secs(20),
        packet: Duration::from_millis(20),
    };
    Net::new(Manner { patience, ..manner }).unwrap()
}

fn get(url: &str) -> Result<Vec<u8>, FetchError> {
    net(Manner::default()).get(url, LIMIT)
}

/// Why it failed; it must be neither there nor missing.
#[track_caller]
fn why(got: Result<Vec<u8>, FetchError>) -> String {
    match got {
        Err(FetchError::Failed(why)) => why,
        other => panic!("{other:?}"),
    }
}

/// Bytes that no two places of a file have alike.
fn noise(length: usize) -> Vec<u8> {
    let mut random = Random(7);
    (0..length).map(|_| random.below(256) as u8).collect()
}

/// xorshift: the same numbers each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }
}

#[test]
fn what_is_no_url_is_refused() {
    for (url, words) in [
        ("http://", "is no URL"),
        ("tftp:///x.cfg", "names no server"),
        ("gopher://h/x.cfg", "has a scheme that is not spoken here"),
        ("http://h:99999/x.cfg", "is no URL"),
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
