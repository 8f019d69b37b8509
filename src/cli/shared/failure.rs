//! The outcome of a command: a result or an error.

use fvprov::author;
use fvprov::catalogue::UnknownModel;
use fvprov::net;
use fvprov::net::fetch::Revision;
use fvprov::project;
use fvprov::project::discover::working_directory;
use fvprov::text::mac::Mac;

/// An error that ends a command, with its exit code.
pub enum Failure {
    /// Exit code 1: a negative result, for example an unknown phone or a refused edit.
    Negative(String),
    /// Exit code 2: the command could not run.
    Unable(String),
}

impl Failure {
    /// The message.
    pub fn message(&self) -> &str {
        match self {
            Self::Negative(why) | Self::Unable(why) => why,
        }
    }

    /// The same error with exit code 2.
    pub fn into_unable(self) -> Self {
        let (Self::Negative(why) | Self::Unable(why)) = self;
        Self::Unable(why)
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Negative(_) => 1,
            Self::Unable(_) => 2,
        }
    }
}

impl From<author::Error> for Failure {
    fn from(error: author::Error) -> Self {
        Self::Unable(error.to_string())
    }
}

impl From<net::Error> for Failure {
    fn from(error: net::Error) -> Self {
        Self::Unable(error.to_string())
    }
}

#[cfg(feature = "serve")]
impl From<fvprov::serve::Error> for Failure {
    fn from(error: fvprov::serve::Error) -> Self {
        Self::Unable(error.to_string())
    }
}

impl From<project::Error> for Failure {
    fn from(error: project::Error) -> Self {
        match error {
            project::Error::NoFile(_)
            | project::Error::NoPhone { .. }
            | project::Error::NoMatch { .. }
            | project::Error::NoName { .. }
            | project::Error::PrivateTarget(_) => Self::Negative(error.to_string()),
            project::Error::Missing(path) if path.parse::<Mac>().is_ok() => {
                Self::Unable(format!("`{path}` does not exist; to select a phone, use `--mac {path}`"))
            }
            project::Error::Missing(path) if is_revision(&path) => {
                Self::Unable(format!("`{path}` does not exist; did you mean `git:{path}`?"))
            }
            _ => Self::Unable(error.to_string()),
        }
    }
}

/// Whether a path is `REVISION` or `REVISION:PATH` in the repository that contains the working directory.
fn is_revision(path: &str) -> bool {
    let revision = path.split(':').next().unwrap_or(path);
    working_directory().is_ok_and(|here| Revision::open(&here, revision, false).is_ok())
}

impl From<project::write::Error> for Failure {
    fn from(error: project::write::Error) -> Self {
        Self::Unable(error.to_string())
    }
}

impl From<project::destination::Error> for Failure {
    fn from(error: project::destination::Error) -> Self {
        Self::Unable(error.to_string())
    }
}

impl From<UnknownModel> for Failure {
    fn from(error: UnknownModel) -> Self {
        Self::Unable(error.to_string())
    }
}

/// The result of a command. The exit code is 0 for true and 1 for false.
pub type CommandResult = Result<bool, Failure>;
