//! Finds what is wrong with a loaded tree. Rules ([`api`], [`ask`], [`facts`]) do not know who runs them, and the
//! [`engine`] does not know which rules there are: here they are put together.

pub mod api;
pub mod ask;
pub mod engine;
pub mod facts;
mod rules;

pub use api::{
    Affected, Baseline, Check, DEFAULT, Diagnostic, Edit, Finding, Fix, Group, Level, LintOptions, PathRule,
    Precedence, Rule, RuleEvidence, Sink, Status, Suppression, ToolFileSpan,
};
pub use ask::{
    FileCx, Inventory, InventoryProblem, Limits, Policy, SharedFile, names_file, with_suppressions,
};
pub use engine::{Outcome, RunCache, baseline, fix};
pub use rules::RULES;

use crate::catalogue::Schema;
use crate::text::source::FileId;
use crate::tree::load::Workspace;

/// The rule of a name, which may be an old one.
pub fn rule(name: &str) -> Option<&'static Rule> {
    Rule::find(&RULES, name)
}

/// Runs the rules over a tree.
pub fn run(workspace: &Workspace, schema: &Schema, options: &LintOptions) -> Outcome {
    engine::run(&RULES, workspace, schema, options).0
}

/// The same, and what is needed to judge a file [again](recheck_file).
pub fn run_with_cache(workspace: &Workspace, schema: &Schema, options: &LintOptions) -> (Outcome, RunCache) {
    engine::run(&RULES, workspace, schema, options)
}

/// Judges a file of which the text was [replaced](Workspace::update_text) since the tree was judged, or judged again: what
/// stands in this file. Rules that look at the whole tree are left out: they take longer than a key stroke may.
pub fn recheck_file(
    workspace: &Workspace,
    schema: &Schema,
    options: &LintOptions,
    cache: &mut RunCache,
    file: FileId,
) -> Vec<Finding> {
    engine::recheck_file(&RULES, workspace, schema, options, cache, file)
}
