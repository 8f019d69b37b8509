//! See `missing-final-newline.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::syntax::BYTE_ORDER_MARK;

rule! { "missing-final-newline", Info, Assumed, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(last) = cx.last_line().filter(|line| cx.is_text() && line.end().is_empty()) else {
        return;
    };
    if last.index == 0 && last.content() == BYTE_ORDER_MARK {
        return;
    }
    let end = last.end_place();
    sink.report(end, || {
        let mut diagnostic = Diagnostic::new(
            "the last line has no line ending: text that is appended to the file becomes part of the value on this line",
        )
        .help("add a line ending to the last line");
        // A CR at the end of the file is not a line ending. Adding LF would turn it into one.
        if !last.content().ends_with(b"\r") {
            diagnostic.fix = Some(Fix::safe("add a line ending", vec![Edit::replace(end, cx.line_end())]));
        }
        diagnostic
    });
}
