//! fvprov reads the provisioning tree of a fleet of Flyingvoice IP phones: boot files that list includes,
//! cfg files that hold `name = value` lines. It says what each phone ends up with and why, and what is
//! wrong with it.
//!
//! The way of the data is one way: bytes → [`text`] → [`tree`] → [`lint`] and views → [`output`].

pub mod author;
pub mod catalogue;
pub mod lint;
#[cfg(feature = "lsp")]
pub mod lsp;
pub mod net;
pub mod output;
pub mod phonebook;
pub mod project;
#[cfg(feature = "serve")]
pub mod serve;
pub mod text;
pub mod tree;
