//! `fvprov lsp` as an editor uses it: a client runs the program and exchanges messages over stdio.

#![cfg(feature = "lsp")]
// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::needless_pass_by_value)]

mod client;
mod edits;
mod hostile;
mod places;
mod session;
#[path = "../support/mod.rs"]
mod support;
