//! A graph of the includes between files and of the phones that read the files. Phones whose own files
//! include the same files form one node.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::mac::Mac;
use crate::text::source::FileId;
use crate::tree::load::{Include, NotFollowed};
use crate::tree::names::{Kind, Role};
use crate::tree::resolve::{Fleet, Member, phone_name};

/// What a node represents.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeKind {
    /// Phones with the same includes.
    Phones {
        /// The number of phones.
        count: usize,
        /// The number of phones on the old side of a comparison.
        before: Option<usize>,
        /// Up to three of the phones, as examples.
        examples: Vec<String>,
    },
    /// A file that is not a phone's own file.
    File,
    /// A file that is included but missing.
    Missing,
}

/// The sides of a comparison on which a node or an edge exists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// The item exists on both sides, or nothing is compared.
    #[default]
    Both,
    /// It exists only on the new side.
    Added,
    /// It exists only on the old side.
    Removed,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The key that identifies the node: the path of a file, or the includes of the phones.
    pub key: String,
    /// The path of a file, or the name of the phones.
    pub label: String,
    /// What the node represents.
    pub kind: NodeKind,
    /// The file that the node represents, or the phones' own files.
    pub files: BTreeSet<FileId>,
    /// The phones.
    pub macs: BTreeSet<Mac>,
    /// The sides of the comparison on which the node exists.
    pub presence: Presence,
}

/// An include, or a phone's request. Both ends are indices of nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    /// The including file or the requesting phones.
    pub from: usize,
    /// The included or requested file.
    pub to: usize,
    /// The position of the include among the includes of `from`, counted from 1.
    pub order: usize,
    /// The sides of the comparison on which the edge exists.
    pub presence: Presence,
}

/// The files and phones of a tree, or of two trees.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// The nodes: first phones, then files, each sorted by key.
    pub nodes: Vec<Node>,
    /// The edges, sorted.
    pub edges: Vec<Edge>,
}

/// The end of an edge while the graph is built. Paths are relative to the served tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    /// The phones' own files.
    Own,
    File(FileId),
    Missing(String),
}

/// The edges of one phone in order, without duplicates.
type PhoneEdges = Vec<(End, End)>;

impl Graph {
    /// The graph of a tree. It contains all files that phones read, and all includes in files that are not a
    /// phone's own.
    pub fn new(fleet: &Fleet<'_>) -> Self {
        let mut groups: BTreeMap<(usize, PhoneEdges), Vec<&Member>> = BTreeMap::new();
        for member in &fleet.members {
            groups.entry((member.root, edges(fleet, member))).or_default().push(member);
        }
        let mut builder = Builder { fleet, nodes: BTreeMap::new(), edges: BTreeMap::new() };
        for ((_, edges), members) in &groups {
            builder.add_group(edges, members);
        }
        builder.add_unread_includes();
        builder.finish()
    }

    /// Combines two graphs into one, with the presence of each node and edge.
    pub fn compare(old: &Self, new: &Self) -> Self {
        let mut nodes: BTreeMap<(bool, String), Node> = BTreeMap::new();
        let mut edges: BTreeMap<(String, String), (usize, Presence)> = BTreeMap::new();
        for (graph, only) in [(new, Presence::Added), (old, Presence::Removed)] {
            for node in &graph.nodes {
                let key = (!matches!(node.kind, NodeKind::Phones { .. }), node.key.clone());
                nodes
                    .entry(key)
                    .and_modify(|known| known.join(node))
                    .or_insert_with(|| node.with_presence(only));
            }
            for edge in &graph.edges {
                let [from, to] = [edge.from, edge.to].map(|end| graph.nodes[end].key.clone());
                let known = edges.entry((from, to)).or_insert((edge.order, only));
                if known.1 != only {
                    known.1 = Presence::Both;
                }
            }
        }
        let nodes: Vec<Node> = nodes.into_values().collect();
        let index: BTreeMap<&str, usize> =
            nodes.iter().enumerate().map(|(at, node)| (node.key.as_str(), at)).collect();
        let mut edges: Vec<Edge> = edges
            .into_iter()
            .map(|((from, to), (order, presence))| Edge {
                from: index[from.as_str()],
                to: index[to.as_str()],
                order,
                presence,
            })
            .collect();
        edges.sort_unstable();
        Self { nodes, edges }
    }

    /// The part of the graph that concerns some nodes: these nodes, everything that they include, and everything that
    /// includes them.
    #[must_use]
    pub fn focus(&self, is_chosen: impl Fn(&Node) -> bool) -> Self {
        let chosen: BTreeSet<usize> =
            (0..self.nodes.len()).filter(|&at| is_chosen(&self.nodes[at])).collect();
        let mut kept = chosen.clone();
        for is_reversed in [false, true] {
            let mut next: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
            for edge in &self.edges {
                let (from, to) = if is_reversed { (edge.to, edge.from) } else { (edge.from, edge.to) };
                next[from].push(to);
            }
            let mut reached = chosen.clone();
            let mut open: Vec<usize> = chosen.iter().copied().collect();
            while let Some(at) = open.pop() {
                open.extend(next[at].iter().copied().filter(|to| reached.insert(*to)));
            }
            kept.extend(reached);
        }
        self.only(&kept)
    }

    /// The graph restricted to some of the nodes.
    #[must_use]
    pub fn only(&self, nodes: &BTreeSet<usize>) -> Self {
        let index: BTreeMap<usize, usize> = nodes.iter().copied().zip(0..).collect();
        let edges = self.edges.iter().filter_map(|edge| {
            Some(Edge { from: *index.get(&edge.from)?, to: *index.get(&edge.to)?, ..*edge })
        });
        Self { edges: edges.collect(), nodes: nodes.iter().map(|&at| self.nodes[at].clone()).collect() }
    }
}

impl Node {
    fn with_presence(&self, presence: Presence) -> Self {
        Self { presence, ..self.clone() }
    }

    /// Merges the corresponding node from the old side into this node.
    fn join(&mut self, old: &Self) {
        self.presence = Presence::Both;
        if let (NodeKind::Phones { before, .. }, NodeKind::Phones { count, .. }) = (&mut self.kind, &old.kind)
        {
            *before = Some(*count);
        }
    }
}

/// The edges of a phone, with its own files as one end.
fn edges(fleet: &Fleet<'_>, member: &Member) -> PhoneEdges {
    let workspace = fleet.workspace;
    let is_own = |file| [member.own.boot, member.own.cfg].contains(&Some(file));
    let end = |file| if is_own(file) { End::Own } else { End::File(file) };
    let mut edges: PhoneEdges = Vec::new();
    let mut add = |from: End, to: End| {
        if to != End::Own && !edges.contains(&(from.clone(), to.clone())) {
            edges.push((from, to));
        }
    };
    for read in &member.chain.reads {
        let from = read.by.map_or(End::Own, |(by, _)| end(member.chain.reads[by as usize].file));
        add(from, end(read.file));
    }
    for &(file, include) in &member.chain.missing {
        if is_own(file) {
            let path = missing_path(fleet, file, &workspace.document(file).includes[include as usize]);
            let path = member.mac.map_or(path.clone(), |mac| path.replace(&mac.to_string(), "<mac>"));
            add(End::Own, End::Missing(path));
        }
    }
    edges
}

/// The path of a missing file, or the target as written.
fn missing_path(fleet: &Fleet<'_>, file: FileId, include: &Include) -> String {
    match &include.to {
        Err(NotFollowed::Missing(path) | NotFollowed::Macro(path) | NotFollowed::OtherCase { path, .. }) => {
            path.clone()
        }
        _ => fleet.workspace.include_target(file, include).1.into_owned(),
    }
}

struct Builder<'a> {
    fleet: &'a Fleet<'a>,
    /// The nodes by kind (true for a file) and key.
    nodes: BTreeMap<(bool, String), Node>,
    /// The position of each edge among the includes of its start node.
    edges: BTreeMap<(String, String), usize>,
}

impl Builder<'_> {
    fn add_group(&mut self, edges: &PhoneEdges, members: &[&Member]) {
        let Some(first) = members.first() else { return };
        let root = &self.fleet.workspace.roots[first.root];
        let ends: Vec<String> =
            edges.iter().map(|(from, to)| format!("{} {}", self.key(from), self.key(to))).collect();
        let key = format!("phones {} {}", root.path, ends.join(", "));
        let name = phone_name(first.mac);
        let label = match members.len() {
            1 => name,
            count => format!("{name} + {} more", count - 1),
        };
        let own = members.iter().flat_map(|member| [member.own.boot, member.own.cfg]).flatten();
        let node = Node {
            key: key.clone(),
            label: if root.path.is_empty() { label } else { format!("{label} ({})", root.path) },
            kind: NodeKind::Phones {
                count: members.len(),
                before: None,
                examples: members.iter().take(3).map(|member| phone_name(member.mac)).collect(),
            },
            files: own.collect(),
            macs: members.iter().filter_map(|member| member.mac).collect(),
            presence: Presence::Both,
        };
        self.nodes.insert((false, key.clone()), node);
        for (from, to) in edges {
            let from = if *from == End::Own { key.clone() } else { self.add_end(from) };
            let to = self.add_end(to);
            self.add_edge(from, to);
        }
    }

    fn key(&self, end: &End) -> String {
        match end {
            End::Own => "own".into(),
            End::File(file) => self.fleet.workspace.path(*file).into(),
            End::Missing(path) => path.clone(),
        }
    }

    /// Adds a file's node. Returns its key.
    fn add_end(&mut self, end: &End) -> String {
        let key = self.key(end);
        let (kind, files) = match end {
            End::File(file) => (NodeKind::File, BTreeSet::from([*file])),
            End::Own | End::Missing(_) => (NodeKind::Missing, BTreeSet::new()),
        };
        let node = || Node {
            label: key.clone(),
            key: key.clone(),
            kind,
            files,
            macs: BTreeSet::new(),
            presence: Presence::Both,
        };
        self.nodes.entry((true, key.clone())).or_insert_with(node);
        key
    }

    fn add_edge(&mut self, from: String, to: String) {
        let known = self.edges.range((from.clone(), String::new())..);
        let order = 1 + known.take_while(|((other, _), _)| *other == from).count();
        self.edges.entry((from, to)).or_insert(order);
    }

    /// Adds the includes in shared files, including files that no phone reads.
    fn add_unread_includes(&mut self) {
        let workspace = self.fleet.workspace;
        for (file, document) in workspace.checked_files() {
            let is_own = matches!(document.role, Role::Mac(..));
            if is_own || !matches!(document.role.kind(), Some(Kind::Boot | Kind::Cfg)) {
                continue;
            }
            for include in &document.includes {
                let to = match &include.to {
                    Ok(to) => End::File(*to),
                    Err(NotFollowed::NotFetched) => continue,
                    Err(_) => End::Missing(missing_path(self.fleet, file, include)),
                };
                let from = self.add_end(&End::File(file));
                let to = self.add_end(&to);
                self.add_edge(from, to);
            }
        }
    }

    fn finish(self) -> Graph {
        let index: BTreeMap<String, usize> =
            self.nodes.keys().enumerate().map(|(at, (_, key))| (key.clone(), at)).collect();
        let mut edges: Vec<Edge> = self
            .edges
            .into_iter()
            .map(|((from, to), order)| Edge {
                from: index[&from],
                to: index[&to],
                order,
                presence: Presence::Both,
            })
            .collect();
        edges.sort_unstable();
        Graph { nodes: self.nodes.into_values().collect(), edges }
    }
}
