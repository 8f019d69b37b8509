//! See `conflict-marker.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::conflict_marker::is_marker;
use crate::lint::view::FileCx;
use crate::text::syntax::LineKind;

rule! { "conflict-marker", Error, Certain, File(check), precedence: Line(0) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for line in cx.lines().filter(|line| line.kind() == LineKind::Unknown) {
        if is_marker(line.content()) {
            sink.report(line.place(), || {
                Diagnostic::new("unresolved merge conflict: the phone reads both versions, and the later one takes effect")
                    .help("keep the intended settings around it, and remove the others and the marker")
            });
        }
    }
}
