//! fvprov checks the provisioning files of Flyingvoice IP phones: boot files that list includes, and cfg
//! files that contain `name = value` lines. fvprov computes the effective configuration of each phone and
//! reports errors.
//!
//! This library has no stability guarantee: it exists for the fvprov program and its tests, and any release may change
//! it.
//!
//! Data flows in one direction: bytes → [`text`] → [`tree`] → [`lint`] and views → [`output`].

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
pub mod templates;
pub mod text;
pub mod tree;
