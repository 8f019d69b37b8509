//! Checks the rules of ARCHITECTURE.md: which components may use each other, and that the page names every file.
//! Also checks that there are no circles, that files are short, and that generated files are up to date.

// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod circles;
mod components;
mod imports;
mod source;
#[path = "../support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use circles::{Graph, circles, describe};
use components::Components;
use imports::Files;
use source::{Source, sources};
use support::program::run;
use support::tree::{read, repository};

const MOST_LINES_OF_A_FILE: usize = 500;

/// Files of one folder that may use each other in a circle.
const ACCEPTED_CIRCLES: [&[&str]; 1] = [
    // A parameter has a type of values, and a type checks a value of a parameter.
    &["catalogue/parameter.rs", "catalogue/value.rs"],
];

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| sources(&repository("src")));

/// The files that each file uses.
static GRAPH: LazyLock<Graph> = LazyLock::new(|| Files::new(&SOURCES).graph(false));

/// The files that each file uses or re-exports.
static GRAPH_WITH_EXPORTS: LazyLock<Graph> = LazyLock::new(|| Files::new(&SOURCES).graph(true));

static COMPONENTS: LazyLock<Components> =
    LazyLock::new(|| Components::parse(&read(&repository(""), "ARCHITECTURE.md")));

#[test]
fn the_table_has_every_room_and_no_other_rows() {
    let paths: Vec<&str> = SOURCES.iter().map(|source| source.path.as_str()).collect();
    let wrong = COMPONENTS.mismatches(&paths);
    assert!(wrong.is_empty(), "ARCHITECTURE.md: {wrong:#?}");
}

#[test]
fn rooms_use_only_what_they_may() {
    let mut wrong = Vec::new();
    for (path, used) in &*GRAPH_WITH_EXPORTS {
        let Some(component) = COMPONENTS.of(path) else { continue };
        let others = used.iter().filter_map(|other| Some((other, COMPONENTS.of(other)?)));
        let forbidden = others.filter(|(_, other)| !COMPONENTS.may_use(component, other));
        wrong.extend(forbidden.map(|(other, _)| format!("{path} uses {other}")));
    }
    assert!(wrong.is_empty(), "{} of these: {wrong:#?}", wrong.len());
}

#[test]
fn no_rule_uses_another() {
    let is_rule = |path: &&String| path.starts_with("lint/rules/") && !path.ends_with("/mod.rs");
    let rules = GRAPH_WITH_EXPORTS.iter().filter(|(path, _)| is_rule(path));
    let wrong: Vec<String> = rules
        .flat_map(|(path, used)| used.iter().filter(is_rule).map(move |other| format!("{path} uses {other}")))
        .collect();
    assert!(wrong.is_empty(), "what several rules need belongs in lint/facts: {wrong:#?}");
}

#[test]
fn folders_use_each_other_one_way() {
    let folder: BTreeMap<&str, String> =
        SOURCES.iter().map(|source| (source.path.as_str(), source.folder(&SOURCES))).collect();
    let mut folders = Graph::new();
    for (path, used) in &*GRAPH {
        let from = &folder[path.as_str()];
        let others = used.iter().map(|other| &folder[other.as_str()]).filter(|to| *to != from);
        folders.entry(from.clone()).or_default().extend(others.cloned());
    }
    let found = circles(&folders);
    let shown: Vec<_> = found.iter().map(|circle| describe(&folders, circle)).collect();
    assert!(found.is_empty(), "folders: {}", shown.join("\nfolders: "));
}

#[test]
fn files_use_each_other_one_way() {
    let is_accepted = |circle: &BTreeSet<String>| {
        ACCEPTED_CIRCLES.iter().any(|accepted| circle.iter().all(|path| accepted.contains(&path.as_str())))
    };
    let found: Vec<_> = circles(&GRAPH).into_iter().filter(|circle| !is_accepted(circle)).collect();
    let shown: Vec<_> = found.iter().map(|circle| describe(&GRAPH, circle)).collect();
    assert!(found.is_empty(), "files: {}", shown.join("\nfiles: "));
}

#[test]
fn only_the_edges_do_input_and_output() {
    let io = [
        "std::fs",
        "std::net::Tcp",
        "std::net::Udp",
        "reqwest",
        "walkdir",
        "println!",
        "std::process",
        "std::env",
    ];
    let mut wrong = Vec::new();
    for Source { path, code, .. } in &*SOURCES {
        let does_io = path == "main.rs" || COMPONENTS.of(path).is_some_and(|component| component.does_io);
        for word in io.iter().filter(|word| !does_io && code.contains(**word)) {
            wrong.push(format!("{path} uses {word}"));
        }
        let is_command_line = path == "main.rs" || path.starts_with("cli/");
        if !is_command_line && code.contains("clap::") {
            wrong.push(format!("{path} knows clap"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_are_short() {
    let folders = ["src", "tests", "benches", "fuzz/fuzz_targets"].map(repository);
    let all = folders.iter().flat_map(|folder| sources(folder));
    let lines = all.map(|source| (source.text.lines().count(), source.path));
    let long: Vec<_> = lines.filter(|(lines, _)| *lines > MOST_LINES_OF_A_FILE).collect();
    assert!(long.is_empty(), "{long:#?}");
}

/// A file that only re-exports items of other files is an unnecessary indirection.
#[test]
fn no_file_only_forwards() {
    let only_forwards = |source: &&Source| {
        let rest = imports::uses(&source.code).1;
        let mut statements = rest.split(';').map(|one| one.trim_start_matches("pub").trim());
        let has_exports = source.code.contains("pub use") || source.code.contains("pub(crate) use");
        has_exports && statements.all(|one| one.is_empty() || one.starts_with("mod ") || one.starts_with('('))
    };
    let files = SOURCES.iter().filter(|source| !source.path.ends_with("mod.rs"));
    let wrong: Vec<&str> = files.filter(only_forwards).map(|source| source.path.as_str()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Every path on the page exists in `src`: `tree/load/`, `text/syntax.rs`.
#[test]
fn the_page_names_existing_files() {
    let page = read(&repository(""), "ARCHITECTURE.md");
    let names = page.split('`').skip(1).step_by(2).filter(|name| {
        let is_file = Path::new(name).extension().is_some_and(|end| end == "rs" || end == "json");
        name.ends_with('/') || is_file && name.contains('/')
    });
    let is_there = |name: &&str| repository("src").join(name).exists() || repository(name).exists();
    let gone: Vec<&str> = names.filter(|name| !is_there(name)).collect();
    assert!(gone.is_empty(), "ARCHITECTURE.md names what is not there: {gone:#?}");
}

#[test]
fn completions_are_up_to_date() {
    let shells = [
        ("bash", "fvprov.bash"),
        ("zsh", "_fvprov"),
        ("fish", "fvprov.fish"),
        ("powershell", "_fvprov.ps1"),
        ("elvish", "fvprov.elv"),
    ];
    for (shell, file) in shells {
        let printed = run(&repository(""), &["completions", shell]).success();
        let update = format!("fvprov completions {shell} > completions/{file}");
        let is_fresh = read(&repository("completions"), file) == printed;
        assert!(is_fresh, "{file} is not what the code says; run: {update}");
    }
}
