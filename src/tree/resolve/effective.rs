//! The effective configuration of a phone as a cfg file. Values are written as they are: this is the artefact itself,
//! secrets included.

use std::io::{self, Write};

use super::phone::Phone;
use crate::catalogue::Schema;
use crate::text::escape::one_line;
use crate::text::syntax::HEADER;
use crate::tree::load::Assignment;

/// What to show.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Globs of names; all names where empty.
    pub only: &'a [String],
    /// Whether each setting is preceded by a comment that says where it comes from (cfg only).
    pub origin: bool,
}

impl Options<'_> {
    /// Whether a parameter is shown.
    pub fn shows(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|glob| fast_glob::glob_match(glob, name))
    }
}

/// Writes the phone as one cfg file: read alone, it gives the same phone.
///
/// # Errors
/// Those of the writer.
pub fn cfg(out: &mut dyn Write, phone: &Phone<'_>, schema: &Schema, options: Options<'_>) -> io::Result<()> {
    let workspace = phone.workspace;
    out.write_all(HEADER)?;
    writeln!(out)?;
    for (name, assignments) in phone.parameters().iter().filter(|(name, _)| options.shows(name)) {
        let winner = phone.winner(assignments);
        let all = schema.repeats(name);
        for (at, (assignment, _)) in assignments.iter().enumerate().filter(|(at, _)| all || *at == winner) {
            if options.origin {
                let place = |a: Assignment| {
                    let path = workspace.path_in(phone.root, a.file);
                    format!("{}:{}", one_line(&path), workspace.line_number(a))
                };
                let beaten = assignments.iter().enumerate().filter(|(other, _)| !all && *other != at);
                let beaten: Vec<String> = beaten.map(|(_, (a, _))| place(*a)).collect();
                let over =
                    if beaten.is_empty() { String::new() } else { format!(", over {}", beaten.join(", ")) };
                writeln!(out, "# {}{over}", place(*assignment))?;
            }
            let (name, value) = workspace.spans(*assignment);
            let text = workspace.text(assignment.file);
            out.write_all(name.of(text))?;
            out.write_all(if value.is_empty() { b" =" } else { b" = " })?;
            let value = value.of(text);
            out.write_all(value)?;
            // Read again, a line end takes one `\r` with it; another keeps the one that ends the value.
            out.write_all(if value.ends_with(b"\r") { b"\r\n" } else { b"\n" })?;
        }
    }
    Ok(())
}
