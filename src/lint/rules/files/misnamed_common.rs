//! See `misnamed-common.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{Misnomer, TreeCx};
use crate::text::path::file_name;
use crate::text::source::Place;
use crate::tree::names::NearMiss;

rule! { "misnamed-common", Error, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    for (file, document, path) in cx.files() {
        let Some(Misnomer::Near(near)) = cx.misnomer(file, document, path) else { continue };
        let (right, why) = match near {
            NearMiss::Common(right) => (right, "a lowercase `y` and twelve zeros"),
            NearMiss::YealinkModel(right) => (right, "names for one model are a Yealink feature"),
            NearMiss::MacSpelling(_) | NearMiss::MacLength(_) => continue,
        };
        sink.report(Place::whole(file), || {
            let message = format!(
                "no Flyingvoice phone requests `{}`: the common file is `{right}` ({why})",
                file_name(path)
            );
            Diagnostic::new(message).help(if cx.has_sibling(path, &right) {
                format!("move the required settings to `{right}`, which also exists, and remove this file")
            } else {
                format!(
                    "rename it to `{right}`; if it is for Yealink phones, keep it in a separate directory"
                )
            })
        });
    }
}
