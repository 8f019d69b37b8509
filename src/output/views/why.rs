//! The origin of a phone's value: the assignment that determines it, the assignments that it overrides, and
//! the includes that lead to these assignments. Secrets are masked.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::text::escape::harmless;
use crate::text::redact::Mask;
use crate::text::source::FileId;
use crate::tree::load::Assignment;
use crate::tree::resolve::{AssignedParameter, Phone};

/// A phone's parameters that match a name or glob.
pub fn matching<'p, 'w>(
    parameters: &'p [AssignedParameter<'w>],
    wanted: &str,
) -> Vec<&'p AssignedParameter<'w>> {
    let is_glob = wanted.contains(['*', '?']);
    let matching = parameters
        .iter()
        .filter(|(name, _)| name == wanted || is_glob && fast_glob::glob_match(wanted, name.as_ref()));
    matching.collect()
}

/// Whether one of a parameter's assignments has a value that contains a string, ignoring case.
pub fn has_value(phone: &Phone<'_>, (_, assignments): &AssignedParameter<'_>, text: &str) -> bool {
    let text = text.to_lowercase();
    assignments.iter().any(|(assignment, _)| {
        String::from_utf8_lossy(phone.workspace.value(*assignment)).to_lowercase().contains(&text)
    })
}

/// Writes one parameter as text.
///
/// # Errors
/// Writing fails.
pub fn text(
    out: &mut dyn Write,
    phone: &Phone<'_>,
    mask: &mut Mask<'_>,
    (name, assignments): &AssignedParameter<'_>,
) -> io::Result<()> {
    let winner = phone.winner(assignments);
    let mut rows = vec![row(phone, mask, name, assignments[winner], "set at")];
    for (at, assignment) in assignments.iter().enumerate().rev().filter(|(at, _)| *at != winner) {
        let word = if at > winner { "empty at" } else { "overrides" };
        rows.push(row(phone, mask, name, *assignment, word));
    }
    let displayed = display_name(phone, mask, name, assignments[winner].0);
    writeln!(out, "{}", harmless(format!("{displayed} = {}", rows[0].value).trim_end()))?;
    let places = rows.iter().map(|row| row.place.chars().count()).max().unwrap_or(0);
    let values = rows.iter().map(|row| row.value.chars().count()).max().unwrap_or(0);
    for Row { word, place, value, route } in &rows {
        let line = format!("  {word:<9}  {place:<places$}  {value:<values$}  {route}");
        writeln!(out, "{}", harmless(line.trim_end()))?;
    }
    Ok(())
}

struct Row {
    word: &'static str,
    place: String,
    value: String,
    route: String,
}

fn row(phone: &Phone<'_>, mask: &mut Mask<'_>, name: &str, at: (Assignment, u32), word: &'static str) -> Row {
    let (assignment, read) = at;
    let workspace = phone.workspace;
    let value = mask.value(name, &workspace.value_text(assignment));
    let steps: Vec<String> =
        route(phone, mask, read).into_iter().map(|(file, line)| format!("{file}:{line}")).collect();
    Row {
        word,
        place: format!("{}:{}", path(phone, mask, assignment.file), workspace.line_number(assignment)),
        value: if value.is_empty() { "(empty)".into() } else { value },
        route: if steps.is_empty() {
            "requested by name".into()
        } else {
            format!("included at {}", steps.join(" → "))
        },
    }
}

/// A parameter name with secrets masked.
fn display_name(phone: &Phone<'_>, mask: &mut Mask<'_>, name: &str, at: Assignment) -> String {
    let source = phone.workspace.sources.get(at.file);
    let number = phone.workspace.line_number(at);
    let before = if number > 1 { source.line_text(number - 1) } else { "".into() };
    mask.name(name, &source.line_text(number), &before)
}

/// A path for display, with passwords in URLs masked.
fn path(phone: &Phone<'_>, mask: &mut Mask<'_>, file: FileId) -> String {
    mask.prose(&phone.workspace.path_in(phone.root, file), &[])
}

/// The includes that lead to a read, outermost first, each with its file and line.
fn route(phone: &Phone<'_>, mask: &mut Mask<'_>, read: u32) -> Vec<(String, usize)> {
    let workspace = phone.workspace;
    let steps = phone.chain.route(read).into_iter().map(|(file, include)| {
        let line = workspace.document(file).includes[include as usize].line as usize + 1;
        (path(phone, mask, file), line)
    });
    steps.collect()
}

/// One parameter as JSON.
pub fn json(phone: &Phone<'_>, mask: &mut Mask<'_>, (name, assignments): &AssignedParameter<'_>) -> Value {
    let winner = phone.winner(assignments);
    let (deciding, read) = assignments[winner];
    let others = assignments.iter().enumerate().filter(|(at, _)| *at != winner);
    let displayed = display_name(phone, mask, name, deciding);
    let winner = located_value(phone, mask, name, deciding);
    let overridden: Vec<Value> = others.map(|(_, (at, _))| located_value(phone, mask, name, *at)).collect();
    let steps =
        route(phone, mask, read).into_iter().map(|(file, line)| json!({ "file": file, "line": line }));
    json!({ "phone": phone.mac.map_or("any".into(), |mac| mac.to_string()), "name": displayed, "winner": winner, "beaten": overridden, "chain": steps.collect::<Vec<_>>() })
}

/// A value with its file and line.
fn located_value(phone: &Phone<'_>, mask: &mut Mask<'_>, name: &str, at: Assignment) -> Value {
    json!({
        "value": mask.value(name, &phone.workspace.value_text(at)),
        "file": path(phone, mask, at.file),
        "line": phone.workspace.line_number(at),
    })
}
