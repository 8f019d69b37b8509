//! Findings as diagnostics: the words of the reports, secrets masked.

use std::cell::RefCell;

use gen_lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag, Location, Position, Range,
};
use rustc_hash::FxHashMap;

use super::analysis::Analysis;
use super::position::{Encoding, Lines, Starts};
use crate::lint::{Finding, Level};
use crate::output::findings::{Closing, Report};
use crate::text::redact::Mask;
use crate::text::source::{FileId, Place};

/// Rules whose places an editor may show as text that does nothing.
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

/// Who says it.
pub const SOURCE: &str = "fvprov";

/// The rule whose places are names that another one replaced.
const DEPRECATED: &str = "deprecated-parameter";

/// How places are shown to the client.
pub struct Shown<'a> {
    /// What columns count.
    pub encoding: Encoding,
    /// The URI of a file.
    pub uri: &'a dyn Fn(&Analysis, FileId) -> String,
    /// Whether a file begins with a byte-order mark that the client does not see.
    pub hides_mark: &'a dyn Fn(&Analysis, FileId) -> bool,
    /// Where lines begin, by workspace and file: many places lie in few files.
    pub starts: RefCell<FxHashMap<(usize, FileId), Starts>>,
}

impl Shown<'_> {
    /// The lines of a file.
    pub fn lines<'w>(&self, analysis: &'w Analysis, file: FileId) -> Lines<'w> {
        let text = analysis.workspace.text(file);
        let key = (std::ptr::from_ref(analysis).addr(), file);
        if let Some(starts) = self.starts.borrow().get(&key) {
            return Lines::known(text, self.encoding, starts.clone());
        }
        let lines = Lines::new(text, self.encoding, (self.hides_mark)(analysis, file));
        self.starts.borrow_mut().insert(key, lines.starts());
        lines
    }

    /// A place, with the file that it is in.
    pub fn location(&self, analysis: &Analysis, place: Place) -> Location {
        let range = self.lines(analysis, place.file).range(place.span);
        Location { uri: (self.uri)(analysis, place.file).into(), range }
    }
}

/// What is said of findings, and how a fix of theirs is called.
pub struct Said {
    /// The diagnostic.
    pub diagnostic: Diagnostic,
    /// The title of the fix.
    pub fix: Option<String>,
}

/// The findings as diagnostics. All are of one file.
pub fn of(analysis: &Analysis, shown: &Shown<'_>, findings: &[&Finding]) -> Vec<Said> {
    let Some(first) = findings.first() else { return Vec::new() };
    let lines = shown.lines(analysis, first.at.file);
    let mut mask = Mask::new(&analysis.judging.schema);
    findings.iter().map(|finding| one(analysis, shown, &lines, &mut mask, finding)).collect()
}

fn one(
    analysis: &Analysis,
    shown: &Shown<'_>,
    lines: &Lines<'_>,
    mask: &mut Mask<'_>,
    finding: &Finding,
) -> Said {
    let report = Report {
        outcome: &analysis.outcome,
        workspace: &analysis.workspace,
        schema: &analysis.judging.schema,
        base: &analysis.judging.base,
        color: false,
        unicode: true,
        statistics: false,
        closing: Closing::None,
    };
    let words = report.words(mask, finding);
    let related = finding.diagnostic.related.iter().zip(&words.related);
    let related = related.map(|((place, _), why)| DiagnosticRelatedInformation {
        location: shown.location(analysis, *place),
        message: why.clone(),
    });
    let related: Vec<_> = related.collect();
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
    let fix = finding.diagnostic.fix.as_ref();
    let title = |_| {
        words.fix.as_ref().map_or_else(|| format!("mend `{}`", finding.rule.name), |fix| fix.title.clone())
    };
    Said { diagnostic, fix: fix.map(title) }
}

/// The range of a finding; the first line for what is about a file as a whole.
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
    }
}
