//! The diff for a pull request: totals, tables of important effects, and collapsed tables of the other
//! effects. The text is shortened to fit into a comment.

use std::collections::BTreeSet;

use super::super::graph::GraphView;
use super::super::{MOST_NAMED, among, list_phones};
use super::text::{display_unknown, display_value, headline, replacements, together};
use super::{display_name, display_path, rows, title};
use crate::text::escape::one_line;
use crate::text::markdown::escaped;
use crate::text::redact::Mask;
use crate::tree::compare::diff::{Diff, ParameterChange};
use crate::tree::compare::effect::ChangeEffect;
use crate::tree::graph::{Graph, Presence};

/// Maximum length in bytes. GitHub accepts comments of up to about 65,000 characters.
const MOST: usize = 60_000;

/// Maximum number of includes in the graph of changed includes.
const MOST_EDGES: usize = 200;

/// Maximum number of other files to list.
const MOST_LINES: usize = 20;

/// The diff as Markdown. Secrets are masked if `mask` is set.
pub fn markdown(diff: &Diff, mask: &mut Option<Mask<'_>>) -> String {
    let mut text = format!("### fvprov: {}\n", escaped(&headline(diff)));
    for (list, word) in [(&diff.added, "Added"), (&diff.removed, "Removed")] {
        if !list.is_empty() {
            text.push_str(&format!("\n{word}: {}\n", escaped(&among(list, list.len(), MOST_NAMED))));
        }
    }
    if !diff.replaced.is_empty() {
        let list = replacements(diff);
        text.push_str(&format!("\nReplaced: {}\n", escaped(&list_phones(&list, MOST_NAMED))));
    }
    let unknown = diff.unknown.iter().map(|unknown| {
        let file = cut(&display_unknown(unknown, mask));
        format!("Unknown: {file}: {}", among(&unknown.phones, diff.total, MOST_NAMED))
    });
    text.push_str(&lines(unknown.collect()));
    let (old, new) = if diff.export.is_some() { ("tree", "phone") } else { ("old", "new") };
    for effect in ChangeEffect::ALL {
        let rows = rows(diff, effect);
        if rows.is_empty() {
            continue;
        }
        let title = title(effect);
        let is_folded = matches!(effect, ChangeEffect::Reregister | ChangeEffect::Live);
        let (open, close) = match is_folded {
            true => (format!("\n<details><summary>{title} ({})</summary>\n\n", rows.len()), "\n</details>\n"),
            false => (format!("\n**{title}** ({})\n\n", rows.len()), ""),
        };
        text.push_str(&open);
        text.push_str(&format!("| parameter | {old} | {new} | phones |\n|---|---|---|---|\n"));
        let mut left = rows.len();
        for changes in &rows {
            let row = row(diff, changes, mask);
            if text.len() + row.len() > MOST {
                text.push_str(&format!("| … and {left} more | | | |\n"));
                break;
            }
            text.push_str(&row);
            left -= 1;
        }
        text.push_str(close);
    }
    let resources = diff.resources.iter().map(|resource| {
        let file = cut(&one_line(&display_path(&resource.file, mask)));
        format!("{file} {}: {}", resource.kind, among(&resource.phones, diff.total, MOST_NAMED))
    });
    text.push_str(&lines(resources.collect()));
    text
}

/// The changed includes as a Mermaid graph, to append to the diff. Empty if no include changes, or if the
/// graph does not fit into a comment that already contains `length` bytes.
pub fn changed_includes(comparison: &Graph, mask: &mut Mask<'_>, length: usize) -> String {
    let changed: BTreeSet<usize> = comparison
        .edges
        .iter()
        .filter(|edge| edge.presence != Presence::Both)
        .flat_map(|edge| [edge.from, edge.to])
        .collect();
    if changed.is_empty() {
        return String::new();
    }
    let graph = comparison.only(&changed);
    let mermaid = GraphView::new(&graph, mask, None).mermaid(MOST_EDGES);
    let text =
        format!("\n<details><summary>changed includes</summary>\n\n```mermaid\n{mermaid}```\n\n</details>\n");
    if length + text.len() > MOST { String::new() } else { text }
}

/// Formats texts as paragraphs. Texts beyond the maximum are only counted.
fn lines(all: Vec<String>) -> String {
    let more = all.len().checked_sub(MOST_LINES).filter(|more| *more > 0);
    let more = more.map(|more| format!("… and {more} more"));
    let lines = all.into_iter().take(MOST_LINES).chain(more);
    lines.fold(String::new(), |text, line| text + "\n" + &escaped(&line) + "\n")
}

fn row(diff: &Diff, changes: &[&ParameterChange], mask: &mut Option<Mask<'_>>) -> String {
    let Some(first) = changes.first() else { return String::new() };
    let phones = among(&first.phones, diff.total, MOST_NAMED);
    let cells = if changes.len() > 1 {
        let (names, what) = together(changes, mask);
        let (old, new) = if what == "removed" { ("(set)", "(not set)") } else { ("(not set)", "(set)") };
        [names, old.into(), new.into(), phones]
    } else {
        let name = &first.parameter;
        let old = display_value(first.old.as_ref(), name, mask);
        let new = display_value(first.new.as_ref(), name, mask);
        [one_line(&display_name(first, mask)), old, new, phones]
    };
    let cells: Vec<String> = cells.iter().map(|cell| escaped(&cut(cell))).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// Truncates a cell to a maximum length.
fn cut(text: &str) -> String {
    if text.chars().count() <= 120 {
        return text.to_owned();
    }
    text.chars().take(119).chain(['…']).collect()
}
