//! `fvprov serve`, run as its users run it, and asked over loopback by peers that are written here.

#![cfg(feature = "serve")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "serve/ftp.rs"]
mod ftp;
#[path = "serve/http.rs"]
mod http;
#[path = "serve/log.rs"]
mod log;
#[path = "serve/peer.rs"]
mod peer;
#[path = "serve/rendered.rs"]
mod rendered;
#[path = "serve/start.rs"]
mod start;
#[path = "serve/tftp.rs"]
mod tftp;
#[path = "serve/traversal.rs"]
mod traversal;
