//! Data about phones that a report displays but the phones' files do not contain.

use rustc_hash::FxHashMap;

use crate::text::mac::Mac;

/// Data about phones that is not in their files.
#[derive(Clone, Debug, Default)]
pub struct PhoneList {
    /// The inventory columns.
    pub columns: Vec<String>,
    /// Each phone's cells in the inventory.
    pub cells: FxHashMap<Mac, Vec<String>>,
    /// The models, by root (index) and MAC.
    pub models: FxHashMap<(usize, Mac), String>,
}
