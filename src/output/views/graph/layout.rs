//! The positions of nodes: columns from left to right, so that includes lead to the right, and rows in an order with few
//! crossings.

use crate::tree::graph::Graph;

/// Passes over the columns to order their rows.
const PASSES: usize = 6;

/// The columns of a graph, each as nodes from top to bottom.
pub fn columns(graph: &Graph) -> Vec<Vec<usize>> {
    let ranks = ranks(graph);
    let count = ranks.iter().max().map_or(0, |rank| rank + 1);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (node, rank) in ranks.iter().enumerate() {
        columns[*rank].push(node);
    }
    let mut neighbors: [Vec<Vec<usize>>; 2] = [vec![Vec::new(); ranks.len()], vec![Vec::new(); ranks.len()]];
    for edge in &graph.edges {
        neighbors[0][edge.to].push(edge.from);
        neighbors[1][edge.from].push(edge.to);
    }
    let mut rows: Vec<f64> = vec![0.0; ranks.len()];
    for column in &columns {
        place(column, &mut rows);
    }
    for pass in 0..PASSES {
        let side = &neighbors[pass % 2];
        for column in &mut columns {
            let mut keys: Vec<(f64, usize)> = column.iter().map(|&node| (mean(&side[node], &rows, rows[node]), node)).collect();
            keys.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            *column = keys.into_iter().map(|(_, node)| node).collect();
            place(column, &mut rows);
        }
    }
    columns
}

/// Spreads the nodes of a column from 0 to 1, so that columns of different lengths can be compared.
fn place(column: &[usize], rows: &mut [f64]) {
    for (at, &node) in column.iter().enumerate() {
        rows[node] = (at as f64 + 0.5) / column.len() as f64;
    }
}

/// The mean row of the neighbors, or the current row without neighbors.
fn mean(neighbors: &[usize], rows: &[f64], current: f64) -> f64 {
    if neighbors.is_empty() {
        return current;
    }
    neighbors.iter().map(|&node| rows[node]).sum::<f64>() / neighbors.len() as f64
}

/// The column of each node: one more than the last column of the nodes that include it. Edges that close a cycle are
/// ignored.
fn ranks(graph: &Graph) -> Vec<usize> {
    let order = topological(graph);
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        next[edge.from].push(edge.to);
    }
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

/// The nodes in an order in which includes lead forward, except in cycles: the reverse of the order in which a depth-first
/// search leaves them.
fn topological(graph: &Graph) -> Vec<usize> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        next[edge.from].push(edge.to);
    }
    let mut is_seen = vec![false; graph.nodes.len()];
    let mut order = Vec::new();
    for start in 0..graph.nodes.len() {
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

    #[test]
    fn includes_lead_to_the_right() {
        assert_eq!(columns(&graph(0, &[])), Vec::<Vec<usize>>::new());
        assert_eq!(columns(&graph(3, &[(0, 1), (1, 2), (0, 2)])), [[0], [1], [2]]);
        // The rows follow the nodes that include them.
        assert_eq!(columns(&graph(4, &[(0, 3), (1, 2)])), [vec![0, 1], vec![3, 2]]);
    }

    #[test]
    fn a_cycle_has_columns_too() {
        assert_eq!(columns(&graph(3, &[(0, 1), (1, 2), (2, 1)])), [[0], [1], [2]]);
    }
}
