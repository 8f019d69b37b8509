//! Context of a run: the tree, the options, and the active rules.

use rustc_hash::FxHashSet;

use crate::lint::api::{Affected, Check, Diagnostic, Finding, Group, Level, LintOptions, Rule, RuleIndex};
use crate::lint::view::World;
use crate::text::mac::Mac;
use crate::text::path::is_within;
use crate::text::source::{FileId, Place};

/// An active rule, with its index in the registry.
pub type Active = (RuleIndex, &'static Rule);

/// The tree, the options, and the active rules, for converting hits to findings.
pub struct RunContext<'a> {
    pub world: &'a World<'a>,
    pub options: &'a LintOptions,
    /// All rules, sorted by name.
    pub rules: &'static [&'static Rule],
    /// Rules that run.
    pub active: Vec<Active>,
    /// Files that are templates.
    pub templates: FxHashSet<FileId>,
}

impl RunContext<'_> {
    pub fn sort(&self, findings: &mut [Finding]) {
        let workspace = self.world.workspace;
        findings.sort_by(|a, b| {
            let [a, b] = [a, b].map(|finding| {
                let Place { file, span } = finding.at;
                (workspace.path(file), span.start, finding.rule.name, span.end)
            });
            a.cmp(&b)
        });
    }

    pub fn create_finding(
        &self,
        rule: &'static Rule,
        at: Place,
        diagnostic: Diagnostic,
        members: Vec<u32>,
    ) -> Finding {
        let level = diagnostic.level.unwrap_or(rule.level).min(rule.evidence.cap()).min(diagnostic.cap());
        // A level setting does not apply to a finding based on an inference.
        let is_inferred = diagnostic.cap() == Level::Hint;
        let level = self.options.level_override(rule).filter(|_| !is_inferred).unwrap_or(level);
        let phones = match rule.check {
            Check::Tree(_) | Check::Unused(_) | Check::Template(_) => None,
            _ if members.is_empty() && self.templates.contains(&at.file) => None,
            _ => Some(self.affected(at.file, members)),
        };
        Finding { rule, level, at, diagnostic, phones }
    }

    fn affected(&self, file: FileId, members: Vec<u32>) -> Affected {
        let fleet = self.world.fleet;
        let readers = &fleet.readers[file.0 as usize];
        let own_root = self.world.workspace.document(file).root;
        let roots: FxHashSet<usize> = if readers.is_empty() {
            own_root.into_iter().collect()
        } else {
            readers.iter().map(|&reader| fleet.members[reader as usize].root).collect()
        };
        let counted: Vec<_> =
            members.iter().map(|&m| &fleet.members[m as usize]).filter(|m| m.counted).collect();
        let mut examples: Vec<Mac> = counted.iter().filter_map(|member| member.mac).collect();
        examples.sort_unstable();
        if !self.options.lists_all_phones {
            examples.truncate(3);
        }
        Affected {
            count: counted.len(),
            total: roots.iter().map(|&root| fleet.counted[root]).sum(),
            examples,
            any: members.iter().any(|&member| fleet.members[member as usize].mac.is_none()),
            members,
            route: Vec::new(),
        }
    }

    pub fn line(&self, at: Place) -> (FileId, usize) {
        (at.file, self.world.workspace.sources.get(at.file).line_number(at.span.start) - 1)
    }

    /// Whether the options select the finding's level, file, and phones.
    pub fn is_selected(&self, finding: &Finding) -> bool {
        if !self.options.reports(finding.rule, finding.level) {
            return false;
        }
        let affected = finding.phones.as_ref().map_or(&[][..], |phones| &phones.members);
        // A fleet finding concerns all conflicting phones, regardless of the file in which it is reported.
        let related = finding.diagnostic.related.iter().filter(|_| finding.rule.group == Group::Fleet);
        let mut others = related.map(|(place, _)| place.file);
        self.is_in_scope(finding.at.file, affected) || others.any(|file| self.is_in_scope(file, &[]))
    }

    /// Whether the options select a file: the file is in focus and concerns a selected phone.
    pub fn is_in_scope(&self, file: FileId, affected: &[u32]) -> bool {
        if self.options.focus.is_empty() && self.options.only.is_empty() {
            return true;
        }
        let path = self.world.workspace.path(file);
        let focus = &self.options.focus;
        let in_focus = focus.is_empty() || focus.iter().any(|directory| is_within(path, directory));
        // From a server, only the selected phones' files were requested.
        let workspace = self.world.workspace;
        let is_theirs = self.options.only.is_empty() || !workspace.is_listed && !workspace.is_whole;
        in_focus
            && (is_theirs || self.options.only.iter().any(|mac| self.concerns_phone(file, affected, *mac)))
    }

    /// Whether a phone reads a file or is affected by a finding in it. A file that could not be read has no
    /// readers. It concerns the phones that tried to read it.
    fn concerns_phone(&self, file: FileId, affected: &[u32], mac: Mac) -> bool {
        let fleet = self.world.fleet;
        let mut members = fleet.readers[file.0 as usize].iter().chain(affected);
        members.any(|&member| fleet.members[member as usize].mac == Some(mac))
            || fleet
                .members
                .iter()
                .any(|member| member.mac == Some(mac) && member.chain.failed.contains(&file))
    }
}
