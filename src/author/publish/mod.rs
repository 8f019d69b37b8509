//! Plans a `publish`: determines which files in a destination change, in which order, and which of them
//! someone else has changed.

mod order;

use std::collections::{BTreeMap, BTreeSet};

use self::order::is_boot;
use crate::project::Contents;
use crate::project::destination::{Change, Hashes, PublishedFiles};
use crate::project::write::hash;
use crate::text::listing::{Entry, EntryKind};
use crate::tree::load::Workspace;

/// How someone else changed a file in the destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignChange {
    /// fvprov did not publish the file.
    Unknown,
    /// The file has different content.
    Edited,
    /// The file was deleted.
    Deleted,
}

impl ForeignChange {
    /// The word for messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "not from fvprov",
            Self::Edited => "edited",
            Self::Deleted => "deleted",
        }
    }
}

/// The changes needed to publish a tree.
pub struct Plan<'a> {
    wanted: &'a Contents,
    current: &'a Contents,
    /// The files to write, in order.
    pub written: Vec<&'a str>,
    /// The boot files to remove after the writes.
    pub removed: Vec<&'a str>,
    /// Other files to remove, in order, after phones that have read the old files have finished.
    pub retired: Vec<&'a str>,
    /// Number of files that remain the same.
    pub unchanged: usize,
    /// Files that someone else has changed.
    pub foreign: BTreeMap<&'a str, ForeignChange>,
}

impl<'a> Plan<'a> {
    /// Plans the changes. `current` contains the current content of the wanted and the published files.
    pub fn new(wanted: &'a Contents, current: &'a Contents, record: &'a PublishedFiles) -> Self {
        let mut plan = Self {
            wanted,
            current,
            written: Vec::new(),
            removed: Vec::new(),
            retired: Vec::new(),
            unchanged: 0,
            foreign: BTreeMap::new(),
        };
        let published = record.files.keys().chain(record.retired.keys());
        let is_new = !record.files.keys().any(|path| current.contains_key(path));
        let paths: BTreeSet<&str> = published.chain(wanted.keys()).map(String::as_str).collect();
        for path in paths {
            let (old, new) = (current.get(path), wanted.get(path));
            match (old, new) {
                (None, None) => continue,
                (old, new) if old == new => {
                    plan.unchanged += 1;
                    continue;
                }
                (_, Some(_)) => plan.written.push(path),
                (Some(_), None) if is_boot(path) => plan.removed.push(path),
                (Some(_), None) => plan.retired.push(path),
            }
            let foreign = match (old, record.hash(path)) {
                (Some(old), Some(known)) if hash(old) == *known => None,
                (Some(_), Some(_)) => Some(ForeignChange::Edited),
                (Some(_), None) => Some(ForeignChange::Unknown),
                (None, Some(_)) if !is_new && record.files.contains_key(path) => Some(ForeignChange::Deleted),
                (None, _) => None,
            };
            plan.foreign.extend(foreign.map(|foreign| (path, foreign)));
        }
        plan
    }

    /// Sorts the changes so that no file names a missing file at any time.
    pub fn sort(&mut self, before: &Workspace, after: &Workspace) {
        let current = self.current;
        order::sort(&mut self.written, after, &|path| !current.contains_key(path));
        for removals in [&mut self.removed, &mut self.retired] {
            order::sort(removals, before, &|_| false);
            removals.reverse();
        }
    }

    /// Whether files are written or removed.
    pub fn is_empty(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty() && self.retired.is_empty()
    }

    /// The listing of the destination after all changes.
    pub fn listing(&self, before: &[Entry]) -> Vec<Entry> {
        let gone: BTreeSet<&str> = self.removed.iter().chain(&self.retired).copied().collect();
        let rest = before
            .iter()
            .filter(|entry| !gone.contains(entry.path.as_str()) && !self.wanted.contains_key(&entry.path));
        let files = self.wanted.keys().map(|path| Entry { path: path.clone(), kind: EntryKind::File });
        let mut listing: Vec<Entry> = rest.cloned().chain(files).collect();
        listing.sort_unstable();
        listing
    }

    /// The files in a destination that are neither wanted nor published.
    pub fn others(&self, listing: &[Entry], record: &PublishedFiles) -> Vec<String> {
        let files = listing.iter().filter(|entry| entry.kind == EntryKind::File).map(|entry| &entry.path);
        let others = files.filter(|path| !self.wanted.contains_key(*path) && record.hash(path).is_none());
        others.cloned().collect()
    }

    /// The changes to make immediately.
    pub fn changes(&self) -> Vec<Change<'a>> {
        self.written.iter().chain(&self.removed).map(|path| self.change(path)).collect()
    }

    /// The removals to perform later.
    pub fn removals(&self) -> Vec<Change<'a>> {
        self.retired.iter().map(|path| self.change(path)).collect()
    }

    fn change(&self, path: &'a str) -> Change<'a> {
        let [old, new] = [self.current, self.wanted].map(|files| files.get(path).map(Vec::as_slice));
        Change { path, old, new }
    }

    /// The record after [`Self::changes`]. `was` is the previous record.
    pub fn record(&self, was: &PublishedFiles) -> PublishedFiles {
        let files = hashes(self.wanted.iter());
        let retired = hashes(self.current.iter().filter(|(path, _)| self.retired.contains(&path.as_str())));
        let is_changed = !self.written.is_empty() || !self.removed.is_empty();
        let is_removed = self.retired.iter().any(|path| was.files.contains_key(*path));
        let previous = match is_changed || is_removed {
            true => hashes(
                self.current
                    .iter()
                    .filter(|(path, _)| was.files.contains_key(*path) || self.wanted.contains_key(*path)),
            ),
            false => was.previous.clone(),
        };
        PublishedFiles::new(files, retired, previous)
    }
}

fn hashes<'a>(files: impl Iterator<Item = (&'a String, &'a Vec<u8>)>) -> Hashes {
    files.map(|(path, text)| (path.clone(), hash(text))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(files: &[(&str, &str)]) -> Contents {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn published(files: &[(&str, &str)]) -> PublishedFiles {
        PublishedFiles::new(hashes(contents(files).iter()), Hashes::new(), Hashes::new())
    }

    #[test]
    fn only_published_files_are_removed_and_foreign_changes_are_found() {
        let record =
            published(&[("a.boot", "1"), ("b.cfg", "1"), ("c.cfg", "1"), ("d.cfg", "1"), ("gone", "1")]);
        let current = contents(&[
            ("a.boot", "1"),
            ("b.cfg", "edited"),
            ("c.cfg", "1"),
            ("new.cfg", "other"),
            ("same", "1"),
        ]);
        let wanted = contents(&[("c.cfg", "2"), ("d.cfg", "1"), ("new.cfg", "1"), ("same", "1")]);
        let plan = Plan::new(&wanted, &current, &record);
        assert_eq!((plan.written.as_slice(), plan.unchanged), (&["c.cfg", "d.cfg", "new.cfg"][..], 1));
        assert_eq!((plan.removed.as_slice(), plan.retired.as_slice()), (&["a.boot"][..], &["b.cfg"][..]));
        let foreign = [
            ("b.cfg", ForeignChange::Edited),
            ("d.cfg", ForeignChange::Deleted),
            ("new.cfg", ForeignChange::Unknown),
        ];
        assert_eq!(plan.foreign, BTreeMap::from(foreign));
        let after = plan.record(&record);
        assert_eq!(after.files.len(), 4);
        assert_eq!(after.retired.keys().collect::<Vec<_>>(), ["b.cfg"]);
        assert_eq!(
            after.previous.keys().collect::<Vec<_>>(),
            ["a.boot", "b.cfg", "c.cfg", "new.cfg", "same"]
        );
    }

    #[test]
    fn an_empty_destination_has_no_deleted_files() {
        let record = published(&[("a.boot", "1")]);
        let wanted = contents(&[("a.boot", "1")]);
        assert!(Plan::new(&wanted, &Contents::new(), &record).foreign.is_empty());
    }
}
