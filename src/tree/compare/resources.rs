//! Changed files that settings name, such as phonebooks, and files that were not read and may have
//! changed.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use super::Comparison;
use crate::text::listing::Entry;
use crate::text::source::FileId;
use crate::tree::load::NotFollowed;
use crate::tree::resolve::{Fleet, display_phone};

/// Compares a file of the old side with the same file of the new side: true if their bytes are known to
/// be equal.
pub type SameBytes<'a> = dyn Fn(&str) -> bool + 'a;

/// A file that settings name by URL and that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceChange {
    /// Path of the file, relative to the served tree.
    pub file: String,
    /// `changed`, `added` or `removed`.
    pub kind: &'static str,
    /// Phones whose settings name the file.
    pub phones: Vec<String>,
}

/// A file that phones read but fvprov could not, or a URL that was not fetched, if its content may
/// differ between both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The path below the served tree, or the URL.
    pub file: String,
    /// Phones that read the file.
    pub phones: Vec<String>,
}

/// Changed, added and removed files that settings name and that are neither boot nor cfg files, each
/// with its phones. Sorted by path.
pub fn resources(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    comparison: &Comparison,
    same_bytes: &SameBytes<'_>,
) -> Vec<ResourceChange> {
    let (before, now): (BTreeSet<u32>, BTreeSet<u32>) = comparison.both.iter().copied().unzip();
    let phones = |fleet: &Fleet<'_>, readers: &[u32], both: &BTreeSet<u32>| -> Vec<String> {
        let members = readers.iter().filter(|reader| both.contains(reader));
        members.map(|&at| display_phone(fleet, &fleet.members[at as usize])).collect()
    };
    let has = |fleet: &Fleet<'_>, file: &String| {
        let path = |entry: &Entry| entry.path.as_str().cmp(file.as_str());
        fleet.workspace.listing.binary_search_by(path).is_ok()
    };
    let now = named(new).into_iter().filter_map(|(file, readers)| {
        let kind = if has(old, &file) { "changed" } else { "added" };
        let changed = kind == "added" || !same_bytes(&file);
        changed.then(|| ResourceChange { phones: phones(new, readers, &now), file, kind })
    });
    let gone = named(old).into_iter().filter(|(file, _)| !has(new, file));
    let gone = gone.map(|(file, readers)| ResourceChange {
        phones: phones(old, readers, &before),
        file,
        kind: "removed",
    });
    let mut changes: Vec<ResourceChange> =
        now.chain(gone).filter(|change| !change.phones.is_empty()).collect();
    changes.sort_by(|a, b| a.file.cmp(&b.file));
    changes
}

/// Files and URLs that phones of both sides request but fvprov did not read, each with its phones.
/// Omits a phone if both sides request the same files with equal bytes.
pub fn unknown(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    comparison: &Comparison,
    same_bytes: &SameBytes<'_>,
) -> Vec<Unknown> {
    let mut same: FxHashMap<String, bool> = FxHashMap::default();
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for &(before, after) in &comparison.both {
        let (chain, other) = (&old.members[before as usize].chain, &new.members[after as usize].chain);
        if [chain, other].iter().all(|chain| chain.failed.is_empty() && chain.missing.is_empty()) {
            continue;
        }
        let (before, after) = (unread(old, before), unread(new, after));
        let is_same = |path: &String| *same.entry(path.clone()).or_insert_with(|| same_bytes(path));
        let phone = display_phone(new, &new.members[after.member as usize]);
        if before.urls == after.urls && before.files == after.files && before.files.iter().all(is_same) {
            continue;
        }
        let files: BTreeSet<String> =
            [before.files, after.files, before.urls, after.urls].into_iter().flatten().collect();
        for file in files {
            all.entry(file).or_default().push(phone.clone());
        }
    }
    all.into_iter().map(|(file, phones)| Unknown { file, phones }).collect()
}

/// Files and URLs that a member requests but fvprov did not read, in request order.
struct Unread {
    member: u32,
    files: Vec<String>,
    urls: Vec<String>,
}

fn unread(fleet: &Fleet<'_>, member: u32) -> Unread {
    let (workspace, chain) = (fleet.workspace, &fleet.members[member as usize].chain);
    let files = chain.failed.iter().map(|file| workspace.path(*file).to_owned());
    let urls = chain.missing.iter().filter_map(|&(file, include)| {
        let include = &workspace.document(file).includes[include as usize];
        let is_url = matches!(include.to, Err(NotFollowed::NotFetched));
        is_url.then(|| workspace.include_target(file, include).1.into_owned())
    });
    Unread { member, files: files.collect(), urls: urls.collect() }
}

/// Files that settings name and that are neither boot nor cfg files, with the members whose settings
/// name them.
fn named<'a>(fleet: &'a Fleet<'_>) -> BTreeMap<String, &'a [u32]> {
    let files = fleet.workspace.resources.iter().filter_map(|resource| resource.to.as_ref().ok());
    let plain = files.filter(|file| fleet.workspace.document(**file).role.kind().is_none());
    let readers = |file: &FileId| fleet.readers[file.0 as usize].as_slice();
    plain.map(|file| (fleet.workspace.path(*file).to_owned(), readers(file))).collect()
}
