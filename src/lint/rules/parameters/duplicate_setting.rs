//! See `duplicate-setting.md`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::api::{Diagnostic, Edit, Fix, Level, Sink, rule};
use crate::lint::facts::template_loop::CountedNames;
use crate::lint::view::{FileCx, TemplateCx, TemplateSetting};
use crate::text::residue::has_statement;
use crate::text::source::FileId;
use crate::tree::load::{Assignment, NameId};

rule! { "duplicate-setting", Warning, Compatible, File(check), lines: Unordered, template: Some(check_template) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let mut all: Vec<(NameId, Assignment)> = cx.assignments().map(|(at, name)| (name, at)).collect();
    all.sort_unstable();
    for same in all.chunk_by(|a, b| a.0 == b.0).filter(|same| same.len() > 1) {
        let same: Vec<Assignment> = same.iter().map(|(_, at)| *at).collect();
        report_duplicates(cx, &same, sink);
    }
}

/// Reports all assignments to one name, given in file order, except the one that takes effect.
fn report_duplicates(cx: &FileCx<'_>, same: &[Assignment], sink: &mut Sink<'_>) {
    let common = &cx.common;
    let Some(name) = same.first().map(|at| common.name_text(*at)) else { return };
    if common.schema.repeats(&name) {
        return;
    }
    let values: Vec<&[u8]> = same.iter().map(|at| common.value(*at).bytes()).collect();
    let effective = common.assume().empty_value.effective_index(values.iter().copied());
    let Some((winner, winning)) = effective.map(|at| (same[at], values[at])) else { return };
    // A file included between two of the lines may set the same name.
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
                "is set again in this file, to a different value: the phone uses the other value",
            ),
        };
        sink.report(cx.common.place(loser), || {
            let line = cx.common.line_number(winner);
            Diagnostic::new(format!("`{name}` {what}"))
                .help(format!("keep one line that sets this parameter: this one, or line {line}"))
                .related(
                    cx.common.place(winner),
                    other_line(common.schema.parameter(&name).is_some(), winning.is_empty()),
                )
                .parameter(name.clone())
                .level(level)
                .fix(fix(cx, loser, winner, later))
        });
    }
}

/// Whether there is a template statement between two lines. If so, a phone may get only one of them.
fn is_alternative(cx: &FileCx<'_>, loser: Assignment, winner: Assignment) -> bool {
    let lines = [loser, winner].map(|at| cx.common.line_number(at) - 1);
    let (first, last) = (lines[0].min(lines[1]), lines[0].max(lines[1]));
    cx.mentions_any(b"{<")
        && (first..=last).filter_map(|index| cx.line(index)).any(|line| has_statement(line.content()))
}

/// Removes the line that has no effect. If an empty value takes effect, removes the empty value instead,
/// because a phone that ignores empty values uses the other value. When lines are identical, the first one
/// is kept, because its position is most likely correct. Each fix removes the next duplicate, so that all duplicates can
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

/// Maximum number of later lines to compare with a line.
const MAX_LATER: usize = 200;

/// Reports settings that can occur twice in the same rendered file.
fn check_template(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    let settings: Vec<TemplateSetting<'_>> = cx.settings().collect();
    let mut by_name: FxHashMap<String, Vec<&TemplateSetting<'_>>> = FxHashMap::default();
    for setting in &settings {
        by_name.entry(setting.identity(&setting.name)).or_default().push(setting);
    }
    let mut groups: Vec<_> = by_name.into_values().filter(|group| group.len() > 1).collect();
    groups.sort_by_key(|group| group[0].index);
    let counted = CountedNames::new(cx);
    let mut reported: FxHashSet<(FileId, usize)> = FxHashSet::default();
    for group in groups {
        if group[0].name_with_index().is_some_and(|name| repeats(cx, &name)) {
            continue;
        }
        for (at, earlier) in group.iter().enumerate() {
            let later = group[at + 1..].iter().take(MAX_LATER).find(|later| {
                // The rule literal-index-in-loop reports a line that several passes of a loop print with the
                // same literal index.
                let is_counted =
                    earlier.line.passes != later.line.passes && counted.get(cx, earlier).is_some();
                earlier.line.can_follow(later.line) && !is_counted
            });
            if let Some(later) = later {
                report_pair(cx, earlier, later, &mut reported, sink);
            }
        }
    }
}

/// The role of the other line. Phones ignore unknown names, and perhaps empty values.
fn other_line(is_known: bool, is_empty: bool) -> &'static str {
    match (is_known, is_empty) {
        (true, false) => "this line takes effect",
        (_, true) => "the empty value",
        (false, false) => "the other value",
    }
}

/// Whether a parameter may be set several times, even if its name lacks the prefix `static.`.
fn repeats(cx: &TemplateCx<'_>, name: &str) -> bool {
    cx.schema.repeats(name) || cx.schema.other_prefix(name).is_some_and(|other| cx.schema.repeats(&other))
}

fn report_pair(
    cx: &TemplateCx<'_>,
    earlier: &TemplateSetting<'_>,
    later: &TemplateSetting<'_>,
    reported: &mut FxHashSet<(FileId, usize)>,
    sink: &mut Sink<'_>,
) {
    let (Some(place), Some(other)) = (earlier.place(), later.place()) else { return };
    // A single line in the template can have several alternatives.
    if !reported.insert((place.file, cx.line_number(place))) {
        return;
    }
    let values = [earlier, later].map(|setting| setting.identity(&setting.value));
    let name = cx.written(earlier, &earlier.name);
    let is_one_line = place == other;
    let (level, what) = match (earlier.value.is_empty(), later.value.is_empty()) {
        _ if is_one_line && values[0] == values[1] => {
            (Level::Info, "is set again in each pass of the loop, to the same value")
        }
        _ if is_one_line => {
            (Level::Warning, "is set again in each pass of the loop: the phone uses the last value")
        }
        _ if values[0] == values[1] => (Level::Info, "can be set again in the same file, to the same value"),
        (true, false) => {
            (Level::Info, "has a value elsewhere in the same file: this empty value has no effect")
        }
        (false, true) => (
            Level::Warning,
            "is set to an empty value later in the same file: whether the phone keeps this value is unknown",
        ),
        _ if earlier.parameter(cx.schema).is_none() => {
            (Level::Warning, "can be set again in the same file, to a different value")
        }
        _ => (
            Level::Warning,
            "can be set again in the same file, to a different value: the phone then uses the other value",
        ),
    };
    sink.report(place, || {
        let diagnostic = Diagnostic::new(format!("`{name}` {what}")).level(level);
        if is_one_line {
            return diagnostic.help("move the line out of the loop, or add an index to the name");
        }
        let line = cx.line_number(other);
        diagnostic
            .help(format!("keep one line that sets this parameter: this one, or line {line}"))
            .related(other, other_line(earlier.parameter(cx.schema).is_some(), later.value.is_empty()))
    });
}
