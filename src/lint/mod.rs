//! Finds faults in a loaded tree. Rules ([`api`], [`view`], [`facts`]) do not depend on the [`engine`] that runs them,
//! and the engine does not depend on the rules: this module connects them.

pub mod api;
pub mod engine;
pub mod facts;
mod rules;
pub mod view;

pub use api::{
    Affected, Baseline, Check, DEFAULT, Diagnostic, Edit, Finding, Fix, Group, Level, LintOptions, PathRule,
    Precedence, Rule, RuleEvidence, Sink, Status, Suppression, ToolFileSpan,
};
pub use engine::{Outcome, RunCache, baseline, fix};
pub use rules::RULES;
pub use view::{FileCx, Inventory, Limits, Policy, names_file, with_suppressions};

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

/// Runs the rules over a tree, and also returns the data to check a file [again](recheck_file).
pub fn run_with_cache(workspace: &Workspace, schema: &Schema, options: &LintOptions) -> (Outcome, RunCache) {
    engine::run(&RULES, workspace, schema, options)
}

/// Checks a file whose text was [replaced](Workspace::update_text) since the last run, and returns the findings in this
/// file. Rules that check the complete tree do not run: they take too long between two keystrokes.
pub fn recheck_file(
    workspace: &Workspace,
    schema: &Schema,
    options: &LintOptions,
    cache: &mut RunCache,
    file: FileId,
) -> Vec<Finding> {
    engine::recheck_file(&RULES, workspace, schema, options, cache, file)
}
