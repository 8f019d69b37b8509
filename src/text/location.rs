//! Locations of files, and reasons that a file was not read.

use super::path::is_url;

/// The location of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// A normalized path below the served tree, with `/` as the separator.
    Tree(String),
    /// An absolute URL outside the served tree, as written.
    Url(String),
}

impl Location {
    /// The location for a path in [`Sources`](super::source::Sources).
    pub fn from_path(path: &str) -> Self {
        // A normalized path does not contain `//`.
        if is_url(path) { Self::Url(path.into()) } else { Self::Tree(path.into()) }
    }

    /// The path or URL.
    pub fn into_path(self) -> String {
        match self {
            Self::Tree(path) | Self::Url(path) => path,
        }
    }
}

/// The reason that a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The file does not exist.
    Missing,
    /// The file was not requested, because the user did not allow network access.
    NotFetched,
    /// The file is larger than the limit, in bytes.
    TooLarge(u64),
    /// Another reason, as text.
    Failed(String),
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("not found"),
            Self::NotFetched => f.write_str("not fetched"),
            Self::TooLarge(limit) => write!(f, "larger than {limit} bytes"),
            Self::Failed(why) => f.write_str(why),
        }
    }
}
