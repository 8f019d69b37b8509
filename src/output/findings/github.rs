//! Workflow commands for annotations on GitHub, at most 10 for each severity and step.

use std::io::{self, Write};

use super::fold::Block;
use super::report::Report;
use crate::lint::Level;
use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::text::redact::Mask;

/// Maximum number of annotations for each severity that GitHub accepts.
const MOST: usize = 10;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    // GitHub has no annotations for hints.
    let findings = report.most_severe_first().into_iter().map(|(_, finding)| finding);
    let blocks = report.blocks(findings.filter(|finding| finding.level > Level::Hint));
    let levels: Vec<_> = blocks.chunk_by(|a, b| a.first.level == b.first.level).collect();
    let is_cut = levels.iter().any(|blocks| blocks.len() > MOST);
    let mut left = Vec::new();
    for blocks in levels {
        let level = blocks[0].first.level;
        // The message about omitted findings is itself a notice.
        let room = if is_cut && level == Level::Info { MOST - 1 } else { MOST };
        for block in blocks.iter().take(room) {
            writeln!(out, "{}", command(report, &mut mask, block))?;
        }
        if blocks.len() > room {
            let omitted = blocks[room..].iter().map(|block| block.findings().count()).sum();
            left.push(plural(omitted, &format!("more {}", level.word())));
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let why = format!(
        "{} not shown: GitHub accepts {MOST} annotations for each severity and step",
        left.join(", ")
    );
    writeln!(out, "::notice title=fvprov::{}", data(&why))
}

fn command(report: &Report<'_>, mask: &mut Mask<'_>, block: &Block<'_>) -> String {
    let finding = block.first;
    let word = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info | Level::Hint => "notice",
    };
    // GitHub resolves paths from the top of the repository.
    let path = match report.base.repository {
        Some(_) => one_line(&report.repository_path(finding.at.file)),
        None => report.path(finding.at.file),
    };
    let source = report.workspace.sources.get(finding.at.file);
    let [start, end] = [finding.at.span.start, finding.at.span.end].map(|byte| source.position(byte));
    let (title, path) = (property(&format!("fvprov: {}", finding.rule.name)), property(&path));
    let mut place = format!("file={path},line={},endLine={}", start.line, end.line);
    if start.line == end.line && !report.is_whole_file(finding.at) {
        place += &format!(",col={},endColumn={}", start.column, end.column);
    }
    format!("::{word} title={title},{place}::{}", data(&report.block_in_short(mask, block)))
}

/// Escapes a message for the runner.
fn data(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    // Escape the older command syntax too, which old runners recognize at any position.
    text.replace("##[", "#\\#[")
}

/// Escapes a property, which ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn nothing_ends_early_and_nothing_is_escaped_twice() {
        assert_eq!(data("50% ::error::\r\n%0A"), "50%25 ::error::%0D%0A%250A");
        assert_eq!(property("a,b:c%3A.cfg"), "a%2Cb%3Ac%253A.cfg");
        assert_eq!(data("##[error]##[x]"), "#\\#[error]#\\#[x]");
    }
}
