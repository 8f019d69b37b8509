//! Text and everything that needs no more than text: sources and spans, the grammar of boot and cfg files, edits,
//! formatting, CSV, and what text becomes on its way to a reader.

pub mod base;
pub mod csv;
pub mod edit;
pub mod fmt;
pub mod redact;
pub mod source;
pub mod syntax;
