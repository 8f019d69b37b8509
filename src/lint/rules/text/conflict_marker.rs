//! See `conflict-marker.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::FileCx;
use crate::lint::facts::conflict_marker::is_marker;
use crate::text::syntax::LineKind;

rule! { "conflict-marker", Error, Certain, File(check), precedence: Line(0) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for line in cx.lines().filter(|line| line.kind() == LineKind::Unknown) {
        if is_marker(line.content()) {
            sink.report(line.place(), || {
                Diagnostic::new("a merge conflict was left in the file: the phone reads both sides, and the later one wins")
                    .help("decide which of the settings around it are meant, and remove the others and the marker")
            });
        }
    }
}
