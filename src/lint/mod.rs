//! Lint rules and the engine that runs them over a loaded tree. Rules ([`api`], [`view`], [`facts`]) do not
//! depend on the [`engine`], and the engine does not depend on individual rules: this module connects the
//! two.

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
pub use view::{
    EditedFile, FileCx, Inventory, InventoryProblem, Limits, Policy, SharedFile, TemplateOptions,
    Ungenerated, Variables, names_file, with_suppressions,
};

use crate::catalogue::Schema;
use crate::text::source::FileId;
use crate::tree::load::Workspace;

/// Finds a rule by its current name or by a former name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    Rule::find(&RULES, name)
}

/// Runs the rules over a tree.
pub fn run(workspace: &Workspace, schema: &Schema, options: &LintOptions) -> Outcome {
    engine::run(&RULES, workspace, schema, options, None).0
}

/// Like [`run`], after an earlier run over the same tree, in which only texts were [replaced](Workspace::update_text) since.
/// Also returns the state that the next run and [`recheck_file`] need.
pub fn run_again(
    workspace: &Workspace,
    schema: &Schema,
    options: &LintOptions,
    cache: Option<RunCache>,
) -> (Outcome, RunCache) {
    engine::run(&RULES, workspace, schema, options, cache)
}

/// The templates in a tree that fvprov can parse.
pub fn templates(workspace: &Workspace, options: &LintOptions) -> Vec<FileId> {
    engine::templates(workspace, options)
}

/// Checks one file after its text was [replaced](Workspace::update_text), and returns the findings in this
/// file. Rules that check the whole tree do not run, because they are too slow to run after each keystroke.
pub fn recheck_file(
    workspace: &Workspace,
    schema: &Schema,
    options: &LintOptions,
    cache: &mut RunCache,
    file: FileId,
) -> Vec<Finding> {
    engine::recheck_file(&RULES, workspace, schema, options, cache, file)
}
