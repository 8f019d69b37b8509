//! See `ungenerated-file.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::source::Place;

// An error of `generate` in a line of a template also covers what other rules report there.
rule! { "ungenerated-file", Error, Certain, Tree(check), precedence: Line(0) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for error in cx.world.ungenerated {
        let Some(file) = cx.world.workspace.file(&error.path) else { continue };
        sink.report(Place { file, span: error.span }, || {
            Diagnostic::new(error.message.clone()).help(error.help.clone())
        });
    }
}
