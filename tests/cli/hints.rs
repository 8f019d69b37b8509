//! Hints: findings that rely only on inferred facts. They are not reported by default.

use std::path::Path;

use tempfile::TempDir;

use crate::support::program::{Run, run};
use crate::support::tree::{boot, cfg, tree, write};

/// A user's schema with a relation that is only inferred.
const SCHEMA: &str = r#"{"version": 1, "models": [], "parameters": [], "relations": [{"kind": "needs", "name": "lang.gui", "values": ["German"], "others": ["lang.wui"], "evidence": "inferred", "source": "the names"}]}"#;

/// A tree in which only a hint can be reported, after a suppression comment.
fn hinted(comment: &str) -> TempDir {
    tree(&[
        ("fvprov.toml", "[server]\ndirectory = \"www\"\n[schema]\nextend = [\"schema.json\"]\n".into()),
        ("schema.json", SCHEMA.into()),
        ("www/y000000000000.boot", boot(&["site.cfg"])),
        ("www/site.cfg", cfg(&format!("{comment}lang.gui = German\n"))),
    ])
}

fn lint(directory: &Path, args: &[&str]) -> Run {
    run(directory, &[&["lint", "--output-format", "concise"], args].concat())
}

const HINT: &str = "www/site.cfg:2:1: hint[missing-partner] ";

#[test]
fn hints_are_reported_on_request_only() {
    let tree = hinted("");
    let clean = lint(tree.path(), &[]).success();
    assert_eq!(clean, "clean: 2 files and 1 phone, no findings\n");
    for args in [&["--hints"][..], &["--select", "missing-partner"], &["--select", "default,missing-partner"]]
    {
        let text = lint(tree.path(), args).success();
        assert!(text.starts_with(HINT), "{text}");
        assert!(text.ends_with("1 hint in 2 files and 1 phone\n"), "{text}");
    }
    assert_eq!(lint(tree.path(), &["--select", "default"]).success(), clean);
}

#[test]
fn json_counts_hints() {
    let tree = hinted("");
    let count = |args: &[&str]| {
        let run = run(tree.path(), &[&["lint", "--output-format", "json"], args].concat());
        let json = run.json();
        let level = json["findings"][0]["level"].as_str().map(ToOwned::to_owned);
        (json["summary"]["hints"].as_u64(), level)
    };
    assert_eq!(count(&[]), (Some(0), None));
    assert_eq!(count(&["--hints"]), (Some(1), Some("hint".into())));
}

#[test]
fn hints_never_fail_a_run() {
    let tree = hinted("");
    assert_eq!(lint(tree.path(), &["--hints", "--fail-on", "info"]).code, Some(0));
    lint(tree.path(), &["--hints", "--fail-on", "hint"])
        .assert_unable("--fail-on `hint`: use error, warning, info or never");
}

#[test]
fn a_suppressed_hint_needs_its_comment_even_if_hints_are_off() {
    let tree = hinted("# fvprov: ignore[missing-partner] the web page stays English\n");
    assert_eq!(lint(tree.path(), &[]).success(), "clean: 2 files and 1 phone, no findings\n");
    let text = lint(tree.path(), &["--hints"]).success();
    assert_eq!(text, "clean: 2 files and 1 phone, no findings (1 suppressed)\n");
    write(
        tree.path(),
        "www/site.cfg",
        cfg("# fvprov: ignore[missing-partner] no reason\nlang.gui = English\n"),
    );
    assert!(lint(tree.path(), &[]).out.contains("[unused-suppression]"));
}

#[test]
fn a_baseline_with_hints_is_not_stale_if_hints_are_off() {
    let tree = hinted("");
    run(tree.path(), &["lint", "--hints", "--write-baseline", "--baseline", "known.json"]).success();
    let known = &["--baseline", "known.json"];
    assert_eq!(lint(tree.path(), known).success(), "clean: 2 files and 1 phone, no findings\n");
    let text = lint(tree.path(), &[&known[..], &["--hints"]].concat()).success();
    assert_eq!(text, "clean: 2 files and 1 phone, no findings (1 in the baseline)\n");
}

#[test]
fn a_rule_becomes_a_hint_but_an_inference_stays_one() {
    let tree = hinted("");
    let text = lint(tree.path(), &["--hints", "--level", "missing-partner=error"]).success();
    assert!(text.starts_with(HINT), "{text}");
    write(tree.path(), "www/site.cfg", cfg("lang.gui = \"English\"\n"));
    assert_eq!(lint(tree.path(), &["--fail-on", "warning"]).code, Some(1));
    let level =
        "[server]\ndirectory = \"www\"\n[lint.level]\nquoted-value = \"hint\"\ninvalid-value = \"hint\"\n";
    write(tree.path(), "fvprov.toml", level);
    assert_eq!(
        lint(tree.path(), &["--fail-on", "info"]).success(),
        "clean: 2 files and 1 phone, no findings\n"
    );
    let text = lint(tree.path(), &["--hints"]).success();
    assert!(text.starts_with("www/site.cfg:2:12: hint[quoted-value] "), "{text}");
}

#[test]
fn each_format_has_a_place_for_hints() {
    let tree = hinted("");
    let text = |format: &str| run(tree.path(), &["lint", "--hints", "--output-format", format]).success();
    assert!(text("full").contains("hint[missing-partner]"), "{}", text("full"));
    assert!(text("markdown").contains("| hint | <code>www/site.cfg:2</code> |"), "{}", text("markdown"));
    assert!(text("sarif").contains(r#""level":"note","locations""#), "{}", text("sarif"));
    assert!(text("gitlab").contains(r#""severity":"info""#), "{}", text("gitlab"));
    assert!(text("rdjson").contains(r#""severity":"INFO""#), "{}", text("rdjson"));
    let junit = text("junit");
    assert!(junit.contains(r#"skipped="1""#) && junit.contains(r#"type="hint">"#), "{junit}");
    assert_eq!(text("github"), "");
}
