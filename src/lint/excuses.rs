//! What excuses findings: comments in the files, paths in the settings, the baseline; and what is said of
//! excuses that nothing needs.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::baseline::{self, Entry};
use super::judge::Judge;
use super::rule::{Check, Finding, Standing};
use super::suppress::{Directive, directives};
use super::{RULES, rules};
use crate::text::path::covers;
use crate::text::source::{FileId, Place, Span};
use crate::tree::load::Workspace;

/// A rule that says nothing in some paths, from `[lint.per-path]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRule {
    /// A glob.
    pub glob: String,
    /// The rule.
    pub rule: String,
    /// Where the settings name it.
    pub at: OwnPlace,
}

/// A place in one of fvprov's own files, which gets another id each time a tree is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnPlace {
    /// The path of the file in the tree.
    pub path: String,
    /// Where in it.
    pub span: Span,
}

impl OwnPlace {
    /// The place in a loaded tree.
    pub fn of(&self, workspace: &Workspace) -> Option<Place> {
        workspace.file(&self.path).map(|file| Place { file, span: self.span })
    }
}

/// Something that excuses findings, and that nothing needed.
#[derive(Clone, Copy, Debug)]
pub enum Excuse<'a> {
    /// A comment, and which of the rules that it names (index) is not needed.
    Comment(&'a Directive, usize),
    /// A rule for some paths.
    Paths(&'a PathRule),
    /// An entry of the baseline, and how many findings it covers: fewer than it says.
    Baseline(&'a Entry, usize),
}

impl Judge<'_> {
    /// Drops what comments excuse, and says how many that were.
    pub(super) fn excuse_by_comment(&self, findings: &mut Vec<Finding>) -> usize {
        if self.options.ignore_suppressions {
            return 0;
        }
        let workspace = self.common.workspace;
        let judged: Vec<_> = workspace.ours().filter(|(_, document)| !document.excluded).collect();
        let of_file = |&(file, document): &(FileId, _)| directives(file, document, workspace.text(file));
        let all = judged.par_iter().with_min_len(64).flat_map_iter(of_file);
        let live: Vec<Directive> = all.filter(|d| d.understood && !d.is_expired(self.common.today)).collect();
        let mut by_line: FxHashMap<(FileId, Option<usize>), Vec<usize>> = FxHashMap::default();
        for (at, directive) in live.iter().enumerate() {
            by_line.entry((directive.at.file, directive.line)).or_default().push(at);
        }
        let silent = self.silent(findings);
        let mut used: FxHashSet<(usize, &str)> = FxHashSet::default();
        let mut excused = 0;
        findings.retain(|finding| {
            let (file, line) = self.line(finding.at);
            let mine = [Some(line), None].into_iter().filter_map(|line| by_line.get(&(file, line))).flatten();
            let covering: Vec<usize> =
                mine.copied().filter(|&at| live[at].covers(finding.rule.name, line)).collect();
            used.extend(covering.iter().map(|&at| (at, finding.rule.name)));
            excused += usize::from(!covering.is_empty() && self.is_asked_for(finding));
            covering.is_empty()
        });
        let is_heard = |directive: &Directive| {
            let file = directive.at.file;
            !silent.contains(&(file, None)) && !silent.contains(&(file, directive.line))
        };
        for (at, directive) in live.iter().enumerate().filter(|(_, directive)| is_heard(directive)) {
            for (number, (name, place)) in directive.rules.iter().enumerate() {
                if self.ran(name) && !used.contains(&(at, name.as_str())) {
                    findings.extend(self.needless(*place, Excuse::Comment(directive, number)));
                }
            }
        }
        excused
    }

    /// Where one finding speaks alone, so that nobody knows what others would say: lines (index), or whole files.
    fn silent(&self, findings: &[Finding]) -> FxHashSet<(FileId, Option<usize>)> {
        let alone = |finding: &Finding| match finding.rule.standing {
            Standing::Alone => Some((finding.at.file, None)),
            Standing::Line(_) => Some((finding.at.file, Some(self.line(finding.at).1))),
            _ => None,
        };
        findings.iter().filter_map(alone).collect()
    }

    /// Drops what `[lint.per-path]` excuses, and says how many that were.
    pub(super) fn excuse_by_path(&self, findings: &mut Vec<Finding>) -> usize {
        let rules = &self.options.per_path;
        let workspace = self.common.workspace;
        let mut used = vec![false; rules.len()];
        let mut excused = 0;
        findings.retain(|finding| {
            let path = workspace.path(finding.at.file);
            let mut is_covered = false;
            for (rule, used) in rules.iter().zip(&mut used) {
                if rule.rule == finding.rule.name && covers(&rule.glob, path) {
                    (is_covered, *used) = (true, true);
                }
            }
            excused += usize::from(is_covered && self.is_asked_for(finding));
            !is_covered
        });
        for (rule, _) in rules.iter().zip(used).filter(|(rule, used)| !used && self.ran(&rule.rule)) {
            let place = rule.at.of(workspace).filter(|_| self.sees_all());
            findings.extend(place.into_iter().flat_map(|place| self.needless(place, Excuse::Paths(rule))));
        }
        excused
    }

    /// Drops what the baseline knows, and says how many that were. Of several that are alike the first ones in
    /// their file are the known ones.
    pub(super) fn excuse_by_baseline(&self, findings: &mut Vec<Finding>) -> usize {
        let Some(baseline) = &self.options.baseline else { return 0 };
        let workspace = self.common.workspace;
        self.sort(findings);
        let (covered, covers) = baseline::cover(baseline, workspace, self.common.schema, findings);
        let mut excused = 0;
        let mut covered = covered.into_iter();
        findings.retain(|finding| {
            let is_covered = covered.next().unwrap_or(false);
            excused += usize::from(is_covered && self.is_asked_for(finding));
            !is_covered
        });
        let Some(file) = workspace.file(&baseline.path).filter(|_| self.sees_all()) else { return excused };
        for (entry, covers) in baseline.entries.iter().zip(covers) {
            // Whether an excuse is needed was asked of the rules that ran only.
            let is_judged = rules::rule(&entry.rule).is_none_or(|rule| {
                self.ran(rule.name) && (!matches!(rule.check, Check::Unused(_)) || self.all_ran())
            });
            if is_judged && covers < entry.count {
                let place = Place { file, span: entry.at };
                findings.extend(self.needless(place, Excuse::Baseline(entry, covers)));
            }
        }
        excused
    }

    fn ran(&self, name: &str) -> bool {
        self.active.iter().any(|(_, active)| active.name == name)
    }

    fn all_ran(&self) -> bool {
        RULES.iter().all(|rule| !rules::is_on(rule) || self.ran(rule.name))
    }

    /// Whether everything that can be found in the tree was looked for and is asked for.
    fn sees_all(&self) -> bool {
        let workspace = self.common.workspace;
        let is_all = workspace.is_whole && workspace.is_listed;
        is_all && self.options.focus.is_empty() && self.options.only.is_empty()
    }

    /// What is said of an excuse that nothing needs.
    fn needless(&self, at: Place, excuse: Excuse<'_>) -> Vec<Finding> {
        let said = self.active.iter().filter_map(|&(_, rule)| match rule.check {
            Check::Unused(check) => {
                check(&self.common, excuse).map(|draft| self.finding(rule, at, draft, Vec::new()))
            }
            _ => None,
        });
        said.collect()
    }
}
