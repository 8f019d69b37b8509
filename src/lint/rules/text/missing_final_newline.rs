//! See `missing-final-newline.md`.

use crate::lint::api::{Draft, Edit, Fix, Sink, rule};
use crate::lint::ask::FileCx;
use crate::text::source::Span;
use crate::text::syntax::{BYTE_ORDER_MARK, line_end};

rule! { "missing-final-newline", Info, Assumed, File(check), standing: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if !cx.is_text() || cx.text.is_empty() || cx.text == BYTE_ORDER_MARK || cx.text.ends_with(b"\n") {
        return;
    }
    let end = cx.place(Span::new(cx.text.len(), cx.text.len()));
    sink.report(end, || {
        let mut draft =
            Draft::new("the last line has no line end: what is appended to the file ends up in its value")
                .help("end the last line with a line end");
        // A return there is no line end, and would be half of one.
        if !cx.text.ends_with(b"\r") {
            draft.fix = Some(Fix::safe("end the last line", vec![Edit::replace(end, line_end(cx.text))]));
        }
        draft
    });
}
