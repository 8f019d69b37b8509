//! The line of a finding, with secrets masked.

use super::report::Report;
use crate::lint::Finding;
use crate::text::redact::Mask;
use crate::text::source::Span;

/// Maximum number of characters in a line. Longer lines are reduced to the text around the span.
const WIDEST: usize = 160;

/// The masked line of a finding, reduced to the text around the finding if the line is long.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The text of the line.
    pub text: String,
    /// The byte range in `text` that the finding marks.
    pub part: std::ops::Range<usize>,
    /// Line number in the file, from 0.
    pub number: usize,
    /// Column in the file, from 0.
    pub column: usize,
}

impl Report<'_> {
    /// The line of a finding; `None` if the finding is about the entire file, or if its line cannot be displayed.
    pub(super) fn excerpt(&self, mask: &mut Mask<'_>, finding: &Finding) -> Option<Excerpt> {
        if self.is_whole_file(finding.at) {
            return None;
        }
        let source = self.workspace.sources.get(finding.at.file);
        let start = source.position(finding.at.span.start);
        let (line, before) = self.lines(finding.at);
        let whole = source.line_span(start.line);
        if line.len() != (whole.end - whole.start) as usize && line.is_empty() {
            return None;
        }
        // Replacing invalid UTF-8 makes the text longer, so the span must be converted.
        let [from, to] = [finding.at.span.start, finding.at.span.end].map(|byte| {
            let end = byte.clamp(whole.start, whole.end);
            let before = Span { start: whole.start, end }.slice(&source.text);
            floor(&line, String::from_utf8_lossy(before).len().min(line.len()))
        });
        let (text, part) = mask.line(&line, &before, from..to);
        let (text, part) = cut(&text, part);
        Some(Excerpt { text, part, number: start.line - 1, column: start.column - 1 })
    }
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Reduces a long line to the text around a span.
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
