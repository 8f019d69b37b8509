//! The output formats for `lint`. Each format is one file with a function `write(out, &Report)`.

mod concise;
mod excerpt;
mod fold;
mod full;
mod github;
mod gitlab;
mod html;
mod html_phones;
mod json;
mod junit;
mod markdown;
mod phone_list;
mod rdjson;
mod report;
mod sarif;
mod silence;
mod statistics;
mod words;

use std::io::{self, Write};

pub use html::SCRIPT;
pub use phone_list::PhoneList;
pub use report::{Closing, Report};
pub use words::Words;

/// An output format of `lint`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Human-readable: the line, the message, help, and the affected phones.
    Full,
    /// One line for each finding.
    Concise,
    /// JSON.
    Json,
    /// SARIF 2.1.0, for GitHub code scanning.
    Sarif,
    /// Workflow commands that create annotations on GitHub.
    Github,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML test results, for most build servers.
    Junit,
    /// Reviewdog's JSON format.
    Rdjson,
    /// Markdown for a pull request comment or a job summary.
    Markdown,
    /// A page for a browser, as a single file.
    Html,
}

impl Format {
    /// All formats with their command-line names.
    pub const ALL: [(&str, Self); 10] = [
        ("full", Self::Full),
        ("concise", Self::Concise),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("github", Self::Github),
        ("gitlab", Self::Gitlab),
        ("junit", Self::Junit),
        ("rdjson", Self::Rdjson),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
    ];
}

/// Writes a report.
///
/// # Errors
/// Writing fails.
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
        Format::Html => html::write(out, report),
    }
}
