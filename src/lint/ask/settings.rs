//! What the settings say that rules ask for: limits, policies, the inventory.

use std::collections::BTreeMap;

use crate::text::mac::Mac;
use crate::text::source::Span;

/// Sizes above which a file is not judged (`[limits]`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file: larger ones are not read.
    pub file_bytes: u64,
    /// Bytes of a line.
    pub line_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file_bytes: 1 << 20, line_bytes: 4096 }
    }
}

/// The phones that somebody keeps a list of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The path of the list in the tree.
    pub path: String,
    /// The phones, each with the cell of its MAC.
    pub phones: BTreeMap<Mac, Span>,
    /// The errors of rows.
    pub problems: Vec<InventoryProblem>,
    /// Whether every row was read.
    pub is_complete: bool,
    /// The files that phones share according to a column.
    pub shared_files: Vec<SharedFile>,
}

/// An error in a row of the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InventoryProblem {
    /// The cell, or the row.
    pub at: Span,
    /// What is wrong.
    pub message: String,
    /// Whether only the model of the row is ignored.
    pub is_model: bool,
}

/// The files of one kind that a column assigns phones to, for example `sites/{{site}}.cfg`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedFile {
    /// The column.
    pub column: String,
    /// The paths of all such files, as a glob.
    pub glob: String,
    /// The file of each phone, and its cell in the column.
    pub expected: BTreeMap<Mac, (String, Span)>,
}

/// A demand of a fleet's own, from `[[policy]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The parameter.
    pub name: String,
    /// The value that is required or forbidden; any where there is none.
    pub value: Option<String>,
    /// Whether it is forbidden; else it is required.
    pub forbids: bool,
    /// A glob on the MACs of the phones that are meant.
    pub phones: String,
}

impl Policy {
    /// Whether it is about a phone; about any other phone only those are that are about all.
    pub fn concerns(&self, mac: Option<Mac>) -> bool {
        let matches = |mac: Mac| fast_glob::glob_match(&self.phones, mac.to_string());
        self.phones == "*" || mac.is_some_and(matches)
    }
}
