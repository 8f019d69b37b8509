//! Judges whole trees, one after the other, in a thread of its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::context::analysis::{Analysis, Readers};
use crate::lint;
use crate::lint::fix::Fixer;
use crate::project::{EditorTree, Error, Home, Judging, Options};
use crate::text::fmt;
use crate::text::path::file_name;
use crate::text::source::FileId;
use crate::tree::load::{Texts, Workspace};
use crate::tree::names::Role;
use crate::tree::resolve::Fleet;

/// What to do next.
pub enum Order {
    /// Judge a tree.
    Judge(Job),
    /// Nobody asks for it any more.
    Forget(Home),
}

/// A tree to judge.
pub struct Job {
    /// Which.
    pub home: Home,
    /// The state that it is asked for.
    pub state: u64,
    /// The open texts, by path.
    pub texts: Texts,
    /// Whether the disk may hold something else than last time.
    pub reopen: bool,
}

/// What came out.
pub struct Done {
    /// Of which tree.
    pub home: Home,
    /// Of which state of it.
    pub state: u64,
    /// What was found; none where the tree could never be opened.
    pub analysis: Option<Analysis>,
    /// What was found in open files that lie in no root, by path.
    pub strays: BTreeMap<String, Analysis>,
    /// Why the settings or the tree could not be read: what was found is by the last ones that could.
    pub trouble: Option<Trouble>,
}

/// Why the settings or the tree could not be read.
#[derive(Clone, PartialEq, Eq)]
pub struct Trouble {
    /// In words.
    pub why: String,
    /// The line of the settings file that is wrong, from 1.
    pub line: Option<usize>,
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self { why: error.to_string(), line: error.settings_line() }
    }
}

/// The trees that were opened.
pub struct Worker {
    options: Arc<Options>,
    trees: BTreeMap<Home, EditorTree>,
}

impl Worker {
    /// A worker that has opened nothing.
    pub fn new(options: Arc<Options>) -> Self {
        Self { options, trees: BTreeMap::new() }
    }

    /// Does what is ordered until nobody orders or listens any more.
    pub fn run(mut self, orders: &Receiver<Order>, tell: &dyn Fn(Done) -> bool) {
        for order in orders {
            match order {
                Order::Forget(home) => {
                    self.trees.remove(&home);
                }
                Order::Judge(job) => {
                    if !tell(self.judge(job)) {
                        return;
                    }
                }
            }
        }
    }

    fn judge(&mut self, job: Job) -> Done {
        let Job { home, state, texts, reopen } = job;
        let mut trouble = None;
        if reopen || !self.trees.contains_key(&home) {
            match EditorTree::open(&self.options, &home) {
                Ok(tree) => {
                    self.trees.insert(home.clone(), tree);
                }
                Err(error) => trouble = Some(Trouble::from(error)),
            }
        }
        let mut done = Done { home, state, analysis: None, strays: BTreeMap::new(), trouble };
        let Some(tree) = self.trees.get_mut(&done.home) else { return done };
        let workspace = tree.load(&texts);
        let judging = tree.judging(&workspace);
        let judging = judging.unwrap_or_else(|error| {
            done.trouble.get_or_insert(Trouble::from(error));
            tree.last_judging()
        });
        let mut analysis = analyse(&judging, workspace, &texts, &|texts| tree.load(texts));
        for path in texts.keys().filter(|path| is_stray(&analysis.workspace, path)) {
            let load = |texts: &Texts| tree.load_stray(texts, path);
            let mut stray = analyse(&judging, load(&texts), &texts, &load);
            keep_only(&mut stray, path);
            done.strays.insert(path.clone(), stray);
        }
        if let Some(only) = &done.home.only {
            keep_only(&mut analysis, only);
        }
        done.analysis = Some(analysis);
        done
    }
}

/// Whether a file belongs to no root and is read by no phone, and would be judged otherwise.
fn is_stray(workspace: &Workspace, path: &str) -> bool {
    let is_ours = workspace.file(path).is_some_and(|file| {
        let document = workspace.document(file);
        document.in_scope || document.is_tool_file || document.excluded
    });
    !is_ours && Role::from_name(file_name(path)).kind().is_some()
}

/// Keeps what is said of a file of no root, and nothing where it most likely is another program's.
fn keep_only(analysis: &mut Analysis, path: &str) {
    let workspace = &analysis.workspace;
    let is_ours = |file: &FileId| fmt::format(workspace.text(*file), &workspace.document(*file).tree).is_ok();
    let file = workspace.file(path).filter(is_ours);
    analysis.outcome.findings.retain(|finding| Some(finding.at.file) == file);
    // These are indices, which no longer hold.
    analysis.together.clear();
}

fn analyse(
    judging: &Arc<Judging>,
    workspace: Workspace,
    texts: &Texts,
    load: &dyn Fn(&Texts) -> Workspace,
) -> Analysis {
    let over = |other: &Texts| {
        let mut all = texts.clone();
        all.extend(other.clone());
        load(&all)
    };
    let lint_workspace = |workspace: &Workspace| lint::run(workspace, &judging.schema, &judging.options);
    let fixer = Fixer { load: &over, lint: &lint_workspace, schema: &judging.schema };
    let (mut outcome, cache) = lint::run_with_cache(&workspace, &judging.schema, &judging.options);
    fixer.prove(&workspace, &mut outcome);
    let open = texts.keys().filter_map(|path| workspace.file(path));
    let together = open.map(|file| (file, fixer.together(&workspace, &outcome, file)));
    let together = together.filter(|(_, findings)| !findings.is_empty()).collect();
    let readers = readers(&Fleet::new(&workspace));
    Analysis { outcome, cache, judging: Arc::clone(judging), readers, together, workspace }
}

fn readers(fleet: &Fleet<'_>) -> Vec<Readers> {
    let of = |members: &Vec<u32>| {
        let members = members.iter().map(|&member| &fleet.members[member as usize]);
        let (count, any) = members.fold((0, false), |(count, any), member| {
            (count + usize::from(member.counted && member.mac.is_some()), any || member.mac.is_none())
        });
        Readers { count, any }
    };
    fleet.readers.iter().map(of).collect()
}
