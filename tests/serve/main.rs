//! `fvprov serve`, run as its users run it, and asked over loopback by peers that are written here.

#![cfg(feature = "serve")]
// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ftp;
mod http;
mod log;
mod peer;
mod rendered;
mod start;
#[path = "../support/mod.rs"]
mod support;
mod tftp;
mod traversal;
