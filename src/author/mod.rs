//! What fvprov writes for people to go on from. Knows neither how it is printed nor where it is kept.

mod error;
pub mod generate;
mod hints;
pub mod import;
pub mod init;
pub mod set;

pub use error::{Error, NameFault};
