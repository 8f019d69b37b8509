//! Why a phone ends up with a value: the assignment that decides, those it beat, and the includes that lead
//! there. Secrets are masked.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::load::Assignment;
use crate::mask::{Mask, one_line};
use crate::resolve::{Parameter, Phone};

/// The parameters of a phone that a name or a glob means.
pub fn matching<'p, 'w>(parameters: &'p [Parameter<'w>], wanted: &str) -> Vec<&'p Parameter<'w>> {
    let hit =
        |name: &str| name == wanted || (wanted.contains(['*', '?']) && fast_glob::glob_match(wanted, name));
    parameters.iter().filter(|(name, _)| hit(name)).collect()
}

/// Writes one parameter for a person.
///
/// # Errors
/// Those of the writer.
pub fn text(
    out: &mut dyn Write,
    phone: &Phone<'_>,
    mask: &mut Mask<'_>,
    parameter: &Parameter<'_>,
) -> io::Result<()> {
    let (name, assignments) = parameter;
    let winner = phone.winner(assignments);
    let mut rows = vec![row(phone, mask, name, assignments[winner], "decided by")];
    let beaten = assignments.iter().enumerate().filter(|(at, _)| *at != winner);
    let word = |at: usize| if at > winner { "is blank at" } else { "beats" };
    rows.extend(beaten.rev().map(|(at, assignment)| row(phone, mask, name, *assignment, word(at))));
    let name = shown_name(phone, mask, parameter);
    writeln!(out, "{}", one_line(format!("{name} = {}", rows[0].value).trim_end()))?;
    let width = |part: fn(&Row) -> &str| rows.iter().map(|row| part(row).chars().count()).max().unwrap_or(0);
    let (places, values) = (width(|row| &row.place), width(|row| &row.value));
    for Row { word, place, value, route } in &rows {
        let line = format!("  {word:<11} {place:<places$}  {value:<values$}  {route}");
        writeln!(out, "{}", one_line(line.trim_end()))?;
    }
    Ok(())
}

/// The name: of a broken line it may be a secret itself (`http://user:password@host = 1`).
fn shown_name(phone: &Phone<'_>, mask: &mut Mask<'_>, (name, assignments): &Parameter<'_>) -> String {
    let (workspace, (at, _)) = (phone.workspace, assignments[0]);
    let source = workspace.sources.get(at.file);
    let number = workspace.line_number(at);
    let text = |line: usize| String::from_utf8_lossy(source.line_span(line).of(&source.text)).into_owned();
    let (line, before) = (text(number), if number > 1 { text(number - 1) } else { String::new() });
    let hidden = mask.secrets(&line, &before).into_iter().any(|secret| secret.starts_with(name.as_ref()));
    let hidden: &[&str] = if hidden { &[name] } else { &[] };
    mask.prose(name, hidden)
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
    let value = mask.value(name, &String::from_utf8_lossy(workspace.value(assignment)));
    let steps: Vec<String> =
        route(phone, read).into_iter().map(|(file, line)| format!("{file}:{line}")).collect();
    Row {
        word,
        place: format!(
            "{}:{}",
            workspace.path_in(phone.root, assignment.file),
            workspace.line_number(assignment)
        ),
        value: if value.is_empty() { "(blank)".into() } else { value },
        route: if steps.is_empty() {
            "asked for by name".into()
        } else {
            format!("included at {}", steps.join(" → "))
        },
    }
}

/// The includes that lead to a read, outermost first: file and line.
fn route(phone: &Phone<'_>, read: u32) -> Vec<(String, usize)> {
    let workspace = phone.workspace;
    let steps = phone.chain.route(read).into_iter().map(|(file, include)| {
        let line = workspace.document(file).includes[include as usize].line as usize + 1;
        (workspace.path_in(phone.root, file), line)
    });
    steps.collect()
}

/// One parameter for a program.
pub fn json(phone: &Phone<'_>, mask: &mut Mask<'_>, parameter: &Parameter<'_>) -> Value {
    let (name, assignments) = parameter;
    let workspace = phone.workspace;
    let mut place = |at: Assignment| {
        json!({
            "value": mask.value(name, &String::from_utf8_lossy(workspace.value(at))),
            "file": workspace.path_in(phone.root, at.file),
            "line": workspace.line_number(at),
        })
    };
    let winner = phone.winner(assignments);
    let (deciding, read) = assignments[winner];
    let others = assignments.iter().enumerate().filter(|(at, _)| *at != winner);
    let winner = place(deciding);
    let beaten: Vec<Value> = others.map(|(_, (at, _))| place(*at)).collect();
    let steps = route(phone, read).into_iter().map(|(file, line)| json!({ "file": file, "line": line }));
    let name = shown_name(phone, mask, parameter);
    json!({ "name": name, "winner": winner, "beaten": beaten, "chain": steps.collect::<Vec<_>>() })
}
