//! The properties over trees that people wrote: `tests/site`, `tests/broken`, and `FVPROV_CORPUS`.

use std::path::{Path, PathBuf};

use fvprov::net::fetch::{self, Fetcher};
use fvprov::text::listing::EntryKind;
use fvprov::text::location::Location;
use fvprov::tree::assumptions::Assume;
use fvprov::tree::load::{self, Request, Texts, Workspace};

use super::{baseline, fixes, judging, phones, texts};

/// Files of the corpus larger than this say nothing new.
pub const LARGEST: u64 = 1 << 20;

pub fn directories() -> Vec<PathBuf> {
    let own = ["tests/site", "tests/broken"].map(|path| Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
    let named = std::env::var("FVPROV_CORPUS").unwrap_or_default();
    let named: Vec<PathBuf> = named.split(':').filter(|path| !path.is_empty()).map(PathBuf::from).collect();
    if named.is_empty() {
        println!("FVPROV_CORPUS names nothing: the properties hold of tests/site and tests/broken only");
    }
    own.into_iter().chain(named).collect()
}

/// The tree of a directory, with other texts in some of its files.
pub fn load_directory(directory: &Path, texts: &Texts) -> Workspace {
    let fetcher = Fetcher::new(fvprov::net::fetch::Store::Disk, directory.to_owned(), LARGEST, false);
    let fetch = |location: &Location| fetcher.fetch(location);
    load::load(Request {
        listing: fetch::list(directory).unwrap(),
        fetch: &load::over(texts, &fetch),
        roots: None,
        server: None,
        assume: Assume::default(),
        names_file: &|name| fvprov::lint::names_file(fvprov::catalogue::Schema::builtin(), name),
        named: vec![String::new()],
        excludes: &|_| false,
    })
}

#[test]
fn every_file_is_covered_by_its_lines() {
    for directory in directories() {
        let mut files = 0;
        for entry in fetch::list(&directory).unwrap() {
            let path = directory.join(&entry.path);
            if entry.kind == EntryKind::File && path.metadata().is_ok_and(|data| data.len() <= LARGEST) {
                let checked = std::panic::catch_unwind(|| texts::check(&std::fs::read(&path).unwrap()));
                assert!(checked.is_ok(), "{}", path.display());
                files += 1;
            }
        }
        println!("{}: {files} files", directory.display());
        assert!(files > 0, "{} holds no file", directory.display());
    }
}

#[test]
fn every_tree_is_loaded_resolved_rendered_judged_and_mended() {
    for directory in directories() {
        let load = |texts: &Texts| load_directory(&directory, texts);
        let workspace = load(&Texts::new());
        println!("{}: {} roots", directory.display(), workspace.roots.len());
        phones::check(&workspace, None);
        phones::check_render(&workspace);
        judging::check(&workspace);
        fixes::check(&load);
        baseline::check(workspace);
    }
}
