//! Reviewdog's JSON format. Columns are in bytes, and a suggestion is a range with its replacement.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::report::{Report, home};
use super::words::Words;
use crate::lint::engine::identity::MAX_EXCERPT;
use crate::lint::{Edit, Finding, Level};
use crate::text::escape::harmless_json;
use crate::text::redact::Mask;
use crate::text::source::{Place, Span};

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let mut mask = report.mask();
    let findings = &report.outcome.findings;
    let diagnostics: Value = findings.iter().map(|finding| diagnostic(report, &mut mask, finding)).collect();
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Info);
    let mut source = json!({ "name": "fvprov" });
    if let Some(home) = home() {
        source["url"] = json!(home);
    }
    let document = json!({ "source": source, "severity": severity(worst), "diagnostics": diagnostics });
    writeln!(out, "{}", harmless_json(&document.to_string()))
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Info | Level::Hint => "INFO",
    }
}

fn diagnostic(report: &Report<'_>, mask: &mut Mask<'_>, finding: &Finding) -> Value {
    let words = report.words(mask, finding);
    let mut value = json!({
        "message": words.in_short(finding),
        "location": location(report, finding.at),
        "severity": severity(finding.level),
        "code": { "value": finding.rule.name },
    });
    let related = finding.diagnostic.related.iter().zip(&words.related);
    let related: Vec<Value> = related
        .map(|((place, _), why)| json!({ "message": why, "location": location(report, *place) }))
        .collect();
    if !related.is_empty() {
        value["related_locations"] = json!(related);
    }
    if let Some(edit) = suggestion(report, mask, finding, &words) {
        value["suggestions"] = json!([{ "range": range(report, edit.at), "text": edit.text }]);
    }
    value
}

/// The entire fix as one edit, because reviewdog applies each suggestion separately. `None` if the fix
/// changes other files, or if the text from the first to the last edit contains secrets.
fn suggestion(report: &Report<'_>, mask: &mut Mask<'_>, finding: &Finding, words: &Words) -> Option<Edit> {
    let file = finding.at.file;
    let mut edits: Vec<&Edit> = words.whole_fix(finding)?.edits.iter().collect();
    edits.sort_by_key(|edit| edit.at);
    let (first, last) = (edits.first()?, edits.last()?);
    let span = Span { start: first.at.span.start, end: last.at.span.end };
    let is_apart = edits.is_sorted_by(|a, b| a.at.span.end <= b.at.span.start);
    let is_short = span.end.saturating_sub(span.start) as usize <= MAX_EXCERPT;
    if !(is_apart && is_short && edits.iter().all(|edit| edit.at.file == file)) {
        return None;
    }
    let bytes = report.workspace.text(file);
    let mut text = String::new();
    let mut at = span.start;
    for edit in edits {
        text += std::str::from_utf8(Span { start: at, end: edit.at.span.start }.slice(bytes)).ok()?;
        text += &edit.text;
        at = edit.at.span.end;
    }
    let whole = Edit::replace(Place { file, span }, text);
    (report.edit(mask, &whole, &[])? == whole).then_some(whole)
}

fn location(report: &Report<'_>, place: Place) -> Value {
    let path = report.path(place.file);
    match report.is_whole_file(place) {
        true => json!({ "path": path }),
        false => json!({ "path": path, "range": range(report, place) }),
    }
}

/// A range with lines and columns counted from 1. Columns are in bytes, and the end is exclusive.
fn range(report: &Report<'_>, place: Place) -> Value {
    let source = report.workspace.sources.get(place.file);
    let [start, end] = [place.span.start, place.span.end].map(|byte| {
        let line = source.line_number(byte);
        json!({ "line": line, "column": byte - source.line_span(line).start + 1 })
    });
    json!({ "start": start, "end": end })
}
