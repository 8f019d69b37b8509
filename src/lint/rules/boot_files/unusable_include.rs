//! See `unusable-include.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Sink, rule};
use crate::lint::facts::similar_file;
use crate::lint::view::{FileCx, IncludeText};
use crate::tree::load::NotFollowed;
use crate::tree::names::Kind;

rule! { "unusable-include", Error, Certain, File(check) }

fn check(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
    for include in cx.includes() {
        let Err(NotFollowed::Unusable(why)) = include.include.to else { continue };
        sink.report(cx.place(include.target_span), || {
            // `why` has the form "problem: advice".
            let (what, right) =
                why.split_once(": ").unwrap_or((why, "name the file by its path on the server"));
            let mut diagnostic = Diagnostic::new(format!("phones cannot follow this include: it has {what}"));
            let target = include.target.text();
            let path = target.trim().replace('\\', "/");
            diagnostic.fix = fix(cx, &include, &path);
            match same_name(cx, &path) {
                Some(path) => diagnostic.help(format!("{right}; did you mean `{path}`?")),
                None => diagnostic.help(right),
            }
        });
    }
}

/// Rewrites the path with `/` and without surrounding whitespace, if the file exists. There is no fix for
/// includes in a cfg, because they would remain faulty.
fn fix(cx: &FileCx<'_>, include: &IncludeText<'_>, path: &str) -> Option<Fix> {
    if !cx.is(Kind::Boot) {
        return None;
    }
    cx.newly_read(path)?;
    let edits = vec![Edit::replace(cx.place(include.target_span), path)];
    Some(Fix::guess(format!("write `{path}`"), edits))
}

/// Path, relative to this file, of the only cfg in the tree with the target's file name, ignoring case.
fn same_name(cx: &FileCx<'_>, target: &str) -> Option<String> {
    let name = target.rsplit('/').next().unwrap_or_default();
    let mut same = similar_file::named(cx, name).filter(|path| path.ends_with(".cfg"));
    let first = same.next()?;
    if same.next().is_some() { None } else { cx.from_here(first) }
}
