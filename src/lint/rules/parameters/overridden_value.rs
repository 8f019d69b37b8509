//! See `overridden-value.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::NameCx;
use crate::tree::names::Role;

rule! { "overridden-value", Info, Likely, Name(check), all_readers: true }

fn check(cx: &NameCx<'_>, sink: &mut Sink<'_>) {
    if cx.repeats() {
        return;
    }
    for (at, &overridden) in cx.history.iter().enumerate() {
        // An empty value probably has no effect, and the rule duplicate-setting reports duplicates in one
        // file.
        let later = cx.history[at + 1..]
            .iter()
            .find(|later| later.file != overridden.file && !cx.value(**later).is_empty());
        let Some(&later) = later.filter(|_| !cx.value(overridden).is_empty()) else { continue };
        if cx.value(later) == cx.value(overridden) {
            continue; // redundant-setting reports the later one
        }
        sink.report(cx.place(overridden), || {
            let name = cx.name().into_owned();
            let mut diagnostic = Diagnostic::new(format!(
                "`{name}` has no effect here: every phone that reads this line reads a different value later"
            ))
            .help("remove this line, or remove the later lines if you need this value")
            .related(cx.place(later), "this later value takes effect");
            // If a file with more readers overrides a file with fewer readers, the problem is the order of
            // the files.
            let [readers, later_readers] =
                [overridden, later].map(|at| cx.world.fleet.readers[at.file.0 as usize].len());
            // Other phones may read a shared file later, and the line may be intended for them.
            let is_for_more = !matches!(cx.world.workspace.document(overridden.file).role, Role::Mac(..));
            let edits = Edit::remove_setting(&cx.common, overridden);
            diagnostic.fix = match readers {
                _ if later_readers > readers => None,
                1 if is_for_more => Some(Fix::guess("remove this line", edits)),
                _ => Some(Fix::safe("remove this line", edits)),
            };
            diagnostic.parameter(name)
        });
    }
}
