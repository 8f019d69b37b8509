//! Converts findings to diagnostics, with the same messages as in reports and with secrets masked.

use std::cell::RefCell;

use gen_lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Position, Range,
};
use rustc_hash::FxHashMap;

use super::analysis::Analysis;
use super::position::{Encoding, Lines, Starts};
use crate::lint::{Finding, Level};
use crate::output::findings::{Closing, Report};
use crate::text::redact::{Mask, SecretNumbers};
use crate::text::source::{FileId, Place};

/// Rules whose findings mark text that has no effect. Editors may fade this text out.
const UNNECESSARY: [&str; 8] = [
    "default-value",
    "duplicate-include",
    "duplicate-setting",
    "overridden-value",
    "redundant-setting",
    "setting-in-boot",
    "stale-baseline",
    "unused-suppression",
];

/// The `source` field of all diagnostics.
pub const SOURCE: &str = "fvprov";

/// The rule whose findings mark deprecated names.
const DEPRECATED: &str = "deprecated-parameter";

/// Converts spans in files to protocol locations.
pub struct Locator<'a> {
    /// The unit of columns.
    pub encoding: Encoding,
    /// The URI of a file.
    pub uri: &'a dyn Fn(&Analysis, FileId) -> String,
    /// Whether a file begins with a byte order mark that the client does not show.
    pub hides_mark: &'a dyn Fn(&Analysis, FileId) -> bool,
    /// Line starts by workspace and file. Line starts are cached because most spans are in a few files.
    pub starts: RefCell<FxHashMap<(usize, FileId), Starts>>,
}

impl Locator<'_> {
    pub fn lines<'w>(&self, analysis: &'w Analysis, file: FileId) -> Lines<'w> {
        let text = analysis.workspace.text(file);
        let key = (std::ptr::from_ref(analysis).addr(), file);
        if let Some(starts) = self.starts.borrow().get(&key) {
            return Lines::with_starts(text, self.encoding, starts.clone());
        }
        let lines = Lines::new(text, self.encoding, (self.hides_mark)(analysis, file));
        self.starts.borrow_mut().insert(key, lines.starts());
        lines
    }

    pub fn location(&self, analysis: &Analysis, place: Place) -> Location {
        let range = self.lines(analysis, place.file).range(place.span);
        Location { uri: (self.uri)(analysis, place.file).into(), range }
    }
}

/// A finding for the client.
pub struct RenderedFinding {
    pub diagnostic: Diagnostic,
    /// The title of the fix.
    pub fix: Option<String>,
}

/// Converts findings, which must all be in the same file.
pub fn render(analysis: &Analysis, locator: &Locator<'_>, findings: &[&Finding]) -> Vec<RenderedFinding> {
    let Some(first) = findings.first() else { return Vec::new() };
    let lines = locator.lines(analysis, first.at.file);
    let mut mask = Mask::new(&analysis.lint_context.schema);
    findings.iter().map(|finding| render_finding(analysis, locator, &lines, &mut mask, finding)).collect()
}

fn render_finding(
    analysis: &Analysis,
    locator: &Locator<'_>,
    lines: &Lines<'_>,
    mask: &mut Mask<'_>,
    finding: &Finding,
) -> RenderedFinding {
    let report = Report {
        outcome: &analysis.outcome,
        workspace: &analysis.workspace,
        schema: &analysis.lint_context.schema,
        base: &analysis.lint_context.base,
        color: false,
        unicode: true,
        fold: false,
        statistics: false,
        closing: Closing::None,
        numbers: SecretNumbers::default(),
        anonymous: false,
        list: None,
    };
    let words = report.words(mask, finding);
    let related: Vec<_> = finding
        .diagnostic
        .related
        .iter()
        .zip(&words.related)
        .map(|((place, _), why)| DiagnosticRelatedInformation {
            location: locator.location(analysis, *place),
            message: why.clone(),
        })
        .collect();
    let diagnostic = Diagnostic {
        range: range(lines, finding),
        severity: Some(severity(finding.level)),
        code: Some(finding.rule.name.to_owned().into()),
        source: Some(SOURCE.to_owned()),
        message: words.in_short(finding).into(),
        tags: tag(finding.rule.name).map(|tag| vec![tag]),
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    };
    let fix = finding.diagnostic.fix.as_ref().map(|_| match words.fix {
        Some(fix) => fix.title,
        None => format!("Fix `{}`", finding.rule.name),
    });
    RenderedFinding { diagnostic, fix }
}

/// The range of a finding; for a finding about the entire file, the first line.
pub fn range(lines: &Lines<'_>, finding: &Finding) -> Range {
    let range = lines.range(finding.at.span);
    let is_whole = finding.at == Place::whole(finding.at.file);
    let end = Position { line: 0, character: u32::MAX };
    let end = if is_whole { lines.position(lines.byte(end)) } else { range.end };
    Range { end, ..range }
}

fn tag(rule: &str) -> Option<DiagnosticTag> {
    if rule == DEPRECATED {
        Some(DiagnosticTag::Deprecated)
    } else {
        UNNECESSARY.contains(&rule).then_some(DiagnosticTag::Unnecessary)
    }
}

fn severity(level: Level) -> DiagnosticSeverity {
    match level {
        Level::Error => DiagnosticSeverity::Error,
        Level::Warning => DiagnosticSeverity::Warning,
        Level::Info => DiagnosticSeverity::Information,
        Level::Hint => DiagnosticSeverity::Hint,
    }
}
