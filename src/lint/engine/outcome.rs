//! Converts the rules' hits to a run's findings.

use rustc_hash::{FxHashMap, FxHashSet};

use super::run_context::RunContext;
use super::settle::{in_doubt, settle, withhold_fixes};
use super::suppression::{suppress_by_baseline, suppress_by_comment, suppress_by_path};
use crate::lint::api::{Finding, Hits, Level};
use crate::text::mac::Mac;
use crate::text::source::FileId;

/// The findings and counts from a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Findings, sorted by path, location and rule.
    pub findings: Vec<Finding>,
    /// Number of findings suppressed by comments or by paths in the settings.
    pub suppressed: usize,
    /// Number of findings covered by the baseline.
    pub baselined: usize,
    /// Number of checked boot and cfg files.
    pub files: usize,
    /// Number of boot and cfg files that do not belong to any root.
    pub skipped: usize,
    /// Number of checked phones.
    pub phones: usize,
    /// Selected boot and cfg files without findings.
    pub clean: Vec<FileId>,
    /// Number of errors and warnings for each phone, by root index and MAC.
    pub by_phone: FxHashMap<(usize, Option<Mac>), usize>,
}

impl Outcome {
    /// Number of findings with the given level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// The level of the most severe finding in each file that has findings.
    pub fn most_severe_by_file(&self) -> FxHashMap<FileId, Level> {
        let mut levels: FxHashMap<FileId, Level> = FxHashMap::default();
        for finding in &self.findings {
            let level = levels.entry(finding.at.file).or_insert(finding.level);
            *level = finding.level.max(*level);
        }
        levels
    }
}

/// Converts hits to an outcome: resolves precedence, applies suppressions and the baseline, and selects the
/// requested findings.
pub fn outcome(context: &RunContext<'_>, found: Hits) -> Outcome {
    let workspace = context.world.workspace;
    let hits = found.into_hits().filter_map(|(index, at, hit)| {
        let rule = context.rules[index as usize];
        let readers = &context.world.fleet.readers[at.file.0 as usize];
        let holds =
            !rule.all_readers || (hit.members.len() == readers.len() && workspace.knows_readers(at.file));
        let holds = holds && !workspace.document(at.file).excluded;
        holds.then(|| context.create_finding(rule, at, hit.diagnostic, hit.members))
    });
    let mut findings = settle(context, hits.collect());
    let in_doubt = in_doubt(context, &findings);
    let suppressed = suppress_by_comment(context, &mut findings) + suppress_by_path(context, &mut findings);
    let baselined = suppress_by_baseline(context, &mut findings);
    withhold_fixes(context, &mut findings, &in_doubt);
    findings.retain(|finding| context.is_selected(finding));
    for finding in &mut findings {
        trace(context, finding);
    }
    let fleet = context.world.fleet;
    context.sort(&mut findings);
    let mut by_phone: FxHashMap<(usize, Option<Mac>), usize> = FxHashMap::default();
    for finding in findings.iter().filter(|finding| finding.level > Level::Info) {
        for &member in finding.phones.iter().flat_map(|phones| &phones.members) {
            let member = &fleet.members[member as usize];
            *by_phone.entry((member.root, member.mac)).or_default() += 1;
        }
    }
    let told: FxHashSet<FileId> = findings.iter().map(|finding| finding.at.file).collect();
    let files: Vec<FileId> = workspace
        .checked_files()
        .filter(|(file, d)| (d.role.kind().is_some() || context.templates.contains(file)) && !d.excluded)
        .map(|(file, _)| file)
        .collect();
    Outcome {
        by_phone,
        findings,
        suppressed,
        baselined,
        files: files.len(),
        clean: files
            .into_iter()
            .filter(|file: &FileId| !told.contains(file) && context.is_in_scope(*file, &[]))
            .collect(),
        skipped: workspace.skipped,
        phones: fleet
            .members
            .iter()
            .filter(|member| {
                member.counted
                    && ({
                        context.options.only.is_empty()
                            || member.mac.is_some_and(|mac| context.options.only.contains(&mac))
                    })
            })
            .count(),
    }
}

/// Adds the include route of the affected phone with the smallest MAC. Computed only for reported findings.
fn trace(context: &RunContext<'_>, finding: &mut Finding) {
    let fleet = context.world.fleet;
    if let Some(phones) = &mut finding.phones {
        let first = phones.members.iter().copied().min_by_key(|&member| {
            let mac = fleet.members[member as usize].mac;
            (mac.is_none(), mac)
        });
        phones.route = first.map_or(Vec::new(), |member| fleet.route(member, finding.at.file));
    }
}
