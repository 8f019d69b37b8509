//! Selects the findings to report when several rules match, and the fixes to withhold.

use rustc_hash::{FxHashMap, FxHashSet};

use super::run_context::RunContext;
use crate::lint::api::{Check, Edit, Finding, Level, Precedence};
use crate::lint::facts::conflict_marker::is_unfinished;
use crate::text::source::FileId;

/// Removes the findings that have lower precedence (see [`Precedence`]). Hints do not take precedence over
/// other findings, so the other findings do not depend on whether hints are enabled.
pub fn settle(context: &RunContext<'_>, findings: Vec<Finding>) -> Vec<Finding> {
    let mut alone: FxHashSet<FileId> = FxHashSet::default();
    let mut lines: FxHashMap<(FileId, usize), u8> = FxHashMap::default();
    for finding in findings.iter().filter(|finding| finding.level > Level::Hint) {
        match finding.rule.precedence {
            Precedence::Alone => {
                alone.insert(finding.at.file);
            }
            Precedence::Line(order) => {
                let best = lines.entry(context.line(finding.at)).or_insert(order);
                *best = order.min(*best);
            }
            Precedence::Setting | Precedence::Free => {}
        }
    }
    findings
        .into_iter()
        .filter(|finding: &Finding| {
            let order = lines.get(&context.line(finding.at));
            match finding.rule.precedence {
                Precedence::Alone => true,
                _ if matches!(finding.rule.check, Check::Tree(_)) => true,
                _ if alone.contains(&finding.at.file) => false,
                Precedence::Line(own) => order.is_none_or(|order| *order == own),
                Precedence::Setting => order.is_none(),
                Precedence::Free => true,
            }
        })
        .collect()
}

/// Indices of lines on which a rule reports that the name's index may be wrong. Suppressed findings are
/// included.
pub fn in_doubt(context: &RunContext<'_>, findings: &[Finding]) -> FxHashSet<(FileId, usize)> {
    let doubts = findings.iter().filter(|finding| finding.rule.doubts_name);
    doubts.map(|finding| context.line(finding.at)).collect()
}

/// Removes fixes that would change unfinished files. Also removes fixes that would delete one of two lines if
/// either line may have the wrong index: probably both lines are needed, and one of them has the wrong index.
pub fn withhold_fixes(
    context: &RunContext<'_>,
    findings: &mut [Finding],
    in_doubt: &FxHashSet<(FileId, usize)>,
) {
    let workspace = context.world.workspace;
    let mut known: FxHashMap<FileId, bool> = FxHashMap::default();
    for Finding { at, diagnostic, .. } in findings {
        let Some(fix) = &diagnostic.fix else { continue };
        let doubtful = fix
            .edits
            .iter()
            .any(|edit: &Edit| workspace.whole_line(edit.at.file, context.line(edit.at).1) == edit.at)
            && (diagnostic.related.iter().map(|(place, _)| *place).chain([*at]))
                .any(|at| in_doubt.contains(&context.line(at)));
        if doubtful
            || fix.edits.iter().any(|edit: &Edit| {
                let file = edit.at.file;
                *known
                    .entry(file)
                    .or_insert_with(|| is_unfinished(workspace.document(file), workspace.text(file)))
            })
        {
            diagnostic.fix = None;
        }
    }
}
