//! Lint engine: runs the rules over each file, each shared parameter history, each phone, and the tree, and, if
//! several rules match, selects the rule that reports. The engine does not depend on individual rules or output
//! formats, and performs no I/O.

pub mod baseline;
mod dedup;
pub mod fix;
mod histories;
pub mod identity;
mod outcome;
mod private_parts;
mod run_context;
mod settle;
mod suppression;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use rayon::prelude::*;

use self::dedup::{Dedup, Parts};
pub use self::outcome::Outcome;
use self::private_parts::private_parts;
use self::run_context::{Active, RunContext};
use crate::catalogue::{Model, Schema};
use crate::lint::api::{Check, Finding, Hits, LintOptions, Rule};
use crate::lint::view::{
    FileCx, MemberCx, Memo, ParameterIndex, PrivateNames, PrivateReads, RuleNames, TreeCx, World, is_book,
};
use crate::text::source::{FileId, Span};
use crate::tree::load::Workspace;
use crate::tree::resolve::{Fleet, Member, Roster};

/// All rules, sorted by name.
pub type Rules = &'static [&'static Rule];

/// State of a run that is needed to check one of the files again.
#[derive(Debug)]
pub struct RunCache {
    roster: Arc<Roster>,
    dedup: Dedup,
}

/// Runs rules over a tree. Also returns the state that [`recheck_file`] needs.
pub fn run(
    rules: Rules,
    workspace: &Workspace,
    schema: &Schema,
    options: &LintOptions,
) -> (Outcome, RunCache) {
    let fleet = Fleet::new(workspace);
    let (outcome, dedup) = prepared(rules, &fleet, schema, options, |world, active| {
        let (dedup, parts) = match options.no_dedup {
            true => (Dedup::none(&fleet), Parts::default()),
            false => Dedup::new(world),
        };
        let found = check_files(world, &dedup, &parts, &active)
            .merge(check_members(world, &dedup, &active))
            .merge(histories::check(world, &dedup, &active))
            .merge(check_tree(world, &active));
        (outcome::outcome(&RunContext { world, options, rules, active }, found), dedup)
    });
    (outcome, RunCache { roster: fleet.roster, dedup })
}

/// Checks one file after its text was [replaced](Workspace::update_text), and returns the findings in this
/// file. Rules that check the whole tree do not run, because they are too slow to run on every keystroke.
pub fn recheck_file(
    rules: Rules,
    workspace: &Workspace,
    schema: &Schema,
    options: &LintOptions,
    cache: &mut RunCache,
    file: FileId,
) -> Vec<Finding> {
    let fleet = Fleet::from_roster(workspace, Arc::clone(&cache.roster));
    let owner = fleet
        .members
        .iter()
        .position(|member: &Member| [member.own.boot, member.own.cfg].contains(&Some(file)))
        .map(|owner| owner as u32);
    // A phone's own file can concern the phone even if the phone does not read it.
    let mut concerned = fleet.readers[file.0 as usize].clone();
    concerned.extend(owner.filter(|owner| !concerned.contains(owner)));
    if let Some(owner) = owner {
        // The text of the file was part of the phone's fingerprint.
        cache.dedup.separate(owner);
    }
    let dedup = &cache.dedup;
    prepared(rules, &fleet, schema, options, |world, active| {
        let mut found = Hits::default();
        check_file(world, &active, file, &private_parts(world, file), &mut found);
        let found = found
            .merge(dedup.check_members(&concerned, &active, &|id, rules: &[Active], found: &mut Hits| {
                check_member(world, rules, id, found)
            }))
            .merge(histories::check(world, dedup, &active));
        let mut findings = outcome::outcome(&RunContext { world, options, rules, active }, found).findings;
        findings.retain(|finding| finding.at.file == file);
        findings
    })
}

/// Prepares the data that all rules share and the list of active rules, and calls `work` with both.
fn prepared<R>(
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
        policies: &options.policies,
        inventory: options.inventory.as_ref(),
        sources: &options.sources,
        edited: &options.edited,
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

fn check_files(world: &World<'_>, dedup: &Dedup, parts: &Parts, active: &[Active]) -> Hits {
    let files: Vec<u32> = world.workspace.checked_files().map(|(file, _)| file.0).collect();
    dedup.check_files(&files, active, &|file, rules, found| match parts.get(&FileId(file)) {
        Some(private) => check_file(world, rules, FileId(file), private, found),
        None => check_file(world, rules, FileId(file), &private_parts(world, FileId(file)), found),
    })
}

/// Runs rules on a file, and returns the rules that found something or read private data.
fn check_file(
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

fn check_members(world: &World<'_>, dedup: &Dedup, active: &[Active]) -> Hits {
    let members: Vec<u32> = (0..world.fleet.members.len() as u32).collect();
    dedup.check_members(&members, active, &|id, rules, found| check_member(world, rules, id, found))
}

/// Runs rules on a phone, and returns the rules that found something or read private data.
fn check_member(world: &World<'_>, rules: &[Active], id: u32, found: &mut Hits) -> Vec<Active> {
    let reads = PrivateReads::default();
    let cx = MemberCx::new(world, &reads, id);
    let members = [id];
    rules
        .iter()
        .copied()
        .filter(|&(index, rule): &Active| {
            let Check::Phone(check) = rule.check else { return false };
            let mut sink = found.sink(index, &members);
            check(&cx, &mut sink);
            reads.reset() | sink.reported
        })
        .collect()
}

fn check_tree(world: &World<'_>, active: &[Active]) -> Hits {
    active
        .par_iter()
        .fold(Hits::default, |mut found: Hits, &(index, rule): &Active| {
            if let Check::Tree(check) = rule.check {
                let reads = PrivateReads::default();
                check(&TreeCx::new(world, &reads), &mut found.sink(index, &[]));
            }
            found
        })
        .reduce(Hits::default, Hits::merge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::RULES;
    use crate::lint::api::{Diagnostic, Group, Level, RuleEvidence, Sink};
    use crate::text::source::Place;

    const BOOT: &str = "#!version:1.0.0.1\ninclude:config <site.cfg>\ninclude:config <@.cfg>\n";

    /// Cfg of a phone, with private and other settings.
    const CFG: &str = "#!version:1.0.0.1
# Desk @, by the window; see M\u{fc}ller <mueller@example.com
account.1.enable = 1
account.1.label = Desk @
account.1.display_name = M\u{fc}ller, Dr. (2nd)
account.1.auth_name = 10@
account.1.user_name = 10@
account.1.password = Zq9w@Kyaa7xx
account.1.codec.pcmu.enable = 1
account.1.codec.pcmu.priority = 1
linekey.1.type = 13
linekey.1.value = 10@
linekey.1.label = Key & @
programablekey.1.type = 13
programablekey.1.value = *9@
voice_mail.number.1 = *97
features.station_name.value = Desk @
lang.gui = English
";

    #[test]
    fn rules_read_nothing_private_of_a_phone_without_faults() {
        let workspace = &testing::two_phones([BOOT, CFG], [BOOT, CFG]);
        let fleet = Fleet::new(workspace);
        prepared(&RULES, &fleet, Schema::builtin(), &LintOptions::default(), |world, active| {
            assert_eq!(Dedup::new(world).0.first(1), 0);
            let mut found = Hits::default();
            for file in (0..workspace.documents.len() as u32).map(FileId) {
                let rules = check_file(world, &active, file, &private_parts(world, file), &mut found);
                assert!(rules.is_empty(), "{}: {rules:?}", workspace.path(file));
            }
            for member in 0..2 {
                let rules = check_member(world, &active, member, &mut found);
                assert!(rules.is_empty(), "{member}: {rules:?}");
            }
        });
    }

    #[test]
    fn a_rule_that_reads_what_is_private_is_run_on_every_phone() {
        fn by_value(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
            let two = cx.settings().find(|setting| setting.value == "Desk 2");
            if let Some(setting) = two {
                sink.report(setting.place(), || Diagnostic::new("two"));
            }
        }
        fn by_text(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
            if cx.text().windows(6).any(|text| text == b"Desk 2") {
                sink.report(Place::whole(cx.file), || Diagnostic::new("two"));
            }
        }
        fn by_path(cx: &FileCx<'_>, sink: &mut Sink<'_>) {
            if cx.path() == "0021f2000002.cfg" {
                sink.report(Place::whole(cx.file), || Diagnostic::new("two"));
            }
        }
        fn by_mac(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
            let cfg = cx.own().cfg.filter(|_| cx.mac().is_some_and(|mac| mac.to_string().ends_with('2')));
            if let Some(cfg) = cfg {
                sink.report(Place::whole(cfg), || Diagnostic::new("two"));
            }
        }
        fn by_number(cx: &MemberCx<'_>, sink: &mut Sink<'_>) {
            let user = cx.assignment_with("account.1.user_name", "102");
            if let Some(at) = user {
                sink.report(cx.place(at), || Diagnostic::new("two"));
            }
        }
        let workspace = &testing::two_phones([BOOT, CFG], [BOOT, CFG]);
        for check in [
            Check::File(by_value),
            Check::File(by_text),
            Check::File(by_path),
            Check::Phone(by_mac),
            Check::Phone(by_number),
        ] {
            let rule: &'static Rule = Box::leak(Box::new(Rule::new(
                "test",
                Group::Text,
                Level::Info,
                RuleEvidence::Certain,
                check,
                "",
            )));
            let rules: Rules = Box::leak(Box::new([rule]));
            let (outcome, cache) = run(rules, workspace, Schema::builtin(), &LintOptions::default());
            assert_eq!(cache.dedup.first(1), 0);
            let found: Vec<&str> =
                outcome.findings.iter().map(|found| workspace.path(found.at.file)).collect();
            assert_eq!(found, ["0021f2000002.cfg"]);
        }
    }
}
