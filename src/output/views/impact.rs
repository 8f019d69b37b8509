//! The phones that a file, a line or a parameter affects, as text and JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::among;
use crate::text::escape::one_line;
use crate::text::redact::Mask;
use crate::tree::resolve::{Fleet, Impact, display_phone};

/// The impact as JSON.
pub fn json(fleet: &Fleet<'_>, target: &str, impact: &Impact, mask: &mut Mask<'_>) -> Value {
    let [overridden_by, by_assignment] = [&impact.overridden_by, &impact.by_assignment].map(|by| {
        let places = by.iter().map(|(at, members)| {
            let file = mask.prose(fleet.workspace.path(at.file), &[]);
            json!({ "file": file, "line": fleet.workspace.line_number(*at), "phones": phones(fleet, members) })
        });
        places.collect::<Vec<Value>>()
    });
    json!({
        "target": mask.prose(target, &[]),
        "reads": phones(fleet, &impact.reads),
        "decides": phones(fleet, &impact.decides),
        "overridden_by": overridden_by,
        "by_place": by_assignment,
    })
}

fn phones(fleet: &Fleet<'_>, members: &[u32]) -> Vec<String> {
    members.iter().map(|&at| display_phone(fleet, &fleet.members[at as usize])).collect()
}

/// Writes the impact as text. `total` is the number of phones that the impact is limited to, and `most` the maximum
/// number of phones in a list.
///
/// # Errors
/// Those of the writer.
pub fn text(
    out: &mut dyn Write,
    fleet: &Fleet<'_>,
    target: &str,
    impact: &Impact,
    (total, most): (usize, usize),
    mask: &mut Mask<'_>,
) -> io::Result<()> {
    writeln!(out, "{}", mask.prose(target, &[]))?;
    writeln!(out, "  read by        {}", members_text(fleet, &impact.reads, total, most))?;
    if impact.by_assignment.is_empty() {
        writeln!(out, "  effective for  {}", members_text(fleet, &impact.decides, total, most))?;
    }
    for (word, by) in [("overridden at", &impact.overridden_by), ("set at       ", &impact.by_assignment)] {
        for (at, members) in by {
            let workspace = fleet.workspace;
            let name = workspace.names.text(workspace.name(*at));
            let text = one_line(&mask.value(&name, &workspace.value_text(*at)));
            let value = if text.is_empty() { "(empty)" } else { &text };
            let file = mask.prose(workspace.path(at.file), &[]);
            let place = format!("{file}:{}", workspace.line_number(*at));
            writeln!(out, "  {word}  {place}  {value}  for {}", members_text(fleet, members, total, most))?;
        }
    }
    Ok(())
}

fn members_text(fleet: &Fleet<'_>, members: &[u32], total: usize, most: usize) -> String {
    match phones(fleet, members).as_slice() {
        [] => "no phone".into(),
        phones => among(phones, total, most),
    }
}
