//! The errors of this component.

use crate::project;
use crate::text::mac::Mac;

/// The reason why a phone cannot be changed.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    /// A file cannot be read or moved, or the MAC is not valid.
    #[error("{0}")]
    Project(#[from] project::Error),
    /// Neither the list nor the tree contains the phone.
    #[error("neither the list nor the tree contains {mac}{}", near.as_ref().map_or(String::new(), |near| format!("; did you mean {near}?")))]
    Unknown { mac: Mac, near: Option<String> },
    /// The list or the tree already contains the phone.
    #[error("{mac} already exists: {place}")]
    Exists { mac: Mac, place: String },
    /// No list is configured.
    #[error("fvprov.toml does not name a list of phones: set [inventory] file{0}")]
    NoList(&'static str),
    /// The phone has no row.
    #[error("`{list}` has no row for {mac}")]
    NoRow { list: String, mac: Mac },
    /// The column does not exist.
    #[error("there is no column `{name}`; the columns are `{}`", columns.join("`, `"))]
    NoColumn { name: String, columns: Vec<String> },
    /// A list cannot be read or changed.
    #[error("`{path}`: {reason}")]
    List { path: String, reason: String },
    /// The settings file cannot be changed.
    #[error("`{path}` cannot be changed: {reason}")]
    Settings { path: String, reason: String },
    /// The files of the phone cannot be generated.
    #[error("nothing was written: {0}")]
    Generate(String),
    /// The change would affect more than requested.
    #[error("nothing was written: {0}")]
    Refused(String),
}

impl PhoneError {
    /// Whether the change is possible in principle but refused, so that the exit code is 1.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Generate(_) | Self::Refused(_))
    }
}
