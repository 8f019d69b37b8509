//! See `unrendered-template.md`.

use crate::lint::api::{Diagnostic, Level, Sink, rule};
use crate::lint::facts::value_check::content;
use crate::lint::view::FileCx;
use crate::text::residue::{Content, placeholder};
use crate::text::source::Span;
use crate::text::syntax::LineKind;

rule! { "unrendered-template", Error, Certain, File(check), precedence: Line(1) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for line in cx.lines() {
        let Some((start, end)) = placeholder(line.content(), line.kind()) else { continue };
        let base = line.span().start as usize;
        sink.report(cx.place(Span::new(base + start, base + end)), || {
            Diagnostic::new("unfilled template: the phone uses this placeholder as text")
                .help("fill in the template again, or write the intended text here")
                .level(if is_display_text(cx, line.kind()) { Level::Warning } else { Level::Error })
        });
    }
}

/// Whether a line sets a parameter whose value phones only display.
fn is_display_text(cx: &FileCx<'_>, kind: LineKind) -> bool {
    let LineKind::Setting { name, .. } = kind else { return false };
    let name = String::from_utf8_lossy(name.slice(cx.text()));
    cx.common.schema.parameter(&name).is_some_and(|parameter| content(parameter) == Content::Text)
}
