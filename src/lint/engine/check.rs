//! Prepares the data that all rules share, and runs rules on a file.

use super::run_context::Active;
use crate::catalogue::{Model, Schema};
use crate::lint::api::{Check, Hits, LintOptions, Rule};
use crate::lint::view::{
    FileCx, Memo, ParameterIndex, PrivateNames, PrivateReads, RuleNames, World, is_book,
};
use crate::text::source::{FileId, Span};
use crate::tree::resolve::{Fleet, Member};

/// All rules, sorted by name.
pub type Rules = &'static [&'static Rule];

/// Prepares the data that all rules share and the list of active rules, and calls `work` with both.
pub fn prepared<R>(
    rules: Rules,
    fleet: &Fleet<'_>,
    schema: &Schema,
    options: &LintOptions,
    work: impl FnOnce(&World<'_>, Vec<Active>) -> R,
) -> R {
    let workspace = fleet.workspace;
    let parameter_index = ParameterIndex::new(workspace, schema);
    let models: Vec<Option<&Model>> =
        fleet.members.iter().map(|member| model_of(options, member, schema)).collect();
    let names = RuleNames(rules.iter().map(|rule| (rule.name, rule.renamed_from)).collect());
    let world = World {
        workspace,
        fleet,
        schema,
        parameter_index: &parameter_index,
        private: &PrivateNames::new(workspace, &parameter_index, &options.policies),
        models: &models,
        limits: options.limits,
        today: &options.today,
        server: options.server.as_ref(),
        server_fault: options
            .server_fault
            .as_ref()
            .and_then(|(at, fault)| Some((at.resolve(workspace)?, fault))),
        policies: &options.policies,
        inventory: options.inventory.as_ref(),
        sources: &options.sources,
        edited: &options.edited,
        ungenerated: &options.ungenerated,
        rules: &names,
        memo: &Memo::default(),
    };
    let active = rules.iter().enumerate().filter(|(_, rule)| options.runs(rule));
    work(&world, active.map(|(at, rule)| (at as u16, *rule)).collect())
}

fn model_of<'s>(options: &LintOptions, member: &Member, schema: &'s Schema) -> Option<&'s Model> {
    options
        .model
        .as_ref()
        .or_else(|| member.mac.and_then(|mac| options.models.get(&(member.root, mac))))
        .and_then(|name| schema.model(name))
}

/// Runs rules on a file, and returns the rules that found something or read private data.
pub fn check_file(
    world: &World<'_>,
    rules: &[Active],
    file: FileId,
    private: &[Span],
    found: &mut Hits,
) -> Vec<Active> {
    let workspace = world.workspace;
    let is_book = is_book(world, workspace.document(file));
    let book = is_book.then(|| crate::phonebook::parse(workspace.text(file)));
    let reads = PrivateReads::default();
    let cx = FileCx::new(world, &reads, file, private, book.as_ref());
    rules
        .iter()
        .copied()
        .filter(|&(index, rule): &Active| {
            let Check::File(check) = rule.check else { return false };
            let mut sink = found.sink(index, &world.fleet.readers[file.0 as usize]);
            check(&cx, &mut sink);
            reads.reset() | sink.reported
        })
        .collect()
}
