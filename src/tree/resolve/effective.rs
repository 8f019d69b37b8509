//! The effective configuration of a phone as a cfg file. Secrets are not masked.

use std::io::{self, Write};

use super::phone::Phone;
use crate::catalogue::Schema;
use crate::text::escape::one_line;
use crate::text::syntax::HEADER;
use crate::tree::load::Assignment;

/// Options of the output.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions<'a> {
    /// Globs of names; all names if empty.
    pub only: &'a [String],
    /// Whether to add a comment with the origin above each setting (cfg only).
    pub origin: bool,
}

impl RenderOptions<'_> {
    /// Whether to write a parameter.
    pub fn includes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|glob| fast_glob::glob_match(glob, name))
    }
}

/// The location of an assignment: `FILE:LINE`, relative to the phone's root.
fn location(phone: &Phone<'_>, at: Assignment) -> String {
    let path = phone.workspace.path_in(phone.root, at.file);
    format!("{}:{}", one_line(&path), phone.workspace.line_number(at))
}

/// Writes one cfg file with the same effective configuration.
///
/// # Errors
/// Those of the writer.
pub fn cfg(
    out: &mut dyn Write,
    phone: &Phone<'_>,
    schema: &Schema,
    options: RenderOptions<'_>,
) -> io::Result<()> {
    let workspace = phone.workspace;
    out.write_all(HEADER)?;
    writeln!(out)?;
    for (name, assignments) in phone.parameters().iter().filter(|(name, _)| options.includes(name)) {
        let winner = phone.winner(assignments);
        let all = schema.repeats(name);
        for (at, (assignment, _)) in assignments.iter().enumerate().filter(|(at, _)| all || *at == winner) {
            if options.origin {
                let others = assignments.iter().enumerate().filter(|(other, _)| !all && *other != at);
                let overridden: Vec<String> =
                    others.map(|(_, (assignment, _))| location(phone, *assignment)).collect();
                let overrides = match overridden.is_empty() {
                    true => String::new(),
                    false => format!(", overrides {}", overridden.join(", ")),
                };
                writeln!(out, "# {}{overrides}", location(phone, *assignment))?;
            }
            let (name, value) = workspace.spans(*assignment);
            let text = workspace.text(assignment.file);
            out.write_all(name.slice(text))?;
            out.write_all(if value.is_empty() { b" =" } else { b" = " })?;
            let value = value.slice(text);
            out.write_all(value)?;
            // The parser removes one `\r` before `\n`: write another one to preserve a `\r` at the end
            // of the value.
            out.write_all(if value.ends_with(b"\r") { b"\r\n" } else { b"\n" })?;
        }
    }
    Ok(())
}
