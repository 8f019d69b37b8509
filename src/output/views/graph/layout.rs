//! The positions of nodes. Columns are ordered so that includes point to the right, and rows are ordered so
//! that few edges cross. Edges to the same node that skip columns share a slot in each skipped column, so
//! that they do not cross other nodes.

use std::collections::BTreeMap;

use crate::tree::graph::{Graph, Presence};

/// Number of passes over the columns that order their rows.
const PASSES: usize = 6;

/// A place in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// A node.
    Node(usize),
    /// The edges that pass through this column to a node in a later column.
    Passage {
        /// The node.
        to: usize,
        /// The column.
        column: usize,
    },
}

/// The parts of edges between two slots. Several edges may share a part. In a comparison, a part exists on
/// each side on which any of its edges exists.
pub type Parts = BTreeMap<(Slot, Slot), Presence>;

/// The columns of a graph, each from top to bottom, and the parts of its edges.
#[derive(Debug)]
pub struct Layout {
    /// The columns.
    pub columns: Vec<Vec<Slot>>,
    /// The parts of the edges.
    pub parts: Parts,
}

impl Layout {
    /// Arranges a graph.
    pub fn new(graph: &Graph) -> Self {
        let ranks = ranks(graph);
        let parts = parts(graph, &ranks);
        let mut columns: Vec<Vec<Slot>> = vec![Vec::new(); ranks.iter().max().map_or(0, |rank| rank + 1)];
        for (node, rank) in ranks.iter().enumerate() {
            columns[*rank].push(Slot::Node(node));
        }
        let mut neighbors: [BTreeMap<Slot, Vec<Slot>>; 2] = Default::default();
        for (from, to) in parts.keys() {
            neighbors[0].entry(*to).or_default().push(*from);
            neighbors[1].entry(*from).or_default().push(*to);
            if let Slot::Passage { column, .. } = *to
                && neighbors[0][to].len() == 1
            {
                columns[column].push(*to);
            }
        }
        let mut rows: BTreeMap<Slot, f64> = BTreeMap::new();
        for column in &columns {
            place(column, &mut rows);
        }
        for pass in 0..PASSES {
            for column in &mut columns {
                let key = |slot: &Slot| {
                    neighbors[pass % 2].get(slot).map_or(rows[slot], |neighbors| mean(neighbors, &rows))
                };
                let mut keys: Vec<(f64, Slot)> = column.iter().map(|slot| (key(slot), *slot)).collect();
                keys.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                *column = keys.into_iter().map(|(_, slot)| slot).collect();
                place(column, &mut rows);
            }
        }
        Self { columns, parts }
    }
}

/// The parts of all edges.
fn parts(graph: &Graph, ranks: &[usize]) -> Parts {
    let mut parts = Parts::new();
    for edge in &graph.edges {
        let mut from = Slot::Node(edge.from);
        let passages = ranks[edge.from] + 1..ranks[edge.to];
        let slots = passages.map(|column| Slot::Passage { to: edge.to, column });
        for to in slots.chain([Slot::Node(edge.to)]) {
            let presence = parts.entry((from, to)).or_insert(edge.presence);
            if *presence != edge.presence {
                *presence = Presence::Both;
            }
            from = to;
        }
    }
    parts
}

/// Spreads the slots of a column from 0 to 1, so that columns of different lengths can be compared.
fn place(column: &[Slot], rows: &mut BTreeMap<Slot, f64>) {
    for (at, &slot) in column.iter().enumerate() {
        rows.insert(slot, (number(at) + 0.5) / number(column.len()));
    }
}

/// A count as a floating-point number. A graph has fewer than 2^32 nodes.
fn number(count: usize) -> f64 {
    f64::from(count as u32)
}

/// The mean row of the given slots.
fn mean(slots: &[Slot], rows: &BTreeMap<Slot, f64>) -> f64 {
    slots.iter().map(|slot| rows[slot]).sum::<f64>() / number(slots.len())
}

/// The column of each node: the column after that of the rightmost node that includes it. Edges that close a
/// cycle are ignored.
fn ranks(graph: &Graph) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        next[edge.from].push(edge.to);
    }
    let order = topological(&next);
    let mut position = vec![0; graph.nodes.len()];
    for (at, &node) in order.iter().enumerate() {
        position[node] = at;
    }
    let mut ranks = vec![0; graph.nodes.len()];
    for &node in &order {
        for &to in next[node].iter().filter(|to| position[**to] > position[node]) {
            ranks[to] = ranks[to].max(ranks[node] + 1);
        }
    }
    ranks
}

/// The nodes in reverse postorder: except in cycles, included nodes come later. `next` contains the nodes
/// that each node includes.
fn topological(next: &[Vec<usize>]) -> Vec<usize> {
    let mut is_seen = vec![false; next.len()];
    let mut order = Vec::new();
    for start in 0..next.len() {
        let mut stack = vec![(start, 0)];
        while let Some((node, at)) = stack.pop() {
            if at == 0 && std::mem::replace(&mut is_seen[node], true) {
                continue;
            }
            match next[node].get(at) {
                Some(&to) => {
                    stack.push((node, at + 1));
                    if !is_seen[to] {
                        stack.push((to, 0));
                    }
                }
                None => order.push(node),
            }
        }
    }
    order.reverse();
    order
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tree::graph::{Edge, Node, NodeKind, Presence};

    fn graph(count: usize, edges: &[(usize, usize)]) -> Graph {
        let node = |at| Node {
            key: format!("{at}"),
            label: format!("{at}"),
            kind: NodeKind::File,
            files: BTreeSet::new(),
            macs: BTreeSet::new(),
            presence: Presence::Both,
        };
        let edges = edges.iter().map(|&(from, to)| Edge { from, to, order: 1, presence: Presence::Both });
        Graph { nodes: (0..count).map(node).collect(), edges: edges.collect() }
    }

    /// The nodes in each column; a passage is the node that it leads to, with a minus sign.
    fn columns(graph: &Graph) -> Vec<Vec<i64>> {
        let number = |slot: &Slot| match *slot {
            Slot::Node(node) => i64::try_from(node).unwrap(),
            Slot::Passage { to, .. } => -i64::try_from(to).unwrap(),
        };
        Layout::new(graph).columns.iter().map(|column| column.iter().map(number).collect()).collect()
    }

    #[test]
    fn includes_lead_to_the_right() {
        assert_eq!(columns(&graph(0, &[])), Vec::<Vec<i64>>::new());
        assert_eq!(columns(&graph(3, &[(0, 1), (1, 2)])), [[0], [1], [2]]);
        // The rows follow the nodes that include them.
        assert_eq!(columns(&graph(4, &[(0, 3), (1, 2)])), [vec![0, 1], vec![3, 2]]);
    }

    #[test]
    fn edges_that_skip_a_column_share_a_passage() {
        let graph = graph(5, &[(0, 1), (1, 2), (0, 2), (3, 2), (4, 2)]);
        let columns = columns(&graph);
        let mut passages: Vec<i64> = columns[1].clone();
        passages.sort_unstable();
        assert_eq!(passages, [-2, 1]);
    }

    #[test]
    fn a_cycle_has_columns_too() {
        assert_eq!(columns(&graph(3, &[(0, 1), (1, 2), (2, 1)])), [[0], [1], [2]]);
    }
}
