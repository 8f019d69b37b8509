//! Every writer: findings in each format, views of phones, and unified diffs.

pub mod findings;
pub mod unified_diff;
pub mod views;
