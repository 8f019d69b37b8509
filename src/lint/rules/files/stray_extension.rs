//! See `stray-extension.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{Misnomer, TreeCx};
use crate::text::path::file_name;
use crate::text::source::Place;

rule! { "stray-extension", Warning, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let Some(Misnomer::Stray(right)) = cx.misnomer(file, document, path) else { continue };
        sink.report(Place::whole(file), || {
            let message = format!(
                "no phone reads `{}`, but anyone who guesses the name can download it",
                file_name(path)
            );
            Diagnostic::new(message).help(if cx.has_sibling(path, &right) {
                format!("keep old copies of `{right}` outside the served tree")
            } else {
                format!(
                    "rename it to `{right}` if phones must read it; otherwise keep it outside the served tree"
                )
            })
        });
    }
}
