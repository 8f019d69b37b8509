//! The human-readable format: the line, the message, help, and the affected phones. miette renders this
//! format. It receives only one masked line for each finding and does not read any file.

use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    Severity, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::excerpt::Excerpt;
use super::fold::Block;
use super::report::Report;
use crate::lint::Level;
use crate::text::redact::Mask;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    for block in report.blocks(report.outcome.findings.iter()) {
        let mut text = String::new();
        let shown = RenderedFinding::new(report, &mut mask, &block);
        let drawn = handler(report, &shown.sign).render_report(&mut text, &shown);
        drawn.map_err(|_| io::Error::other("a finding cannot be rendered"))?;
        // miette indents the message and pads lines with spaces. Remove both.
        for (at, line) in text.trim_start_matches('\n').lines().enumerate() {
            let line = if at == 0 { line.trim_start() } else { line };
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)?;
    }
    report.close(out)
}

/// Replaces miette's severity icon with the severity and the rule name, in the same color.
fn handler(report: &Report<'_>, sign: &str) -> GraphicalReportHandler {
    let mut characters = if report.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    for of_level in [&mut characters.error, &mut characters.warning, &mut characters.advice] {
        sign.clone_into(of_level);
    }
    let styles = if report.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    let theme = GraphicalTheme { characters, styles };
    GraphicalReportHandler::new_themed(theme).with_wrap_lines(false).with_links(false).tab_width(4)
}

/// A block in the form required by miette.
#[derive(Debug)]
struct RenderedFinding {
    sign: String,
    message: String,
    help: String,
    severity: Severity,
    line: Option<Line>,
}

/// A finding's line in the form required by miette.
#[derive(Debug)]
struct Line {
    path: String,
    excerpt: Excerpt,
}

impl RenderedFinding {
    fn new(report: &Report<'_>, mask: &mut Mask<'_>, block: &Block<'_>) -> Self {
        let finding = block.first;
        let path = report.path(finding.at.file);
        let line = report.excerpt(mask, finding).map(|excerpt| Line { path, excerpt });
        let words = report.words(mask, finding);
        let help = report.block_notes(mask, block, &words);
        let place = if line.is_some() { String::new() } else { format!("{}: ", report.spot(finding.at)) };
        Self {
            sign: format!("{}[{}]", finding.level.word(), finding.rule.name),
            message: format!("{place}{}", block.message(&words)),
            help: help.join("\n"),
            severity: match finding.level {
                Level::Error => Severity::Error,
                Level::Warning => Severity::Warning,
                Level::Info | Level::Hint => Severity::Advice,
            },
            line,
        }
    }
}

impl fmt::Display for RenderedFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RenderedFinding {}

impl Diagnostic for RenderedFinding {
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.line.as_ref().map(|line| line as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let part = &self.line.as_ref()?.excerpt.part;
        let span = SourceSpan::new(part.start.into(), part.len());
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, span))))
    }
}

impl SourceCode for Line {
    /// Returns the entire line for any span. Without context, miette requests the line and column of
    /// the span.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let Excerpt { text, number, column, .. } = &self.excerpt;
        let column = if before + after == 0 { *column } else { 0 };
        let whole = SourceSpan::new(0.into(), text.len());
        let contents =
            MietteSpanContents::new_named(self.path.clone(), text.as_bytes(), whole, *number, column, 1);
        Ok(Box::new(contents))
    }
}
