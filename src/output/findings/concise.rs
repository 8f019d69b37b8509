//! One line for each finding: `path:line:col: level[rule] message`.

use std::io::{self, Write};

use super::report::Report;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    for finding in &report.outcome.findings {
        let path = report.path(finding.at.file);
        let words = report.words(&mut mask, finding);
        let at = report.workspace.sources.get(finding.at.file).position(finding.at.span.start);
        let (level, rule) = (finding.level.word(), finding.rule.name);
        writeln!(out, "{path}:{}:{}: {level}[{rule}] {}", at.line, at.column, words.message)?;
    }
    report.close(out)
}
