//! What the fixes of several rules do to a file: take out a line, put one above another, let an include lead
//! somewhere else.

use rustc_hash::FxHashSet;

use super::contexts::{Common, FileCx};
use super::rule::Edit;
use super::suppress::comments_above;
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::Location;
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, Tree};
use crate::tree::load::{Assignment, NameId, locate};

/// A line (index) behind the suppressions that mean it alone.
pub fn with_suppressions(text: &[u8], tree: &Tree, line: usize) -> Vec<usize> {
    // Which file it is does not matter for where its lines are.
    let its_own = comments_above(FileId(0), tree, text, line)
        .filter(|(_, directive)| directive.as_ref().is_some_and(|d| d.understood && d.line.is_some()));
    its_own.map(|(at, _)| at).chain([line]).collect()
}

impl Common<'_> {
    /// Takes out a line (index) with its line end, and the suppressions that mean it alone: left where they are,
    /// they would cover the line below.
    pub fn without_line(&self, file: FileId, line: usize) -> Vec<Edit> {
        let tree = &self.workspace.document(file).tree;
        let lines = with_suppressions(self.workspace.text(file), tree, line);
        lines.into_iter().map(|at| Edit::remove(self.workspace.whole_line(file, at))).collect()
    }

    /// Takes out the line of an assignment.
    pub fn without(&self, at: Assignment) -> Vec<Edit> {
        self.without_line(at.file, self.workspace.line_number(at) - 1)
    }
}

impl<'a> FileCx<'a> {
    /// Where a comment on a line (index) goes: above it, and above the comments to fvprov that mean it.
    pub fn above(&self, line: usize) -> Place {
        let own = comments_above(self.file, &self.document.tree, self.text, line).map(|(at, _)| at).min();
        let start = self.common.workspace.whole_line(self.file, own.unwrap_or(line)).span.start;
        self.place(Span { start, end: start })
    }

    /// Where the text of this file begins, behind a byte-order mark.
    pub fn beginning(&self) -> usize {
        if self.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
    }

    /// Whether this cfg sets a parameter.
    pub fn sets(&self, name: &str) -> bool {
        let is_here =
            |name: NameId| self.document.segments.iter().any(|s| s.last(self.document, name).is_some());
        self.common.workspace.names.id(name).is_some_and(is_here)
    }

    /// The cfg of the tree that an include of this file with another target would lead to, where that is
    /// all that happens: no phone that reads this file reads it already, and it does not lead back here.
    pub fn newly_read(&self, target: &str) -> Option<&'a str> {
        let workspace = self.common.workspace;
        let Ok(Location::Tree(path)) = locate(target, &Location::of(self.path()), self.common.server) else {
            return None;
        };
        let at = workspace.listing.binary_search_by(|entry| entry.path.cmp(&path)).ok()?;
        let Entry { path, kind } = workspace.listing.get(at)?;
        if *kind != EntryKind::File || !path.ends_with(".cfg") {
            return None;
        }
        let Some(there) = workspace.file(path) else { return Some(path) };
        let fleet = self.common.fleet;
        let reads_it =
            |reader: &u32| fleet.members[*reader as usize].chain.reads.iter().any(|read| read.file == there);
        let read_before = fleet.readers[self.file.0 as usize].iter().any(reads_it);
        (!read_before && !self.is_reached_from(there)).then_some(path)
    }

    /// Whether the includes of a file lead to this one.
    fn is_reached_from(&self, file: FileId) -> bool {
        let mut seen = FxHashSet::from_iter([file]);
        let mut open = vec![file];
        while let Some(file) = open.pop() {
            if file == self.file {
                return true;
            }
            let includes = &self.common.workspace.document(file).includes;
            open.extend(
                includes.iter().filter_map(|include| include.to.as_ref().ok()).filter(|to| seen.insert(**to)),
            );
        }
        false
    }
}
