//! GitLab's code quality report: an array with one object for each finding.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::report::Report;
use crate::lint::Level;
use crate::text::escape::harmless_json;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    let findings = report.outcome.findings.iter().zip(report.fingerprints());
    let issues = findings.map(|(finding, fingerprint)| {
        let source = report.workspace.sources.get(finding.at.file);
        let [begin, end] = [finding.at.span.start, finding.at.span.end].map(|byte| source.line_number(byte));
        json!({
            "description": report.words(&mut mask, finding).message,
            "check_name": finding.rule.name,
            "fingerprint": fingerprint,
            "severity": match finding.level {
                Level::Error => "major",
                Level::Warning => "minor",
                Level::Info | Level::Hint => "info",
            },
            "location": {
                "path": report.repository_path(finding.at.file),
                "lines": { "begin": begin, "end": end },
            },
        })
    });
    writeln!(out, "{}", harmless_json(&issues.collect::<Value>().to_string()))
}
