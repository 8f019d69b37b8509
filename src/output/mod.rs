//! Writers for findings in all formats, for views of phones, and for unified diffs.

pub mod findings;
pub mod unified_diff;
pub mod views;
