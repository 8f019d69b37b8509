//! Index of the cfg files in the whole listing by name and by path length, for includes with a missing
//! target.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::lint::view::Common;
use crate::text::listing::{Entry, EntryKind};
use crate::text::nearest;
use crate::text::path::file_name;

/// Indices into the listing, in ascending order. Built on first use.
#[derive(Debug, Default)]
struct Index {
    by_lower_name: FxHashMap<String, Vec<usize>>,
    /// Indices into the listing, by number of characters in the path.
    by_length: BTreeMap<usize, Vec<usize>>,
}

impl Index {
    fn new(listing: &[Entry]) -> Self {
        let mut index = Self::default();
        let files = listing.iter().enumerate().filter(|(_, entry)| entry.kind == EntryKind::File);
        for (at, Entry { path, .. }) in files.filter(|(_, entry)| entry.path.ends_with(".cfg")) {
            index.by_lower_name.entry(file_name(path).to_lowercase()).or_default().push(at);
            index.by_length.entry(path.chars().count()).or_default().push(at);
        }
        index
    }
}

fn index<'a>(common: &Common<'a>) -> &'a Index {
    let index = common.memo.get(OnceLock::<Index>::new);
    index.get_or_init(|| Index::new(common.listing()))
}

/// Files in any directory that have the given name, ignoring case. The files are in the order of the listing.
pub fn named<'a>(common: &Common<'a>, name: &str) -> impl Iterator<Item = &'a str> {
    let same = index(common).by_lower_name.get(&name.to_lowercase());
    let listing = common.listing();
    same.into_iter().flatten().map(|&at| listing[at].path.as_str())
}

/// Most similar path, with at most `most` edits.
pub fn nearest<'a>(common: &Common<'a>, path: &str, most: usize) -> Option<&'a str> {
    let length = path.chars().count();
    let listing = common.listing();
    let near = index(common).by_length.range(length.saturating_sub(most)..=length + most);
    let near = near.flat_map(|(_, all)| all).map(|&at| listing[at].path.as_str());
    nearest::nearest(path, near, most)
}
