//! What a lint run says, in the formats people and programs read. Each format is one file with one function
//! `write(out, &Report)`; none of them decides anything.

mod concise;
mod full;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod rdjson;
mod report;
mod sarif;
mod statistics;
mod words;

use std::io::{self, Write};

pub use report::{Closing, Report};
pub use words::Words;

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
