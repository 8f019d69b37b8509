//! See `redundant-setting.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::NameCx;
use crate::tree::load::Assignment;

rule! { "redundant-setting", Info, Likely, Name(check), all_readers: true }

fn check(cx: &NameCx<'_>, sink: &mut Sink<'_>) {
    if cx.repeats() {
        return;
    }
    for pair in cx.history.windows(2) {
        let &[before, again] = pair else { continue };
        let same = cx.value(before) == cx.value(again) && !cx.value(again).is_empty();
        if !same || before.file == again.file {
            continue;
        }
        sink.report(cx.place(again), || {
            let name = cx.name().into_owned();
            Diagnostic::new(format!("`{name}` already has this value on every phone that reads this line"))
                .help("remove this line, unless it must keep this value when the earlier line changes")
                .related(cx.place(before), "this line sets the value")
                .fix(fix(cx, before, again))
                .parameter(name)
        });
    }
}

/// Removes the later line. If fewer phones read the later line than the earlier one, the later line may be
/// intentional although it has no effect now: the earlier value may be wrong.
fn fix(cx: &NameCx<'_>, before: Assignment, again: Assignment) -> Fix {
    let edits = Edit::remove_setting(&cx.common, again);
    let is_more_specific = cx.common.reader_count(again.file) < cx.common.reader_count(before.file);
    if is_more_specific {
        Fix::guess("remove this line", edits)
    } else {
        Fix::safe("remove this line", edits)
    }
}
