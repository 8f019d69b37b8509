//! See `include-outside-tree.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::{FileCx, quoted};
use crate::tree::load::NotFollowed;

rule! { "include-outside-tree", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes().filter(|include| include.include.to == Err(NotFollowed::Outside)) {
        sink.report(cx.place(include.target_span), || {
            let target = quoted(&include.target.text());
            Diagnostic::new(format!("{target} is outside the served tree: no phone can download it"))
                .help("move the file into the tree and correct the path; if the root directory of the server is higher up, check the tree from there")
        });
    }
}
