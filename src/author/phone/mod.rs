//! Adds, replaces, removes and edits a phone: its rows in the list and in the secrets, its files, and everything that
//! refers to it. All changes are planned, verified by resolving every phone again, and written together.

mod baseline;
mod generated;
mod lists;
mod plan;
mod proof;
mod references;
mod settings;

use std::collections::{BTreeMap, BTreeSet};

use crate::project::manifest::ManifestEntry;
use crate::project::{self, Draft, Opened, PhoneSelection};
use crate::text::mac::Mac;
use crate::tree::load::Workspace;

/// A cell to set: the name of the column, and the value.
pub type Cell = (String, String);

/// A change of a phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneChange {
    /// A new phone.
    Add {
        /// Its MAC.
        mac: Mac,
        /// The cells of its row.
        cells: Vec<Cell>,
        /// A phone whose boot file and row the new one gets.
        like: Option<Mac>,
    },
    /// Another device takes the place of a phone.
    Replace {
        /// The MAC of the old device.
        old: Mac,
        /// The MAC of the new device.
        new: Mac,
        /// Whether the MAC is also replaced in values and comments.
        in_values: bool,
    },
    /// A phone is removed.
    Remove {
        /// Its MAC.
        mac: Mac,
    },
    /// Cells of the phone's row change.
    Edit {
        /// Its MAC.
        mac: Mac,
        /// The cells.
        cells: Vec<Cell>,
    },
}

/// The planned change.
pub struct PhonePlan<'o> {
    /// The changed files.
    pub draft: Draft<'o>,
    /// What changes, one line each.
    pub notes: Vec<String>,
    /// The tree after the change.
    pub after: Workspace,
    /// The generated files that the change writes, and those that it removes, by path in the tree.
    pub generated: GeneratedChanges,
}

/// The generated files that a change writes and removes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GeneratedChanges {
    /// The written files, with their entries in the manifest.
    pub written: BTreeMap<String, ManifestEntry>,
    /// The removed files.
    pub removed: Vec<String>,
}

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
    #[error("fvprov.toml names no list of phones: set [inventory] file{0}")]
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

/// Plans a change. `variable` returns environment variables for templates.
///
/// # Errors
/// The change is not possible, or would affect other phones.
pub fn plan<'o>(
    opened: &'o Opened,
    change: &PhoneChange,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<PhonePlan<'o>, PhoneError> {
    plan::Planner::new(opened)?.plan(change, variable)
}

/// The MAC that a text names: a MAC in any spelling, or an extension, a name or a serial number of the inventory.
///
/// # Errors
/// No phone has this name.
pub fn find_mac(opened: &Opened, text: &str) -> Result<Mac, PhoneError> {
    if let Ok(mac) = text.parse() {
        return Ok(mac);
    }
    if opened.inventory.is_none() {
        return Err(project::Error::Mac(text.parse::<Mac>().err().unwrap_or_default()).into());
    }
    let selection = PhoneSelection { names: vec![text.to_owned()], ..PhoneSelection::default() };
    let selected = opened.select(&selection, true)?;
    let macs: BTreeSet<Mac> = selected.iter().filter_map(project::SelectedPhone::mac).collect();
    macs.into_iter().next().ok_or_else(|| PhoneError::Refused(format!("no phone has the name `{text}`")))
}
