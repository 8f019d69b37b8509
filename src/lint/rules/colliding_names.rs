//! See `colliding_names.md`.

use crate::lint::{Check, Draft, Ground, Group, Level, Rule, Sink, Standing, TreeCx};
use rustc_hash::FxHashMap;

use crate::text::source::{FileId, Place};

pub static RULE: Rule = Rule {
    name: "colliding-names",
    group: Group::Tree,
    level: Level::Error,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Tree(check),
    page: include_str!("colliding_names.md"),
};

fn check(cx: &TreeCx<'_>, sink: &mut Sink<'_>) {
    let mut files: Vec<(&str, FileId)> = cx
        .files()
        .filter(|(_, document, _)| document.root.is_some())
        .map(|(file, _, path)| (path, file))
        .collect();
    // Of two names that differ in case, one has a capital.
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
            Draft::new(format!("`{path}` and `{other}` differ in case only: a disk that folds case keeps one of the two, and which one is chance"))
                .help("rename or remove one of them")
                .related(Place::whole(other_file), "the other name")
        });
    }
}
