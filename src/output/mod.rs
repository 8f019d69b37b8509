//! Writers for findings in all formats, views of phones, and unified diffs.

pub mod findings;
pub mod unified_diff;
pub mod views;
