//! See `edited-generated-file.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::source::Place;

rule! { "edited-generated-file", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for edited in cx.world.edited {
        let Some(file) = cx.world.workspace.file(&edited.path) else { continue };
        sink.report(Place::whole(file), || {
            let message = "this file was edited after `fvprov generate` wrote it: the next run of `generate` overwrites the edit";
            let help = format!("change `{}` or `{}` instead, and run `fvprov generate`", edited.list, edited.template);
            Diagnostic::new(message).help(help)
        });
    }
}
