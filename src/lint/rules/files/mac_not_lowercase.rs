//! See `mac-not-lowercase.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{Misnomer, TreeCx};
use crate::text::path::file_name;
use crate::text::source::Place;
use crate::tree::names::NearMiss;

rule! { "mac-not-lowercase", Error, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let Some(Misnomer::Near(NearMiss::MacSpelling(right))) = cx.misnomer(file, document, path) else {
            continue;
        };
        sink.report(Place::whole(file), || {
            let message = format!(
                "no phone requests `{}`: phones request `{right}`, and names are case-sensitive",
                file_name(path)
            );
            Diagnostic::new(message).help(if cx.has_sibling(path, &right) {
                format!("move the required settings to `{right}`, which also exists, and remove this file")
            } else {
                format!("rename it to `{right}`")
            })
        });
    }
}
