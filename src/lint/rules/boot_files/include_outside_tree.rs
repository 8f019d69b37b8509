//! See `include-outside-tree.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::similar_file;
use crate::lint::view::{FileCx, quoted};
use crate::text::path::file_name;
use crate::tree::load::NotFollowed;

rule! { "include-outside-tree", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes().filter(|include| include.include.to == Err(NotFollowed::Outside)) {
        sink.report(cx.place(include.target_span), || {
            let text = include.target.text();
            let target = quoted(&text);
            let inside = text.trim_start_matches("../");
            let same = similar_file::named(cx, file_name(inside))
                .find(|path| path.ends_with(inside) && path.ends_with(".cfg"));
            let help = match same.and_then(|path| cx.from_here(path)) {
                Some(path) => format!("did you mean {}?", quoted(&path)),
                None => "move the file into the tree and correct the path; if the root directory of the server is higher up, check the tree from there".into(),
            };
            Diagnostic::new(format!("{target} is outside the served tree: no phone can download it")).help(help)
        });
    }
}
