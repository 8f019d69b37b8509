//! Which rule speaks when several could, and which fixes are withheld.

use rustc_hash::{FxHashMap, FxHashSet};

use super::judge::Judge;
use crate::lint::api::{Check, Edit, Finding, Standing};
use crate::lint::facts::template_residue::is_unfinished;
use crate::text::source::FileId;

/// Who speaks when several could: see [`Standing`].
pub fn settle(judge: &Judge<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let alone: FxHashSet<FileId> = findings
        .iter()
        .filter(|finding| finding.rule.standing == Standing::Alone)
        .map(|f| f.at.file)
        .collect();
    let mut lines: FxHashMap<(FileId, usize), u8> = FxHashMap::default();
    for finding in &findings {
        if let Standing::Line(order) = finding.rule.standing {
            let best = lines.entry(judge.line(finding.at)).or_insert(order);
            *best = order.min(*best);
        }
    }
    let speaks = |finding: &Finding| {
        let order = lines.get(&judge.line(finding.at));
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
pub fn in_doubt(judge: &Judge<'_>, findings: &[Finding]) -> FxHashSet<(FileId, usize)> {
    let doubts = findings.iter().filter(|finding| finding.rule.doubts_name);
    doubts.map(|finding| judge.line(finding.at)).collect()
}

/// Takes back the fixes that would change unfinished files, and those that would remove one of two lines of which
/// one may have the wrong index: it is no line too many, but another one is missing.
pub fn withhold_fixes(judge: &Judge<'_>, findings: &mut [Finding], in_doubt: &FxHashSet<(FileId, usize)>) {
    let workspace = judge.world.workspace;
    let mut known: FxHashMap<FileId, bool> = FxHashMap::default();
    let mut is_unfinished = |edit: &Edit| {
        let file = edit.at.file;
        let look = || is_unfinished(workspace.document(file), workspace.text(file));
        *known.entry(file).or_insert_with(look)
    };
    for Finding { at, draft, .. } in findings {
        let Some(fix) = &draft.fix else { continue };
        let removes = |edit: &Edit| workspace.whole_line(edit.at.file, judge.line(edit.at).1) == edit.at;
        let places = || draft.related.iter().map(|(place, _)| *place).chain([*at]);
        let doubtful = fix.edits.iter().any(removes) && places().any(|at| in_doubt.contains(&judge.line(at)));
        if doubtful || fix.edits.iter().any(&mut is_unfinished) {
            draft.fix = None;
        }
    }
}
