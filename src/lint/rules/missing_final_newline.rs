//! See `missing_final_newline.md`.

use crate::lint::{Check, Draft, Edit, FileCx, Fix, Ground, Group, Level, Rule, Sink, Standing};
use crate::text::source::Span;
use crate::text::syntax::{BYTE_ORDER_MARK, line_end};

pub static RULE: Rule = Rule {
    name: "missing-final-newline",
    group: Group::Text,
    level: Level::Info,
    ground: Ground::Assumed,
    standing: Standing::Free,
    needs_all: false,
    check: Check::File(check),
    page: include_str!("missing_final_newline.md"),
};

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
