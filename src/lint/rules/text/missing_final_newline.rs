//! See `missing-final-newline.md`.

use crate::lint::api::{Draft, Edit, Fix, Sink, rule};
use crate::lint::ask::FileCx;
use crate::text::syntax::BYTE_ORDER_MARK;

rule! { "missing-final-newline", Info, Assumed, File(check), standing: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    let Some(last) = cx.lines().next_back().filter(|line| cx.is_text() && line.end().is_empty()) else {
        return;
    };
    if last.index == 0 && last.content() == BYTE_ORDER_MARK {
        return;
    }
    let end = last.end_place();
    sink.report(end, || {
        let mut draft =
            Draft::new("the last line has no line end: what is appended to the file ends up in its value")
                .help("end the last line with a line end");
        // A return there is no line end, and would be half of one.
        if !last.content().ends_with(b"\r") {
            draft.fix = Some(Fix::safe("end the last line", vec![Edit::replace(end, cx.line_end())]));
        }
        draft
    });
}
