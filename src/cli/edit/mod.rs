//! `fvprov get`, `set` and `unset`: read and edit a parameter in the file that determines its value.

mod args;
mod change;
mod files;
pub mod get;
pub mod set;
pub mod unset;
