//! The graph as an SVG picture.

use std::collections::BTreeMap;

use super::layout::{Layout, Slot};
use super::{GraphView, class};
use crate::text::escape::{one_line, xml};
use crate::tree::graph::{NodeKind, Presence};

/// Sizes in pixels.
const BOX: usize = 34;
const PASSAGE: usize = 6;
const GAP_BELOW: usize = 14;
const MARGIN: usize = 16;
const GAP: usize = 90;
/// The width of a character, and the space beside a label.
const CHARACTER: usize = 8;
const PADDING: usize = 20;

/// Maximum number of characters in a label. The title of the node contains the entire label.
const LONGEST: usize = 36;

/// The style of a standalone picture. The report has the same classes in its style sheet.
const STYLE: &str = include_str!("graph.css");

/// The position of a node.
#[derive(Clone, Copy, Debug, Default)]
struct Position {
    x: usize,
    y: usize,
    width: usize,
    /// The height at which edges begin and end.
    middle: usize,
    is_passage: bool,
}

fn slot_height(slot: &Slot) -> usize {
    GAP_BELOW + if matches!(slot, Slot::Node(_)) { BOX } else { PASSAGE }
}

/// The path between two slots. In a cycle, a path that leads back to the left ends at the right side of its
/// target.
fn curve(from: Position, to: Position) -> String {
    let (x1, y1, y2) = (from.x + from.width, from.middle, to.middle);
    if to.x > x1 {
        let bend = x1 + (to.x - x1) / 2;
        let through = if to.is_passage { format!("L{} {y2}", to.x + to.width) } else { String::new() };
        return format!("M{x1} {y1}C{bend} {y1} {bend} {y2} {} {y2}{through}", to.x);
    }
    let bend = x1 + GAP / 2;
    format!("M{x1} {y1}C{bend} {y1} {bend} {y2} {} {y2}", to.x + to.width)
}

impl GraphView<'_> {
    /// The graph as a picture. A picture inside a page contains no style, because the page's style sheet
    /// applies.
    pub fn svg(&self, is_in_page: bool) -> String {
        let layout = Layout::new(self.graph);
        let (positions, width, height) = self.positions(&layout);
        // For screen readers, an image contains no links.
        let role = if self.has_links { "group" } else { "img" };
        let style = if is_in_page { String::new() } else { format!("<style>{STYLE}</style>") };
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"graph\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"{role}\" aria-label=\"Which files include which, and which phones read them\">{style}<defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n"
        );
        for ((from, to), presence) in &layout.parts {
            let class = match presence {
                Presence::Both => "edge",
                Presence::Added => "edge added",
                Presence::Removed => "edge removed",
            };
            let arrow = if matches!(to, Slot::Node(_)) { " marker-end=\"url(#arrow)\"" } else { "" };
            let curve = curve(positions[from], positions[to]);
            svg += &format!("<path class=\"{class}\" d=\"{curve}\"{arrow}/>\n");
        }
        for (slot, position) in &positions {
            if let Slot::Node(at) = *slot {
                svg += &self.node(at, *position);
            }
        }
        svg + "</svg>\n"
    }

    /// The positions of all slots, and the size of the picture. Columns are centered vertically.
    fn positions(&self, layout: &Layout) -> (BTreeMap<Slot, Position>, usize, usize) {
        let height = |column: &[Slot]| column.iter().map(slot_height).sum::<usize>();
        let highest = layout.columns.iter().map(|column| height(column)).max().unwrap_or(0);
        let mut positions = BTreeMap::new();
        let mut x = MARGIN;
        for column in &layout.columns {
            let node_width = |slot: &Slot| if let Slot::Node(at) = *slot { self.width(at) } else { 0 };
            let width = column.iter().map(node_width).max().unwrap_or(0);
            let mut y = MARGIN + (highest - height(column)) / 2;
            for slot in column {
                positions.insert(
                    *slot,
                    Position {
                        x,
                        y,
                        width,
                        middle: y + (slot_height(slot) - GAP_BELOW) / 2,
                        is_passage: matches!(slot, Slot::Passage { .. }),
                    },
                );
                y += slot_height(slot);
            }
            x += width + GAP;
        }
        // An edge that leads back to the left first bends to the right of its source.
        (positions, (x + MARGIN).max(320), (2 * MARGIN + highest).max(64))
    }

    fn width(&self, at: usize) -> usize {
        let detail = self.detail(at).map_or(0, |detail| detail.chars().count());
        self.label(at).chars().count().max(detail) * CHARACTER + PADDING
    }

    /// The label of a node, shortened in the middle if it is long.
    fn label(&self, at: usize) -> String {
        let label = one_line(&self.labels[at]);
        let characters: Vec<char> = label.chars().collect();
        if characters.len() <= LONGEST {
            return label;
        }
        let (head, tail) = (&characters[..LONGEST / 2 - 1], &characters[characters.len() - LONGEST / 2..]);
        head.iter().chain(&['…']).chain(tail).collect()
    }

    fn node(&self, at: usize, Position { x, y, width, .. }: Position) -> String {
        let node = &self.graph.nodes[at];
        let class = class(node, self.levels[at]);
        let radius = if matches!(node.kind, NodeKind::Phones { .. }) { BOX / 2 } else { 3 };
        let middle = x + width / 2;
        let label = xml(&self.label(at));
        let text = match self.detail(at) {
            None => format!("<text x=\"{middle}\" y=\"{}\">{label}</text>", y + 21),
            Some(detail) => format!(
                "<text x=\"{middle}\" y=\"{}\">{label}</text><text class=\"detail\" x=\"{middle}\" y=\"{}\">{}</text>",
                y + 15,
                y + 28,
                xml(&detail)
            ),
        };
        let title = match &node.kind {
            NodeKind::Phones { examples, .. } => examples.join(", "),
            NodeKind::File | NodeKind::Missing => self.labels[at].clone(),
        };
        let body = format!(
            "<g class=\"node {class}\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{BOX}\" rx=\"{radius}\"/>{text}</g>",
            xml(&one_line(&title))
        );
        match self.target(at).filter(|_| self.has_links) {
            Some(target) => format!("<a href=\"#{}\">{body}</a>\n", xml(&target)),
            None => body + "\n",
        }
    }

    /// The section of the report that describes a node.
    fn target(&self, at: usize) -> Option<String> {
        match &self.graph.nodes[at].kind {
            NodeKind::File => Some(format!("file-{}", self.labels[at])),
            NodeKind::Phones { .. } => Some("phones".into()),
            NodeKind::Missing => None,
        }
    }
}
