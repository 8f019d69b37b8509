//! Index of the cfg files in the whole listing by name and by path length, for includes with a missing
//! target.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::lint::view::{Common, FileCx};
use crate::text::listing::{Entry, EntryKind};
use crate::text::nearest;
use crate::text::path::{file_name, is_within, join, parent};

/// Indices into the listing, in ascending order. Built on first use.
#[derive(Debug, Default)]
struct Index {
    by_lower_name: FxHashMap<String, Vec<usize>>,
    /// By number of characters in the path.
    by_length: BTreeMap<usize, Vec<usize>>,
}

impl Index {
    fn new(listing: &[Entry]) -> Self {
        let mut index = Self::default();
        let files = listing.iter().enumerate().filter(|(_, entry)| entry.kind == EntryKind::File);
        for (at, Entry { path, .. }) in files.filter(|(_, entry)| is_requested(&entry.path)) {
            index.by_lower_name.entry(file_name(path).to_lowercase()).or_default().push(at);
            index.by_length.entry(path.chars().count()).or_default().push(at);
        }
        index
    }
}

/// Whether a phone may request a file: phones do not replace a macro in its name.
fn is_requested(path: &str) -> bool {
    path.ends_with(".cfg") && !path.contains('$')
}

fn index<'a>(common: &Common<'a>) -> &'a Index {
    let index = common.memo.get(OnceLock::<Index>::new);
    index.get_or_init(|| Index::new(common.listing()))
}

/// Files with the given name, ignoring case, in any directory that is not in another root; in the order of the listing.
pub fn named<'a>(cx: &FileCx<'a>, name: &str) -> impl Iterator<Item = &'a str> {
    let common = cx.common;
    let same = index(&common).by_lower_name.get(&name.to_lowercase());
    let listing = common.listing();
    let paths = same.into_iter().flatten().map(|&at| listing[at].path.as_str());
    paths.filter(move |path| !is_in_other_root(cx, path))
}

/// The phone's own cfg beside a `<mac>.boot`, if it exists.
pub fn own(cx: &FileCx<'_>) -> Option<String> {
    let mac = file_name(cx.path()).strip_suffix(".boot").filter(|stem| is_mac(stem))?;
    let own = format!("{mac}.cfg");
    let path = join(parent(cx.path()), &own);
    let listing = cx.common.listing();
    let at = listing.binary_search_by(|entry| entry.path.as_str().cmp(&path)).ok()?;
    (listing[at].kind == EntryKind::File).then_some(own)
}

fn is_mac(stem: &str) -> bool {
    stem.len() == 12 && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A file beside the path whose name differs only in its extension, or in spaces: `a.cgf`, `a.cfg.txt`, `a .cfg`.
pub fn misnamed<'a>(cx: &FileCx<'a>, path: &str) -> Option<&'a str> {
    let stem = path.strip_suffix(".cfg")?;
    let listing = cx.common.listing();
    let start = listing.partition_point(|entry| entry.path.as_str() < stem);
    let beside = listing.iter().skip(start).take_while(|entry| entry.path.starts_with(stem));
    let is_near = |rest: &str| {
        let extension = rest.trim_start_matches([' ', '.']).to_lowercase();
        rest.starts_with([' ', '.'])
            && (extension.starts_with("cfg") || nearest::within(&extension, "cfg", 2).is_some())
    };
    let files = beside.filter(|entry| entry.kind == EntryKind::File).map(|entry| entry.path.as_str());
    files.filter(|other| *other != path).find(|other| is_near(&other[stem.len()..]))
}

/// Most similar path that is not in another root, with at most `most` edits.
pub fn nearest<'a>(cx: &FileCx<'a>, path: &str, most: usize) -> Option<&'a str> {
    let length = path.chars().count();
    let listing = cx.common.listing();
    let near = index(&cx.common).by_length.range(length.saturating_sub(most)..=length + most);
    let near = near.flat_map(|(_, all)| all).map(|&at| listing[at].path.as_str());
    nearest::nearest(path, near.filter(|path| !is_in_other_root(cx, path)), most)
}

/// Whether a path belongs to other phones than a file: both are in roots, but not in the same one.
fn is_in_other_root(cx: &FileCx<'_>, path: &str) -> bool {
    let roots = cx.common.roots().iter().filter(|root| is_within(path, &root.path));
    let deepest = roots.max_by_key(|root| root.path.len());
    cx.root().zip(deepest).is_some_and(|(own, other)| own.path != other.path)
}
