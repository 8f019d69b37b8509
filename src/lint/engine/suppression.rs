//! What excuses findings: comments in the files, paths in the settings, the baseline; and what is said of
//! excuses that nothing needs.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::baseline;
use super::judge::Judge;
use crate::lint::api::{Check, Excuse, Finding, Standing};
use crate::lint::ask::{Directive, directives};
use crate::text::path::covers;
use crate::text::source::{FileId, Place};

/// Drops what comments excuse, and says how many that were.
pub fn excuse_by_comment(judge: &Judge<'_>, findings: &mut Vec<Finding>) -> usize {
    if judge.options.ignore_suppressions {
        return 0;
    }
    let workspace = judge.world.workspace;
    let judged: Vec<_> = workspace.ours().filter(|(_, document)| !document.excluded).collect();
    let of_file = |&(file, document): &(FileId, _)| directives(file, document, workspace.text(file));
    let all = judged.par_iter().with_min_len(64).flat_map_iter(of_file);
    let live: Vec<Directive> = all.filter(|d| d.understood && !d.is_expired(judge.world.today)).collect();
    let mut by_line: FxHashMap<(FileId, Option<usize>), Vec<usize>> = FxHashMap::default();
    for (at, directive) in live.iter().enumerate() {
        by_line.entry((directive.at.file, directive.line)).or_default().push(at);
    }
    let silent = silent(judge, findings);
    let mut used: FxHashSet<(usize, &str)> = FxHashSet::default();
    let mut excused = 0;
    findings.retain(|finding| {
        let (file, line) = judge.line(finding.at);
        let mine = [Some(line), None].into_iter().filter_map(|line| by_line.get(&(file, line))).flatten();
        let covering: Vec<usize> =
            mine.copied().filter(|&at| live[at].covers(finding.rule.name, line)).collect();
        used.extend(covering.iter().map(|&at| (at, finding.rule.name)));
        excused += usize::from(!covering.is_empty() && judge.is_asked_for(finding));
        covering.is_empty()
    });
    let is_heard = |directive: &Directive| {
        let file = directive.at.file;
        !silent.contains(&(file, None)) && !silent.contains(&(file, directive.line))
    };
    for (at, directive) in live.iter().enumerate().filter(|(_, directive)| is_heard(directive)) {
        for (number, (name, place)) in directive.rules.iter().enumerate() {
            if ran(judge, name) && !used.contains(&(at, name.as_str())) {
                findings.extend(needless(judge, *place, Excuse::Comment(directive, number)));
            }
        }
    }
    excused
}

/// Where one finding speaks alone, so that nobody knows what others would say: lines (index), or whole files.
fn silent(judge: &Judge<'_>, findings: &[Finding]) -> FxHashSet<(FileId, Option<usize>)> {
    let alone = |finding: &Finding| match finding.rule.standing {
        Standing::Alone => Some((finding.at.file, None)),
        Standing::Line(_) => Some((finding.at.file, Some(judge.line(finding.at).1))),
        _ => None,
    };
    findings.iter().filter_map(alone).collect()
}

/// Drops what `[lint.per-path]` excuses, and says how many that were.
pub fn excuse_by_path(judge: &Judge<'_>, findings: &mut Vec<Finding>) -> usize {
    let rules = &judge.options.per_path;
    let workspace = judge.world.workspace;
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
        excused += usize::from(is_covered && judge.is_asked_for(finding));
        !is_covered
    });
    for (rule, _) in rules.iter().zip(used).filter(|(rule, used)| !used && ran(judge, &rule.rule)) {
        let place = rule.at.of(workspace).filter(|_| sees_all(judge));
        findings.extend(place.into_iter().flat_map(|place| needless(judge, place, Excuse::Paths(rule))));
    }
    excused
}

/// Drops what the baseline knows, and says how many that were. Of several that are alike the first ones in
/// their file are the known ones.
pub fn excuse_by_baseline(judge: &Judge<'_>, findings: &mut Vec<Finding>) -> usize {
    let Some(baseline) = &judge.options.baseline else { return 0 };
    let workspace = judge.world.workspace;
    judge.sort(findings);
    let (covered, covers) = baseline::cover(baseline, workspace, judge.world.schema, findings);
    let mut excused = 0;
    let mut covered = covered.into_iter();
    findings.retain(|finding| {
        let is_covered = covered.next().unwrap_or(false);
        excused += usize::from(is_covered && judge.is_asked_for(finding));
        !is_covered
    });
    let Some(file) = workspace.file(&baseline.path).filter(|_| sees_all(judge)) else { return excused };
    for (entry, covers) in baseline.entries.iter().zip(covers) {
        // Whether an excuse is needed was asked of the rules that ran only.
        let is_judged = judge.rules.iter().find(|rule| rule.name == entry.rule).is_none_or(|rule| {
            ran(judge, rule.name) && (!matches!(rule.check, Check::Unused(_)) || all_ran(judge))
        });
        if is_judged && covers < entry.count {
            let place = Place { file, span: entry.at };
            findings.extend(needless(judge, place, Excuse::Baseline(entry, covers)));
        }
    }
    excused
}

fn ran(judge: &Judge<'_>, name: &str) -> bool {
    judge.active.iter().any(|(_, active)| active.name == name)
}

fn all_ran(judge: &Judge<'_>) -> bool {
    judge.rules.iter().all(|rule| !rule.is_on || ran(judge, rule.name))
}

/// Whether everything that can be found in the tree was looked for and is asked for.
fn sees_all(judge: &Judge<'_>) -> bool {
    let workspace = judge.world.workspace;
    let is_all = workspace.is_whole && workspace.is_listed;
    is_all && judge.options.focus.is_empty() && judge.options.only.is_empty()
}

/// What is said of an excuse that nothing needs.
fn needless(judge: &Judge<'_>, at: Place, excuse: Excuse<'_>) -> Vec<Finding> {
    let said = judge.active.iter().filter_map(|&(_, rule)| match rule.check {
        Check::Unused(check) => {
            check(judge.world, excuse).map(|draft| judge.finding(rule, at, draft, Vec::new()))
        }
        _ => None,
    });
    said.collect()
}
