//! Findings about trees in memory, as a user sees them.

use std::collections::BTreeMap;

use fvprov::lint::{self, LintOptions};
use fvprov::project::lint_options::Selection;
use fvprov::project::{self, Memory, OpenOptions};
use fvprov::text::path::normal_path;

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Report {
    /// The path, relative to the directory of the settings.
    pub path: String,
    /// The line, from 1; 0 for the whole file.
    pub line: usize,
    pub rule: String,
    pub level: String,
    pub message: String,
    pub help: String,
}

/// Every finding about a tree, hints included. Invalid settings are one finding in `fvprov.toml`.
pub fn lint(files: BTreeMap<String, Vec<u8>>) -> Vec<Report> {
    let mut memory = Memory::default();
    for (path, text) in files {
        memory.add_file(&path, text);
    }
    findings(memory).unwrap_or_else(|error| {
        vec![Report {
            path: "fvprov.toml".into(),
            line: 0,
            rule: "settings".into(),
            level: "error".into(),
            message: error.to_string(),
            help: error.to_string(),
        }]
    })
}

fn findings(memory: Memory) -> Result<Vec<Report>, project::Error> {
    let opened = project::open_memory(&OpenOptions::default(), memory)?;
    let options =
        LintOptions { today: "2026-11-27".into(), hints: true, ..opened.lint_options(Selection::default())? };
    let workspace = &opened.workspace;
    let directory = opened.settings.server.directory.as_deref().unwrap_or_default();
    let outcome = lint::run(workspace, &opened.schema, &options);
    let report = |finding: lint::Finding| {
        let source = workspace.sources.get(finding.at.file);
        let whole = finding.at.span.is_empty() && finding.at.span.start == 0;
        Report {
            path: normal_path(directory, &source.path).unwrap_or_default(),
            line: if whole { 0 } else { source.line_number(finding.at.span.start) },
            rule: finding.rule.name.to_owned(),
            level: finding.level.word().to_owned(),
            help: finding.diagnostic.help.clone().unwrap_or_default(),
            message: finding.diagnostic.message,
        }
    };
    let mut reports: Vec<Report> = outcome.findings.into_iter().map(report).collect();
    reports.sort();
    Ok(reports)
}
