//! Judges a loaded tree: runs every rule once for each file, each shared parameter history, each phone and the
//! tree, and decides who speaks when several could. Knows no rule, no output format, and does no I/O.

pub mod baseline;
mod dedup;
pub mod fix;
mod histories;
pub mod identity;
mod judge;
mod outcome;
mod settle;
mod suppression;

use std::sync::Arc;

use rayon::prelude::*;

use self::dedup::Alike;
use self::judge::{Active, Judge};
pub use self::outcome::Outcome;
use crate::catalogue::{Model, Schema};
use crate::lint::api::{Check, Finding, Found, Options, Rule};
use crate::lint::ask::{Common, FileCx, Lexicon, MemberCx, Memo, RuleNames, TreeCx, is_book};
use crate::text::source::FileId;
use crate::tree::load::Workspace;
use crate::tree::resolve::{Fleet, Member, Roster};

/// The rules that there are, sorted by name.
pub type Rules = &'static [&'static Rule];

/// What judging a tree finds out about its phones: enough to judge one of its files again.
#[derive(Debug)]
pub struct Kept {
    roster: Arc<Roster>,
    alike: Alike,
}

/// Runs rules over a tree. Also gives what is needed to judge a file [again].
pub fn run(rules: Rules, workspace: &Workspace, schema: &Schema, options: &Options) -> (Outcome, Kept) {
    let fleet = Fleet::new(workspace);
    let (outcome, alike) = prepared(rules, &fleet, schema, options, |common, active| {
        let alike = if options.apart { Alike::none(&fleet) } else { Alike::new(common) };
        let found = check_files(common, &alike, &active)
            .merge(check_members(common, &alike, &active))
            .merge(histories::check(common, &alike, &active))
            .merge(check_tree(common, &active));
        (outcome::outcome(&Judge { common, options, rules, active }, found), alike)
    });
    (outcome, Kept { roster: fleet.roster, alike })
}

/// Judges a file of which the text was [replaced](Workspace::retype) since the tree was judged, or judged again: what
/// stands in this file. Rules that look at the whole tree are left out: they take longer than a key stroke may.
pub fn again(
    rules: Rules,
    workspace: &Workspace,
    schema: &Schema,
    options: &Options,
    kept: &mut Kept,
    file: FileId,
) -> Vec<Finding> {
    let fleet = Fleet { workspace, roster: Arc::clone(&kept.roster) };
    let owns = |member: &Member| [member.own.boot, member.own.cfg].contains(&Some(file));
    let owner = fleet.members.iter().position(owns).map(|owner| owner as u32);
    // Of a file of its own that it does not read a phone is told too.
    let mut concerned = fleet.readers[file.0 as usize].clone();
    concerned.extend(owner.filter(|owner| !concerned.contains(owner)));
    if let Some(owner) = owner {
        // The text of such a file was part of what made the phone like others.
        kept.alike.part(owner);
    }
    let alike = &kept.alike;
    prepared(rules, &fleet, schema, options, |common, active| {
        let mut found = Found::default();
        check_file(common, &active, file, &mut found);
        let judge = |id, rules: &[Active], found: &mut Found| check_member(common, rules, id, found);
        let found = found
            .merge(alike.judge_members(&concerned, &active, &judge))
            .merge(histories::check(common, alike, &active));
        let mut findings = outcome::outcome(&Judge { common, options, rules, active }, found).findings;
        findings.retain(|finding| finding.at.file == file);
        findings
    })
}

/// Does some work with what all rules share, and the rules that run.
fn prepared<R>(
    rules: Rules,
    fleet: &Fleet<'_>,
    schema: &Schema,
    options: &Options,
    work: impl FnOnce(Common<'_>, Vec<Active>) -> R,
) -> R {
    let workspace = fleet.workspace;
    let lexicon = Lexicon::new(workspace, schema);
    let models: Vec<Option<&Model>> =
        fleet.members.iter().map(|member| model_of(options, member, schema)).collect();
    let names = RuleNames(rules.iter().map(|rule| rule.name).collect());
    let common = Common {
        workspace,
        fleet,
        schema,
        lexicon: &lexicon,
        models: &models,
        limits: options.limits,
        today: &options.today,
        server: options.server.as_ref(),
        policies: &options.policies,
        inventory: options.inventory.as_ref(),
        rules: &names,
        memo: &Memo::default(),
    };
    let active = rules.iter().enumerate().filter(|(_, rule)| options.runs(rule));
    work(common, active.map(|(at, rule)| (at as u16, *rule)).collect())
}

fn model_of<'s>(options: &Options, member: &Member, schema: &'s Schema) -> Option<&'s Model> {
    let said = || member.mac.and_then(|mac| options.models.get(&(member.root, mac)));
    options.model.as_ref().or_else(said).and_then(|name| schema.model(name))
}

fn check_files(common: Common<'_>, alike: &Alike, active: &[Active]) -> Found {
    let files: Vec<u32> = common.workspace.ours().map(|(file, _)| file.0).collect();
    alike.judge_files(&files, active, &|file, rules, found| check_file(common, rules, FileId(file), found))
}

/// Runs rules on a file, and gives back those that found something.
fn check_file(common: Common<'_>, rules: &[Active], file: FileId, found: &mut Found) -> Vec<Active> {
    let document = common.workspace.document(file);
    let text = common.workspace.text(file);
    let book = is_book(common, document).then(|| crate::phonebook::parse(text));
    let cx = FileCx { common, file, document, text, book: book.as_ref() };
    let speaks = |&(index, rule): &Active| {
        let Check::File(check) = rule.check else { return false };
        let mut sink = found.sink(index, &common.fleet.readers[file.0 as usize]);
        check(&cx, &mut sink);
        sink.spoke
    };
    rules.iter().copied().filter(speaks).collect()
}

fn check_members(common: Common<'_>, alike: &Alike, active: &[Active]) -> Found {
    let members: Vec<u32> = (0..common.fleet.members.len() as u32).collect();
    alike.judge_members(&members, active, &|id, rules, found| check_member(common, rules, id, found))
}

/// Runs rules on a phone, and gives back those that found something.
fn check_member(common: Common<'_>, rules: &[Active], id: u32, found: &mut Found) -> Vec<Active> {
    let member = &common.fleet.members[id as usize];
    let model = common.models.get(id as usize).copied().flatten();
    let cx = MemberCx { common, member, root: &common.workspace.roots[member.root], model };
    let members = [id];
    let speaks = |&(index, rule): &Active| {
        let Check::Phone(check) = rule.check else { return false };
        let mut sink = found.sink(index, &members);
        check(&cx, &mut sink);
        sink.spoke
    };
    rules.iter().copied().filter(speaks).collect()
}

fn check_tree(common: Common<'_>, active: &[Active]) -> Found {
    let check = |mut found: Found, &(index, rule): &Active| {
        if let Check::Tree(check) = rule.check {
            check(&TreeCx { common }, &mut found.sink(index, &[]));
        }
        found
    };
    active.par_iter().fold(Found::default, check).reduce(Found::default, Found::merge)
}
