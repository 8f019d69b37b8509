//! Circles in a graph.

use std::collections::{BTreeMap, BTreeSet};

/// What each node uses.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// The circles: the largest sets of nodes in which each node leads to every other one.
pub fn circles(graph: &Graph) -> Vec<BTreeSet<String>> {
    let reaches: BTreeMap<&str, BTreeSet<&str>> =
        graph.keys().map(|node| (node.as_str(), reachable(graph, node))).collect();
    let mut found = BTreeSet::new();
    for (node, there) in &reaches {
        let is_back = |other: &&&str| reaches.get(**other).is_some_and(|back| back.contains(node));
        let circle: BTreeSet<String> =
            there.iter().filter(is_back).map(|other| (*other).to_owned()).collect();
        if circle.len() > 1 {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

fn reachable<'g>(graph: &'g Graph, from: &str) -> BTreeSet<&'g str> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<&str> = vec![from];
    while let Some(node) = open.pop() {
        for next in graph.get(node).into_iter().flatten() {
            if seen.insert(next.as_str()) {
                open.push(next);
            }
        }
    }
    seen
}

/// The edges between the nodes of a circle, a line each.
pub fn edges(graph: &Graph, circle: &BTreeSet<String>) -> Vec<String> {
    let within = |node: &String| {
        graph[node].intersection(circle).map(move |next| format!("{node} -> {next}")).collect()
    };
    circle
        .iter()
        .filter(|node| graph.contains_key(*node))
        .flat_map(|node| -> Vec<String> { within(node) })
        .collect()
}

#[cfg(test)]
fn graph(edges: &[(&str, &str)]) -> Graph {
    let mut graph = Graph::new();
    for (from, to) in edges {
        graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
    }
    graph
}

#[test]
fn circles_are_found() {
    let straight = graph(&[("a", "b"), ("b", "c"), ("a", "c")]);
    assert!(circles(&straight).is_empty());
    let two = graph(&[("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("d", "e"), ("e", "f"), ("f", "d")]);
    let expected =
        [BTreeSet::from(["b", "c"].map(str::to_owned)), BTreeSet::from(["d", "e", "f"].map(str::to_owned))];
    assert_eq!(circles(&two), expected);
    assert_eq!(edges(&two, &expected[0]), ["b -> c", "c -> b"]);
}
