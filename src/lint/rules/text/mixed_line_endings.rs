//! See `mixed-line-endings.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Level, Sink, rule};
use crate::lint::view::{FileCx, FileLine};
use crate::text::source::{Place, Span};
use crate::text::syntax::LineKind;

rule! { "mixed-line-endings", Warning, Assumed, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_text() || !cx.mentions(b"\r\n") {
        return;
    }
    // A last line without a line ending is not compared.
    let lines: Vec<FileLine<'_>> = cx.lines().filter(|line| !line.end().is_empty()).collect();
    let all = lines.len();
    let windows = lines.iter().filter(|line| ends_in_crlf(line)).count();
    if windows == all {
        let Some(first) = lines.first() else { return };
        sink.report(first.end_place(), || {
            Diagnostic::new(
                "all lines end in CR LF, as on Windows; the lines in the vendor's files end in LF",
            )
            .help("save the file with Unix line endings (LF), unless your phones are known to accept CR LF")
            .level(Level::Info)
        });
        return;
    }
    let odd_is_crlf = windows <= all - windows;
    let Some(odd) = lines.iter().find(|line| ends_in_crlf(line) == odd_is_crlf) else { return };
    sink.report(odd.end_place(), || {
        let mut diagnostic = Diagnostic::new(format!(
            "{windows} of {all} lines end in CR LF, the others in LF: phones may treat a CR as part of a value"
        ))
        .help("save the complete file with Unix line endings (LF)");
        diagnostic.fix = fix(cx);
        diagnostic
    });
}

/// Removes the CR before each LF. There is no fix if a line ends in two CRs: the first CR belongs to the line
/// and would become part of the line ending. The rule invisible-character reports it.
fn fix(cx: &FileCx<'_>) -> Option<Fix> {
    let mut edits = Vec::new();
    for line in cx.lines().filter(ends_in_crlf) {
        if line.content().ends_with(b"\r") && !matches!(line.kind(), LineKind::Empty | LineKind::Comment) {
            return None;
        }
        let Place { file, span } = line.end_place();
        edits.push(Edit::remove(Place { file, span: Span { end: span.start + 1, ..span } }));
    }
    Some(Fix::safe("end all lines in LF", edits))
}

fn ends_in_crlf(line: &FileLine<'_>) -> bool {
    line.end() == b"\r\n"
}
