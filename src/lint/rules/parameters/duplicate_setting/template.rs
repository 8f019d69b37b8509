//! Settings that one result of a template contains twice.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::api::{Diagnostic, Level, Sink};
use crate::lint::facts::template_loop::CountedNames;
use crate::lint::view::{TemplateCx, TemplateSetting};
use crate::text::source::FileId;

/// Maximum number of later lines that are compared with a line.
const MAX_LATER: usize = 200;

pub fn check(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
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
                // The rule literal-index-in-loop reports a line in several passes of a loop that counts its name.
                let is_counted =
                    earlier.line.passes != later.line.passes && counted.get(cx, earlier).is_some();
                earlier.line.can_follow(later.line) && !is_counted
            });
            if let Some(later) = later {
                report(cx, earlier, later, &mut reported, sink);
            }
        }
    }
}

/// Whether a parameter may be set several times, also if the prefix `static.` is missing.
fn repeats(cx: &TemplateCx<'_>, name: &str) -> bool {
    cx.schema.repeats(name) || cx.schema.other_prefix(name).is_some_and(|other| cx.schema.repeats(&other))
}

fn report(
    cx: &TemplateCx<'_>,
    earlier: &TemplateSetting<'_>,
    later: &TemplateSetting<'_>,
    reported: &mut FxHashSet<(FileId, usize)>,
    sink: &mut Sink<'_>,
) {
    let (Some(place), Some(other)) = (earlier.place(), later.place()) else { return };
    // One line of the template can have several alternatives.
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
        _ => (
            Level::Warning,
            "can be set again in the same file, to another value: the phone does not use this one",
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
            .related(other, "this line takes effect")
    });
}
