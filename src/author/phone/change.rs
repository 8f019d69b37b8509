//! A change of a phone, and the plan for it.

use std::collections::BTreeMap;

use crate::project::Draft;
use crate::project::manifest::ManifestEntry;
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
        /// A phone whose boot file and row are copied for the new phone.
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
    /// Descriptions of the changes, one line each.
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
