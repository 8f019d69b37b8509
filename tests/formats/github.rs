//! Workflow commands, read as GitHub's runner reads them.

use std::collections::HashMap;

use super::{broken_in_a_repository, every_tree, hostile, json, tests};
use crate::support::program::run_with;
use crate::support::tree::{cfg, tree};

/// A command: its name, its properties and its message.
type Command = (String, HashMap<String, String>, String);

/// Parses a line as the runner does: finds `::`, then decodes the escapes, `%25` last.
fn command(line: &str) -> Command {
    let rest = line.strip_prefix("::").unwrap_or_else(|| panic!("no command: {line}"));
    let (head, message) = rest.split_once("::").unwrap();
    let (name, properties) = head.split_once(' ').unwrap();
    let decode =
        |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%3A", ":").replace("%2C", ",");
    let properties = properties.split(',').map(|property| {
        let (key, value) = property.split_once('=').unwrap();
        (key.to_owned(), decode(value).replace("%25", "%"))
    });
    (name.into(), properties.collect(), message.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"))
}

fn commands(directory: &std::path::Path) -> Vec<Command> {
    let args = ["lint", "--output-format", "github"];
    let run = run_with(directory, &args, &[("GITHUB_ACTIONS", "true")]);
    run.assert_no_crash();
    assert!(!run.out.contains("##["), "{}", run.out);
    assert_eq!(run.out, run_with(directory, &args, &[]).out, "the same in and out of a workflow");
    run.out.lines().map(command).collect()
}

#[test]
fn every_line_is_a_command_that_names_its_file() {
    assert_eq!(commands(&tests().join("site")), []);
    for (_kept, directory) in every_tree() {
        let said = json(&directory, "json");
        let findings = said["findings"].as_array().unwrap();
        let all = commands(&directory);
        let shown = all.iter().filter(|(_, properties, _)| properties.contains_key("file"));
        for (name, properties, message) in shown {
            let level = match name.as_str() {
                "error" => "error",
                "warning" => "warning",
                "notice" => "info",
                other => panic!("{other}"),
            };
            let is_it = |finding: &&serde_json::Value| {
                let text = |key: &str| finding[key].as_str().unwrap();
                let rule = format!("fvprov: {}", text("rule"));
                let line = finding["start"]["line"].to_string();
                finding["level"] == level
                    && properties["title"] == rule
                    && properties["line"] == line
                    && message.lines().next() == Some(text("message").replace("##[", "#\\#[").as_str())
            };
            assert!(findings.iter().any(|finding| is_it(&finding)), "{name} {properties:?} {message}");
            assert_eq!(properties.contains_key("col"), properties.contains_key("endColumn"));
            assert!(properties["line"] == properties["endLine"] || !properties.contains_key("col"));
        }
    }
}

#[test]
fn paths_are_relative_to_the_repository() {
    let kept = hostile();
    let files: Vec<String> = commands(&kept.path().join("top/HTTP Directory"))
        .into_iter()
        .filter_map(|(_, mut properties, _)| properties.remove("file"))
        .collect();
    assert!(files.contains(&"HTTP Directory/büro #1,a:b%.cfg".to_owned()), "{files:?}");
    let kept = broken_in_a_repository();
    for (_, properties, _) in commands(&kept.path().join("prov")) {
        assert!(properties.get("file").is_none_or(|file| kept.path().join(file).exists()), "{properties:?}");
    }
}

#[test]
fn ten_annotations_of_each_level_and_the_number_of_others() {
    let errors = "odd line\n# and\n".repeat(12);
    let warnings = "account.1.label = x \n".repeat(11);
    let site = tree(&[("y000000000000.cfg", cfg(&(errors + &warnings)))]);
    let args = [
        "lint",
        "--select",
        "malformed-line,trailing-whitespace,duplicate-setting",
        "--output-format",
        "github",
        "--no-fold",
    ];
    let out = run_with(site.path(), &args, &[("GITHUB_ACTIONS", "true")]).out;
    let names: Vec<String> = out.lines().map(|line| command(line).0).collect();
    let count = |name: &str| names.iter().filter(|other| *other == name).count();
    assert_eq!((count("error"), count("warning"), count("notice")), (10, 10, 10), "{out}");
    assert!(names.is_sorted_by_key(|name| ["error", "warning", "notice"].iter().position(|one| one == name)));
    let last = out.lines().last().unwrap();
    assert_eq!(
        last,
        "::notice title=fvprov::2 more errors, 1 more warning, 1 more info not shown: GitHub accepts 10 annotations for each severity and step"
    );
}

#[test]
fn ten_annotations_are_printed_without_a_count() {
    let site = tree(&[("y000000000000.cfg", cfg(&"odd line\n# and\n".repeat(10)))]);
    let args = ["lint", "--select", "malformed-line", "--output-format", "github", "--no-fold"];
    let out = run_with(site.path(), &args, &[]).out;
    assert_eq!(out.lines().filter(|line| line.starts_with("::error ")).count(), 10, "{out}");
    assert_eq!(out.lines().count(), 10);
}
