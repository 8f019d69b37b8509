//! Errors that can occur when reading a phonebook.

use crate::text::source::Span;

/// An error that can occur when reading a phonebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The kind of error.
    pub kind: FaultKind,
    /// The position.
    pub at: Span,
    /// The message; for [`FaultKind::Root`], the name of the root element.
    pub why: String,
    /// Help.
    pub help: Option<&'static str>,
}

/// A kind of error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The text is not well-formed XML.
    Malformed,
    /// The text may be well-formed but is not supported.
    Unchecked,
    /// XML that is not a known phonebook format.
    Root,
}
