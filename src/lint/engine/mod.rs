//! Lint engine: runs the rules over each file, each shared parameter history, each phone, and the tree. If
//! several rules match, the engine selects which of them reports the finding. The engine does not depend on
//! individual rules or output formats, and performs no I/O.

pub mod baseline;
mod check;
mod dedup;
mod find_templates;
pub mod fix;
mod foreign_templates;
mod histories;
pub mod identity;
mod outcome;
mod private_parts;
mod run_context;
mod settle;
mod suppression;
mod template_lines;
mod template_results;
mod templates;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use rayon::prelude::*;

pub use self::check::Rules;
use self::check::{check_file, prepared};
use self::dedup::{Dedup, Parts};
pub use self::outcome::Outcome;
use self::private_parts::private_parts;
use self::run_context::{Active, RunContext};
use self::templates::Templates;
use crate::catalogue::Schema;
use crate::lint::api::{Check, Finding, Hits, LintOptions};
use crate::lint::view::{MemberCx, PrivateReads, TreeCx, World};
use crate::text::source::FileId;
use crate::tree::load::Workspace;
use crate::tree::resolve::{Fleet, Member, Roster};

/// State of a run that is needed to check the tree, or one of its files, again.
#[derive(Debug)]
pub struct RunCache {
    roster: Arc<Roster>,
    /// The groups of equivalent phones; `None` if they must be computed again.
    dedup: Option<Dedup>,
}

impl RunCache {
    /// Records that the text of a file was [replaced](Workspace::update_text).
    pub fn update_file(&mut self, file: FileId) {
        let Some(dedup) = &mut self.dedup else { return };
        match self.roster.readers[file.0 as usize][..] {
            [] => {}
            // The text of the file was part of the phone's fingerprint.
            [only] if self.roster.members[only as usize].has_own(file) => {
                dedup.separate(only, self.roster.members[only as usize].own);
            }
            _ => self.dedup = None,
        }
    }
}

/// Runs rules over a tree. `cache` is the state of the last run over the same tree.
pub fn run(
    rules: Rules,
    workspace: &Workspace,
    schema: &Schema,
    options: &LintOptions,
    cache: Option<RunCache>,
) -> (Outcome, RunCache) {
    let (roster, dedup) = cache.map(|cache| (cache.roster, cache.dedup)).unzip();
    let fleet = match roster {
        Some(roster) => Fleet::from_roster(workspace, roster),
        None => Fleet::new(workspace),
    };
    let (outcome, dedup) = prepared(rules, &fleet, schema, options, |world, active| {
        let (dedup, parts) = match dedup.flatten() {
            _ if options.no_dedup => (Dedup::none(&fleet), Parts::default()),
            Some(dedup) => (dedup, Parts::default()),
            None => Dedup::new(world),
        };
        let templates = Templates::new(workspace, options);
        let mut found = check_files(world, &dedup, &parts, &active)
            .merge(check_members(world, &dedup, &templates, &active))
            .merge(histories::check(world, &dedup, &active))
            .merge(check_tree(world, &active));
        found.retain(|index, place| templates.admits(rules[index as usize], place.file));
        let of_templates = templates::check(rules, world, options, &templates, &active, None, &mut found);
        let found = found.merge(of_templates);
        (
            outcome::outcome(
                &RunContext { world, options, rules, active, templates: templates.files() },
                found,
            ),
            dedup,
        )
    });
    (outcome, RunCache { roster: fleet.roster, dedup: Some(dedup) })
}

/// The templates in a tree that rules read.
pub fn templates(workspace: &Workspace, options: &LintOptions) -> Vec<FileId> {
    Templates::new(workspace, options).read_files().collect()
}

/// Checks one file after its text was [replaced](Workspace::update_text), and returns the findings in this
/// file. Rules that check the whole tree do not run, because they are too slow to run on each keystroke.
pub fn recheck_file(
    rules: Rules,
    workspace: &Workspace,
    schema: &Schema,
    options: &LintOptions,
    cache: &mut RunCache,
    file: FileId,
) -> Vec<Finding> {
    let fleet = Fleet::from_roster(workspace, Arc::clone(&cache.roster));
    let owner =
        fleet.members.iter().position(|member: &Member| member.has_own(file)).map(|owner| owner as u32);
    // A phone's own file can concern the phone even if the phone does not read it.
    let mut concerned = fleet.readers[file.0 as usize].clone();
    concerned.extend(owner.filter(|owner| !concerned.contains(owner)));
    let dedup = cache.dedup.get_or_insert_with(|| Dedup::none(&fleet));
    if let Some(owner) = owner {
        // The text of the file was part of the phone's fingerprint.
        dedup.separate(owner, fleet.members[owner as usize].own);
    }
    let dedup = &*dedup;
    prepared(rules, &fleet, schema, options, |world, active| {
        let templates = Templates::new(workspace, options);
        let mut found = Hits::default();
        check_file(world, &active, file, &private_parts(world, file), &mut found);
        let mut found = found
            .merge(dedup.check_members(&concerned, &active, &|id, rules: &[Active], found: &mut Hits| {
                check_member(world, rules, id, found)
            }))
            .merge(histories::check(world, dedup, &active));
        found.retain(|index, place| templates.admits(rules[index as usize], place.file));
        let of_templates =
            templates::check(rules, world, options, &templates, &active, Some(file), &mut found);
        let found = found.merge(of_templates);
        let context = RunContext { world, options, rules, active, templates: templates.files() };
        let mut findings = outcome::outcome(&context, found).findings;
        findings.retain(|finding| finding.at.file == file);
        findings
    })
}

fn check_files(world: &World<'_>, dedup: &Dedup, parts: &Parts, active: &[Active]) -> Hits {
    let files: Vec<u32> = world.workspace.checked_files().map(|(file, _)| file.0).collect();
    dedup.check_files(&files, active, &|file, rules, found| match parts.get(&FileId(file)) {
        Some(private) => check_file(world, rules, FileId(file), private, found),
        None => check_file(world, rules, FileId(file), &private_parts(world, FileId(file)), found),
    })
}

fn check_members(world: &World<'_>, dedup: &Dedup, templates: &Templates, active: &[Active]) -> Hits {
    // The settings of a phone whose files are templates are unknown.
    let is_known = |member: &u32| {
        let chain = &world.fleet.members[*member as usize].chain;
        templates.is_empty() || !chain.reads.iter().any(|read| templates.is_source(read.file))
    };
    let members: Vec<u32> = (0..world.fleet.members.len() as u32).filter(is_known).collect();
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
    use crate::lint::api::{Diagnostic, Group, Level, Rule, RuleEvidence, Sink};
    use crate::lint::view::FileCx;
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
            let (outcome, cache) = run(rules, workspace, Schema::builtin(), &LintOptions::default(), None);
            assert_eq!(cache.dedup.unwrap().first(1), 0);
            let found: Vec<&str> =
                outcome.findings.iter().map(|found| workspace.path(found.at.file)).collect();
            assert_eq!(found, ["0021f2000002.cfg"]);
        }
    }
}
