//! Why a text is no phonebook.

use crate::text::source::Span;

/// Why there is no phonebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which kind of fault it is.
    pub kind: FaultKind,
    /// Where.
    pub at: Span,
    /// What is wrong, in words that go on after a colon; for [`FaultKind::Root`] the name of the root.
    pub why: String,
    /// What to do.
    pub help: Option<&'static str>,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// No well-formed XML.
    Malformed,
    /// It may be well-formed, and it is not read here.
    Unchecked,
    /// XML, and none of the known forms.
    Root,
}
