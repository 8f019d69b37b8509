//! See `unrendered-template.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::residue::placeholder;
use crate::text::source::Span;

rule! { "unrendered-template", Error, Certain, File(check), precedence: Line(1) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for line in cx.lines() {
        let Some((start, end)) = placeholder(line.content(), line.kind()) else { continue };
        let base = line.span().start as usize;
        sink.report(cx.place(Span::new(base + start, base + end)), || {
            Diagnostic::new("unfilled template: the phone uses this placeholder as text")
                .help("fill in the template again, or write the intended text here")
        });
    }
}
