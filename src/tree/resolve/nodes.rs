//! The steps of all phones as a tree, and an index of the nodes that set a name. For any node,
//! the index finds the nearest ancestor that sets a name. It does not visit the nodes in between, which matters
//! for phones with hundreds of includes.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::text::source::FileId;
use crate::tree::load::{NameId, Workspace};

/// A segment of a file, applied by all phones that share the same earlier steps.
#[derive(Debug)]
pub struct Node {
    /// The node of the previous step.
    pub parent: Option<u32>,
    /// The file.
    pub file: FileId,
    /// The segment of the file.
    pub segment: u32,
    /// The members that apply the segment at this position, in ascending order.
    pub members: Vec<u32>,
    /// Number of ancestors of this node.
    pub depth: u32,
}

/// Index of the nodes by the names that they set.
#[derive(Debug)]
pub struct Setters {
    /// For each node, the range from its position in depth-first order to the position after its last
    /// descendant.
    spans: Vec<Range<u32>>,
    by_name: FxHashMap<NameId, Vec<Setter>>,
}

/// A node that sets a name.
#[derive(Debug)]
struct Setter {
    node: u32,
    /// Index of the nearest setter among its ancestors, in the list for the same name.
    above: Option<u32>,
}

impl Setters {
    pub fn new(workspace: &Workspace, nodes: &[Node]) -> Self {
        let (order, spans) = depth_first(nodes);
        let mut by_name: FxHashMap<NameId, Vec<Setter>> = FxHashMap::default();
        for node in order {
            let Node { file, segment, .. } = nodes[node as usize];
            let document = workspace.document(file);
            let range = document.segments[segment as usize].clone();
            for setting in &document.settings[range.start as usize..range.end as usize] {
                let setters = by_name.entry(setting.name).or_default();
                if setters.last().is_none_or(|last| last.node != node) {
                    let last = setters.len().checked_sub(1).map(|last| last as u32);
                    let above = enclosing(&spans, setters, last, node);
                    setters.push(Setter { node, above });
                }
            }
        }
        Self { spans, by_name }
    }

    /// The nearest node that sets a name: the node itself or one of its ancestors.
    pub fn nearest(&self, node: u32, name: NameId) -> Option<u32> {
        let setters = self.by_name.get(&name)?;
        let start = self.spans[node as usize].start;
        let end = setters.partition_point(|setter| self.spans[setter.node as usize].start <= start);
        let last = end.checked_sub(1).map(|last| last as u32);
        enclosing(&self.spans, setters, last, node).map(|at| setters[at as usize].node)
    }
}

/// The first setter that has `node` among its descendants. The search starts at index `at` and continues
/// upwards.
fn enclosing(spans: &[Range<u32>], setters: &[Setter], mut at: Option<u32>, node: u32) -> Option<u32> {
    let position = spans[node as usize].start;
    while let Some(index) = at {
        let setter = &setters[index as usize];
        if spans[setter.node as usize].contains(&position) {
            break;
        }
        at = setter.above;
    }
    at
}

/// The nodes in depth-first order, and for each node the range of positions that it and its descendants occupy.
fn depth_first(nodes: &[Node]) -> (Vec<u32>, Vec<Range<u32>>) {
    // Parents come before their children, so sizes are summed from the end, and positions are assigned from
    // the start.
    let mut sizes = vec![1; nodes.len()];
    for (at, node) in nodes.iter().enumerate().rev() {
        if let Some(parent) = node.parent {
            sizes[parent as usize] += sizes[at];
        }
    }
    let mut order = vec![0; nodes.len()];
    let mut spans = Vec::with_capacity(nodes.len());
    // For each node, the position of its next child.
    let mut next = Vec::with_capacity(nodes.len());
    let mut top = 0;
    for (at, node) in nodes.iter().enumerate() {
        let free = node.parent.map_or(&mut top, |parent| &mut next[parent as usize]);
        let start = *free;
        *free += sizes[at];
        order[start as usize] = at as u32;
        spans.push(start..start + sizes[at]);
        next.push(start + 1);
    }
    (order, spans)
}
