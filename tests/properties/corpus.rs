//! The properties for real trees: `tests/site`, `tests/broken`, and those of `FVPROV_CORPUS`.

use std::path::PathBuf;

use fvprov::net::fetch::disk;
use fvprov::text::listing::EntryKind;
use fvprov::tree::load::Texts;

use super::{baseline, fixes, lint, resolve, syntax};
use crate::support::corpus;
use crate::support::tree::repository;
use crate::support::workspace::{LARGEST, open_directory};

pub fn directories() -> Vec<PathBuf> {
    let own = ["tests/site", "tests/broken"].map(repository);
    own.into_iter()
        .chain(corpus::directories("the properties hold of tests/site and tests/broken only"))
        .collect()
}

#[test]
fn every_file_is_covered_by_its_lines() {
    for directory in directories() {
        let mut files = 0;
        for entry in disk::list(&directory).unwrap() {
            let path = directory.join(&entry.path);
            if entry.kind == EntryKind::File && path.metadata().is_ok_and(|data| data.len() <= LARGEST) {
                let checked = std::panic::catch_unwind(|| syntax::check(&std::fs::read(&path).unwrap()));
                assert!(checked.is_ok(), "{}", path.display());
                files += 1;
            }
        }
        println!("{}: {files} files", directory.display());
        assert!(files > 0, "{} holds no file", directory.display());
    }
}

#[test]
fn every_tree_is_loaded_resolved_rendered_linted_and_fixed() {
    for directory in directories() {
        let opened = open_directory(&directory);
        let load = |texts: &Texts| opened.load(texts);
        let workspace = load(&Texts::new());
        println!("{}: {} roots", directory.display(), workspace.roots.len());
        resolve::check(&workspace, None);
        resolve::check_render(&workspace);
        lint::check(&workspace);
        fixes::check(&load);
        baseline::check(workspace);
    }
}
