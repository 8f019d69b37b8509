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
    /// The phones, each with its row.
    pub phones: BTreeMap<Mac, Span>,
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
        self.phones == "*" || mac.is_some_and(|mac: Mac| fast_glob::glob_match(&self.phones, mac.to_string()))
    }
}
