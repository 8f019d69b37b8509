//! The effective configuration of a phone as a cfg file. Secrets are not masked.

use std::borrow::Cow;
use std::io::{self, Write};
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::phone::{Phone, natural_order};
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

/// The order of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOrder {
    /// `account.2` before `account.10`.
    Natural,
    /// As text.
    Alphabetical,
}

/// Facts about all names of a tree, computed once for all phones.
pub struct NameFacts {
    /// Positions of the names in natural and in alphabetical order. Names that are equal as text have the same position.
    ranks: [Vec<u32>; 2],
    /// Whether several names are equal as text, because they contain invalid UTF-8.
    has_equal_names: bool,
    /// Whether every assignment takes effect.
    repeats: Vec<bool>,
}

impl NameFacts {
    /// The facts about the names in a tree.
    pub fn new(workspace: &Workspace, schema: &Schema) -> Self {
        let texts: Vec<Cow<'_, str>> = workspace.names.ids().map(|name| workspace.names.text(name)).collect();
        let ranks = [ranks(&texts, natural_order), ranks(&texts, Ord::cmp)];
        let has_equal_names = ranks[0].iter().max().is_some_and(|last| *last as usize + 1 < texts.len());
        Self { ranks, has_equal_names, repeats: texts.iter().map(|name| schema.repeats(name)).collect() }
    }

    /// Whether every assignment of a parameter takes effect.
    pub fn repeats(&self, name: NameId) -> bool {
        self.repeats[name.0 as usize]
    }

    /// The same as [`Phone::parameters`], in one of the orders.
    pub fn parameters(&self, phone: &Phone<'_>, order: NameOrder) -> Parameters {
        let ranks = &self.ranks[order as usize];
        let assignments: Vec<(Assignment, u32)> = phone.chain.assignments(phone.workspace).collect();
        let name = |at: u32| phone.workspace.name(assignments[at as usize].0);
        // The assignments of a name remain in load order.
        let mut sorted: Vec<(u32, u32)> =
            (0..assignments.len() as u32).map(|at| (ranks[name(at).0 as usize], at)).collect();
        sorted.sort_unstable();
        if self.has_equal_names {
            let mut first: FxHashMap<NameId, Assignment> = FxHashMap::default();
            for (_, at) in &sorted {
                first.entry(name(*at)).or_insert(assignments[*at as usize].0);
            }
            sorted.sort_by_key(|(rank, at)| (*rank, first[&name(*at)]));
        }
        let names = sorted.chunk_by(|(_, a), (_, b)| name(*a) == name(*b));
        let mut start = 0;
        let names = names.map(|all| {
            start += all.len();
            (name(all[0].1), start - all.len()..start)
        });
        let names = names.collect();
        Parameters { names, assignments: sorted.iter().map(|(_, at)| assignments[*at as usize]).collect() }
    }
}

/// The positions of texts in an order. Equal texts have the same position.
fn ranks<'t>(texts: &'t [Cow<'t, str>], order: impl Fn(&'t str, &'t str) -> std::cmp::Ordering) -> Vec<u32> {
    let mut sorted: Vec<usize> = (0..texts.len()).collect();
    sorted.sort_by(|a, b| order(&texts[*a], &texts[*b]));
    let mut ranks = vec![0; sorted.len()];
    for (rank, equal) in (0..).zip(sorted.chunk_by(|a, b| texts[*a] == texts[*b])) {
        for at in equal {
            ranks[*at] = rank;
        }
    }
    ranks
}

/// The names that a phone's files set, in order.
pub struct Parameters {
    /// The names, with ranges of the assignments.
    names: Vec<(NameId, Range<usize>)>,
    assignments: Vec<(Assignment, u32)>,
}

impl Parameters {
    /// The names, each with its assignments in load order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (NameId, &[(Assignment, u32)])> {
        self.names.iter().map(|(name, range)| (*name, &self.assignments[range.clone()]))
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
    let parameters = names.parameters(phone, NameOrder::Natural);
    let included = parameters.iter().filter(|(name, _)| options.includes(&workspace.names.text(*name)));
    for (name, assignments) in included {
        let winner = phone.winner(assignments);
        let all = names.repeats(name);
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
        let parameters = NameFacts::new(&workspace, Schema::builtin()).parameters(&phone, NameOrder::Natural);
        let named = parameters.iter().map(|(name, all)| (workspace.names.text(name), all.to_vec()));
        assert_eq!(named.collect::<Vec<_>>(), phone.parameters());
    }
}
