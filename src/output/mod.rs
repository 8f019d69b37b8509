//! Writers for findings in all formats, for views of phones, for HTML pages, and for unified diffs.

pub mod findings;
pub mod html;
pub mod unified_diff;
pub mod views;
