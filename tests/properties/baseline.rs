//! A baseline covers the findings that it was written from, even if lines move, and one more fault is one
//! finding.

use fvprov::catalogue::Schema;
use fvprov::lint::baseline::{self, Baseline};
use fvprov::lint::engine::identity::identity;
use fvprov::lint::{self, LintOptions, Outcome};
use fvprov::text::address::Server;
use fvprov::tree::load::Workspace;
use proptest::collection::vec;
use proptest::prelude::*;

use super::cases;
use super::trees;
use crate::support::tree::HEADER;
use crate::support::workspace::{SERVER, Tree};

const PATH: &str = "fvprov-baseline.json";

fn lint_tree(workspace: &Workspace, baseline: Option<Baseline>) -> Outcome {
    let server = Server::parse(SERVER).ok();
    let options = LintOptions { today: "2026-11-22".into(), server, baseline, ..LintOptions::default() };
    lint::run(workspace, Schema::builtin(), &options)
}

/// The text of a baseline with all findings of a tree.
fn written(workspace: &Workspace) -> String {
    let findings = lint_tree(workspace, None).findings;
    baseline::write(&baseline::entries(workspace, Schema::builtin(), &findings, identity))
}

/// The findings of a tree that a baseline does not cover.
fn summaries(mut workspace: Workspace, text: &str) -> Vec<String> {
    workspace.add_tool_file(PATH, text.as_bytes().to_vec());
    let entries = baseline::parse(text).unwrap();
    let baseline = Baseline { path: PATH.into(), entries, identify: identity };
    let outcome = lint_tree(&workspace, Some(baseline));
    let words = |finding: &lint::Finding| format!("{}: {}", finding.rule.name, finding.diagnostic.message);
    outcome.findings.iter().map(words).collect()
}

/// A tree has no findings besides those in its own baseline.
pub fn check(workspace: Workspace) {
    let text = written(&workspace);
    assert_eq!(summaries(workspace, &text), [""; 0]);
}

/// A line with a fault, and its rule. Different values of `at` result in different faults.
fn fault(kind: usize, at: usize) -> (String, &'static str) {
    match kind {
        0 => (format!("unheard.of.{at} = 1"), "unknown-parameter"),
        1 => (format!("linekey.{at}.label = \"x\""), "quoted-value"),
        2 => (format!("linekey.{at}.label = x "), "trailing-whitespace"),
        3 => (format!("linekey.{at}.lable = x"), "misspelled-parameter"),
        4 => (format!("account.{at}.enable = maybe"), "invalid-value"),
        _ => ("<<<<<<< HEAD".into(), "conflict-marker"),
    }
}

fn site(lines: &[String]) -> Tree {
    let boot = format!("{HEADER}include:config <a.cfg>\n");
    let cfg = format!("{HEADER}phone_setting.backlight_time = 60\n{}\n", lines.join("\n"));
    Tree::new(&[("y000000000000.boot", boot.as_bytes()), ("a.cfg", cfg.as_bytes())])
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn moved_lines_remain_known_and_one_more_fault_is_one_finding(
        kinds in vec(0..6usize, 0..8),
        notes in vec(any::<prop::sample::Index>(), 0..8),
        (kind, at) in (0..6usize, any::<prop::sample::Index>()),
    ) {
        let mut lines: Vec<String> = kinds.iter().enumerate().map(|(at, kind)| fault(*kind, at + 1).0).collect();
        let text = written(&site(&lines).load());
        for note in notes {
            lines.insert(note.index(lines.len() + 1), "# a note".into());
        }
        prop_assert_eq!(summaries(site(&lines).load(), &text), Vec::<String>::new());
        let (line, rule) = fault(kind, kinds.len() + 1);
        lines.insert(at.index(lines.len() + 1), line);
        let summaries = summaries(site(&lines).load(), &text);
        prop_assert!(summaries.len() == 1 && summaries[0].starts_with(&format!("{rule}: ")), "{:?}", summaries);
    }

    #[test]
    fn any_tree_is_covered_by_its_own_baseline(tree in trees::tree(), notes in 0..4usize) {
        let mut moved = tree;
        // The rule on mixed line endings reports the rarer kind, which the added lines could change.
        moved.files.values_mut().for_each(|text| text.retain(|byte| *byte != b'\r'));
        let text = written(&moved.load());
        for text in moved.files.values_mut().filter(|text| text.starts_with(HEADER.as_bytes())) {
            let at = HEADER.len();
            text.splice(at..at, "# a note\n".repeat(notes).into_bytes());
        }
        prop_assert_eq!(summaries(moved.load(), &text), Vec::<String>::new());
    }
}
