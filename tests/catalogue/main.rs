//! The catalogue: its entries and values, its JSON format, its suggestions for misspelled names, and the
//! output of `fvprov schema` and `fvprov explain`.

// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod command;
mod finding_names;
mod json_schema;
mod misspellings;
mod redaction;
#[path = "../support/mod.rs"]
mod support;
mod values;
