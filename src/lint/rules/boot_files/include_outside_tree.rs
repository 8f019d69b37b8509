//! See `include-outside-tree.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::ask::{FileCx, quoted};
use crate::tree::load::NotFollowed;

rule! { "include-outside-tree", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes().filter(|include| include.include.to == Err(NotFollowed::Outside)) {
        sink.report(cx.place(include.target_span), || {
            let target = quoted(&include.target.text());
            Diagnostic::new(format!("{target} leads out of the served tree: a server gives no phone what lies there"))
                .help("move the file into the tree and correct the path; if the server's top lies higher up, check the tree from there")
        });
    }
}
