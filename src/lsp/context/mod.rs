//! The data that request handlers need: the open document, the analysis of its tree, the catalogue, and the
//! client's capabilities.

pub mod analysis;
pub mod catalogue;
pub mod client;
pub mod diagnostics;
pub mod document;
pub mod names;
pub mod places;
pub mod position;
