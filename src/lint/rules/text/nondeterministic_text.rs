//! See `nondeterministic-text.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::time_stamp::time_stamp;
use crate::lint::view::FileCx;
use crate::text::source::Span;
use crate::text::syntax::LineKind;

rule! { "nondeterministic-text", Info, Likely, File(check), precedence: Free }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for line in cx.lines().filter(|line| line.kind() == LineKind::Comment) {
        let Some((start, end)) = time_stamp(line.content()) else { continue };
        let base = line.span().start as usize;
        sink.report(cx.place(Span::new(base + start, base + end)), || {
            Diagnostic::new(
                "this timestamp changes each time the file is generated: phones probably treat the file as changed every time",
            )
            .help("remove the time, or write only the date")
        });
    }
}
