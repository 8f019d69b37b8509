//! Code that the benchmarks share.

// Each benchmark uses a part of this code.
#![allow(dead_code)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, clippy::cast_precision_loss)]

pub mod editor;
pub mod figure;
pub mod fleet;
pub mod measure;
pub mod servers;
