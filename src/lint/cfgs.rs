//! The cfg files of the whole listing by name and by length, for includes that lead to none of them.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::contexts::FileCx;
use super::meaning::within;
use crate::text::listing::{Entry, EntryKind};
use crate::text::path::{file_name, parent, relative_to};

/// The cfg files of a listing; sorted out when the first include is faulty.
#[derive(Debug)]
pub struct Cfgs<'a> {
    listing: &'a [Entry],
    index: OnceLock<Index>,
}

/// Indices into the listing, each list ascending (paths would tie the lifetime of every context to this one).
#[derive(Debug, Default)]
struct Index {
    by_lower_name: FxHashMap<String, Vec<usize>>,
    /// By the number of characters of the whole path.
    by_length: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Cfgs<'a> {
    /// The cfg files of a listing, none looked at yet.
    pub fn new(listing: &'a [Entry]) -> Self {
        Self { listing, index: OnceLock::new() }
    }

    /// The files of this name, whatever its case, wherever they lie; in the order of the listing.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &'a str> {
        let same = self.index().by_lower_name.get(&name.to_lowercase());
        same.into_iter().flatten().map(|&at| self.path(at))
    }

    /// The path that is nearest to this one, at most `most` slips away.
    pub fn nearest(&self, path: &str, most: usize) -> Option<&'a str> {
        let length = path.chars().count();
        let near = self.index().by_length.range(length.saturating_sub(most)..=length + most);
        let near = near.flat_map(|(_, all)| all).map(|&at| self.path(at));
        near.filter_map(|other| Some((within(path, other, most)?, other))).min().map(|(_, other)| other)
    }

    fn path(&self, at: usize) -> &'a str {
        &self.listing[at].path
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            let files = self.listing.iter().enumerate().filter(|(_, entry)| entry.kind == EntryKind::File);
            for (at, Entry { path, .. }) in files.filter(|(_, entry)| entry.path.ends_with(".cfg")) {
                index.by_lower_name.entry(file_name(path).to_lowercase()).or_default().push(at);
                index.by_length.entry(path.chars().count()).or_default().push(at);
            }
            index
        })
    }
}

impl FileCx<'_> {
    /// A path of the tree as an include of this file would name it: relative to this file's directory. From a
    /// file behind a URL no such path leads into the tree.
    pub fn from_here(&self, path: &str) -> Option<String> {
        let here = self.path();
        (!here.contains("://")).then(|| relative_to(path, parent(here)))
    }
}
