//! See `duplicate-setting.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Level, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::residue::has_statement;
use crate::tree::load::{Assignment, NameId};

rule! { "duplicate-setting", Warning, Compatible, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut all: Vec<(NameId, Assignment)> = cx.assignments().map(|(at, name)| (name, at)).collect();
    all.sort_unstable();
    for same in all.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let same: Vec<Assignment> = same.iter().map(|(_, at)| *at).collect();
        report_duplicates(cx, &same, sink);
    }
}

/// Reports all assignments of one name, which are in order, except the assignment that takes effect.
fn report_duplicates(cx: &FileCx<'_>, same: &[Assignment], sink: &mut Sink<'_>) {
    let common = &cx.common;
    let Some(name) = same.first().map(|at| common.name_text(*at)) else { return };
    if common.schema.repeats(&name) {
        return;
    }
    let values: Vec<&[u8]> = same.iter().map(|at| common.value(*at).bytes()).collect();
    let effective = common.assume().empty_value.effective_index(values.iter().copied());
    let Some((winner, winning)) = effective.map(|at| (same[at], values[at])) else { return };
    // A file that is included between two lines may set the same name.
    let are_equal = cx.links().is_empty() && values.iter().all(|value| *value == winning);
    for (at, &loser) in same.iter().enumerate().filter(|(_, at)| **at != winner) {
        if is_alternative(cx, loser, winner) {
            continue;
        }
        let later = are_equal.then(|| same[at + 1]);
        let (level, what) = match (values[at], winning) {
            (lost, won) if lost == won => (Level::Info, "is set again in this file, to the same value"),
            ([], _) => (Level::Info, "has a value elsewhere in this file: this empty value has no effect"),
            (_, []) => (
                Level::Warning,
                "is set to an empty value later in this file: whether the phone keeps this value is unknown",
            ),
            _ => (
                Level::Warning,
                "is set again in this file, to another value: the phone does not use this one",
            ),
        };
        sink.report(cx.common.place(loser), || {
            let line = cx.common.line_number(winner);
            Diagnostic::new(format!("`{name}` {what}"))
                .help(format!("keep one line that sets this parameter: this one, or line {line}"))
                .related(cx.common.place(winner), "this line takes effect")
                .parameter(name.clone())
                .level(level)
                .fix(fix(cx, loser, winner, later))
        });
    }
}

/// Whether a statement of a template is between two lines, so that a phone may get only one of them.
fn is_alternative(cx: &FileCx<'_>, loser: Assignment, winner: Assignment) -> bool {
    let lines = [loser, winner].map(|at| cx.common.line_number(at) - 1);
    let (first, last) = (lines[0].min(lines[1]), lines[0].max(lines[1]));
    cx.mentions_any(b"{<")
        && (first..=last).filter_map(|index| cx.line(index)).any(|line| has_statement(line.content()))
}

/// Removes the line that has no effect. If an empty value takes effect, removes the empty value instead,
/// because a phone that ignores empty values uses the other value. Of equal lines, the first one remains,
/// because its position is most likely correct: each finding removes the next line, so that all of them can
/// be fixed together.
fn fix(cx: &FileCx<'_>, loser: Assignment, winner: Assignment, later: Option<Assignment>) -> Fix {
    if cx.common.value(winner).is_empty() && !cx.common.value(loser).is_empty() {
        return Fix::guess("remove the line with the empty value", Edit::remove_setting(&cx.common, winner));
    }
    if let Some(later) = later {
        let edits = Edit::remove_setting(&cx.common, later);
        return Fix::safe("remove the later line, which has the same value", edits);
    }
    Fix::safe("remove this line", Edit::remove_setting(&cx.common, loser))
}
