//! The effective configuration of a phone as a cfg file. Secrets are not masked.

use std::io::{self, Write};

use super::phone::{AssignedParameter, Phone, natural_order};
use crate::catalogue::Schema;
use crate::text::escape::one_line;
use crate::text::syntax::HEADER;
use crate::tree::load::{Assignment, NameId, Workspace};

/// Output options.
#[derive(Clone, Copy, Debug)]
pub struct RenderOptions<'a> {
    /// Globs for parameter names; if empty, all names are written.
    pub only: &'a [String],
    /// Whether to write a comment with its origin above each setting (cfg only).
    pub origin: bool,
}

impl RenderOptions<'_> {
    /// Whether to write a parameter.
    pub fn includes(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|glob| fast_glob::glob_match(glob, name))
    }
}

/// Facts about all names in a tree, computed once for all phones.
pub struct NameFacts {
    /// Positions of the names in natural order. Names with the same text have the same position.
    ranks: Vec<u32>,
    /// Whether every assignment takes effect.
    repeats: Vec<bool>,
}

impl NameFacts {
    /// The facts about the names in a tree.
    pub fn new(workspace: &Workspace, schema: &Schema) -> Self {
        let names = &workspace.names;
        let mut sorted: Vec<NameId> = names.ids().collect();
        sorted.sort_by(|a, b| natural_order(&names.text(*a), &names.text(*b)));
        let mut ranks = vec![0; sorted.len()];
        let equal_names = sorted.chunk_by(|a, b| names.text(*a) == names.text(*b));
        for (rank, name) in
            (0..).zip(equal_names).flat_map(|(rank, all)| all.iter().map(move |name| (rank, name)))
        {
            ranks[name.0 as usize] = rank;
        }
        Self { ranks, repeats: names.ids().map(|name| schema.repeats(&names.text(name))).collect() }
    }

    /// Whether every assignment to a parameter takes effect.
    pub fn repeats(&self, phone: &Phone<'_>, assignments: &[(Assignment, u32)]) -> bool {
        assignments.first().is_some_and(|(at, _)| self.repeats[phone.workspace.name(*at).0 as usize])
    }

    /// Returns the same result as [`Phone::parameters`].
    pub fn parameters<'w>(&self, phone: &Phone<'w>) -> Vec<AssignedParameter<'w>> {
        let workspace = phone.workspace;
        let mut all: Vec<(u32, NameId, (Assignment, u32))> = phone
            .chain
            .assignments(workspace)
            .map(|assignment| {
                let name = workspace.name(assignment.0);
                (self.ranks[name.0 as usize], name, assignment)
            })
            .collect();
        // The sort is stable, so the assignments to a name remain in load order.
        all.sort_by_key(|(rank, name, _)| (*rank, *name));
        let mut names: Vec<&[_]> = all.chunk_by(|(_, a, _), (_, b, _)| a == b).collect();
        names.sort_by_key(|name| (name[0].0, name[0].2));
        names
            .into_iter()
            .map(|name| {
                let assignments = name.iter().map(|(_, _, assignment)| *assignment);
                (workspace.names.text(name[0].1), assignments.collect())
            })
            .collect()
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
/// The writer failed.
pub fn cfg(
    out: &mut dyn Write,
    phone: &Phone<'_>,
    names: &NameFacts,
    options: RenderOptions<'_>,
) -> io::Result<()> {
    let workspace = phone.workspace;
    out.write_all(HEADER)?;
    writeln!(out)?;
    for (_, assignments) in names.parameters(phone).iter().filter(|(name, _)| options.includes(name)) {
        let winner = phone.winner(assignments);
        let all = names.repeats(phone, assignments);
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
            // The parser removes one `\r` before `\n`, so a value that ends in `\r` needs a second one.
            out.write_all(if value.ends_with(b"\r") { b"\r\n" } else { b"\n" })?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::listing::{Entry, EntryKind};
    use crate::text::location::{FetchError, Location};
    use crate::tree::load::Request;

    #[test]
    fn ranked_names_are_in_natural_order() {
        let text = b"z = 1\na.10.b = 1\na.2.b = 1\n\xff = 1\n\xfe = 2\n\xff = 3\na.x = 1\nz = 2\n".to_vec();
        let path = "0021f2000001.cfg";
        let fetch = |location: &Location| match location {
            Location::Tree(known) if known == path => Ok(text.clone()),
            _ => Err(FetchError::Missing),
        };
        let workspace = Request::new(vec![Entry { path: path.into(), kind: EntryKind::File }], &fetch).load();
        let mac = workspace.roots[0].counted()[0];
        let phone = Phone::new(&workspace, &workspace.roots[0], mac);
        assert_eq!(NameFacts::new(&workspace, Schema::builtin()).parameters(&phone), phone.parameters());
    }
}
