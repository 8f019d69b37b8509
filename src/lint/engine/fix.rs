//! Fixes findings. Selects fixes whose edits do not overlap, verifies that safe fixes change no phone's
//! effective configuration, and repeats until nothing is left to fix. This module performs no I/O: the caller
//! provides the functions that load and lint a tree.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::RunCache;
use super::outcome::Outcome;
use crate::catalogue::Schema;
use crate::lint::api::{Edit, Finding, Fix};
use crate::lint::view::names_file;
use crate::text::mac::Mac;
use crate::text::path::is_url;
use crate::text::source::{FileId, Place};
use crate::tree::compare;
use crate::tree::load::{State, Texts, Workspace};
use crate::tree::resolve::{Fleet, phone_name};

/// Maximum number of rounds. Each fix reveals only a few new findings, so no real tree needs this many.
const MOST_ROUNDS: usize = 50;

/// Maximum number of phones to list by name; more are only counted.
const MOST_NAMED: usize = 3;

/// Runs the rules over a tree, with the state of the last run over this tree. Returns the state for the next run.
pub type Lint<'a> = dyn Fn(&Workspace, Option<RunCache>) -> (Outcome, Option<RunCache>) + 'a;

/// Functions for loading and linting a tree.
pub struct Fixer<'a> {
    /// Loads a tree and replaces the content of the given files, some of which may already be replaced.
    pub load: &'a dyn Fn(&Workspace, &Texts) -> Workspace,
    #[allow(missing_docs)]
    pub lint: &'a Lint<'a>,
    /// Catalogue, needed for the parameters that can be set several times.
    pub schema: &'a Schema,
}

/// A fixed tree.
pub struct FixedTree {
    /// Changed texts by path.
    pub texts: Texts,
    /// The original texts of the same files.
    pub before: Texts,
    /// Number of fixed findings.
    pub count: usize,
    /// The tree with the changed files.
    pub workspace: Workspace,
    /// Remaining findings, with verified fixes.
    pub outcome: Outcome,
}

impl Fixer<'_> {
    /// Verifies the fixes marked as safe. If a fix changes a phone, removes the mark and adds the affected
    /// phones to the fix's title. Removes fixes that cannot be applied.
    pub fn prove(&self, workspace: &Workspace, outcome: &mut Outcome) {
        self.prove_over(&Texts::new(), workspace, outcome);
    }

    /// Fixes a tree whose `outcome` was verified; `cache` is the state of its run. Applies safe fixes first; when none are left and `guesses`
    /// is set, also applies the others.
    pub fn fix(
        &self,
        workspace: Workspace,
        outcome: Outcome,
        mut cache: Option<RunCache>,
        guesses: bool,
    ) -> FixedTree {
        let mut fixed = FixedTree { texts: Texts::new(), before: Texts::new(), count: 0, workspace, outcome };
        let mut seen: Vec<Texts> = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let (findings, base) = (&fixed.outcome.findings, &fixed.workspace);
            // The verification depends on the other fixes in the batch and is repeated here.
            let mut batch = disjoint(findings, &candidates(findings, |fix| fix.safe));
            let unsafe_fixes = self.unsafe_fixes(&fixed.texts, base, findings, &batch);
            let unsafe_fixes: FxHashSet<usize> = unsafe_fixes.into_iter().map(|(at, _)| at).collect();
            batch.retain(|at| !unsafe_fixes.contains(at));
            if batch.is_empty() && guesses {
                batch = disjoint(findings, &candidates(findings, |_| true));
            }
            let edited = edited(base, findings, &batch);
            let mut texts = fixed.texts.clone();
            texts.extend(edited.clone());
            // Two fixes that undo each other would otherwise be applied forever.
            if batch.is_empty() || seen.contains(&texts) {
                break;
            }
            fixed.count += batch.len();
            cache = self.apply(&mut fixed, edited, &texts, cache);
            (fixed.outcome, cache) = (self.lint)(&fixed.workspace, cache);
            self.prove_over(&texts, &fixed.workspace, &mut fixed.outcome);
            seen.push(texts.clone());
            fixed.texts = texts;
        }
        fixed
    }

    /// Replaces the texts of a batch in the tree. Loads the tree again if its files refer to other files afterwards; then no
    /// state of the last run remains.
    fn apply(
        &self,
        fixed: &mut FixedTree,
        edited: Texts,
        texts: &Texts,
        mut cache: Option<RunCache>,
    ) -> Option<RunCache> {
        let workspace = &mut fixed.workspace;
        let mut is_updated = true;
        for (path, text) in edited {
            let Some(file) = workspace.file(&path) else { continue };
            fixed.before.entry(path).or_insert_with(|| workspace.text(file).to_vec());
            is_updated =
                is_updated && workspace.update_text(file, &text, &|name| names_file(self.schema, name));
            if let Some(cache) = &mut cache {
                cache.update_file(file);
            }
        }
        if !is_updated {
            *workspace = (self.load)(workspace, texts);
        }
        cache.filter(|_| is_updated)
    }

    /// Selects the findings in a verified outcome whose safe fixes change only one file and can be applied
    /// together. Returns their indices.
    pub fn together(&self, workspace: &Workspace, outcome: &Outcome, file: FileId) -> Vec<usize> {
        let findings = &outcome.findings;
        let mut batch = disjoint(
            findings,
            &candidates(findings, |fix: &Fix| fix.safe && fix.edits.iter().all(|edit| edit.at.file == file)),
        );
        let unsafe_fixes = self.unsafe_fixes(&Texts::new(), workspace, findings, &batch);
        batch.retain(|at| unsafe_fixes.iter().all(|(other, _)| other != at));
        batch
    }

    /// Like [`Self::prove`], for a tree in which the content of some files is already replaced.
    fn prove_over(&self, base: &Texts, workspace: &Workspace, outcome: &mut Outcome) {
        // A file may have many findings but is checked only once.
        let mut texts: FxHashMap<FileId, EditedText> = FxHashMap::default();
        for at in 0..outcome.findings.len() {
            let edits = edits(&outcome.findings[at]);
            let can_apply = edits.iter().map(|edit| edit.at.file).all(|file| {
                match texts.entry(file).or_insert_with(|| editable(workspace, file)) {
                    EditedText::Utf8 => true,
                    EditedText::ReadOnly => false,
                    // The fix must replace the first invalid bytes and leave no invalid bytes elsewhere.
                    EditedText::OtherEncoding(byte) => {
                        edits_near(edits, file, *byte)
                            && edited(workspace, &outcome.findings, &[at])
                                .into_values()
                                .all(|text| String::from_utf8(text).is_ok())
                    }
                }
            });
            if !can_apply {
                outcome.findings[at].diagnostic.fix = None;
            }
        }
        let mut open: Vec<usize> = candidates(&outcome.findings, |fix| fix.safe);
        for round in 0.. {
            if open.is_empty() || round == MOST_ROUNDS {
                break;
            }
            let batch = disjoint(&outcome.findings, &open);
            let tried: FxHashSet<usize> = batch.iter().copied().collect();
            open.retain(|at| !tried.contains(at));
            for (at, phones) in self.unsafe_fixes(base, workspace, &outcome.findings, &batch) {
                if let Some(fix) = &mut outcome.findings[at].diagnostic.fix {
                    fix.safe = false;
                    fix.title = format!("{}: changes the values of {}", fix.title, named(&phones));
                }
            }
        }
        // These fixes overlap with many others and are verified after the others have been applied.
        for at in open {
            outcome.findings[at].diagnostic.fix = None;
        }
    }

    /// Returns the fixes marked as safe that change a phone when applied together with the previous fixes,
    /// and the affected phones. If the entire batch changes no phone, all its fixes are safe. If the batch
    /// changes a phone, each half is checked separately.
    fn unsafe_fixes(
        &self,
        base: &Texts,
        workspace: &Workspace,
        findings: &[Finding],
        batch: &[usize],
    ) -> Vec<(usize, Phones)> {
        let mut accepted: Vec<usize> = Vec::new();
        let mut unsafe_fixes = Vec::new();
        let mut parts = vec![batch.to_vec()];
        while let Some(part) = parts.pop().filter(|part| !part.is_empty()) {
            let tried = [accepted.as_slice(), &part].concat();
            let phones = self.changed(base, workspace, findings, &tried);
            match part.as_slice() {
                _ if phones.is_empty() => accepted = tried,
                [one] => unsafe_fixes.push((*one, phones)),
                more => {
                    let (first, second) = more.split_at(more.len() / 2);
                    parts.extend([second.to_vec(), first.to_vec()]);
                }
            }
        }
        unsafe_fixes
    }

    fn changed(&self, base: &Texts, workspace: &Workspace, findings: &[Finding], batch: &[usize]) -> Phones {
        let edited = edited(workspace, findings, batch);
        let repeats = |name: &str| self.schema.repeats(name);
        if workspace.has_same_values(&edited, &|name| names_file(self.schema, name), &repeats) {
            return Phones::new();
        }
        let mut texts = base.clone();
        texts.extend(edited);
        let after = (self.load)(workspace, &texts);
        let (old, new) = (Fleet::new(workspace), Fleet::new(&after));
        let comparison = compare::compare(&old, &new, &|name| self.schema.repeats(name), &|_| true);
        let gone = comparison.removed.iter().map(|&at| old.members[at as usize].mac);
        comparison
            .changed()
            .into_iter()
            .map(|at: u32| old.members[comparison.both[at as usize].0 as usize].mac)
            .chain(gone)
            .collect()
    }
}

/// Phones whose configuration a fix changes. `None` represents any phone without files of its own.
type Phones = BTreeSet<Option<Mac>>;

/// Formats phones for a message: `0021f2000001 and 0021f2000002`, or `each of 14 phones`.
fn named(phones: &Phones) -> String {
    if phones.len() > MOST_NAMED {
        return format!("each of {} phones", phones.len());
    }
    phones.iter().map(|mac| phone_name(*mac)).collect::<Vec<_>>().join(" and ")
}

/// Whether fixes can change a file.
enum EditedText {
    /// Any fix can change the file.
    Utf8,
    /// Only a fix that makes the file valid UTF-8 can change it. Contains the offset of the first invalid
    /// byte.
    OtherEncoding(u32),
    /// The file is outside the tree or excluded, or was not read.
    ReadOnly,
}

fn editable(workspace: &Workspace, file: FileId) -> EditedText {
    let document = workspace.document(file);
    if is_url(workspace.path(file)) || document.excluded || document.state != State::Read {
        return EditedText::ReadOnly;
    }
    match std::str::from_utf8(workspace.text(file)) {
        Ok(_) => EditedText::Utf8,
        Err(error) => EditedText::OtherEncoding(error.valid_up_to() as u32),
    }
}

/// Whether a fix edits bytes in a file near the given offset.
fn edits_near(edits: &[Edit], file: FileId, byte: u32) -> bool {
    let edits = edits.iter().filter(|edit| edit.at.file == file);
    edits.map(|edit| edit.at.span).any(|span| span.start <= byte + 3 && byte <= span.end + 3)
}

/// Indices of the findings with a fix for which `wanted` returns true.
fn candidates(findings: &[Finding], wanted: impl Fn(&Fix) -> bool) -> Vec<usize> {
    let matching = findings
        .iter()
        .enumerate()
        .filter(|(_, finding)| finding.diagnostic.fix.as_ref().is_some_and(&wanted));
    matching.map(|(at, _)| at).collect()
}

/// Edits of a finding's fix.
fn edits(finding: &Finding) -> &[Edit] {
    finding.diagnostic.fix.as_ref().map_or(&[], |fix| &fix.edits)
}

/// Selects findings that can be fixed together; findings with a higher level take priority.
fn disjoint(findings: &[Finding], open: &[usize]) -> Vec<usize> {
    let mut taken: BTreeSet<Place> = BTreeSet::new();
    let mut by_level = open.to_vec();
    by_level.sort_by_key(|&at| std::cmp::Reverse(findings[at].level));
    by_level.retain(|&at| {
        let edits = edits(&findings[at]);
        let free = edits.iter().all(|edit| is_free(&taken, edit.at));
        if free {
            taken.extend(edits.iter().map(|edit| edit.at));
        }
        free
    });
    by_level
}

/// Whether a location neither overlaps nor touches any of the `taken` locations. These must not overlap or
/// touch each other.
fn is_free(taken: &BTreeSet<Place>, at: Place) -> bool {
    let before = taken.range(..=at).next_back();
    let after = taken.range(at..).next();
    !before.is_some_and(|before| overlaps(before, &at)) && !after.is_some_and(|after| overlaps(&at, after))
}

/// Whether a location overlaps or touches the next location.
fn overlaps(first: &Place, second: &Place) -> bool {
    let meet = second.span.is_empty() && first.span.end == second.span.start;
    first.file == second.file
        && (first.span.start == second.span.start || first.span.end > second.span.start || meet)
}

/// Applies the fixes of a batch and returns the new content of the changed files.
pub fn edited(workspace: &Workspace, findings: &[Finding], batch: &[usize]) -> Texts {
    let mut all: Vec<&Edit> = batch.iter().flat_map(|&at| edits(&findings[at])).collect();
    all.sort_by_key(|edit| edit.at);
    all.chunk_by(|a, b| a.at.file == b.at.file)
        .map(|edits: &[&Edit]| {
            let file = edits[0].at.file;
            let text = workspace.text(file);
            let mut out = Vec::with_capacity(text.len());
            let mut from = 0;
            for edit in edits {
                out.extend_from_slice(text.get(from..edit.at.span.start as usize).unwrap_or_default());
                out.extend_from_slice(edit.text.as_bytes());
                from = edit.at.span.end as usize;
            }
            out.extend_from_slice(text.get(from..).unwrap_or_default());
            (workspace.path(file).to_owned(), out)
        })
        .collect()
}
