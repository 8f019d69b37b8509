//! Runs the rules and applies fixes.

pub mod fix;
