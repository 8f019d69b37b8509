//! Moves findings from files that exist only in memory to the list and the templates, where they can be fixed.

use rustc_hash::FxHashMap;

use super::in_memory::InMemory;
use super::origins::{CellOrigin, LineOrigin, Origins};
use crate::lint::{Affected, Finding, Outcome};
use crate::text::source::{FileId, Place};
use crate::text::unknown_secret::contains_unknown;
use crate::tree::load::Workspace;

impl InMemory {
    /// Removes findings about unknown secrets, and removes the fixes from findings in files that exist only
    /// in memory.
    pub fn discard_unknown(&self, workspace: &Workspace, outcome: &mut Outcome) {
        outcome.findings.retain_mut(|finding| {
            if !self.files.contains_key(workspace.path(finding.at.file)) {
                return true;
            }
            finding.diagnostic.fix = None;
            let source = workspace.sources.get(finding.at.file);
            let line = source.line_span(source.line_number(finding.at.span.start));
            finding.at.span.is_empty() || !contains_unknown(line.slice(&source.text))
        });
    }

    /// Moves the findings in files that exist only in memory to the cell in the list, or else to the template
    /// line. Findings for several phones at the same place are merged. Findings about an entire file are moved
    /// to the phone's row.
    pub fn relocate(&self, workspace: &mut Workspace, outcome: &mut Outcome) {
        let Some(origins) = self.origins() else { return };
        let mut relocation = Relocation { memory: self, origins, files: FxHashMap::default() };
        for finding in &mut outcome.findings {
            let path = workspace.path(finding.at.file).to_owned();
            if let Some(place) = relocation.place(workspace, &path, finding.at) {
                let old = std::mem::replace(&mut finding.at, place);
                finding.diagnostic.related.insert(0, (old, "the line that `generate` would write".into()));
            }
        }
        merge(workspace, &self.list.0, &mut outcome.findings);
    }
}

/// The state while findings are moved.
struct Relocation<'m> {
    memory: &'m InMemory,
    origins: Origins<'m>,
    /// The list and the templates in the workspace, by path in the tree.
    files: FxHashMap<String, FileId>,
}

impl Relocation<'_> {
    /// The new location of a finding.
    fn place(&mut self, workspace: &mut Workspace, path: &str, at: Place) -> Option<Place> {
        let file = self.memory.files.get(path)?;
        let row = &self.memory.input.inventory.rows[file.row];
        let (list, text) = &self.memory.list;
        if at.span.is_empty() && at.span.start == 0 {
            let list = self.file(workspace, list, text);
            return Some(Place { file: list, span: row.at });
        }
        let line = workspace.sources.get(at.file).line_number(at.span.start);
        let LineOrigin { template, line, cell } = self.origins.find(path, file, line)?;
        if let Some(CellOrigin { is_secret: false, column, .. }) = cell {
            let name = &self.memory.input.inventory.columns[column];
            let span = self.memory.input.inventory.span(text, row, name);
            if !span.is_empty() {
                let list = self.file(workspace, list, text);
                return Some(Place { file: list, span });
            }
        }
        let (path, text) = self.memory.template(&template)?;
        let file = self.file(workspace, &path, &text);
        Some(Place { file, span: workspace.sources.get(file).trimmed_line(line) })
    }

    /// The file for the list or a template in the workspace.
    fn file(&mut self, workspace: &mut Workspace, path: &str, text: &str) -> FileId {
        *self
            .files
            .entry(path.to_owned())
            .or_insert_with(|| workspace.add_tool_file(path, text.as_bytes().to_vec()))
    }
}

/// Merges findings from one rule at the same cell or template line, and sorts all findings by path and
/// location. Rules that check templates may report the same line.
fn merge(workspace: &Workspace, list: &str, findings: &mut Vec<Finding>) {
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut known: FxHashMap<((FileId, u32), &str), usize> = FxHashMap::default();
    for finding in findings.drain(..) {
        let source = workspace.sources.get(finding.at.file);
        let start = match source.path == list {
            true => finding.at.span.start,
            false => source.line_number(finding.at.span.start) as u32,
        };
        let key = ((finding.at.file, start), finding.rule.name);
        let is_moved = workspace.document(finding.at.file).is_tool_file;
        match known.get(&key) {
            Some(&at) if is_moved && merged[at].level == finding.level => {
                if let (Some(phones), Some(more)) = (&mut merged[at].phones, finding.phones) {
                    add_phones(phones, more);
                }
            }
            _ => {
                known.insert(key, merged.len());
                merged.push(finding);
            }
        }
    }
    let path = |finding: &Finding| workspace.path(finding.at.file).to_owned();
    merged.sort_by_cached_key(|finding| (path(finding), finding.at.span.start, finding.at.span.end));
    *findings = merged;
}

/// Adds the phones that another finding affects.
fn add_phones(phones: &mut Affected, more: Affected) {
    phones.members.extend(more.members);
    phones.members.sort_unstable();
    phones.members.dedup();
    phones.examples.extend(more.examples);
    phones.examples.sort_unstable();
    phones.examples.dedup();
    phones.examples.truncate(3);
    phones.any |= more.any;
    phones.count = phones.members.len() - usize::from(phones.any);
}
