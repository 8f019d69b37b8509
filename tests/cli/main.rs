//! The program as its users run it: every command by example, then options, streams, unusual files and paths.

// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod advice;
mod baseline;
mod bytes;
mod clone;
mod completion;
mod csv_files;
mod daily;
mod diff;
mod examples;
mod fixes;
mod fmt;
mod fold;
mod generate;
mod generated;
mod git;
mod graph;
mod hints;
mod init;
mod paths;
mod phone;
mod phonebook;
mod phones;
mod publish;
mod readme;
mod secrets;
mod selection;
mod set;
mod set_selection;
mod settings;
#[cfg(feature = "xlsx")]
mod spreadsheet;
mod stdin_filename;
mod streams;
#[path = "../support/mod.rs"]
mod support;
mod unknown;
#[cfg(feature = "watch")]
mod watch;
mod write;

/// All commands that report on a tree, except `render`, which prints everything unmasked.
pub const REPORTS: [&[&str]; 26] = [
    &["lint"],
    &["lint", "--statistics"],
    &["lint", "--output-format", "concise"],
    &["lint", "--output-format", "json"],
    &["lint", "--output-format", "sarif"],
    &["lint", "--output-format", "github"],
    &["lint", "--output-format", "gitlab"],
    &["lint", "--output-format", "junit"],
    &["lint", "--output-format", "rdjson"],
    &["lint", "--output-format", "markdown"],
    &["lint", "--color", "always"],
    &["lint", "--diff", "--unsafe-fixes"],
    &["fmt", "--check"],
    &["fmt", "--diff"],
    &["phones"],
    &["phones", "--format", "json"],
    &["phones", "--format", "csv"],
    &["why", "*", "--mac", "any"],
    &["why", "*", "--mac", "any", "--format", "json"],
    &["diff", ".", ".", "--with", "lang.gui=German"],
    &["diff", ".", ".", "--with", "lang.gui=German", "--format", "json"],
    &["diff", ".", ".", "--with", "lang.gui=German", "--format", "markdown"],
    &["impact", "y000000000000.cfg"],
    &["impact", "y000000000000.cfg", "--format", "json"],
    &["set", "--mac", "any", "--shared", "--diff", "lang.gui=German"],
    &["unset", "--mac", "any", "--shared", "--diff", "lang.gui"],
];
