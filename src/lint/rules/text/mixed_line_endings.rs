//! See `mixed-line-endings.md`.

use crate::lint::api::{Draft, Edit, Fix, Level, Sink, rule};
use crate::lint::ask::FileCx;
use crate::text::source::Span;
use crate::text::syntax::{Line, LineKind};

rule! { "mixed-line-endings", Warning, Assumed, File(check), standing: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_text() || memchr::memmem::find(cx.text, b"\r\n").is_none() {
        return;
    }
    // A last line that simply stops has no end to compare.
    let ended = || cx.lines().map(|(_, line)| line).filter(|line| line.span.of(cx.text).ends_with(b"\n"));
    let all = ended().count();
    let windows = ended().filter(|line| ends_in_crlf(cx, line)).count();
    if windows == all {
        let Some(first) = ended().next() else { return };
        sink.report(cx.place(line_end(cx, first)), || {
            Draft::new("every line ends in CR LF, as Windows writes it; the vendor's files end in LF alone")
                .help("save the file with Unix line ends (LF), unless your phones are known to take these")
                .level(Level::Info)
        });
        return;
    }
    let odd_is_crlf = windows <= all - windows;
    let Some(odd) = ended().find(|line| ends_in_crlf(cx, line) == odd_is_crlf) else { return };
    sink.report(cx.place(line_end(cx, odd)), || {
        let mut draft = Draft::new(format!(
            "{windows} of {all} lines end in CR LF, the others in LF: a phone may take a CR as part of a value"
        ))
        .help("save the whole file with Unix line ends (LF)");
        draft.fix = fix(cx);
        draft
    });
}

/// Takes out the return before each line end. Of two returns the first one belongs to the line, as
/// invisible-character says: it would become part of the line end.
fn fix(cx: &FileCx<'_>) -> Option<Fix> {
    let windows = || cx.lines().map(|(_, line)| line).filter(|line| ends_in_crlf(cx, line));
    let says_nothing = |line: &Line| matches!(line.kind, LineKind::Blank | LineKind::Comment);
    if windows().any(|line| cx.content(line).ends_with(b"\r") && !says_nothing(line)) {
        return None;
    }
    let end = |line: &Line| line.content(cx.text).end;
    let edit = |line: &Line| Edit::remove(cx.place(Span { start: end(line), end: end(line) + 1 }));
    Some(Fix::safe("end every line in LF", windows().map(edit).collect()))
}

fn ends_in_crlf(cx: &FileCx<'_>, line: &Line) -> bool {
    line.span.of(cx.text).ends_with(b"\r\n")
}

fn line_end(cx: &FileCx<'_>, line: &Line) -> Span {
    Span { start: line.content(cx.text).end, end: line.span.end }
}
