//! `fmt`: only whitespace changes, a second run changes nothing, and no phone's effective configuration
//! changes.

use std::path::Path;

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};
use fvprov::net::fetch::disk;
use fvprov::text::fmt::format;
use fvprov::text::listing::EntryKind;
use fvprov::text::path;
use fvprov::text::source::Span;
use fvprov::text::syntax::{self, BYTE_ORDER_MARK, IncludeForm, LineKind, trim};
use fvprov::tree::names::Role;
use proptest::prelude::*;

use super::cases;
use super::corpus::directories;
use super::resolve::rendered;
use super::trees;
use crate::support::workspace::{LARGEST, Tree};

/// Rules without findings in a formatted file.
const SETTLED: [&str; 4] =
    ["trailing-whitespace", "indented-setting", "mixed-line-endings", "missing-final-newline"];

/// The content of a line, without the whitespace that may change.
#[derive(Debug, PartialEq, Eq)]
enum LineSummary {
    Empty,
    Text(Vec<u8>),
    Include(Vec<u8>, Vec<u8>, IncludeForm, bool),
    Setting(Vec<u8>, Vec<u8>),
    Unknown(Vec<u8>),
}

fn summaries(text: &[u8]) -> Vec<LineSummary> {
    let of = |span: Span| span.slice(text).to_vec();
    let tree = syntax::parse(text);
    let lines = tree.lines().map(|line| {
        let content = of(line.content(text));
        let marked = line.span.start == 0 && content.starts_with(BYTE_ORDER_MARK);
        let content = content[if marked { BYTE_ORDER_MARK.len() } else { 0 }..].to_vec();
        match line.kind {
            LineKind::Empty => LineSummary::Empty,
            LineKind::Header | LineKind::Comment => LineSummary::Text(trim(&content).to_vec()),
            LineKind::Include { target, form, guarded } => {
                LineSummary::Include(trim(&content).to_vec(), of(target), form, guarded)
            }
            LineKind::Setting { name, value } => LineSummary::Setting(of(name), of(value)),
            LineKind::Unknown => LineSummary::Unknown(content),
        }
    });
    let mut lines: Vec<LineSummary> = lines.collect();
    while lines.last() == Some(&LineSummary::Empty) {
        lines.pop();
    }
    lines
}

/// Formats a text and compares the result with the old text. `None` if the text cannot be formatted.
fn check(text: &[u8]) -> Option<Vec<u8>> {
    let new = format(text, &syntax::parse(text)).ok()?;
    assert_eq!(format(&new, &syntax::parse(&new)).as_ref(), Ok(&new), "twice is once");
    assert_eq!(summaries(&new), summaries(text));
    let ink = |text: &[u8]| text.iter().copied().filter(|b| !b" \t\r\n".contains(b)).collect::<Vec<u8>>();
    assert_eq!(ink(&new), ink(text), "white space alone changes");
    let body = new.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&new);
    assert!(body.is_empty() || body.ends_with(b"\n") && !body.ends_with(b"\n\n") && body != b"\n");
    Some(new)
}

/// Formats every boot and cfg file of a tree that can be formatted. Returns how many files changed.
fn check_tree(old: &Tree) -> usize {
    let mut new = old.clone();
    let mut done = Vec::new();
    let mut changed = 0;
    for (path, text) in &mut new.files {
        let has_grammar = Role::from_name(path::file_name(path)).kind().is_some();
        if let Some(neat) = has_grammar.then(|| check(text)).flatten() {
            changed += usize::from(neat != *text);
            *text = neat;
            done.push(path.clone());
        }
    }
    let workspace = new.load();
    assert_eq!(rendered(&old.load()), rendered(&workspace), "no phone sees a difference");
    let select = SETTLED.map(str::to_owned).to_vec();
    let options = LintOptions { select, ignore_suppressions: true, ..LintOptions::default() };
    for finding in lint::run(&workspace, Schema::builtin(), &options).findings {
        let path = workspace.path(finding.at.file).to_owned();
        assert!(!done.contains(&path), "{} in {path}", finding.rule.name);
    }
    changed
}

fn read(directory: &Path) -> Tree {
    let mut tree = Tree::default();
    for entry in disk::list(directory).unwrap() {
        let path = directory.join(&entry.path);
        if entry.kind == EntryKind::File && path.metadata().is_ok_and(|data| data.len() <= LARGEST) {
            tree.files.insert(entry.path, std::fs::read(&path).unwrap());
        }
    }
    tree
}

#[test]
fn formatting_real_trees_changes_no_phone() {
    let mut all = 0;
    for directory in directories() {
        let changed = check_tree(&read(&directory));
        println!("{}: {changed} files formatted", directory.display());
        all += changed;
    }
    assert!(all > 3, "tests/broken has files to format");
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn only_whitespace_changes_and_only_once(text in trees::text()) {
        check(&text);
    }

    #[test]
    fn any_bytes_are_formatted_or_refused(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        check(&text);
    }
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn formatting_any_tree_changes_no_phone(tree in trees::tree()) {
        check_tree(&tree);
    }
}
