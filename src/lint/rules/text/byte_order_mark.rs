//! See `byte-order-mark.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Span;
use crate::text::syntax::BYTE_ORDER_MARK;

rule! { "byte-order-mark", Warning, Assumed, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    if cx.is_text() && cx.is_marked() {
        let mark = cx.place(Span::new(0, BYTE_ORDER_MARK.len()));
        sink.report(mark, || {
            let mut diagnostic = Diagnostic::new(
                "the file begins with a byte order mark, which editors do not show: phones may not recognize the first line",
            )
            .help("save the file as UTF-8 without a byte order mark (`UTF-8`, not `UTF-8 with BOM` or `UTF-8-BOM`)");
            // If a second mark follows, removing this one makes the second mark the first, so the fix would
            // not be safe.
            if !cx.text()[BYTE_ORDER_MARK.len()..].starts_with(BYTE_ORDER_MARK) {
                diagnostic.fix = Some(Fix::safe("remove the mark", vec![Edit::remove(mark)]));
            }
            diagnostic
        });
    }
}
