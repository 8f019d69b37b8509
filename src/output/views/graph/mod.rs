//! The graph of files and phones, as SVG, Mermaid, and JSON.

pub mod layout;
pub mod svg;

use rustc_hash::FxHashMap;
use serde_json::{Value, json};

use crate::lint::Level;
use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::text::source::FileId;
use crate::tree::graph::{Edge, Graph, Node, NodeKind, Presence};

/// A graph with additional data for display.
#[derive(Debug)]
pub struct GraphView<'a> {
    /// The graph.
    pub graph: &'a Graph,
    /// The most severe finding in the files of each node, if findings are displayed.
    pub levels: Vec<Option<Level>>,
    /// The labels, with secrets masked.
    pub labels: Vec<String>,
    /// Whether the nodes for files and phones link to sections of the report.
    pub has_links: bool,
}

impl<'a> GraphView<'a> {
    /// Prepares a graph for display. `levels` contains the most severe finding in each file, if findings are
    /// displayed.
    pub fn new(graph: &'a Graph, mask: &mut Mask<'_>, levels: Option<&FxHashMap<FileId, Level>>) -> Self {
        let level = |node: &Node| node.files.iter().filter_map(|file| levels?.get(file).copied()).max();
        Self {
            levels: graph.nodes.iter().map(level).collect(),
            labels: graph.nodes.iter().map(|node| mask.prose(&node.label, &[])).collect(),
            graph,
            has_links: false,
        }
    }

    /// The second line in the nodes for phones and for missing files.
    fn detail(&self, at: usize) -> Option<String> {
        let node = &self.graph.nodes[at];
        match &node.kind {
            // The number of phones without files of their own is unknown.
            NodeKind::Phones { .. } if node.macs.is_empty() => None,
            NodeKind::Phones { count, before: Some(before), .. } if before != count => {
                Some(format!("{before} → {}", plural(*count, "phone")))
            }
            NodeKind::Phones { count, .. } => Some(plural(*count, "phone")),
            NodeKind::Missing => Some("not in the tree".into()),
            NodeKind::File => None,
        }
    }

    /// The graph as JSON.
    pub fn json(&self) -> Value {
        let nodes = self.graph.nodes.iter().enumerate().map(|(at, node)| {
            let mut value = json!({
                "id": at, "kind": kind_word(&node.kind), "label": self.labels[at],
                "level": self.levels[at].map(Level::word), "presence": presence_word(node.presence),
            });
            if let NodeKind::Phones { count, before, .. } = &node.kind {
                value["phones"] = json!(count);
                value["phones_before"] = json!(before);
                value["macs"] = node.macs.iter().map(|mac| json!(mac.to_string())).collect();
            }
            value
        });
        let edges = self.graph.edges.iter().map(|edge| {
            json!({
                "from": edge.from, "to": edge.to, "order": edge.order,
                "presence": presence_word(edge.presence),
            })
        });
        json!({ "version": 1, "nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>() })
    }

    /// The graph as a Mermaid flowchart, with at most `most` edges.
    pub fn mermaid(&self, most: usize) -> String {
        let mut text = String::from("flowchart LR\n");
        let edges = &self.graph.edges[..most.min(self.graph.edges.len())];
        let is_used = |at: usize| {
            most >= self.graph.edges.len() || edges.iter().any(|edge| edge.from == at || edge.to == at)
        };
        for (at, node) in self.graph.nodes.iter().enumerate().filter(|(at, _)| is_used(*at)) {
            let detail =
                self.detail(at).map_or(String::new(), |detail| format!("<br/>{}", mermaid_text(&detail)));
            let label = format!("{}{detail}", mermaid_text(&self.labels[at]));
            let class = class(node, self.levels[at]);
            text += &match node.kind {
                NodeKind::Phones { .. } => format!("  n{at}([\"{label}\"]):::{class}\n"),
                NodeKind::File | NodeKind::Missing => format!("  n{at}[\"{label}\"]:::{class}\n"),
            };
        }
        for edge in edges {
            text += &format!("  n{} {} n{}\n", edge.from, arrow(edge), edge.to);
        }
        if edges.len() < self.graph.edges.len() {
            text += &format!("  more[\"… and {} more includes\"]\n", self.graph.edges.len() - edges.len());
        }
        for (class, style) in CLASSES {
            text += &format!("  classDef {class} {style}\n");
        }
        text
    }
}

/// The styles for nodes in Mermaid. Only borders have a color, because Mermaid has a light and a dark theme.
const CLASSES: [(&str, &str); 7] = [
    ("plain", "stroke-width:1px"),
    ("missing", "stroke:#b3171c,stroke-dasharray:4"),
    ("added", "stroke:#176b34,stroke-width:3px"),
    ("removed", "stroke:#b3171c,stroke-width:3px,stroke-dasharray:4"),
    ("error", "stroke:#b3171c,stroke-width:3px"),
    ("warning", "stroke:#855700,stroke-width:3px"),
    ("info", "stroke:#245f9e,stroke-width:2px"),
];

fn arrow(edge: &Edge) -> &'static str {
    match edge.presence {
        Presence::Both => "-->",
        Presence::Added => "==>|new|",
        Presence::Removed => "-.->|removed|",
    }
}

/// The class of a node: its presence, or else its most severe finding.
fn class(node: &Node, level: Option<Level>) -> &'static str {
    match (node.presence, level) {
        (Presence::Added, _) => "added",
        (Presence::Removed, _) => "removed",
        (Presence::Both, Some(Level::Error)) => "error",
        (Presence::Both, Some(Level::Warning)) => "warning",
        (Presence::Both, Some(Level::Info)) => "info",
        (Presence::Both, Some(Level::Hint) | None) if node.kind == NodeKind::Missing => "missing",
        (Presence::Both, Some(Level::Hint) | None) => "plain",
    }
}

fn kind_word(kind: &NodeKind) -> &'static str {
    match kind {
        NodeKind::Phones { .. } => "phones",
        NodeKind::File => "file",
        NodeKind::Missing => "missing",
    }
}

fn presence_word(presence: Presence) -> &'static str {
    match presence {
        Presence::Both => "both",
        Presence::Added => "added",
        Presence::Removed => "removed",
    }
}

/// Text for a Mermaid label. Mermaid interprets markup, entities, and Markdown in quoted labels, so special
/// characters are written as numeric codes.
fn mermaid_text(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        match c {
            '.' | '/' | '-' | '_' | '+' | ' ' | '(' | ')' | ',' | '→' | '…' => out.push(c),
            c if c.is_alphanumeric() => out.push(c),
            c => out += &format!("#{};", c as u32),
        }
    }
    out
}
