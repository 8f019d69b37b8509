//! The effective configurations of all phones. The steps of all phones form a tree of [`Node`]s; phones whose
//! first steps are identical share the nodes of these steps.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::chain::Chain;
use super::nodes::{Node, Setters};
use crate::text::mac::Mac;
use crate::text::source::{FileId, Place};
use crate::tree::assumptions::EmptyValue;
use crate::tree::load::{Assignment, NameId, OwnFiles, Workspace};

/// Whether all assignments to a parameter take effect, not only the last one.
pub type Repeats<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// A phone in the fleet.
#[derive(Debug)]
pub struct Member {
    /// Index of its root.
    pub root: usize,
    /// The MAC of the phone; `None` for a phone without files of its own.
    pub mac: Option<Mac>,
    /// Its own files.
    pub own: OwnFiles,
    /// Whether the phone is counted. "Any other phone" is counted only in a root without MACs.
    pub counted: bool,
    /// The files that the phone reads.
    pub chain: Chain,
    /// The node of the phone's last step, if any.
    pub leaf: Option<u32>,
}

impl Member {
    /// Whether a file is one of the phone's own files.
    pub fn has_own(&self, file: FileId) -> bool {
        [self.own.boot, self.own.cfg].contains(&Some(file))
    }
}

/// The phones in all roots, and their shared steps. The roster remains valid as long as no include in the
/// tree changes.
#[derive(Debug)]
pub struct Roster {
    /// The phones, by root and MAC. "Any other phone" comes after the other phones in its root.
    pub members: Vec<Member>,
    /// The nodes. Parents come before their children.
    pub nodes: Vec<Node>,
    /// For each file, the members that read the file or a setting that names it, in ascending order.
    pub readers: Vec<Vec<u32>>,
    /// For each root, the number of counted phones.
    pub counted: Vec<usize>,
}

/// A tree with its roster.
#[derive(Debug)]
pub struct Fleet<'w> {
    /// The tree of files.
    pub workspace: &'w Workspace,
    /// Its phones.
    pub roster: Arc<Roster>,
    /// The index, which is built on the first lookup in a long chain.
    setters: OnceLock<Setters>,
}

/// Maximum number of includes listed in the route to a file.
const MAX_ROUTE: usize = 20;

/// Maximum number of nodes that a lookup visits one by one. Longer chains use the index.
const SHORT_CHAIN: u32 = 32;

impl Deref for Fleet<'_> {
    type Target = Roster;

    fn deref(&self) -> &Roster {
        &self.roster
    }
}

impl<'w> Fleet<'w> {
    /// Resolves all phones in all roots, and "any other phone" in each root with common files.
    pub fn new(workspace: &'w Workspace) -> Self {
        let mut phones = Vec::new();
        for (at, root) in workspace.roots.iter().enumerate() {
            phones.extend(root.phones.iter().map(|(&mac, &own)| (at, Some(mac), own, true)));
            if root.serves_any() {
                phones.push((at, None, OwnFiles::default(), root.phones.is_empty()));
            }
        }
        let mut members: Vec<Member> = phones
            .into_par_iter()
            .map(|(root, mac, own, counted)| {
                let chain = Chain::for_files(workspace, &workspace.roots[root], own);
                Member { root, mac, own, counted, chain, leaf: None }
            })
            .collect();
        let (nodes, mut readers) = share(workspace, &mut members);
        read_by_name(workspace, &mut readers);
        let mut counted = vec![0; workspace.roots.len()];
        for member in members.iter().filter(|member| member.counted) {
            counted[member.root] += 1;
        }
        Self::from_roster(workspace, Arc::new(Roster { members, nodes, readers, counted }))
    }

    /// Resolves all phones of another state of the tree. If only texts differ, the roster is shared.
    pub fn new_state<'n>(&self, workspace: &'n Workspace) -> Fleet<'n> {
        match workspace.has_links_of(self.workspace) {
            true => Fleet::from_roster(workspace, Arc::clone(&self.roster)),
            false => Fleet::new(workspace),
        }
    }

    /// The fleet of a tree whose includes are the same as in an earlier state of the tree.
    pub fn from_roster(workspace: &'w Workspace, roster: Arc<Roster>) -> Self {
        Self { workspace, roster, setters: OnceLock::new() }
    }

    /// Whether the phones of another state of the tree read the same files in the same order.
    pub fn shares_roster_with(&self, other: &Fleet<'_>) -> bool {
        Arc::ptr_eq(&self.roster, &other.roster)
    }

    /// The nearest node above `node` that sets `name`.
    pub fn above(&self, node: u32, name: NameId) -> Option<u32> {
        self.setters(self.nodes[node as usize].parent, name).next().map(|(above, _)| above)
    }

    /// The nodes that set a name, from `start` upwards, each with its last assignment.
    fn setters(&self, start: Option<u32>, name: NameId) -> impl Iterator<Item = (u32, Assignment)> {
        let is_long = start.is_some_and(|start| self.nodes[start as usize].depth > SHORT_CHAIN);
        let index = is_long.then(|| self.setters.get_or_init(|| Setters::new(self.workspace, &self.nodes)));
        let mut next = start;
        std::iter::from_fn(move || {
            loop {
                let node = match index {
                    Some(index) => index.nearest(next?, name)?,
                    None => next?,
                };
                next = self.nodes[node as usize].parent;
                if let Some(last) = self.last(node, name) {
                    return Some((node, last));
                }
            }
        })
    }

    /// A member's effective assignment to a name: the last one, or the last one that is not empty if empty
    /// values are ignored.
    pub fn decides(&self, member: &Member, name: NameId) -> Option<Assignment> {
        let skips = self.workspace.assume.empty_value == EmptyValue::Skip;
        let mut blank = None;
        for (node, found) in self.setters(member.leaf, name) {
            if !skips || !self.workspace.value(found).is_empty() {
                return Some(found);
            }
            if let Some(above) = self.last_non_empty(node, found) {
                return Some(above);
            }
            blank = blank.or(Some(found));
        }
        blank
    }

    /// The last assignment to a name in a node's own segment.
    pub fn last(&self, node: u32, name: NameId) -> Option<Assignment> {
        let Node { file, segment, .. } = self.nodes[node as usize];
        let document = self.workspace.document(file);
        let setting = document.settings.last(&document.segments[segment as usize], name)?;
        Some(Assignment { file, setting })
    }

    /// The last non-empty assignment to the same name before an empty assignment in the same
    /// segment.
    fn last_non_empty(&self, node: u32, blank: Assignment) -> Option<Assignment> {
        let Node { file, segment, .. } = self.nodes[node as usize];
        let start = self.workspace.document(file).segments[segment as usize].start;
        let name = self.workspace.name(blank);
        let mut above = (start..blank.setting).rev().map(|setting| Assignment { file, setting });
        above.find(|&at| self.workspace.name(at) == name && !self.workspace.value(at).is_empty())
    }

    /// The lines that cause a member to read a file: the includes, outermost first, and the setting if a
    /// setting names the file. The list is empty if the phone requests the file by name.
    pub fn route(&self, member: u32, file: FileId) -> Vec<Place> {
        let (workspace, chain) = (self.workspace, &self.members[member as usize].chain);
        if let Some(read) = chain.first_read(file) {
            return self.include_spans(chain, read);
        }
        let mut named_by =
            workspace.document(file).named_by.iter().map(|&at| workspace.resources[at as usize].at);
        let Some((at, read)) = named_by.find_map(|at| Some((at, chain.first_read(at.file)?))) else {
            return Vec::new();
        };
        let mut spans = self.include_spans(chain, read);
        spans.push(workspace.assignment_span(at));
        spans
    }

    /// The includes that lead to a read, outermost first. Includes in the middle of a long route are omitted.
    fn include_spans(&self, chain: &Chain, read: u32) -> Vec<Place> {
        let mut includes = chain.route(read);
        if includes.len() > MAX_ROUTE {
            includes.drain(MAX_ROUTE / 2..includes.len() - MAX_ROUTE / 2);
        }
        let spans = includes.into_iter().map(|(file, at)| {
            self.workspace.include_span(file, &self.workspace.document(file).includes[at as usize])
        });
        spans.collect()
    }

    /// The assignments to a name up to a node, in load order. For each segment, only the last assignment is included.
    pub fn history(&self, node: u32, name: NameId) -> Vec<Assignment> {
        let mut history: Vec<Assignment> = self.setters(Some(node), name).map(|(_, last)| last).collect();
        history.reverse();
        history
    }
}

/// The display name of a phone: its MAC, with the path of its root if there are several roots.
pub fn display_phone(fleet: &Fleet<'_>, member: &Member) -> String {
    let mac = member.mac.map_or("any".into(), |mac| mac.to_string());
    match &fleet.workspace.roots[member.root].path {
        path if path.is_empty() || fleet.workspace.roots.len() == 1 => mac,
        path => format!("{path}/{mac}"),
    }
}

/// Adds the phones that read a setting to the readers of the file named in the setting.
fn read_by_name(workspace: &Workspace, readers: &mut [Vec<u32>]) {
    let named = workspace.documents.iter().enumerate().filter(|(_, document)| !document.named_by.is_empty());
    let named = named.map(|(file, document)| {
        let mut by: Vec<FileId> =
            document.named_by.iter().map(|&at| workspace.resources[at as usize].at.file).collect();
        by.dedup();
        let mut all = readers[file].clone();
        all.extend(by.iter().flat_map(|by| &readers[by.0 as usize]));
        all.sort_unstable();
        all.dedup();
        (file, all)
    });
    let named: Vec<(usize, Vec<u32>)> = named.collect();
    for (file, all) in named {
        readers[file] = all;
    }
}

/// Builds the tree of steps, root by root.
fn share(workspace: &Workspace, members: &mut [Member]) -> (Vec<Node>, Vec<Vec<u32>>) {
    let mut nodes: Vec<Node> = Vec::new();
    let mut readers: Vec<Vec<u32>> = vec![Vec::new(); workspace.documents.len()];
    let mut children: FxHashMap<(usize, Option<u32>, FileId, u32), u32> = FxHashMap::default();
    // Most members add a node of their own.
    children.reserve(members.len());
    for (id, member) in members.iter_mut().enumerate() {
        let id = id as u32;
        for read in &member.chain.reads {
            let readers = &mut readers[read.file.0 as usize];
            if readers.last() != Some(&id) {
                readers.push(id);
            }
        }
        let mut parent = None;
        for step in &member.chain.steps {
            let file = member.chain.reads[step.read as usize].file;
            let node = *children.entry((member.root, parent, file, step.segment)).or_insert_with(|| {
                let depth = parent.map_or(0, |parent: u32| nodes[parent as usize].depth + 1);
                nodes.push(Node { parent, file, segment: step.segment, members: Vec::new(), depth });
                nodes.len() as u32 - 1
            });
            nodes[node as usize].members.push(id);
            parent = Some(node);
        }
        member.leaf = parent;
    }
    (nodes, readers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::listing::{Entry, EntryKind};
    use crate::text::location::{FetchError, Location};
    use crate::tree::assumptions::Assume;
    use crate::tree::load::Request;
    use crate::tree::resolve::Phone;

    const FILES: [(&str, &str); 3] = [
        ("0021f2000001.boot", "include:config <a.cfg>\ninclude:config <b.cfg>\n"),
        ("a.cfg", "x = 1\ny = 1\ny =\nz =\nz =\nw = 0\n"),
        ("b.cfg", "x = 2\nx =\nw = 1\ninclude:config <c.cfg>\nw = 2\nw =\nw =\nv =\nv = 1\n"),
    ];

    /// Phones that share a long chain of includes, and then read files of their own that set the same names.
    fn long_chains() -> Vec<(String, String)> {
        let mut files = Vec::new();
        for phone in 1..=3 {
            let mut boot = String::new();
            for part in 0..50 {
                boot += &format!("include:config <part{part}.cfg>\n");
                if part % 20 == phone {
                    boot += &format!("include:config <own{phone}.cfg>\n");
                }
            }
            files.push((format!("0021f200000{phone}.boot"), boot));
            files.push((format!("own{phone}.cfg"), format!("x{phone} = own\nx7 =\nz = {phone}\n")));
        }
        for part in 0..50 {
            let text = format!("x{} = {part}\ny{part} = 1\nx{} =\n", part % 8, part % 5);
            files.push((format!("part{part}.cfg"), text));
        }
        files
    }

    fn tree(files: &[(String, String)], empty_value: EmptyValue) -> Workspace {
        let mut listing: Vec<Entry> =
            files.iter().map(|(path, _)| Entry { path: path.clone(), kind: EntryKind::File }).collect();
        listing.sort();
        let fetch = |location: &Location| {
            let found = files.iter().find(|(path, _)| *location == Location::Tree(path.clone()));
            found.map(|(_, text)| text.as_bytes().to_vec()).ok_or(FetchError::Missing)
        };
        Request::new(listing, &fetch).assume(Assume { empty_value, ..Assume::default() }).load()
    }

    #[test]
    fn fleet_and_single_phone_resolve_equally() {
        let short: Vec<(String, String)> =
            FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        for (files, count) in [(short, 5), (long_chains(), 59)] {
            for empty_value in [EmptyValue::Keep, EmptyValue::Skip] {
                let workspace = tree(&files, empty_value);
                let fleet = Fleet::new(&workspace);
                for member in &fleet.members {
                    let phone = Phone::new(&workspace, &workspace.roots[0], member.mac);
                    let parameters = phone.parameters();
                    assert_eq!(parameters.len(), count);
                    for (name, all) in parameters {
                        let id = workspace.names.id(&name).unwrap();
                        let winner = all[phone.winner(&all)].0;
                        assert_eq!(fleet.decides(member, id), Some(winner), "{name}, {empty_value:?}");
                        assert_eq!(
                            fleet.history(member.leaf.unwrap(), id).last().map(|at| at.file),
                            all.last().map(|(at, _)| at.file)
                        );
                    }
                }
            }
        }
    }
}
