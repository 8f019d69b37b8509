//! Text handling that does not depend on other modules: sources and spans, the grammar of boot and cfg files,
//! edits, formatting, CSV, paths and addresses, and the redaction and escaping of output.

pub mod address;
pub mod base;
pub mod comment;
pub mod content;
pub mod csv;
pub mod csv_edit;
pub mod digits;
pub mod edit;
pub mod escape;
pub mod fmt;
pub mod lines;
pub mod listing;
pub mod location;
pub mod mac;
pub mod markdown;
pub mod nearest;
pub mod opaque;
pub mod path;
pub mod placeholder;
pub mod plural;
pub mod quoted;
pub mod redact;
pub mod residue;
pub mod source;
pub mod spreadsheet;
pub mod syntax;
pub mod temporary;
pub mod unknown_secret;
mod url_secrets;
