//! What was found in a whole tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lint::{Outcome, RunCache};
use crate::project::Judging;
use crate::text::source::FileId;
use crate::tree::load::Workspace;

/// A judged tree.
pub struct Analysis {
    /// Its files.
    pub workspace: Workspace,
    /// What is wrong with them, fixes proved.
    pub outcome: Outcome,
    /// What it takes to judge one of its files again.
    pub cache: RunCache,
    /// How it was judged.
    pub judging: Arc<Judging>,
    /// Who reads each file.
    pub readers: Vec<Readers>,
    /// For each open file the findings (indices) whose safe fixes are proved to be safe together.
    pub together: BTreeMap<FileId, Vec<usize>>,
}

/// Who reads a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readers {
    /// How many phones that are counted.
    pub count: usize,
    /// Whether phones without files of their own do.
    pub any: bool,
}
