//! `fvprov get`, `set` and `unset`: read and edit a parameter in the file that determines its value.

mod args;
mod files;
mod generated;
pub mod get;
mod planned_edit;
pub mod set;
pub mod unset;

pub use planned_edit::check_writable;
