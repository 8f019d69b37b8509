//! See `invalid-inventory-row.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::source::Place;

rule! { "invalid-inventory-row", Error, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let Some(inventory) = cx.world.inventory else { return };
    let Some(file) = cx.world.workspace.file(&inventory.path) else { return };
    for problem in inventory.problems.iter().filter(|problem| !problem.is_model) {
        sink.report(Place { file, span: problem.at }, || {
            Diagnostic::new(problem.message.clone()).help(
                "correct the row; if a spreadsheet converts MACs to numbers, format the column as text first",
            )
        });
    }
}
