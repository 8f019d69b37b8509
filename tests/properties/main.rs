//! Properties of every text and tree: checked with generated ones, every file of `tests/site` and
//! `tests/broken`, and the trees of `FVPROV_CORPUS`.
//!
//! If a property fails, its smallest failing input becomes a named test.

// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod baseline;
mod corpus;
mod dedup;
mod editing;
mod fixes;
mod fmt;
mod generate;
mod lint;
mod overrides;
mod own_files;
mod phonebook;
mod publish;
mod resolve;
mod secrets;
mod set;
mod sip;
#[path = "../support/mod.rs"]
mod support;
mod syntax;
mod templates;
mod trees;

use proptest::test_runner::{Config, RngSeed};

/// The configuration for this number of cases. Failures are not stored in files.
fn cases(cases: u32) -> Config {
    // The cases are the same in every run, so a failure results from a code change. PROPTEST_RNG_SEED selects
    // others.
    let seed = match Config::default().rng_seed {
        RngSeed::Random => RngSeed::Fixed(20_261_122),
        given @ RngSeed::Fixed(_) => given,
    };
    Config { cases, rng_seed: seed, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() }
}
