//! Files that fvprov could not read completely. The changes on phones that read these files are unknown.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Comparison;
use crate::text::path::relative_to;
use crate::text::source::FileId;
use crate::tree::load::{NameId, NotFollowed, State};
use crate::tree::resolve::{Fleet, display_phone};

/// Whether a file is identical on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Equality {
    /// The bytes are equal.
    Equal,
    /// The bytes differ.
    Different,
    /// One side could not be read; contains the reason.
    Unknown(String),
}

/// Compares a file on both sides, by its path below the served tree.
pub type SameBytes<'a> = dyn Fn(&str) -> Equality + 'a;

/// A file that phones read but fvprov could not read, or a URL that was not fetched. The content may differ
/// between the two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The path below the served tree, or the URL.
    pub file: String,
    /// The reason, worded to follow the file name in a message.
    pub reason: String,
    /// The phones that read the file.
    pub phones: Vec<String>,
}

/// Removes uncertain changes, in which a value seems to be missing or overridden only because fvprov could not
/// read a file. [`unknown`] returns the affected phones.
pub fn remove_uncertain(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    comparison: &mut Comparison,
    same_bytes: &SameBytes<'_>,
) {
    let mut sides = Sides { old, new, same_bytes, known: FxHashMap::default() };
    let mut hidden: FxHashMap<u32, [FxHashSet<String>; 2]> = FxHashMap::default();
    for (at, &(before, after)) in (0..).zip(&comparison.both) {
        if !sides.unknown_files(before, after).is_empty() {
            hidden.insert(at, [hidden_files(old, before), hidden_files(new, after)]);
        }
    }
    if hidden.is_empty() {
        return;
    }
    let both = &comparison.both;
    for change in &mut comparison.changes {
        let ids = [old, new].map(|fleet| fleet.workspace.names.id(&change.name));
        change.phones.retain(|at| {
            let Some(hidden) = hidden.get(at) else { return true };
            let (before, after) = both[*at as usize];
            let sources = [source(old, before, ids[0]), source(new, after, ids[1])];
            (0..2).all(|side| match (&sources[side], &sources[1 - side]) {
                (None, _) => hidden[side].is_empty(),
                (Some(_), Some(other)) => !hidden[side].contains(other),
                (Some(_), None) => true,
            })
        });
    }
    comparison.changes.retain(|change| !change.phones.is_empty());
}

/// The file that determines the value of a name for a phone, relative to the phone's root.
fn source(fleet: &Fleet<'_>, member: u32, name: Option<NameId>) -> Option<String> {
    let member = &fleet.members[member as usize];
    let at = fleet.decides(member, name?)?;
    Some(relative_to(fleet.workspace.path(at.file), &fleet.workspace.roots[member.root].path))
}

/// The files that a phone reads but whose settings fvprov could not read, relative to the phone's root.
fn hidden_files(fleet: &Fleet<'_>, member: u32) -> FxHashSet<String> {
    let member = &fleet.members[member as usize];
    let root = &fleet.workspace.roots[member.root].path;
    let unread = member.chain.unread(fleet.workspace);
    unread.map(|file| relative_to(fleet.workspace.path(file), root)).collect()
}

/// The files that make the changes on a phone unknown. Files with the same bytes on both sides are omitted.
pub fn unknown(
    old: &Fleet<'_>,
    new: &Fleet<'_>,
    comparison: &Comparison,
    same_bytes: &SameBytes<'_>,
) -> Vec<Unknown> {
    let mut sides = Sides { old, new, same_bytes, known: FxHashMap::default() };
    let mut all: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
    for &(before, after) in &comparison.both {
        let unknown = sides.unknown_files(before, after);
        if unknown.is_empty() {
            continue;
        }
        let phone = display_phone(new, &new.members[after as usize]);
        for (file, reason) in unknown {
            all.entry(file).or_insert((reason, Vec::new())).1.push(phone.clone());
        }
    }
    all.into_iter().map(|(file, (reason, phones))| Unknown { file, reason, phones }).collect()
}

struct Sides<'a> {
    old: &'a Fleet<'a>,
    new: &'a Fleet<'a>,
    same_bytes: &'a SameBytes<'a>,
    /// Whether two files are identical.
    known: FxHashMap<(FileId, FileId), bool>,
}

impl Sides<'_> {
    /// The files that make the changes on one phone unknown, with reasons.
    fn unknown_files(&mut self, before: u32, after: u32) -> BTreeMap<String, String> {
        let (old, new) = (unread(self.old, before), unread(self.new, after));
        if old.is_empty() && new.is_empty() {
            return BTreeMap::new();
        }
        let is_equal = old.urls == new.urls
            && old.files.len() == new.files.len()
            && old.files.iter().zip(&new.files).all(|(a, b)| self.is_equal(a, b))
            && (old.files.is_empty() || self.same_order(before, after));
        if is_equal {
            return BTreeMap::new();
        }
        let mut files = BTreeMap::new();
        // The reason from the new side replaces the reason from the old side.
        for (fleet, unread) in [(self.old, old), (self.new, new)] {
            for (_, file) in unread.files {
                files.insert(fleet.workspace.path(file).to_owned(), reason(fleet, file));
            }
            files.extend(unread.urls.into_iter().map(|url| (url, "was not fetched".to_owned())));
        }
        files
    }

    fn is_equal(&mut self, (old_name, old): &(String, FileId), (new_name, new): &(String, FileId)) -> bool {
        let (before, after, same_bytes) = (self.old.workspace, self.new.workspace, self.same_bytes);
        old_name == new_name
            && *self.known.entry((*old, *new)).or_insert_with(|| {
                match (&before.document(*old).state, &after.document(*new).state) {
                    (State::Read, State::Read) => before.text(*old) == after.text(*new),
                    _ => {
                        before.path(*old) == after.path(*new)
                            && same_bytes(before.path(*old)) == Equality::Equal
                    }
                }
            })
    }

    /// Whether a phone reads the files on both sides in the same order. If the order differs, an unreadable
    /// file may override different values.
    fn same_order(&self, before: u32, after: u32) -> bool {
        let (old, new) = (reads(self.old, before), reads(self.new, after));
        let (in_old, in_new): (FxHashSet<&String>, FxHashSet<&String>) =
            (old.iter().collect(), new.iter().collect());
        let shared_old = old.iter().filter(|name| in_new.contains(name));
        shared_old.eq(new.iter().filter(|name| in_old.contains(name)))
    }
}

/// The files and URLs that a phone reads but fvprov could not read, in order.
#[derive(Default)]
struct Unread {
    /// Files with their paths relative to the root.
    files: Vec<(String, FileId)>,
    urls: Vec<String>,
}

impl Unread {
    fn is_empty(&self) -> bool {
        self.files.is_empty() && self.urls.is_empty()
    }
}

fn unread(fleet: &Fleet<'_>, member: u32) -> Unread {
    let (workspace, member) = (fleet.workspace, &fleet.members[member as usize]);
    let root = &workspace.roots[member.root].path;
    let opaque = member.chain.reads.iter().map(|read| read.file);
    let opaque = opaque.filter(|file| workspace.document(*file).opaque.is_some());
    let files = member.chain.failed.iter().copied().chain(opaque);
    let urls = member.chain.missing.iter().filter_map(|&(file, include)| {
        let include = &workspace.document(file).includes[include as usize];
        let is_url = matches!(include.to, Err(NotFollowed::NotFetched));
        is_url.then(|| workspace.include_target(file, include).1.into_owned())
    });
    Unread {
        files: files.map(|file| (relative_to(workspace.path(file), root), file)).collect(),
        urls: urls.collect(),
    }
}

/// The files that a phone reads, relative to the phone's root, in order.
fn reads(fleet: &Fleet<'_>, member: u32) -> Vec<String> {
    let (workspace, member) = (fleet.workspace, &fleet.members[member as usize]);
    let root = &workspace.roots[member.root].path;
    member.chain.reads.iter().map(|read| relative_to(workspace.path(read.file), root)).collect()
}

fn reason(fleet: &Fleet<'_>, file: FileId) -> String {
    let document = fleet.workspace.document(file);
    match (&document.state, document.opaque) {
        (State::Failed(why), _) => format!("was not read ({why})"),
        (State::TooLarge(limit), _) => format!("was not read (larger than {limit} bytes)"),
        (_, Some(opaque)) => opaque.description(),
        _ => "was not read".into(),
    }
}
