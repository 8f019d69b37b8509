//! Data that all formats share: paths, fingerprints, and the summary line.

use std::collections::HashMap;
use std::hash::Hasher;
use std::io::{self, Write};

use siphasher::sip::SipHasher13;

use super::phone_list::PhoneList;
use crate::catalogue::{PersonalNames, Schema};
use crate::lint::engine::identity::{key, lines};
use crate::lint::{Finding, Level, Outcome};
use crate::text::base::Base;
use crate::text::escape::one_line;
use crate::text::plural::plural;
use crate::text::redact::{Mask, SecretNumbers};
use crate::text::source::{FileId, Place};
use crate::tree::load::Workspace;

/// A lint run with the options for its output.
#[allow(missing_docs)] // the names of the fields are clear
#[allow(clippy::struct_excessive_bools)] // independent options
pub struct Report<'a> {
    pub outcome: &'a Outcome,
    pub workspace: &'a Workspace,
    /// The catalogue, which determines which parameters are secret.
    pub schema: &'a Schema,
    /// The directory that displayed paths are relative to.
    pub base: &'a Base,
    /// Whether to use colors.
    pub color: bool,
    /// Whether lines and arrows may contain non-ASCII characters.
    pub unicode: bool,
    /// Whether to combine findings with the same cause into one block (human-readable formats and GitHub).
    pub fold: bool,
    /// Whether to write counts for each rule instead of findings (human-readable formats).
    pub statistics: bool,
    /// The summary line (human-readable formats).
    pub closing: Closing,
    /// The numbers assigned to secrets in this output.
    pub numbers: SecretNumbers,
    /// Whether to hide MACs and the names of people as well as secrets (HTML).
    pub anonymous: bool,
    /// The inventory and the models of the phones (HTML).
    pub list: Option<&'a PhoneList>,
}

/// The summary line of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// No summary line.
    None,
    /// A summary of the whole tree.
    Whole,
    /// A summary of the named files.
    Part,
}

impl Report<'_> {
    /// A mask for this output.
    pub(super) fn mask(&self) -> Mask<'_> {
        let mask = Mask::new(self.schema).with_numbers(&self.numbers);
        if self.anonymous { mask.with_other(&PersonalNames) } else { mask }
    }

    /// The path of a file for display.
    pub(super) fn path(&self, file: FileId) -> String {
        let path = self.workspace.path(file);
        let shown = self.base.display_path(path);
        self.mask().prose(&shown, &[])
    }

    /// The path of a file for output that programs read, relative to the repository or, without one, to the
    /// served tree. The path may contain control characters, because programs need the actual name. Each
    /// format must escape these characters.
    pub(super) fn repository_path(&self, file: FileId) -> String {
        let path = self.workspace.path(file);
        let path = self.base.in_repository(path).unwrap_or_else(|| path.into());
        let masked = self.mask().prose(&path, &[]);
        if masked == one_line(&path) { path } else { masked }
    }

    /// `path:line`, or only the path if the place is the entire file.
    pub(super) fn spot(&self, place: Place) -> String {
        let path = self.path(place.file);
        if self.is_whole_file(place) {
            return path;
        }
        format!("{path}:{}", self.workspace.sources.get(place.file).line_number(place.span.start))
    }

    /// The findings with their indices, most severe first.
    pub(super) fn most_severe_first(&self) -> Vec<(usize, &Finding)> {
        let mut findings: Vec<_> = self.outcome.findings.iter().enumerate().collect();
        findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.level));
        findings
    }

    /// A fingerprint for each finding. The fingerprint is unique, and does not change when lines are inserted
    /// above the finding.
    pub(super) fn fingerprints(&self) -> Vec<String> {
        let mut seen: HashMap<u64, usize> = HashMap::new();
        let fingerprints = self.outcome.findings.iter().map(|finding| {
            let path = self.repository_path(finding.at.file);
            let mut hasher = SipHasher13::new();
            for part in [&path, finding.rule.first_name(), &key(self.workspace, self.schema, finding)] {
                hasher.write(part.as_bytes());
                hasher.write_u8(0xff);
            }
            let hash = hasher.finish();
            let nth = seen.entry(hash).or_default();
            *nth += 1;
            format!("{hash:016x}:{nth}")
        });
        fingerprints.collect()
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

/// The repository URL of the package, if any.
pub(super) fn home() -> Option<&'static str> {
    Some(env!("CARGO_PKG_REPOSITORY")).filter(|home| !home.is_empty())
}

/// The summary line: counts of findings, files and phones.
pub(super) fn summary(outcome: &Outcome, closing: Closing) -> String {
    let counts = [Level::Error, Level::Warning, Level::Info, Level::Hint].map(|level| outcome.count(level));
    let checked = format!("{} and {}", plural(outcome.files, "file"), plural(outcome.phones, "phone"));
    let found = match counts {
        [0, 0, 0, 0] if closing == Closing::Part => {
            format!("clean: no findings in the named files (tree: {checked})")
        }
        [0, 0, 0, 0] => format!("clean: {checked}, no findings"),
        [errors, warnings, infos, hints] => {
            let parts = [(errors, "error"), (warnings, "warning"), (infos, "info"), (hints, "hint")];
            let parts: Vec<String> =
                parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| plural(*n, word)).collect();
            format!("{} in {checked}", parts.join(", "))
        }
    };
    let extra = [
        (outcome.suppressed, "suppressed"),
        (outcome.baselined, "in the baseline"),
        (outcome.skipped, "skipped: not in a root"),
    ];
    let extra: Vec<String> =
        extra.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    if extra.is_empty() { found } else { format!("{found} ({})", extra.join("; ")) }
}
