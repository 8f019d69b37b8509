//! See `indented-setting.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::view::FileCx;
use crate::text::source::Span;
use crate::text::syntax::{LineKind, is_whitespace};

rule! { "indented-setting", Info, Likely, File(check), lines: Unordered }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for line in cx.lines() {
        let what = match line.kind() {
            LineKind::Setting { .. } => "setting",
            LineKind::Include { .. } => "include",
            _ => continue,
        };
        let start = line.body().start;
        let before = line.bytes(Span { start: line.span().start, end: start });
        let blanks = before.iter().rev().take_while(|b| is_whitespace(**b)).count() as u32;
        if blanks > 0 {
            let indent = cx.place(Span { start: start - blanks, end: start });
            sink.report(indent, || {
                let fix = Fix::safe("remove the whitespace", vec![Edit::remove(indent)]);
                Diagnostic::new(format!(
                    "there is whitespace before this {what}: phones probably ignore the whitespace"
                ))
                .help("remove the whitespace at the start of the line")
                .fix(fix)
            });
        }
    }
}
