//! One phone with all the assignments that it reads, by name. The last assignment to a name takes effect.

use std::borrow::Cow;
use std::cmp::Ordering;

use rustc_hash::{FxHashMap, FxHashSet};

use super::chain::Chain;
use crate::text::mac::Mac;
use crate::text::path::relative_to;
use crate::text::source::FileId;
use crate::tree::load::{Assignment, Include, NameId, NotFollowed, Root, Workspace};

/// A name with all its assignments in load order, each with the index of its read.
pub type AssignedParameter<'w> = (Cow<'w, str>, Vec<(Assignment, u32)>);

/// A phone in a root, with its chain.
#[derive(Debug)]
pub struct Phone<'w> {
    /// The tree.
    pub workspace: &'w Workspace,
    /// The root.
    pub root: &'w Root,
    /// The MAC of the phone; `None` for a phone without files of its own.
    pub mac: Option<Mac>,
    /// The files that the phone reads.
    pub chain: Chain,
}

impl<'w> Phone<'w> {
    /// The phone `mac` in `root` or, without `mac`, a phone without files of its own.
    pub fn new(workspace: &'w Workspace, root: &'w Root, mac: Option<Mac>) -> Self {
        Self { workspace, root, mac, chain: Chain::for_mac(workspace, root, mac) }
    }

    /// All names that the phone's files set.
    pub fn names(&self) -> FxHashSet<NameId> {
        self.chain.assignments(self.workspace).map(|(at, _)| self.workspace.name(at)).collect()
    }

    /// All names in natural order, each with its assignments in load order.
    pub fn parameters(&self) -> Vec<AssignedParameter<'w>> {
        let mut by_name: FxHashMap<NameId, Vec<(Assignment, u32)>> = FxHashMap::default();
        for (assignment, read) in self.chain.assignments(self.workspace) {
            by_name.entry(self.workspace.name(assignment)).or_default().push((assignment, read));
        }
        let named = by_name.into_iter().map(|(name, all)| (self.workspace.names.text(name), all));
        let mut parameters: Vec<_> = named.collect();
        parameters.sort_by(|(a, first), (b, second)| natural_order(a, b).then_with(|| first.cmp(second)));
        parameters
    }

    /// The index of a name's effective assignment.
    pub fn winner(&self, assignments: &[(Assignment, u32)]) -> usize {
        let values = assignments.iter().map(|(at, _)| self.workspace.value(*at));
        self.workspace.assume.empty_value.effective_index(values).unwrap_or_default()
    }
}

/// The phones with a MAC, one for each root that contains files for the MAC. If no root contains files for the MAC, the
/// result is "any other phone" in each root with common files. The flag is true if the MAC has files of its own.
pub fn find(workspace: &Workspace, mac: Option<Mac>) -> Vec<(Phone<'_>, bool)> {
    let with_files =
        workspace.roots.iter().filter(|root| mac.is_some_and(|mac| root.phones.contains_key(&mac)));
    let known: Vec<_> = with_files.map(|root| (Phone::new(workspace, root, mac), true)).collect();
    if !known.is_empty() {
        return known;
    }
    let any = workspace.roots.iter().filter(|root| root.serves_any());
    any.map(|root| (Phone::new(workspace, root, None), false)).collect()
}

/// The missing files that a phone requests, in order, relative to the phone's root. Targets outside the tree
/// and URLs are returned as written.
pub fn missing(phone: &Phone<'_>) -> Vec<String> {
    phone.chain.missing.iter().map(|(file, at)| missing_file(phone, *file, *at)).collect()
}

fn missing_file(phone: &Phone<'_>, file: FileId, include: u32) -> String {
    let include: &Include = &phone.workspace.document(file).includes[include as usize];
    match &include.to {
        Err(NotFollowed::Missing(path) | NotFollowed::Macro(path) | NotFollowed::OtherCase { path, .. }) => {
            relative_to(path, &phone.root.path)
        }
        _ => phone.workspace.include_target(file, include).1.into_owned(),
    }
}

/// The term for a phone in messages: its MAC, or "any other phone" for phones without files of their own.
pub fn phone_name(mac: Option<Mac>) -> String {
    mac.map_or("any other phone".into(), |mac| mac.to_string())
}

/// Compares names in natural order: `account.2` before `account.10`, and numbers before words.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return a.cmp(b),
            (Some(x), Some(y)) => match (x.parse::<u64>().ok(), y.parse().ok()) {
                (Some(x), Some(y)) => x.cmp(&y),
                (None, None) => x.cmp(y),
                // Comparing 9, 10 and 1a as text would not produce a consistent order.
                (x, y) => y.is_some().cmp(&x.is_some()),
            },
            (x, y) => x.is_some().cmp(&y.is_some()),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}
