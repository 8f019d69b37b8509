//! Changes to files that settings name, other than boot and cfg files, for each phone that they affect.

use std::collections::{BTreeMap, BTreeSet};

use super::Comparison;
use super::unknown::{Equality, SameBytes, Unknown};
use crate::text::listing::Entry;
use crate::tree::resolve::{Fleet, display_phone};

/// A changed file that settings name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceChange {
    /// Path of the file, relative to the served tree.
    pub file: String,
    /// `changed`, `added` or `removed`.
    pub kind: &'static str,
    /// The phones that download the file.
    pub phones: Vec<String>,
}

/// Changed, added and removed files named in settings, and files that could not be compared.
pub fn resources(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    comparison: &Comparison,
    same_bytes: &SameBytes<'_>,
) -> (Vec<ResourceChange>, Vec<Unknown>) {
    let named = [named_files(old), named_files(new)];
    if named.iter().all(BTreeMap::is_empty) {
        return (Vec::new(), Vec::new());
    }
    let [named_before, named_now] = named;
    let (before, now): (BTreeSet<u32>, BTreeSet<u32>) = comparison.both.iter().copied().unzip();
    let (mut changes, mut unknown) = (Vec::new(), Vec::new());
    for (file, readers) in named_now {
        let phones = display_readers(new, readers, &now);
        if phones.is_empty() {
            continue;
        }
        if !is_listed(old, &file) {
            changes.push(ResourceChange { file, kind: "added", phones });
            continue;
        }
        match same_bytes(&file) {
            Equality::Equal => {}
            Equality::Different => changes.push(ResourceChange { file, kind: "changed", phones }),
            Equality::Unknown(why) => {
                unknown.push(Unknown { file, reason: format!("was not read ({why})"), phones });
            }
        }
    }
    for (file, readers) in named_before.into_iter().filter(|(file, _)| !is_listed(new, file)) {
        let phones = display_readers(old, readers, &before);
        if !phones.is_empty() {
            changes.push(ResourceChange { file, kind: "removed", phones });
        }
    }
    changes.sort_by(|a, b| a.file.cmp(&b.file));
    (changes, unknown)
}

fn is_listed(fleet: &Fleet<'_>, file: &str) -> bool {
    fleet.workspace.listing.binary_search_by(|entry: &Entry| entry.path.as_str().cmp(file)).is_ok()
}

/// The compared phones that read a file.
fn display_readers(fleet: &Fleet<'_>, readers: &[u32], compared: &BTreeSet<u32>) -> Vec<String> {
    let members = readers.iter().filter(|reader| compared.contains(reader));
    members.map(|&at| display_phone(fleet, &fleet.members[at as usize])).collect()
}

/// The files, other than boot and cfg files, that settings name, with their readers.
fn named_files<'a>(fleet: &'a Fleet<'_>) -> BTreeMap<String, &'a [u32]> {
    let files = fleet.workspace.resources.iter().filter_map(|resource| resource.to.as_ref().ok());
    let plain = files.filter(|file| fleet.workspace.document(**file).role.kind().is_none());
    plain
        .map(|file| (fleet.workspace.path(*file).to_owned(), fleet.readers[file.0 as usize].as_slice()))
        .collect()
}
