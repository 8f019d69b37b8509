//! Circles in a graph.

use std::collections::{BTreeMap, BTreeSet};

/// The nodes that each node uses.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// The circles: the largest sets of nodes in which every node can be reached from every other one.
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

/// Describes a circle: its number of nodes, a shortest path around it, and the edges if they are few.
pub fn describe(graph: &Graph, circle: &BTreeSet<String>) -> String {
    let edges = edges(graph, circle);
    let shown = if edges.len() <= 30 { edges.join("\n  ") } else { format!("{} edges", edges.len()) };
    format!("{} in a circle: {}\n  {shown}", circle.len(), shortest(graph, circle).join(" -> "))
}

/// A shortest path around a circle.
fn shortest<'g>(graph: &'g Graph, circle: &'g BTreeSet<String>) -> Vec<&'g str> {
    let ways = circle.iter().filter_map(|start| {
        let mut open = vec![vec![start.as_str()]];
        let mut seen = BTreeSet::new();
        while !open.is_empty() {
            let mut longer = Vec::new();
            for way in open {
                for next in &graph[way[way.len() - 1]] {
                    let way = [way.as_slice(), &[next.as_str()]].concat();
                    if next == start {
                        return Some(way);
                    }
                    if circle.contains(next) && seen.insert(next) {
                        longer.push(way);
                    }
                }
            }
            open = longer;
        }
        None
    });
    ways.min_by_key(Vec::len).unwrap_or_default()
}

/// The edges between the nodes of a circle.
fn edges(graph: &Graph, circle: &BTreeSet<String>) -> Vec<String> {
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
    assert_eq!(describe(&two, &expected[0]), "2 in a circle: b -> c -> b\n  b -> c\n  c -> b");
    assert_eq!(shortest(&two, &expected[1]), ["d", "e", "f", "d"]);
}
