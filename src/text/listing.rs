//! The entries of a directory listing.

/// One entry in the served tree's listing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Path below the served tree, with `/` as the separator.
    pub path: String,
    #[allow(missing_docs)]
    pub kind: EntryKind,
}

/// The type of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A file, or a link to a file inside the tree.
    File,
    /// A directory.
    Directory,
    /// An entry that cannot be read, with the reason.
    Unreadable(String),
}
