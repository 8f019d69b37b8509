//! One line for each cause: `path:line:col: level[rule] message`.

use std::io::{self, Write};

use super::report::Report;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    for block in report.blocks(report.outcome.findings.iter()) {
        let finding = block.first;
        let path = report.path(finding.at.file);
        let words = report.words(&mut mask, finding);
        let at = report.workspace.sources.get(finding.at.file).position(finding.at.span.start);
        let (level, rule) = (finding.level.word(), finding.rule.name);
        write!(out, "{path}:{}:{}: {level}[{rule}] {}", at.line, at.column, words.message)?;
        match block.others.len() {
            0 => writeln!(out)?,
            others => writeln!(out, " ({} places; --no-fold shows each)", others + 1)?,
        }
    }
    report.close(out)
}
