//! What requests are answered from: the open document, what was found in its tree, what the catalogue says, and what
//! the client can do.

pub mod analysis;
pub mod catalogue;
pub mod client;
pub mod diagnostics;
pub mod document;
pub mod names;
pub mod places;
pub mod position;
