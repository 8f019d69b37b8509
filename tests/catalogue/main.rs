//! The catalogue: its entries and values, its JSON format, the names it proposes for misspelled ones, and what
//! `fvprov schema` and `fvprov explain` print of it.

// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod command;
mod json_schema;
mod misspellings;
#[path = "../support/mod.rs"]
mod support;
mod values;
