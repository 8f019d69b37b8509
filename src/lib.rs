//! fvprov reads the provisioning tree of a fleet of Flyingvoice IP phones: boot files that list includes,
//! cfg files that hold `name = value` lines. It says what each phone ends up with and why, and what is
//! wrong with it.
//!
//! The way of the data is one way: bytes → [`source`] → [`syntax`] → [`load`] → [`resolve`] → views and
//! [`lint`] → [`report`].

pub mod assume;
pub mod author;
pub mod dhcp;
#[cfg(feature = "net")]
pub mod digest;
pub mod edit;
pub mod fetch;
pub mod fix;
pub mod fmt;
pub mod inventory;
pub mod lint;
pub mod load;
#[cfg(feature = "lsp")]
pub mod lsp;
pub mod mask;
pub mod net;
pub mod patch;
pub mod phonebook;
pub mod play;
pub mod report;
pub mod resolve;
pub mod schema;
#[cfg(feature = "serve")]
pub mod serve;
pub mod settings;
pub mod sheet;
pub mod sip;
pub mod source;
pub mod syntax;
pub mod tftp;
#[cfg(feature = "net")]
pub mod tls;
pub mod views;
