//! The facts about phones that a report prints in addition to their files.

use rustc_hash::FxHashMap;

use crate::text::mac::Mac;

/// The facts about phones that are not in their files.
#[derive(Clone, Debug, Default)]
pub struct PhoneList {
    /// The columns of the inventory.
    pub columns: Vec<String>,
    /// The cells of each phone in the inventory.
    pub cells: FxHashMap<Mac, Vec<String>>,
    /// The models, by root (index) and MAC.
    pub models: FxHashMap<(usize, Mac), String>,
}
