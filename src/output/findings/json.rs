//! The JSON format: one document, even without findings.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::report::Report;
use super::words::Words;
use crate::lint::{Finding, Fix, Level};
use crate::text::escape::harmless_json;
use crate::text::redact::Mask;
use crate::text::source::{Place, Span};

pub(super) fn write(out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    let outcome = report.outcome;
    let mut mask = report.mask();
    let findings = outcome.findings.iter().map(|finding| {
        let words = report.words(&mut mask, finding);
        one(report, &mut mask, finding, &words)
    });
    let findings: Vec<Value> = findings.collect();
    let document = json!({
        "version": 1,
        "summary": {
            "files": outcome.files,
            "skipped": outcome.skipped,
            "phones": outcome.phones,
            "errors": outcome.count(Level::Error),
            "warnings": outcome.count(Level::Warning),
            "infos": outcome.count(Level::Info),
            "hints": outcome.count(Level::Hint),
            "suppressed": outcome.suppressed + outcome.baselined,
        },
        "findings": findings,
    });
    writeln!(out, "{}", harmless_json(&document.to_string()))
}

/// A finding as a JSON object.
pub(super) fn one(report: &Report<'_>, mask: &mut Mask<'_>, finding: &Finding, words: &Words) -> Value {
    let phones = finding.phones.as_ref().map(|phones| {
        let examples: Vec<String> = phones.examples.iter().take(3).map(ToString::to_string).collect();
        json!({ "affected": phones.count, "total": phones.total, "examples": examples })
    });
    let related = finding.diagnostic.related.iter().zip(&words.related).map(|((place, _), why)| {
        let mut value = located(report, *place);
        value["message"] = json!(why);
        value
    });
    let (line, before) = report.lines(finding.at);
    let parameter = finding.diagnostic.parameter.as_deref().map(|name| mask.name(name, &line, &before));
    let mut value = located(report, finding.at);
    value["rule"] = json!(finding.rule.name);
    value["level"] = json!(finding.level.word());
    value["message"] = json!(words.message);
    value["help"] = json!(words.help);
    value["parameter"] = json!(parameter);
    value["phones"] = json!(phones);
    value["related"] = related.collect();
    value["fix"] = json!(words.fix.as_ref().map(|fix| self::fix(report, fix)));
    value
}

fn fix(report: &Report<'_>, fix: &Fix) -> Value {
    let edits = fix.edits.iter().map(|edit| {
        let Span { start, end } = edit.at.span;
        json!({ "file": report.path(edit.at.file), "start": start, "end": end, "text": edit.text })
    });
    json!({ "title": fix.title, "safe": fix.safe, "edits": edits.collect::<Vec<_>>() })
}

fn located(report: &Report<'_>, place: Place) -> Value {
    let source = report.workspace.sources.get(place.file);
    let [start, end] = [place.span.start, place.span.end].map(|byte| {
        let at = source.position(byte);
        json!({ "line": at.line, "column": at.column, "byte": at.byte })
    });
    json!({ "file": report.path(place.file), "start": start, "end": end })
}
