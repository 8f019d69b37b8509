//! Helpers that several test targets and benchmarks share: trees, the program, servers, random numbers.
//!
//! A target includes this module with `#[path = "../support/mod.rs"] mod support;`.

// Each target uses a part of these helpers.
#![allow(dead_code)]
// Clippy lets `#[test]` functions unwrap and panic; helpers of tests do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod corpus;
pub mod findings;
pub mod http;
pub mod program;
pub mod random;
#[cfg(feature = "net")]
pub mod tls;
pub mod tree;
pub mod workspace;
