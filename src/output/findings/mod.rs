//! What a lint run says, in the formats people and programs read. Each format is one file with one function
//! `write(out, &Report)`; none of them decides anything.

mod base;
mod concise;
mod full;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod rdjson;
mod sarif;
mod statistics;
mod words;

use std::collections::HashMap;
use std::hash::Hasher;
use std::io::{self, Write};

use siphasher::sip::SipHasher13;

pub use base::Base;
pub use words::Words;

use crate::catalogue::Schema;
use crate::lint::{Finding, Level, Outcome};
use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::text::redact::Mask;
use crate::text::source::{FileId, Place};
use crate::tree::load::Workspace;

/// Lines longer than this many bytes are not shown: a message about them says enough.
const LONGEST_SHOWN: usize = 64 * 1024;

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

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person: the line, what is wrong, what to do, whom it affects.
    Full,
    /// One line a finding.
    Concise,
    /// For programs.
    Json,
    /// The interchange format of analysers, as GitHub's code scanning reads it.
    Sarif,
    /// Commands to GitHub's runner, which makes annotations of them.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// Test results, as most build servers read them.
    Junit,
    /// For reviewdog.
    Rdjson,
    /// For a comment at a pull request or the summary of a job.
    Markdown,
}

impl Format {
    /// All of them, with their words on the command line.
    pub const ALL: [(&str, Self); 9] = [
        ("full", Self::Full),
        ("concise", Self::Concise),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("github", Self::Github),
        ("gitlab", Self::Gitlab),
        ("junit", Self::Junit),
        ("rdjson", Self::Rdjson),
        ("markdown", Self::Markdown),
    ];
}

/// Writes a report.
///
/// # Errors
/// Those of the writer.
pub fn write(format: Format, out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    match format {
        Format::Full | Format::Concise if report.statistics => statistics::write(out, report),
        Format::Full => full::write(out, report),
        Format::Concise => concise::write(out, report),
        Format::Json => json::write(out, report),
        Format::Sarif => sarif::write(out, report),
        Format::Github => github::write(out, report),
        Format::Gitlab => gitlab::write(out, report),
        Format::Junit => junit::write(out, report),
        Format::Rdjson => rdjson::write(out, report),
        Format::Markdown => markdown::write(out, report),
    }
}

impl Report<'_> {
    /// The path of a file as the reader knows it.
    fn path(&self, file: FileId) -> String {
        let path = self.workspace.path(file);
        let shown = self.base.show(path);
        Mask::new(self.schema).prose(&shown, &[])
    }

    /// The path of a file for programs that look it up: relative to the repository, else to the served tree. Odd
    /// characters stay in it, as only the true name finds the file; the format must escape them.
    fn repository_path(&self, file: FileId) -> String {
        let path = self.workspace.path(file);
        let path = self.base.in_repository(path).unwrap_or_else(|| path.into());
        let masked = Mask::new(self.schema).prose(&path, &[]);
        if masked == one_line(&path) { path } else { masked }
    }

    /// `path:line`, or the path where the file as a whole is meant.
    fn spot(&self, place: Place) -> String {
        let path = self.path(place.file);
        if self.is_whole_file(place) {
            return path;
        }
        format!("{path}:{}", self.workspace.sources.get(place.file).line_of(place.span.start))
    }

    /// The findings, the most severe first, each with its index.
    fn most_severe_first(&self) -> Vec<(usize, &Finding)> {
        let mut findings: Vec<_> = self.outcome.findings.iter().enumerate().collect();
        findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
        findings
    }

    /// For each finding what tells it from all others, and stays when lines are inserted above it.
    fn fingerprints(&self) -> Vec<String> {
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

    fn lines(&self, place: Place) -> (String, String) {
        lines(self.workspace, place)
    }

    fn close(&self, out: &mut dyn Write) -> io::Result<()> {
        match self.closing {
            Closing::None => Ok(()),
            closing => writeln!(out, "{}", summary(self.outcome, closing)),
        }
    }

    fn is_whole_file(&self, place: Place) -> bool {
        let text = self.workspace.text(place.file);
        place.span.is_empty() && (place.span.start == 0 || text.is_empty())
    }
}

/// The line of a place and the line before it; both empty where they are too long to be shown, and in fvprov's
/// own files: a mask knows the lines of boot and cfg files, not the columns of an inventory.
fn lines(workspace: &Workspace, place: Place) -> (String, String) {
    if workspace.document(place.file).own {
        return Default::default();
    }
    let source = workspace.sources.get(place.file);
    let line = source.line_of(place.span.start);
    let text = |line: usize| {
        let bytes = source.line_span(line).of(&source.text);
        if bytes.len() > LONGEST_SHOWN { String::new() } else { String::from_utf8_lossy(bytes).into_owned() }
    };
    (text(line), if line > 1 { text(line - 1) } else { String::new() })
}

/// What a finding is about, in words that stay when lines move: its parameter, else the text of its line (in
/// fvprov's own files of its place), secrets masked; empty where it is about a file as a whole. With path and rule, and counted where several are
/// equal, it tells a finding from all others.
pub fn key(workspace: &Workspace, schema: &Schema, finding: &Finding) -> String {
    let mut mask = Mask::new(schema);
    let (line, before) = lines(workspace, finding.at);
    match &finding.draft.parameter {
        Some(name) => mask.name(name, &line, &before),
        None if finding.at == Place::whole(finding.at.file) => String::new(),
        None if workspace.document(finding.at.file).own => {
            let text = finding.at.span.of(workspace.text(finding.at.file));
            mask.prose(&String::from_utf8_lossy(text), &[])
        }
        None => mask.line(&line, &before, 0..0).0.trim().to_owned(),
    }
}

/// The path of a finding and its [`key`], as a baseline keeps them: a path may be a URL with a password in it.
pub fn identity(workspace: &Workspace, schema: &Schema, finding: &Finding) -> (String, String) {
    let path = Mask::new(schema).prose(workspace.path(finding.at.file), &[]);
    (path, key(workspace, schema, finding))
}

/// Where fvprov is at home on the web, if the package says so.
fn home() -> Option<&'static str> {
    Some(env!("CARGO_PKG_REPOSITORY")).filter(|home| !home.is_empty())
}

/// The line at the end: what was found, and how much was looked at.
fn summary(outcome: &Outcome, closing: Closing) -> String {
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
