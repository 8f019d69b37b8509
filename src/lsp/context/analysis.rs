//! The result of linting a whole tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::lint::{Outcome, RunCache};
use crate::project::LintContext;
use crate::text::source::FileId;
use crate::tree::load::Workspace;

/// An analyzed tree.
pub struct Analysis {
    pub workspace: Workspace,
    /// The findings, with verified fixes.
    pub outcome: Outcome,
    /// Intermediate results, so that a single file can be checked again.
    pub cache: RunCache,
    pub lint_context: Arc<LintContext>,
    /// The phones that read each file.
    pub readers: Vec<Readers>,
    /// For each open file, the indices of the findings whose safe fixes can be applied together.
    pub together: BTreeMap<FileId, Vec<usize>>,
}

/// The phones that read a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readers {
    /// Number of phones with files of their own.
    pub count: usize,
    /// Whether phones without files of their own read the file.
    pub any: bool,
}
