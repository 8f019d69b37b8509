//! See `unclosed-template-tag.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TemplateCx;
use crate::templates::FaultKind;

rule! { "unclosed-template-tag", Error, Certain, Template(check), precedence: Free }

fn check(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    let Some(template) = cx.template else { return };
    for fault in &template.faults {
        sink.report(fault.place, || {
            let tag = cx.source(fault.place);
            let tag = tag.lines().next().unwrap_or_default().trim();
            let engine = template.syntax.engine.title();
            let (message, help) = match fault.kind {
                FaultKind::Unclosed => (
                    format!("`{tag}` is not closed: {engine} cannot fill in this template"),
                    "close the block at the intended place",
                ),
                FaultKind::Stray => (
                    format!("`{tag}` has no matching opening tag: {engine} cannot fill in this template"),
                    "remove the tag, or open the block",
                ),
                FaultKind::NoEnd => (
                    format!("the tag `{tag}` has no end: {engine} cannot fill in this template"),
                    "write the delimiter at the end of the tag",
                ),
            };
            Diagnostic::new(message).help(help)
        });
    }
}
