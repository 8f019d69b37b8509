//! `fvprov lsp` as an editor knows it: a client that speaks the protocol over stdio drives the program.

#![cfg(feature = "lsp")]
// Helpers of tests are no `#[test]`, and may panic all the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::needless_pass_by_value)]

#[path = "lsp/client.rs"]
mod client;
#[path = "lsp/edits.rs"]
mod edits;
#[path = "lsp/hostile.rs"]
mod hostile;
#[path = "lsp/places.rs"]
mod places;
#[path = "lsp/session.rs"]
mod session;
