//! Analyzes whole trees, one at a time, in a separate thread.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::context::analysis::{Analysis, Readers};
use crate::lint;
use crate::lint::fix::Fixer;
use crate::project::{EditorTree, Error, Home, LintContext, OpenOptions};
use crate::text::fmt;
use crate::text::path::file_name;
use crate::tree::load::{Texts, Workspace};
use crate::tree::names::Role;
use crate::tree::resolve::Fleet;

/// A task for the worker.
pub enum Task {
    Analyze(Job),
    /// Drop a tree that is no longer used.
    Close(Home),
}

/// A tree to analyze.
pub struct Job {
    pub home: Home,
    /// The number of the last change.
    pub state: u64,
    /// The open documents, by path.
    pub texts: Texts,
    /// Whether files on disk may have changed since the last analysis.
    pub reopen: bool,
}

/// The result of a job.
pub struct AnalysisResult {
    pub home: Home,
    /// The number of the last change.
    pub state: u64,
    /// `None` if the tree could never be opened.
    pub analysis: Option<Analysis>,
    /// Analyses of open files outside all roots, by path.
    pub strays: BTreeMap<String, Analysis>,
    /// The reason why the settings or the tree could not be read. In this case, the last valid settings remain in
    /// use.
    pub open_error: Option<OpenError>,
}

/// The reason why the settings or the tree could not be read.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenError {
    pub message: String,
    /// The line of the error in the settings file, from 1.
    pub line: Option<usize>,
}

impl From<Error> for OpenError {
    fn from(error: Error) -> Self {
        Self { message: error.to_string(), line: error.settings_line() }
    }
}

/// The open trees.
pub struct Worker {
    options: Arc<OpenOptions>,
    trees: BTreeMap<Home, EditorTree>,
}

impl Worker {
    pub fn new(options: Arc<OpenOptions>) -> Self {
        Self { options, trees: BTreeMap::new() }
    }

    /// Runs tasks until the sender of tasks or the receiver of results is dropped.
    pub fn run(mut self, tasks: &Receiver<Task>, send: &dyn Fn(AnalysisResult) -> bool) {
        for task in tasks {
            match task {
                Task::Close(home) => {
                    self.trees.remove(&home);
                }
                Task::Analyze(job) => {
                    if !send(self.analyze(job)) {
                        return;
                    }
                }
            }
        }
    }

    fn analyze(&mut self, job: Job) -> AnalysisResult {
        let Job { home, state, texts, reopen } = job;
        let mut open_error = None;
        if reopen || !self.trees.contains_key(&home) {
            match EditorTree::open(&self.options, &home) {
                Ok(tree) => {
                    self.trees.insert(home.clone(), tree);
                }
                Err(error) => open_error = Some(OpenError::from(error)),
            }
        }
        let mut result = AnalysisResult { home, state, analysis: None, strays: BTreeMap::new(), open_error };
        let Some(tree) = self.trees.get_mut(&result.home) else { return result };
        let workspace = tree.load(&texts);
        let lint_context = tree.lint_context(&workspace);
        let lint_context = lint_context.unwrap_or_else(|error| {
            result.open_error.get_or_insert(OpenError::from(error));
            tree.last_lint_context()
        });
        let mut analysis = analyze(&lint_context, workspace, &texts, &|texts| tree.load(texts));
        for path in texts.keys().filter(|path| is_stray(&analysis.workspace, path)) {
            let workspace = tree.load_outside_roots(&texts, path);
            let mut stray =
                analyze(&lint_context, workspace, &texts, &|texts| tree.load_outside_roots(texts, path));
            retain_file(&mut stray, path);
            result.strays.insert(path.clone(), stray);
        }
        if let Some(only) = &result.home.only {
            retain_file(&mut analysis, only);
        }
        result.analysis = Some(analysis);
        result
    }
}

/// Whether a boot or cfg file belongs to no root and is read by no phone.
fn is_stray(workspace: &Workspace, path: &str) -> bool {
    let is_ours = workspace.file(path).is_some_and(|file| {
        let document = workspace.document(file);
        document.in_scope || document.is_tool_file || document.excluded
    });
    !is_ours && Role::from_name(file_name(path)).kind().is_some()
}

/// Retains only the findings for a file outside all roots. Removes these findings too if the file probably
/// belongs to a different program.
fn retain_file(analysis: &mut Analysis, path: &str) {
    let workspace = &analysis.workspace;
    let file = workspace
        .file(path)
        .filter(|file| fmt::format(workspace.text(*file), &workspace.document(*file).tree).is_ok());
    analysis.outcome.findings.retain(|finding| Some(finding.at.file) == file);
    // The indices are no longer valid.
    analysis.together.clear();
}

fn analyze(
    lint_context: &Arc<LintContext>,
    workspace: Workspace,
    texts: &Texts,
    load: &dyn Fn(&Texts) -> Workspace,
) -> Analysis {
    let fixer = Fixer {
        load: &|_, other| {
            let mut all = texts.clone();
            all.extend(other.clone());
            load(&all)
        },
        lint: &|workspace, cache| {
            let (outcome, cache) =
                lint::run_again(workspace, &lint_context.schema, &lint_context.options, cache);
            (outcome, Some(cache))
        },
        schema: &lint_context.schema,
    };
    let (mut outcome, cache) = lint::run_again(&workspace, &lint_context.schema, &lint_context.options, None);
    fixer.prove(&workspace, &mut outcome);
    let open = texts.keys().filter_map(|path| workspace.file(path));
    let together = open
        .map(|file| (file, fixer.together(&workspace, &outcome, file)))
        .filter(|(_, findings)| !findings.is_empty())
        .collect();
    let readers = readers(&Fleet::new(&workspace));
    Analysis { outcome, cache, lint_context: Arc::clone(lint_context), readers, together, workspace }
}

fn readers(fleet: &Fleet<'_>) -> Vec<Readers> {
    let readers = fleet.readers.iter().map(|members| {
        let members = members.iter().map(|&member| &fleet.members[member as usize]);
        members.fold(Readers::default(), |Readers { count, any }, member| Readers {
            count: count + usize::from(member.counted && member.mac.is_some()),
            any: any || member.mac.is_none(),
        })
    });
    readers.collect()
}
