//! Existing files that a missing path may have been meant to refer to: files with the same name, and files
//! with a similar path.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use rustc_hash::FxHashMap;

use crate::lint::view::{Common, FileCx};
use crate::text::listing::{Entry, EntryKind};
use crate::text::mac::Mac;
use crate::text::nearest::{MAX_COMPARISONS, within};
use crate::text::path::{file_name, is_within, join, parent};

/// Maximum number of edits between two similar names.
const MAX_EDITS: usize = 2;

/// Indices into the listing, in ascending order. Built on first use.
#[derive(Debug, Default)]
struct Index {
    by_lower_name: FxHashMap<String, Vec<usize>>,
    /// Indices by the number of characters in the path.
    by_length: BTreeMap<usize, Vec<usize>>,
    /// Whether too many files are missing for the names to be compared.
    is_too_large: bool,
    /// Results by path, because the same file may be missing for many phones.
    similar: Mutex<FxHashMap<(String, Target), Option<usize>>>,
}

/// The kind of line that refers to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// An include, which refers to a cfg file.
    Include,
    /// A setting. It may refer to one of several files whose names differ only in digits.
    Resource,
}

impl Index {
    fn new(common: &Common<'_>) -> Self {
        let mut index = Self::default();
        let listing = common.listing();
        for (at, entry) in listing.iter().enumerate().filter(|(_, entry)| is_requested(entry)) {
            index.by_lower_name.entry(file_name(&entry.path).to_lowercase()).or_default().push(at);
            index.by_length.entry(entry.path.chars().count()).or_default().push(at);
        }
        index.is_too_large = common.missing_paths().len() * listing.len() > MAX_COMPARISONS;
        index
    }

    fn similar(&self, common: &Common<'_>, path: &str, target: Target) -> Option<usize> {
        if self.is_too_large {
            return None;
        }
        let listing = common.listing();
        let length = path.chars().count();
        let near = self.by_length.range(length.saturating_sub(MAX_EDITS)..=length + MAX_EDITS);
        let near = near.flat_map(|(_, all)| all).filter_map(|&at| {
            let other = listing[at].path.as_str();
            Some((target.distance(other, path)?, other, at))
        });
        near.min().map(|(.., at)| at)
    }
}

impl Target {
    /// The number of edits between an existing path and a missing one, if the two are similar.
    fn distance(self, other: &str, missing: &str) -> Option<usize> {
        let is_possible = match self {
            Self::Include => other.ends_with(".cfg"),
            Self::Resource => {
                extension(other) == extension(missing)
                    && parent(other) == parent(missing)
                    && without_digits(other).ne(without_digits(missing))
            }
        };
        if is_possible { within(other, missing, MAX_EDITS) } else { None }
    }
}

fn without_digits(path: &str) -> impl Iterator<Item = u8> {
    path.bytes().filter(|byte| !byte.is_ascii_digit())
}

/// Whether a phone may request an entry. Phones never request a file whose name contains a macro.
fn is_requested(entry: &Entry) -> bool {
    entry.kind == EntryKind::File && !entry.path.contains('$')
}

fn extension(path: &str) -> &str {
    file_name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn index<'a>(common: &Common<'a>) -> &'a Index {
    let index = common.memo.get(OnceLock::<Index>::new);
    index.get_or_init(|| Index::new(common))
}

/// Files with the given name, ignoring case, in any directory that is not in a different root. The files
/// have the same order as in the listing.
pub fn named<'a>(cx: &FileCx<'a>, name: &str) -> impl Iterator<Item = &'a str> {
    let cx = *cx;
    let same = index(&cx.common).by_lower_name.get(&name.to_lowercase());
    let listing = cx.common.listing();
    let paths = same.into_iter().flatten().map(|&at| listing[at].path.as_str());
    paths.filter(move |path| !is_in_other_root(&cx, path))
}

/// Whether a path and a file belong to different phones: both are in roots, but not in the same one.
fn is_in_other_root(cx: &FileCx<'_>, path: &str) -> bool {
    let roots = cx.common.roots().iter().filter(|root| is_within(path, &root.path));
    let deepest = roots.max_by_key(|root| root.path.len());
    cx.root().zip(deepest).is_some_and(|(own, other)| own.path != other.path)
}

/// The file with the most similar path. `None` if many files are missing, because then the paths are probably
/// not misspelled.
pub fn similar<'a>(cx: &FileCx<'a>, path: &str, target: Target) -> Option<&'a str> {
    let common = &cx.common;
    let index = index(common);
    let key = (path.to_owned(), target);
    let lock = || index.similar.lock().unwrap_or_else(PoisonError::into_inner);
    let known = lock().get(&key).copied();
    let found = known.unwrap_or_else(|| index.similar(common, path, target));
    lock().insert(key, found);
    found.map(|at| common.listing()[at].path.as_str()).filter(|path| !is_in_other_root(cx, path))
}

/// The phone's own cfg in the same directory as a `<mac>.boot` file, if it exists.
pub fn own(cx: &FileCx<'_>) -> Option<String> {
    let mac = file_name(cx.path())
        .strip_suffix(".boot")
        .filter(|stem| stem.len() == 12 && stem.parse::<Mac>().is_ok())?;
    let own = format!("{mac}.cfg");
    let path = join(parent(cx.path()), &own);
    let listing = cx.common.listing();
    let at = listing.binary_search_by(|entry| entry.path.as_str().cmp(&path)).ok()?;
    (listing[at].kind == EntryKind::File).then_some(own)
}

/// A file in the same directory whose name differs only in its extension or in spaces: `a.cgf`, `a.cfg.txt`,
/// `a .cfg`.
pub fn misnamed<'a>(cx: &FileCx<'a>, path: &str) -> Option<&'a str> {
    let stem = path.strip_suffix(".cfg")?;
    let listing = cx.common.listing();
    let start = listing.partition_point(|entry| entry.path.as_str() < stem);
    let beside = listing.iter().skip(start).take_while(|entry| entry.path.starts_with(stem));
    let files = beside.filter(|entry| entry.kind == EntryKind::File).map(|entry| entry.path.as_str());
    files.filter(|other| *other != path).find(|other| is_near_cfg(&other[stem.len()..]))
}

/// Whether the end of a name is similar to `.cfg`.
fn is_near_cfg(rest: &str) -> bool {
    let extension = rest.trim_start_matches([' ', '.']).to_lowercase();
    rest.starts_with([' ', '.']) && (extension.starts_with("cfg") || within(&extension, "cfg", 2).is_some())
}
