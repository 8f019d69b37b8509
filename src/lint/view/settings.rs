//! Settings that rules need: limits, policies, and the inventory.

use std::collections::BTreeMap;

use crate::text::mac::Mac;
use crate::text::source::Span;

/// The size limits of files that are checked (`[limits]`).
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

/// The phones of the inventory.
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
    /// The required or forbidden value; any value if `None`.
    pub value: Option<String>,
    /// Whether it is forbidden; else it is required.
    pub forbids: bool,
    /// A glob for the MACs of the phones concerned.
    pub phones: String,
}

impl Policy {
    /// Whether it applies to a phone. Only a policy for all phones applies to "any other phone".
    pub fn concerns(&self, mac: Option<Mac>) -> bool {
        self.phones == "*" || mac.is_some_and(|mac: Mac| fast_glob::glob_match(&self.phones, mac.to_string()))
    }
}
