//! A lint run as every format needs it: paths, fingerprints, and the line at the end.

use std::collections::HashMap;
use std::hash::Hasher;
use std::io::{self, Write};

use siphasher::sip::SipHasher13;

use crate::catalogue::Schema;
use crate::lint::engine::identity::{key, lines};
use crate::lint::{Finding, Level, Outcome};
use crate::text::base::Base;
use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::text::source::{FileId, Place};
use crate::tree::load::Workspace;

/// A run and what is needed to show it.
pub struct Report<'a> {
    /// What was found.
    pub outcome: &'a Outcome,
    /// Where.
    pub workspace: &'a Workspace,
    /// What is secret.
    pub schema: &'a Schema,
    /// From where the reader looks.
    pub base: &'a Base,
    /// Whether colours may be used.
    pub color: bool,
    /// Whether characters beyond ASCII may be used for lines and arrows.
    pub unicode: bool,
    /// Whether people get counts by rule instead of the findings.
    pub statistics: bool,
    /// The line at the end (formats for people only).
    pub closing: Closing,
}

/// The line at the end of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// There is none.
    None,
    /// It sums up.
    Whole,
    /// It sums up what was said of some files only.
    Part,
}

impl Report<'_> {
    /// The path of a file as the reader knows it.
    pub(super) fn path(&self, file: FileId) -> String {
        let path = self.workspace.path(file);
        let shown = self.base.show(path);
        Mask::new(self.schema).prose(&shown, &[])
    }

    /// The path of a file for programs that look it up: relative to the repository, else to the served tree. Odd
    /// characters stay in it, as only the true name finds the file; the format must escape them.
    pub(super) fn repository_path(&self, file: FileId) -> String {
        let path = self.workspace.path(file);
        let path = self.base.in_repository(path).unwrap_or_else(|| path.into());
        let masked = Mask::new(self.schema).prose(&path, &[]);
        if masked == one_line(&path) { path } else { masked }
    }

    /// `path:line`, or the path where the file as a whole is meant.
    pub(super) fn spot(&self, place: Place) -> String {
        let path = self.path(place.file);
        if self.is_whole_file(place) {
            return path;
        }
        format!("{path}:{}", self.workspace.sources.get(place.file).line_of(place.span.start))
    }

    /// The findings, the most severe first, each with its index.
    pub(super) fn most_severe_first(&self) -> Vec<(usize, &Finding)> {
        let mut findings: Vec<_> = self.outcome.findings.iter().enumerate().collect();
        findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
        findings
    }

    /// For each finding what tells it from all others, and stays when lines are inserted above it.
    pub(super) fn fingerprints(&self) -> Vec<String> {
        let mut seen: HashMap<u64, usize> = HashMap::new();
        let one = |finding: &Finding| {
            let path = self.repository_path(finding.at.file);
            let mut hasher = SipHasher13::new();
            for part in [&path, finding.rule.name, &key(self.workspace, self.schema, finding)] {
                hasher.write(part.as_bytes());
                hasher.write_u8(0xff);
            }
            let hash = hasher.finish();
            let nth = seen.entry(hash).or_default();
            *nth += 1;
            format!("{hash:016x}:{nth}")
        };
        self.outcome.findings.iter().map(one).collect()
    }

    pub(super) fn lines(&self, place: Place) -> (String, String) {
        lines(self.workspace, place)
    }

    pub(super) fn close(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.closing {
            Closing::None => Ok(()),
            closing => writeln!(out, "{}", summary(self.outcome, closing)),
        }
    }

    pub(super) fn is_whole_file(&self, place: Place) -> bool {
        let text = self.workspace.text(place.file);
        place.span.is_empty() && (place.span.start == 0 || text.is_empty())
    }
}

/// Where fvprov is at home on the web, if the package says so.
pub(super) fn home() -> Option<&'static str> {
    Some(env!("CARGO_PKG_REPOSITORY")).filter(|home| !home.is_empty())
}

/// The line at the end: what was found, and how much was looked at.
pub(super) fn summary(outcome: &Outcome, closing: Closing) -> String {
    let counts = [Level::Error, Level::Warning, Level::Info].map(|level| outcome.count(level));
    let looked = format!("{} and {}", plural(outcome.files, "file"), plural(outcome.phones, "phone"));
    let found = match counts {
        [0, 0, 0] if closing == Closing::Part => {
            format!("clean: nothing to report in what was named, read as part of {looked}")
        }
        [0, 0, 0] => format!("clean: {looked}, nothing to report"),
        [errors, warnings, infos] => {
            let parts = [(errors, "error"), (warnings, "warning"), (infos, "info")];
            let parts: Vec<String> =
                parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| plural(*n, word)).collect();
            format!("{} in {looked}", parts.join(", "))
        }
    };
    let extra = [
        (outcome.suppressed, "suppressed"),
        (outcome.baselined, "in the baseline"),
        (outcome.skipped, "skipped: in no root"),
    ];
    let extra: Vec<String> =
        extra.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if extra.is_empty() { found } else { format!("{found} ({})", extra.join("; ")) }
}
