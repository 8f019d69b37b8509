//! Finds what is wrong with a loaded tree. Rules ([`api`], [`ask`], [`facts`]) do not know who runs them, and the
//! [`engine`] does not know which rules there are: here they are put together.

pub mod api;
pub mod ask;
pub mod engine;
pub mod facts;
mod rules;

pub use api::{
    Affected, Baseline, Check, DEFAULT, Draft, Edit, Excuse, Finding, Fix, Ground, Group, Level, Options,
    OwnPlace, PathRule, Rule, Sink, Standing, Status,
};
pub use ask::{FileCx, Inventory, Limits, Policy, names_file, with_suppressions};
pub use engine::{Kept, Outcome, baseline, fix};
pub use rules::RULES;

use crate::catalogue::Schema;
use crate::text::source::FileId;
use crate::tree::load::Workspace;

/// The rule of a name, which may be an old one.
pub fn rule(name: &str) -> Option<&'static Rule> {
    Rule::find(&RULES, name)
}

/// Runs the rules over a tree.
pub fn run(workspace: &Workspace, schema: &Schema, options: &Options) -> Outcome {
    engine::run(&RULES, workspace, schema, options).0
}

/// The same, and what is needed to judge a file [again].
pub fn run_and_keep(workspace: &Workspace, schema: &Schema, options: &Options) -> (Outcome, Kept) {
    engine::run(&RULES, workspace, schema, options)
}

/// Judges a file of which the text was [replaced](Workspace::update_text) since the tree was judged, or judged again: what
/// stands in this file. Rules that look at the whole tree are left out: they take longer than a key stroke may.
pub fn again(
    workspace: &Workspace,
    schema: &Schema,
    options: &Options,
    kept: &mut Kept,
    file: FileId,
) -> Vec<Finding> {
    engine::again(&RULES, workspace, schema, options, kept, file)
}
