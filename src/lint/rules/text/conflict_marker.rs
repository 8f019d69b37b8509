//! See `conflict-marker.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::conflict_marker::is_marker;
use crate::lint::view::FileCx;
use crate::text::syntax::LineKind;

rule! { "conflict-marker", Error, Certain, File(check), precedence: Line(0), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let markers: Vec<_> =
        cx.lines().filter(|line| line.kind() == LineKind::Unknown && is_marker(line.content())).collect();
    // If only the end of a conflict is left, the file no longer contains both versions.
    let starts = markers.iter().any(|line| line.content().contains(&b'<'));
    for line in &markers {
        sink.report(line.place(), || {
            if starts && markers.len() > 1 {
                Diagnostic::new("unresolved merge conflict: the phone reads both versions, and the later one takes effect")
                    .help("keep the intended settings around it, and remove the other settings and the marker")
            } else {
                Diagnostic::new("left-over conflict marker: the other markers of this merge conflict were removed, and lines of both versions may remain")
                    .help("check the lines around it, and remove the marker")
            }
        });
    }
}
