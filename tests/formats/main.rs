//! Each output format, checked as its consumers read it: with an official schema or an independent parser
//! where one exists, also for runs without findings, and for trees with hostile content.

// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod github;
mod gitlab;
mod html;
mod junit;
mod markdown;
mod rdjson;
mod sarif;
#[path = "../support/mod.rs"]
mod support;
mod text;

use std::path::{Path, PathBuf};

use fvprov::catalogue::Schema;
use fvprov::lint::{self, Edit, Fix, LintOptions, Outcome};
use fvprov::output::findings::{self, Closing, Format, Report};
use fvprov::text::base::Base;
use fvprov::text::source::{Place, Span};
use fvprov::tree::load::Workspace;
use serde_json::Value;
use support::program::run;
use support::tree::{boot, cfg, repository, tree};
use support::workspace::Tree;
use tempfile::TempDir;

/// The directory that contains `site` (a clean tree) and `broken` (a tree with many faults).
fn tests() -> PathBuf {
    repository("tests")
}

fn lint(directory: &Path, format: &str) -> String {
    let run = run(directory, &["lint", "--output-format", format]);
    run.assert_no_crash();
    run.out
}

fn json(directory: &Path, format: &str) -> Value {
    let text = lint(directory, format);
    assert_eq!(text.lines().count(), 1, "one document, and nothing beside it: {text}");
    serde_json::from_str(&text).unwrap()
}

/// A repository with a tree in a directory whose name must be encoded, with one line or name of each hostile
/// kind.
fn hostile() -> TempDir {
    let text = "::error::one\n##[error]two\n%0A::error::x = 1\nlang.gui = \u{fffe}<b>&]]>\u{ffff}\u{1b}[31m \n\
         account.1.label = [click](http://evil.example) | `x` www.evil.example @admin \n\
         <!-- x --> = <script>alert(1)</script>\n| a | b | = ![x](y)\n`account.1.x` = ``` \n\
         [a](http://evil.example) = @admin\nwww.evil.example = a@evil.example\n{0} = %s\n\
         http://www.evil.example/*x* = :smile: #1 https://evil.example\nwww.evil.example/__x__ = mailto:a@evil.example \n";
    let boot = boot(&[
        "büro #1,a:b%.cfg",
        "gone::x##[y],%0A.cfg",
        "http://evil.example/<b>@x_y_.cfg",
        "www.evil.example/a@evil.example.cfg",
    ]);
    let name = "top/HTTP Directory/büro #1,a:b%.cfg";
    let files = [
        ("top/.git/HEAD", String::new()),
        ("top/HTTP Directory/y000000000000.boot", boot),
        (name, cfg(text)),
        ("top/HTTP Directory/<b>@x`|.cfg", cfg("lang.gui = x\n")),
    ];
    tree(&files)
}

/// A repository that contains `tests/broken` as `prov`.
fn broken_in_a_repository() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join(".git")).unwrap();
    for entry in walkdir::WalkDir::new(tests().join("broken")) {
        let entry = entry.unwrap();
        let to =
            directory.path().join("prov").join(entry.path().strip_prefix(tests().join("broken")).unwrap());
        match entry.file_type().is_dir() {
            true => std::fs::create_dir(to).unwrap(),
            false => drop(std::fs::copy(entry.path(), to).unwrap()),
        }
    }
    directory
}

/// The trees that every format must be able to report on.
fn every_tree() -> Vec<(TempDir, PathBuf)> {
    let hostile = hostile();
    let served = hostile.path().join("top/HTTP Directory");
    let alone =
        ["site", "broken", "cmd/office.in"].map(|name| (tempfile::tempdir().unwrap(), tests().join(name)));
    alone.into_iter().chain([(hostile, served)]).collect()
}

/// Lints a tree in memory, applies `change`, and writes the result in a format.
fn written(format: Format, files: &[(&str, &str)], change: impl FnOnce(&Workspace, &mut Outcome)) -> String {
    let workspace = Tree::from_texts(files).load();
    let mut outcome = lint::run(&workspace, Schema::builtin(), &LintOptions::default());
    change(&workspace, &mut outcome);
    let base = Base { served: "/srv/prov".into(), current: "/srv".into(), repository: None };
    let report = Report {
        outcome: &outcome,
        workspace: &workspace,
        schema: Schema::builtin(),
        base: &base,
        color: false,
        unicode: true,
        fold: false,
        statistics: false,
        closing: Closing::None,
        numbers: fvprov::text::redact::SecretNumbers::default(),
        anonymous: false,
        list: None,
    };
    let mut out = Vec::new();
    findings::write(format, &mut out, &report).unwrap();
    String::from_utf8(out).unwrap()
}

/// Keeps only the finding of one rule and adds a fix to it: edits of (path, old text, new text).
fn with_fix(rule: &str, safe: bool, edits: &[(&str, &str, &str)]) -> impl FnOnce(&Workspace, &mut Outcome) {
    let edits: Vec<[String; 3]> = edits.iter().map(|(a, b, c)| [a, b, c].map(|s| (*s).to_owned())).collect();
    let rule = rule.to_owned();
    move |workspace, outcome| {
        let edits = edits.iter().map(|[path, old, new]| {
            let file = workspace.file(path).unwrap();
            let start =
                workspace.text(file).windows(old.len()).position(|part| part == old.as_bytes()).unwrap();
            Edit::replace(Place { file, span: Span::new(start, start + old.len()) }, new)
        });
        let edits = edits.collect();
        outcome.findings.retain(|finding| finding.rule.name == rule);
        assert_eq!(outcome.findings.len(), 1, "{:?}", outcome.findings);
        outcome.findings[0].diagnostic.fix = Some(Fix { title: "mend it".into(), safe, edits });
    }
}

/// One phone whose file contains a misspelled name after an umlaut, and a password.
const ONE: [(&str, &str); 2] = [
    ("y000000000000.boot", "#!version:1.0.0.1\ninclude:config <a.cfg>\n"),
    (
        "a.cfg",
        "#!version:1.0.0.1\naccount.1.label = Büro \"Süd\" \naccount.1.password = hunter2\naccount.1.lable = x\n",
    ),
];
