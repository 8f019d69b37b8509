//! The entries of a directory listing.

/// One entry of the served tree's listing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path below the served tree, with `/`.
    pub path: String,
    /// What is there.
    pub kind: EntryKind,
}

/// What a listing says of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A file (or a link to one inside the tree).
    File,
    /// A directory.
    Directory,
    /// Something that cannot be read, and why.
    Unreadable(String),
}
