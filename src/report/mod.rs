//! What a lint run says, in the formats people and programs read. Each format is one file with one function
//! `write(out, &Report)`; none of them decides anything.

mod concise;
mod full;
mod json;

use std::io::{self, Write};

use crate::lint::{Affected, Finding, Level, Outcome};
use crate::load::Workspace;
use crate::mask::Mask;
use crate::schema::Schema;
use crate::source::{FileId, Place};

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

/// From where paths are seen: absolute directories with `/`.
#[derive(Clone, Debug)]
pub struct Base {
    /// The served tree.
    pub served: String,
    /// The working directory.
    pub current: String,
}

impl Base {
    /// A path of the served tree relative to the working directory if it lies below it, else absolute; one
    /// outside of the tree begins with `..`, or is absolute itself where they have no directory in common. The
    /// empty path is the served tree, and the working directory itself is `.`.
    pub fn show(&self, path: &str) -> String {
        if path.contains("://") || std::path::Path::new(path).is_absolute() {
            return path.into();
        }
        // One of fvprov's own files may lie beside the tree.
        let up = path.split('/').take_while(|part| *part == "..").count();
        let (mut served, path) = (self.served.trim_end_matches('/'), &path[(3 * up).min(path.len())..]);
        for _ in 0..up {
            served = served.rsplit_once('/').map_or("", |(above, _)| above);
        }
        let whole = if path.is_empty() { served.to_owned() } else { format!("{served}/{path}") };
        match whole.strip_prefix(self.current.trim_end_matches('/')) {
            Some("") => ".".into(),
            Some(rest) if rest.starts_with('/') => rest[1..].into(),
            _ if whole.is_empty() => "/".into(),
            _ => whole,
        }
    }
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
}

/// Writes a report.
///
/// # Errors
/// Those of the writer.
pub fn write(format: Format, out: &mut dyn Write, report: &Report<'_>) -> io::Result<()> {
    match format {
        Format::Full => full::write(out, report),
        Format::Concise => concise::write(out, report),
        Format::Json => json::write(out, report),
    }
}

/// A finding's texts as they may be shown.
struct Words {
    message: String,
    help: Option<String>,
    related: Vec<String>,
}

impl Report<'_> {
    /// The path of a file as the reader knows it.
    fn path(&self, file: FileId) -> String {
        let path = self.workspace.path(file);
        let shown = self.base.show(path);
        Mask::new(self.schema).prose(&shown, &[])
    }

    /// The text of a finding, with the secrets of the lines it speaks of masked.
    fn words(&self, mask: &mut Mask<'_>, finding: &Finding) -> Words {
        let places = finding.draft.related.iter().map(|(place, _)| *place).chain([finding.at]);
        let lines: Vec<(String, String)> = places.map(|place| self.lines(place)).collect();
        let mut secrets: Vec<&str> =
            lines.iter().flat_map(|(line, before)| mask.secrets(line, before)).collect();
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Words {
            message: mask.prose(&finding.draft.message, &secrets),
            help: finding.draft.help.as_ref().map(|help| mask.prose(help, &secrets)),
            related: finding.draft.related.iter().map(|(_, why)| mask.prose(why, &secrets)).collect(),
        }
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

/// `1 error`, `2 errors`.
pub fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

/// Whom a finding affects, in words; none where it does not matter.
fn affects(phones: Option<&Affected>) -> Option<String> {
    let phones = phones?;
    let examples: Vec<String> = phones.examples.iter().map(ToString::to_string).collect();
    let more = if phones.count > examples.len() { ", …" } else { "" };
    match phones.count {
        0 if phones.any => Some("affects phones without files of their own".into()),
        0 => Some("affects no phone: none reads this file".into()),
        count => {
            let list =
                if examples.is_empty() { String::new() } else { format!(": {}{more}", examples.join(", ")) };
            Some(format!("affects {count} of {}{list}", plural(phones.total, "phone")))
        }
    }
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

#[cfg(test)]
mod tests {
    use super::Base;

    #[test]
    fn paths_are_shown_from_the_working_directory() {
        let show = |served: &str, current: &str, path: &str| {
            Base { served: served.into(), current: current.into() }.show(path)
        };
        assert_eq!(show("/srv", "/srv", ""), ".");
        assert_eq!(show("/srv", "/srv", "a/b.cfg"), "a/b.cfg");
        assert_eq!(show("/srv", "/srv/a", "a"), ".");
        assert_eq!(show("/srv", "/srv/a", "ab"), "/srv/ab");
        assert_eq!(show("/srv/a", "/srv", ""), "a");
        assert_eq!(show("/srv", "/home", ""), "/srv");
        assert_eq!(show("/", "/", ""), ".");
        assert_eq!(show("/", "/home", ""), "/");
        assert_eq!(show("/", "/", "a.cfg"), "a.cfg");
        assert_eq!(show("/srv/a", "/srv", "../phones.csv"), "phones.csv");
        assert_eq!(show("/srv/a", "/srv/a", "../../etc/phones.csv"), "/etc/phones.csv");
        assert_eq!(show("/srv/a", "/srv", "..a/b.cfg"), "a/..a/b.cfg");
    }
}
