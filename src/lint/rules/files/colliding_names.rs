//! See `colliding-names.md`.

use rustc_hash::FxHashMap;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TreeCx;
use crate::text::source::{FileId, Place};

rule! { "colliding-names", Error, Certain, Tree(check) }

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let mut files: Vec<(&str, FileId)> = cx
        .files()
        .filter(|(_, document, _)| document.root.is_some())
        .map(|(file, _, path)| (path, file))
        .collect();
    // Of two names that differ only in case, at least one contains a capital letter.
    if !files.iter().any(|(path, _)| path.contains(char::is_uppercase)) {
        return;
    }
    files.sort_unstable();
    let mut first: FxHashMap<String, (&str, FileId)> = FxHashMap::default();
    for (path, file) in files {
        let (other, other_file) = *first.entry(path.to_lowercase()).or_insert((path, file));
        if other_file == file {
            continue;
        }
        sink.report(Place::whole(file), || {
            Diagnostic::new(format!(
                "`{path}` and `{other}` differ only in case: a case-insensitive file system keeps only one of them"
            ))
            .help("rename or remove one of them")
            .related(Place::whole(other_file), "the other file")
        });
    }
}
