//! Turns what rules found into findings: what holds, who speaks when several could, what is excused, and for whom
//! it is said.

use rustc_hash::{FxHashMap, FxHashSet};

use super::alike::Active;
use super::contexts::Common;
use super::rule::{Affected, Check, Draft, Edit, Finding, Group, Level, Rule, Standing};
use super::rules::{self, RULES};
use super::sink::Found;
use super::{Options, Outcome};
use crate::catalogue::Evidence;
use crate::text::mac::Mac;
use crate::text::source::{FileId, Place};

/// Turns what was found into findings.
pub struct Judge<'a> {
    pub common: Common<'a>,
    pub options: &'a Options,
    /// The rules that run.
    pub active: Vec<Active>,
}

impl Judge<'_> {
    /// The findings, and what is said beside them.
    pub fn outcome(&self, found: Found) -> Outcome {
        let workspace = self.common.workspace;
        let hits = found.into_hits().filter_map(|(index, at, hit)| {
            let rule = RULES[index as usize];
            let readers = &self.common.fleet.readers[at.file.0 as usize];
            let is_all = || hit.members.len() == readers.len() && workspace.knows_readers(at.file);
            let holds = !rule.needs_all || is_all();
            let holds = holds && !workspace.document(at.file).excluded;
            let known = hit.draft.evidence != Some(Evidence::Inferred);
            (holds && known).then(|| self.finding(rule, at, hit.draft, hit.members))
        });
        let mut findings = self.settle(hits.collect());
        let in_doubt = self.in_doubt(&findings);
        let suppressed = self.excuse_by_comment(&mut findings) + self.excuse_by_path(&mut findings);
        let baselined = self.excuse_by_baseline(&mut findings);
        self.withhold_fixes(&mut findings, &in_doubt);
        findings.retain(|finding| self.is_asked_for(finding));
        for finding in &mut findings {
            self.trace(finding);
        }
        let fleet = self.common.fleet;
        self.sort(&mut findings);
        let judged = |mac: Option<Mac>| {
            self.options.only.is_empty() || mac.is_some_and(|mac| self.options.only.contains(&mac))
        };
        let mut by_phone: FxHashMap<(usize, Option<Mac>), usize> = FxHashMap::default();
        for finding in findings.iter().filter(|finding| finding.level > Level::Info) {
            for &member in finding.phones.iter().flat_map(|phones| &phones.members) {
                let member = &fleet.members[member as usize];
                *by_phone.entry((member.root, member.mac)).or_default() += 1;
            }
        }
        let told: FxHashSet<FileId> = findings.iter().map(|finding| finding.at.file).collect();
        let files: Vec<FileId> = workspace
            .ours()
            .filter(|(_, d)| d.role.kind().is_some() && !d.excluded)
            .map(|(file, _)| file)
            .collect();
        let is_clean = |file: &FileId| !told.contains(file) && self.is_meant(*file, &[]);
        Outcome {
            by_phone,
            findings,
            suppressed,
            baselined,
            files: files.len(),
            clean: files.into_iter().filter(is_clean).collect(),
            skipped: workspace.skipped,
            phones: fleet.members.iter().filter(|member| member.counted && judged(member.mac)).count(),
        }
    }

    pub(super) fn sort(&self, findings: &mut [Finding]) {
        let workspace = self.common.workspace;
        findings.sort_by(|a, b| {
            let key = |f: &Finding| (f.at.span.start, f.rule.name, f.at.span.end);
            workspace.path(a.at.file).cmp(workspace.path(b.at.file)).then_with(|| key(a).cmp(&key(b)))
        });
    }

    pub(super) fn finding(&self, rule: &'static Rule, at: Place, draft: Draft, members: Vec<u32>) -> Finding {
        let level = draft.level.unwrap_or(rule.level).min(rule.ground.cap()).min(draft.cap());
        let level = self.options.levels.get(rule.name).copied().unwrap_or(level);
        let phones = match rule.check {
            Check::Tree(_) | Check::Unused(_) => None,
            _ => Some(self.affected(at.file, members)),
        };
        Finding { rule, level, at, draft, phones }
    }

    fn affected(&self, file: FileId, members: Vec<u32>) -> Affected {
        let fleet = self.common.fleet;
        let readers = &fleet.readers[file.0 as usize];
        let own_root = self.common.workspace.document(file).root;
        let roots: FxHashSet<usize> = if readers.is_empty() {
            own_root.into_iter().collect()
        } else {
            readers.iter().map(|&reader| fleet.members[reader as usize].root).collect()
        };
        let counted: Vec<_> =
            members.iter().map(|&m| &fleet.members[m as usize]).filter(|m| m.counted).collect();
        let mut examples: Vec<Mac> = counted.iter().filter_map(|member| member.mac).collect();
        examples.sort_unstable();
        examples.truncate(3);
        Affected {
            count: counted.len(),
            total: roots.iter().map(|&root| fleet.counted[root]).sum(),
            examples,
            any: members.iter().any(|&member| fleet.members[member as usize].mac.is_none()),
            members,
            route: Vec::new(),
        }
    }

    /// Adds how the phone with the smallest MAC gets to the place: only where somebody will read it.
    fn trace(&self, finding: &mut Finding) {
        let fleet = self.common.fleet;
        let mac = |member: &u32| fleet.members[*member as usize].mac;
        if let Some(phones) = &mut finding.phones {
            let first =
                phones.members.iter().copied().min_by_key(|member| (mac(member).is_none(), mac(member)));
            phones.route = first.map_or(Vec::new(), |member| fleet.route(member, finding.at.file));
        }
    }

    /// Who speaks when several could: see [`Standing`].
    fn settle(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let alone: FxHashSet<FileId> = findings
            .iter()
            .filter(|finding| finding.rule.standing == Standing::Alone)
            .map(|f| f.at.file)
            .collect();
        let mut lines: FxHashMap<(FileId, usize), u8> = FxHashMap::default();
        for finding in &findings {
            if let Standing::Line(order) = finding.rule.standing {
                let best = lines.entry(self.line(finding.at)).or_insert(order);
                *best = order.min(*best);
            }
        }
        let speaks = |finding: &Finding| {
            let order = lines.get(&self.line(finding.at));
            match finding.rule.standing {
                Standing::Alone => true,
                _ if matches!(finding.rule.check, Check::Tree(_)) => true,
                _ if alone.contains(&finding.at.file) => false,
                Standing::Line(own) => order == Some(&own),
                Standing::Setting => order.is_none(),
                Standing::Free => true,
            }
        };
        findings.into_iter().filter(speaks).collect()
    }

    /// The lines (index) of which some rule says that they may have the wrong index, excused or not.
    fn in_doubt(&self, findings: &[Finding]) -> FxHashSet<(FileId, usize)> {
        let doubts = findings.iter().filter(|finding| finding.rule.name == rules::WRONG_INDEX);
        doubts.map(|finding| self.line(finding.at)).collect()
    }

    /// Takes back the fixes that would change unfinished files, and those that would remove one of two lines of which
    /// one may have the wrong index: it is no line too many, but another one is missing.
    fn withhold_fixes(&self, findings: &mut [Finding], in_doubt: &FxHashSet<(FileId, usize)>) {
        let workspace = self.common.workspace;
        let mut known: FxHashMap<FileId, bool> = FxHashMap::default();
        let mut is_unfinished = |edit: &Edit| {
            let file = edit.at.file;
            let judge = || rules::is_unfinished(workspace.document(file), workspace.text(file));
            *known.entry(file).or_insert_with(judge)
        };
        for Finding { at, draft, .. } in findings {
            let Some(fix) = &draft.fix else { continue };
            let removes = |edit: &Edit| workspace.whole_line(edit.at.file, self.line(edit.at).1) == edit.at;
            let places = || draft.related.iter().map(|(place, _)| *place).chain([*at]);
            let doubtful =
                fix.edits.iter().any(removes) && places().any(|at| in_doubt.contains(&self.line(at)));
            if doubtful || fix.edits.iter().any(&mut is_unfinished) {
                draft.fix = None;
            }
        }
    }

    pub(super) fn line(&self, at: Place) -> (FileId, usize) {
        (at.file, self.common.workspace.sources.get(at.file).line_of(at.span.start) - 1)
    }

    pub(super) fn is_asked_for(&self, finding: &Finding) -> bool {
        let affected = finding.phones.as_ref().map_or(&[][..], |phones| &phones.members);
        // Of phones that get in each other's way each is concerned, wherever the finding stands.
        let related = finding.draft.related.iter().filter(|_| finding.rule.group == Group::Fleet);
        let mut others = related.map(|(place, _)| place.file);
        self.is_meant(finding.at.file, affected) || others.any(|file| self.is_meant(file, &[]))
    }

    /// Whether a file is one of those asked about, read by or otherwise concerning the phones asked about.
    pub(super) fn is_meant(&self, file: FileId, affected: &[u32]) -> bool {
        if self.options.focus.is_empty() && self.options.only.is_empty() {
            return true;
        }
        let path = self.common.workspace.path(file);
        let focus = &self.options.focus;
        let in_focus =
            focus.is_empty() || focus.iter().any(|directory| crate::text::path::is_within(path, directory));
        let readers = &self.common.fleet.readers[file.0 as usize];
        let is_of = |mac: &Mac, member: u32| self.common.fleet.members[member as usize].mac == Some(*mac);
        // What could not be read has no readers, and concerns those who tried.
        let failed = |mac: &Mac| {
            let mut members = self.common.fleet.members.iter().filter(|member| member.mac == Some(*mac));
            members.any(|member| member.chain.failed.contains(&file))
        };
        let concerns =
            |mac: &Mac| readers.iter().chain(affected).any(|&member| is_of(mac, member)) || failed(mac);
        // Of a server, nothing else was asked for.
        let workspace = self.common.workspace;
        let is_theirs = self.options.only.is_empty() || !workspace.is_listed && !workspace.is_whole;
        in_focus && (is_theirs || self.options.only.iter().any(concerns))
    }
}
