//! Faulty tags.

use crate::text::source::Place;

/// A faulty tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The tag.
    pub place: Place,
    #[allow(missing_docs)]
    pub kind: FaultKind,
}

/// The kind of fault in a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The block of this tag is not closed.
    Unclosed,
    /// The tag closes or continues a block, but no such block is open.
    Stray,
    /// The delimiter at the end of the tag is missing.
    NoEnd,
}
