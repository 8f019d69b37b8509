//! Where a file is, and why it was not read.

/// Where a file is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Location {
    /// A path below the served tree, with `/`, normalised.
    Tree(String),
    /// An absolute URL outside the served tree, as written.
    Url(String),
}

impl Location {
    /// The location that a path of [`Sources`](super::source::Sources) stands for.
    pub fn from_path(path: &str) -> Self {
        // A normalised path holds no `//`.
        if path.contains("://") { Self::Url(path.into()) } else { Self::Tree(path.into()) }
    }
}

/// Why a file was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The server or disk says that there is none.
    Missing,
    /// Nobody asked for the network.
    NotFetched,
    /// Larger than the limit; holds the limit in bytes.
    TooLarge(u64),
    /// Anything else, in words.
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
