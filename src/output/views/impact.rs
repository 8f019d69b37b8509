//! The phones that a file, a line or a parameter affects, as text and JSON.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::among;
use crate::text::escape::one_line;
use crate::text::redact::Mask;
use crate::tree::load::Assignment;
use crate::tree::resolve::{Fleet, Impact, display_phone};

/// The impact as JSON.
pub fn json(fleet: &Fleet<'_>, target: &str, impact: &Impact, mask: &mut Mask<'_>) -> Value {
    let mut places = |by: &BTreeMap<Assignment, Vec<u32>>| -> Vec<Value> {
        let place = |(at, members): (&Assignment, &Vec<u32>)| {
            let file = mask.prose(fleet.workspace.path(at.file), &[]);
            json!({ "file": file, "line": fleet.workspace.line_number(*at), "phones": phones(fleet, members) })
        };
        by.iter().map(place).collect()
    };
    let (overridden_by, by_assignment) = (places(&impact.overridden_by), places(&impact.by_assignment));
    json!({
        "target": mask.prose(target, &[]),
        "reads": phones(fleet, &impact.reads),
        "decides": phones(fleet, &impact.decides),
        "beaten_by": overridden_by,
        "by_place": by_assignment,
    })
}

fn phones(fleet: &Fleet<'_>, members: &[u32]) -> Vec<String> {
    members.iter().map(|&at| display_phone(fleet, &fleet.members[at as usize])).collect()
}

/// Writes the impact as text.
///
/// # Errors
/// Those of the writer.
pub fn text(
    out: &mut dyn Write,
    fleet: &Fleet<'_>,
    target: &str,
    impact: &Impact,
    mask: &mut Mask<'_>,
) -> io::Result<()> {
    let total = fleet.counted.iter().sum();
    let among = |members: &[u32]| match phones(fleet, members) {
        none if none.is_empty() => "no phone".into(),
        phones => among(&phones, total),
    };
    writeln!(out, "{}", mask.prose(target, &[]))?;
    writeln!(out, "  read by        {}", among(&impact.reads))?;
    if impact.by_assignment.is_empty() {
        writeln!(out, "  effective for  {}", among(&impact.decides))?;
    }
    for (word, by) in [("overridden at", &impact.overridden_by), ("set at       ", &impact.by_assignment)] {
        for (at, members) in by {
            let workspace = fleet.workspace;
            let name = workspace.names.text(workspace.name(*at));
            let value = String::from_utf8_lossy(workspace.value(*at)).into_owned();
            let value = one_line(&mask.value(&name, &value));
            let value = if value.is_empty() { "(empty)".into() } else { value };
            let file = mask.prose(workspace.path(at.file), &[]);
            let place = format!("{file}:{}", workspace.line_number(*at));
            writeln!(out, "  {word}  {place}  {value}  for {}", among(members))?;
        }
    }
    Ok(())
}
