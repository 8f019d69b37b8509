//! The output of `publish`.

use std::time::Duration;

use fvprov::author::publish::Plan;
use fvprov::output::unified_diff;
use fvprov::output::views::diff;
use fvprov::project::Opened;
use fvprov::project::destination::{Change, Destination};
use fvprov::text::escape::{harmless, harmless_json};
use fvprov::text::path::slashes;
use fvprov::text::plural::plural;
use fvprov::text::redact::Mask;
use fvprov::tree::compare::diff::Diff;
use serde_json::{Value, json};

use super::PublishArgs;
use super::args::Format;
use crate::cli::shared::{Failure, Global, out};

/// Maximum number of files to name in a note.
const MOST_NAMED: usize = 3;

/// The changes that `publish` makes.
pub struct Report<'a> {
    args: &'a PublishArgs,
    opened: &'a Opened,
    plan: &'a Plan<'a>,
    diff: &'a Diff,
    /// Other files in the destination.
    others: Vec<String>,
    /// If the files were published: the time during which phones could receive a mixture of old and new
    /// files, and the release.
    published: Option<(Duration, Option<String>)>,
}

impl<'a> Report<'a> {
    pub fn new(
        args: &'a PublishArgs,
        opened: &'a Opened,
        destination: &Destination,
        plan: &'a Plan<'a>,
        diff: &'a Diff,
    ) -> Self {
        let others = plan.others(&destination.listing, &destination.record);
        Self { args, opened, plan, diff, others, published: None }
    }

    pub fn set_published(&mut self, took: Duration, release: Option<String>) {
        self.published = Some((took, release));
    }

    fn mask(&self) -> Option<Mask<'a>> {
        (!self.args.show_secrets).then(|| out::mask(&self.opened.schema))
    }

    /// Prints the effects on phones, and the files for `--dry-run` and `--diff`.
    pub fn print_plan(&self) -> Result<(), Failure> {
        if self.args.format == Format::Json {
            return Ok(());
        }
        let mut text = Vec::new();
        diff::text::text(&mut text, self.diff, false, &mut self.mask())
            .map_err(|error| Failure::Unable(error.to_string()))?;
        if self.args.dry_run {
            for change in self.changes() {
                let line = format!("would be {}: {}\n", kind(&change), self.display(change.path));
                text.extend(harmless(&line).into_bytes());
            }
        }
        if self.args.diff {
            for change in self.changes() {
                text.extend(self.unified(&change).into_bytes());
            }
        }
        out::print(&text)
    }

    fn changes(&self) -> impl Iterator<Item = Change<'a>> {
        self.plan.changes().into_iter().chain(self.plan.removals())
    }

    fn display(&self, path: &str) -> String {
        let path = slashes(&self.args.destination.join(path));
        self.mask().map_or(path.clone(), |mut mask| mask.prose(&path, &[]))
    }

    fn unified(&self, change: &Change<'_>) -> String {
        let [old, new] = [change.old, change.new].map(Option::unwrap_or_default);
        let path = self.display(change.path);
        if [old, new].iter().any(|text| std::str::from_utf8(text).is_err() || text.contains(&0)) {
            return harmless(&format!("binary file {}: {path}\n", kind(change)));
        }
        unified_diff::unified(&path, old, new, &mut out::mask(&self.opened.schema))
    }

    /// Prints the JSON document, and the summary.
    pub fn print_result(&self, global: &Global) -> Result<(), Failure> {
        if self.args.format == Format::Json {
            out::print((harmless_json(&self.json().to_string()) + "\n").as_bytes())?;
        }
        let Plan { written, removed, retired, unchanged, .. } = self.plan;
        let counts = format!(
            "{} {}, {} {}, {unchanged} unchanged",
            plural(written.len(), "file"),
            if self.published.is_some() { "written" } else { "would be written" },
            removed.len() + retired.len(),
            if self.published.is_some() { "removed" } else { "would be removed" },
        );
        global.note(&counts);
        if !self.others.is_empty() {
            let named = self.others.iter().take(MOST_NAMED).map(|path| format!("`{path}`"));
            let more = if self.others.len() > MOST_NAMED { ", …" } else { "" };
            global.note(&format!(
                "`{}` also contains {} that fvprov did not publish: {}{more}",
                self.args.destination.display(),
                plural(self.others.len(), "file"),
                named.collect::<Vec<_>>().join(", ")
            ));
        }
        match &self.published {
            Some(_) if written.is_empty() && removed.is_empty() => {}
            Some((_, Some(release))) => global.note(&format!(
                "release {release}: all files changed at once; only phones that were between two requests could get \
                a mix of old and new files"
            )),
            Some((took, None)) => global.note(&format!(
                "publishing took {} ms: phones that requested files during this time, or were between two requests, \
                 could get a mix of old and new files",
                milliseconds(*took)
            )),
            None => {}
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let changes = self.changes().map(|change| json!({ "file": change.path, "change": kind(&change) }));
        let foreign = self.plan.foreign.iter();
        let foreign = foreign.map(|(path, change)| json!({ "file": path, "change": change.word() }));
        let (took, release) = match &self.published {
            Some((took, release)) => (Some(milliseconds(*took)), release.as_deref()),
            None => (None, None),
        };
        json!({
            "destination": self.args.destination.display().to_string(),
            "published": self.published.is_some(),
            "rollback": self.args.rollback,
            "release": release,
            "mixed_ms": took,
            "unchanged": self.plan.unchanged,
            "changes": changes.collect::<Vec<_>>(),
            "foreign_changes": foreign.collect::<Vec<_>>(),
            "other_files": self.others,
            "effects": diff::json::json(self.diff, &mut self.mask()),
        })
    }
}

/// The change to a file.
fn kind(change: &Change<'_>) -> &'static str {
    match (change.old, change.new) {
        (None, _) => "created",
        (_, None) => "removed",
        _ => "changed",
    }
}

/// The time in milliseconds, at least 1.
fn milliseconds(time: Duration) -> u128 {
    if time.is_zero() { 0 } else { time.as_micros().div_ceil(1000) }
}

/// Reports that files will be removed later.
pub fn note_wait(global: &Global, args: &PublishArgs, files: usize) {
    if args.grace > 0 {
        global.note(&format!(
            "fvprov removes {} in {} s, to give phones that have read the old files time to finish (--grace)",
            plural(files, "file"),
            args.grace
        ));
    }
}
