//! See `unusable-include.md`.

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::facts::similar_file;
use crate::lint::view::FileCx;
use crate::tree::load::NotFollowed;

rule! { "unusable-include", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes() {
        let Err(NotFollowed::Unusable(why)) = include.include.to else { continue };
        sink.report(cx.place(include.target_span), || {
            // `why` has the form "problem: advice".
            let (what, right) =
                why.split_once(": ").unwrap_or((why, "name the file by its path on the server"));
            let diagnostic = Diagnostic::new(format!("phones cannot follow this include: it has {what}"));
            match same_name(cx, &include.target.text()) {
                Some(path) => diagnostic.help(format!("{right}; did you mean `{path}`?")),
                None => diagnostic.help(right),
            }
        });
    }
}

/// The only cfg in the tree with the target's file name, ignoring case, relative to this file.
fn same_name(cx: &FileCx<'_>, target: &str) -> Option<String> {
    let name = target.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut same = similar_file::named(&cx.common, name).filter(|path| path.ends_with(".cfg"));
    let first = same.next()?;
    if same.next().is_some() { None } else { cx.from_here(first) }
}
