//! Creates and edits files for users: starter trees, generated files, schema drafts, and edited settings.

mod error;
pub mod generate;
mod hints;
pub mod import;
pub mod init;
pub mod password;
pub mod phone;
pub mod publish;
pub mod set;
pub mod target_files;

pub use error::{Error, NameFault};
