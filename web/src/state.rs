//! An opened tree with its findings, as `fvprov lint` evaluates it.

use std::sync::{Arc, Mutex, PoisonError};

use fvprov::author::generate::{AbsentFiles, InMemory, add_absent_files};
use fvprov::lint::fix::{FixedTree, Fixer};
use fvprov::lint::{self, Level, LintOptions, Outcome, RunCache};
use fvprov::output::findings::{self, Closing, Format, PhoneList, Report};
use fvprov::project::lint_options::Selection;
use fvprov::project::{Memory, OnRead, OpenOptions, Opened, Progress, Step, open_memory};
use fvprov::text::redact::SecretNumbers;
use fvprov::text::source::FileId;
use fvprov::tree::load::{Texts, Workspace};
use rustc_hash::FxHashMap;

use crate::report_progress;

/// Receives the progress of opening a tree.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Progress for Notes {
    fn step(&self, step: Step<'_>) {
        if let Step::FormerKey { file, former, current } = step {
            let note = format!("`{}`: `{former}` is now called `{current}`", file.display());
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(note);
        }
    }

    fn reading(&self, files: usize) -> OnRead {
        let read = Mutex::new(0_usize);
        Box::new(move || {
            let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
            *read += 1;
            if read.is_multiple_of(100) {
                report_progress(*read, files);
            }
        })
    }
}

/// An opened tree.
pub struct State {
    pub opened: Opened,
    /// The files that `generate` would write.
    memory: Option<InMemory>,
    options: LintOptions,
    /// The findings, unless they are unknown.
    outcome: Option<Outcome>,
    /// The state of the last run, for the next run after an edit.
    cache: Option<RunCache>,
    /// Messages about the settings.
    pub notes: Vec<String>,
    /// Whether files were replaced since the tree was opened.
    pub is_edited: bool,
}

impl State {
    /// Opens a tree.
    pub fn open(files: Memory) -> Result<Self, String> {
        let notes = Arc::new(Notes::default());
        let options = OpenOptions { progress: notes.clone(), ..OpenOptions::default() };
        let mut opened = open_memory(&options, files).map_err(|error| error.to_string())?;
        let AbsentFiles { memory, errors } = add_absent_files(&mut opened, &|_| None);
        opened.check_not_empty().map_err(|error| error.to_string())?;
        let baseline = opened.baseline(None).map_err(|error| error.to_string())?;
        let options = opened.lint_options(Selection::default()).map_err(|error| error.to_string())?;
        let options = LintOptions { baseline, ungenerated: errors, ..options };
        let notes = std::mem::take(&mut *notes.0.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(Self { opened, memory, options, outcome: None, cache: None, notes, is_edited: false })
    }

    /// Runs the rules. Returns the state for the next run.
    fn find(&self, workspace: &Workspace, cache: Option<RunCache>) -> (Outcome, RunCache) {
        let (mut outcome, cache) = lint::run_again(workspace, &self.opened.schema, &self.options, cache);
        if let Some(memory) = &self.memory {
            memory.discard_unknown(workspace, &mut outcome);
        }
        self.opened.withhold_fixes(workspace, &mut outcome);
        (outcome, cache)
    }

    /// Calls a function with the fixer of the tree.
    fn with_fixer<T>(&self, function: impl FnOnce(&Fixer<'_>) -> T) -> T {
        function(&Fixer {
            load: &|workspace, texts| self.opened.load_again(workspace, texts),
            lint: &|workspace, cache| {
                let (outcome, cache) = self.find(workspace, cache);
                (outcome, Some(cache))
            },
            schema: &self.opened.schema,
        })
    }

    /// Finds what `lint` reports.
    pub fn lint(&mut self) {
        if self.outcome.is_some() {
            return;
        }
        let (mut outcome, cache) = self.find(&self.opened.workspace, None);
        self.cache = Some(cache).filter(|_| self.memory.is_none());
        self.with_fixer(|fixer| fixer.prove(&self.opened.workspace, &mut outcome));
        if let Some(memory) = &self.memory {
            memory.relocate(&mut self.opened.workspace, &mut outcome);
        }
        self.outcome = Some(outcome);
    }

    /// The findings in one of the output formats of `lint`.
    pub fn report(&mut self, format: Format) -> Result<Vec<u8>, String> {
        self.lint();
        let outcome = self.outcome.as_ref().ok_or("the findings are unknown")?;
        self.write(format, outcome)
    }

    /// The level of the most severe finding in each file.
    pub fn levels(&mut self) -> FxHashMap<FileId, Level> {
        self.lint();
        self.outcome.as_ref().map(Outcome::most_severe_by_file).unwrap_or_default()
    }

    /// Replaces the text of a file. `texts` are all replaced files.
    pub fn replace(&mut self, path: &str, text: &[u8], texts: &Texts) -> Result<(), String> {
        self.is_edited = true;
        self.outcome = None;
        let names_file = |name: &str| lint::names_file(&self.opened.schema, name);
        let is_updated = match self.opened.workspace.file(path) {
            Some(file) => self.opened.workspace.update_text(file, text, &names_file),
            None => false,
        };
        if !is_updated {
            self.opened.workspace = self.opened.load(texts);
        }
        let models = self.opened.models().map_err(|error| error.to_string())?;
        if !is_updated || models != self.options.models {
            self.cache = None;
        }
        self.options.models = models;
        Ok(())
    }

    /// The findings in a file as JSON, without verified fixes, and the number of findings in the tree by level.
    pub fn findings_in(&mut self, path: &str) -> Result<(Vec<u8>, [usize; 4]), String> {
        let cache = self.cache.take();
        let (mut outcome, cache) = self.find(&self.opened.workspace, cache);
        self.cache = Some(cache);
        let counts =
            [Level::Error, Level::Warning, Level::Info, Level::Hint].map(|level| outcome.count(level));
        let file = self.opened.workspace.file(path);
        outcome.findings.retain(|finding| Some(finding.at.file) == file);
        Ok((self.write(Format::Json, &outcome)?, counts))
    }

    /// Applies the fixes to a copy of the tree: the safe ones, or all.
    pub fn fix(&mut self, with_unsafe: bool) -> FixedTree {
        let workspace = std::mem::take(&mut self.opened.workspace);
        let (mut outcome, cache) = self.find(&workspace, None);
        self.is_edited = true;
        self.outcome = None;
        self.with_fixer(|fixer| {
            fixer.prove(&workspace, &mut outcome);
            fixer.fix(workspace, outcome, Some(cache), with_unsafe)
        })
    }

    fn write(&self, format: Format, outcome: &Outcome) -> Result<Vec<u8>, String> {
        let list = (format == Format::Html).then(|| self.phone_list());
        let report = Report {
            outcome,
            workspace: &self.opened.workspace,
            schema: &self.opened.schema,
            base: &self.opened.base,
            color: false,
            unicode: true,
            fold: true,
            statistics: false,
            closing: Closing::Whole,
            numbers: SecretNumbers::default(),
            anonymous: false,
            list: list.as_ref(),
        };
        let mut text = Vec::new();
        findings::write(format, &mut text, &report).map_err(|error| error.to_string())?;
        Ok(text)
    }

    /// The facts about the phones that are in the inventory and in the settings.
    fn phone_list(&self) -> PhoneList {
        let inventory = self.opened.inventory.as_ref().map(|(_, inventory)| inventory);
        let rows = inventory.iter().flat_map(|inventory| &inventory.rows);
        PhoneList {
            columns: inventory.map(|inventory| inventory.columns.clone()).unwrap_or_default(),
            cells: rows.map(|row| (row.mac, row.cells.clone())).collect(),
            models: self.options.models.clone(),
        }
    }
}
