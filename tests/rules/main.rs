//! The rules: every page is the test of its rule. Other tests cover cases that a page cannot show.

// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod file_names;
mod fleet;
mod known_values;
mod mistakes;
mod nothing_came_through;
mod pages;
mod relations;
mod resources;
mod single_settings;
#[path = "../support/mod.rs"]
mod support;
mod templates;
mod user_schema;
mod vendor_trees;
