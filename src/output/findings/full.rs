//! The format for people: the line, the message, help, and the affected phones. miette renders this format. miette
//! receives only one masked line for each finding, so that no file is read again.

use std::fmt;
use std::io::{self, Write};

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    Severity, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::fold::Block;
use super::report::Report;
use crate::lint::{Finding, Level};
use crate::text::redact::Mask;
use crate::text::source::Span;

/// Maximum number of characters in a line. Longer lines are cut to the text around the span.
const WIDEST: usize = 160;

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    for block in report.blocks(report.outcome.findings.iter()) {
        let mut text = String::new();
        let shown = RenderedFinding::new(report, &mut mask, &block);
        let drawn = handler(report, &shown.sign).render_report(&mut text, &shown);
        drawn.map_err(|_| io::Error::other("a finding cannot be rendered"))?;
        // miette indents the message and pads lines with spaces. Both are removed.
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

/// A block in the form that miette renders.
#[derive(Debug)]
struct RenderedFinding {
    sign: String,
    message: String,
    help: String,
    severity: Severity,
    line: Option<Line>,
}

/// The masked line of a finding.
#[derive(Debug)]
struct Line {
    path: String,
    text: String,
    span: SourceSpan,
    /// Line number, from 0.
    number: usize,
    /// Column in the file, from 0.
    column: usize,
}

impl RenderedFinding {
    fn new(report: &Report<'_>, mask: &mut Mask<'_>, block: &Block<'_>) -> Self {
        let finding = block.first;
        let path = report.path(finding.at.file);
        let whole = report.is_whole_file(finding.at);
        let line = if whole { None } else { line(report, mask, finding, &path) };
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

fn line(report: &Report<'_>, mask: &mut Mask<'_>, finding: &Finding, path: &str) -> Option<Line> {
    let source = report.workspace.sources.get(finding.at.file);
    let start = source.position(finding.at.span.start);
    let (line, before) = report.lines(finding.at);
    let whole = source.line_span(start.line);
    if line.len() != (whole.end - whole.start) as usize && line.is_empty() {
        return None;
    }
    // Replacing invalid UTF-8 makes the text longer, so the span is converted.
    let [from, to] = [finding.at.span.start, finding.at.span.end].map(|byte| {
        let end = byte.clamp(whole.start, whole.end);
        let before = Span { start: whole.start, end }.slice(&source.text);
        floor(&line, String::from_utf8_lossy(before).len().min(line.len()))
    });
    let (text, part) = mask.line(&line, &before, from..to);
    let (text, part) = cut(&text, part);
    let span = SourceSpan::new(part.start.into(), part.len());
    Some(Line { path: path.into(), text, span, number: start.line - 1, column: start.column - 1 })
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Cuts a long line to the text around a span.
fn cut(text: &str, part: std::ops::Range<usize>) -> (String, std::ops::Range<usize>) {
    if text.chars().count() <= WIDEST {
        return (text.into(), part);
    }
    let from = floor(text, part.start.saturating_sub(WIDEST / 4));
    let to = floor(text, from + WIDEST);
    let (before, after) = (if from > 0 { "…" } else { "" }, if to < text.len() { "…" } else { "" });
    let [start, end] = [part.start, part.end].map(|at| at.clamp(from, to) - from + before.len());
    (format!("{before}{}{after}", &text[from..to]), start..end)
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
        let span = self.line.as_ref()?.span;
        Some(Box::new(std::iter::once(LabeledSpan::new_primary_with_span(None, span))))
    }
}

impl SourceCode for Line {
    /// Returns the whole line for any span. Without context, miette requests the line and column of
    /// the span.
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let column = if before + after == 0 { self.column } else { 0 };
        let whole = SourceSpan::new(0.into(), self.text.len());
        let text = self.text.as_bytes();
        Ok(Box::new(MietteSpanContents::new_named(self.path.clone(), text, whole, self.number, column, 1)))
    }
}
