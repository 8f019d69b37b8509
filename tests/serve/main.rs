//! `fvprov serve`, with small clients over the loopback interface.

#![cfg(feature = "serve")]
// Clippy allows `#[test]` functions to unwrap and panic; their helpers do so too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod ftp;
mod http;
mod log;
mod peer;
mod rendered;
mod served_files;
mod start;
mod stress;
#[path = "../support/mod.rs"]
mod support;
mod tftp;
mod traversal;
