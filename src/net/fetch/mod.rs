//! Reads trees and files from a directory on a disk, a revision of a git repository, or a server.

#[cfg(feature = "net")]
mod common;
#[cfg(feature = "net")]
mod credentials;
#[cfg(feature = "net")]
mod deadline;
pub mod disk;
#[cfg(feature = "net")]
mod ftp;
#[cfg(feature = "net")]
mod ftp_listing;
#[cfg(feature = "net")]
mod ftp_stream;
mod git;
mod git_command;
mod git_filters;
mod git_line_endings;
mod git_worktree;
#[cfg(feature = "net")]
mod http;
#[cfg(feature = "net")]
mod net;
#[cfg(feature = "net")]
mod remote_tree;
#[cfg(feature = "net")]
mod tftp;

#[cfg(feature = "net")]
pub use common::{ClientOptions, Timeouts};
#[cfg(feature = "net")]
pub use deadline::Deadline;
pub use git::Revision;
pub use git_line_endings::converts_line_endings;
#[cfg(feature = "net")]
pub use http::Redirect;
#[cfg(feature = "net")]
pub use net::{Download, Net};
#[cfg(feature = "net")]
pub use remote_tree::RemoteTree;

use crate::net::Error;
use crate::text::location::FetchError;

impl From<Error> for FetchError {
    fn from(error: Error) -> Self {
        match error {
            Error::Missing => Self::Missing,
            Error::TooLarge(limit) => Self::TooLarge(limit),
            error => Self::Failed(error.to_string()),
        }
    }
}
