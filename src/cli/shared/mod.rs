//! Code that several subcommands share.

pub mod argument_error;
pub mod complete;
pub mod effects;
mod failure;
pub mod findings;
pub mod gates;
mod global;
pub mod in_memory;
pub mod missing_files;
pub mod origin;
pub mod out;
pub mod phone_args;
pub mod progress;
pub mod suggest;
pub mod what_if;
pub mod wildcards;

pub use failure::{CommandResult, Failure};
pub use global::Global;
pub use phone_args::PhoneArgs;
