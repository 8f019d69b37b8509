//! Publishing errors, including the reasons why fvprov refuses to publish to a directory.

use super::super::write;

/// An error that can occur when fvprov publishes files.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// fvprov refuses to publish to the directory.
    #[error("`{path}` {fault}")]
    Destination { path: String, fault: DestinationFault },
    /// Files cannot be written.
    #[error("{0}")]
    Write(#[from] write::Error),
}

/// The reason why fvprov refuses to publish to a directory. The message follows the directory's name.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DestinationFault {
    /// The parent directory does not exist.
    #[error("cannot be created, because `{0}` does not exist")]
    NoParent(String),
    /// The path is not a directory.
    #[error("is not a directory")]
    NotADirectory,
    /// The link's target does not exist.
    #[error("is a link to a directory that does not exist")]
    BrokenLink,
    /// `--releases` requires a link.
    #[error(
        "is a directory, but --releases replaces it with a link: move the directory away, publish, and remove it"
    )]
    NotALink,
    /// The link was not created by `--releases`.
    #[error(
        "is a link that `publish --releases` did not create: remove the link, or publish without --releases"
    )]
    ForeignLink,
    /// The link was created by `--releases`.
    #[error("was published with --releases: add --releases, or move the link away")]
    MissingReleases,
    /// The directory is inside the served tree.
    #[error(
        "is inside the tree `{0}`: choose a directory outside the tree, or set [server] directory in fvprov.toml so that the tree is a separate directory"
    )]
    InsideTree(String),
    /// The directory contains one of fvprov's own files, which phones could request.
    #[error("contains `{0}`, which phones must not download: choose another directory")]
    ContainsSource(String),
    /// A file in the directory is not a regular file, or is reached through a link.
    #[error("`{0}` is not a regular file there, or is reached through a link: remove it, and publish again")]
    NotRegular(String),
    /// A file in the directory cannot be read.
    #[error("`{path}` cannot be read there: {reason}")]
    Unreadable { path: String, reason: String },
    /// The record is damaged.
    #[error("was published before, but the record in `{0}` is damaged: remove the record, and add --force")]
    Record(String),
    /// The old content of a file is missing.
    #[error("cannot be restored: the old content of `{0}` is missing")]
    NoOldContent(String),
}
