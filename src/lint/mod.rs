//! Judges a loaded tree: runs every rule once for each file, each shared parameter history, each phone and the
//! tree, and decides who speaks when several could. Knows no output format and does no I/O.

mod alike;
pub mod baseline;
mod cfgs;
mod contexts;
mod edits;
pub mod engine;
mod excuses;
mod firmware;
mod fit;
mod harmless;
mod judge;
mod lexicon;
mod meaning;
mod names;
mod page;
mod passwords;
mod resources;
mod rule;
mod rules;
mod sink;
mod spelling;
mod suppress;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use alike::{Active, Alike};
pub use cfgs::Cfgs;
pub use contexts::{
    Common, FileCx, IncludeText, Limits, MemberCx, Misnomer, NameCx, SettingText, TreeCx, quoted,
};
pub use edits::with_suppressions;
pub use excuses::{Excuse, OwnPlace, PathRule};
pub use fit::{Fits, Misfit, Unfit};
use judge::Judge;
pub use lexicon::{Indexed, Lexicon, indices};
pub use meaning::{Meant, within};
pub use resources::{Named, names_file};
pub use rule::{Affected, Check, Draft, Edit, Finding, Fix, Ground, Group, Level, Rule, Standing};
pub use rules::{RULES, rule};
pub use sink::{Found, Sink};
pub use spelling::{Spelling, Verdict};
pub use suppress::{Directive, directives};

use crate::catalogue::{Model, Schema};
use crate::text::address::Server;
use crate::text::mac::Mac;
use crate::text::source::{FileId, Span};
use crate::tree::load::Workspace;
use crate::tree::resolve::{Fleet, Member, Roster};
use baseline::Baseline;

/// In a selection: all rules that run where none is named.
pub const DEFAULT: &str = "default";

/// What to judge, and how.
#[derive(Debug, Default)]
pub struct Options {
    /// Only these rules run; `default` stands for those that run where it is empty.
    pub select: Vec<String>,
    /// These rules do not run.
    pub ignore: Vec<String>,
    /// Levels that replace those of the rules.
    pub levels: FxHashMap<String, Level>,
    /// Sizes above which a file is not judged.
    pub limits: Limits,
    /// Today, `2027-06-30`.
    pub today: String,
    /// Whether suppressions are passed over.
    pub ignore_suppressions: bool,
    /// Only what concerns these phones.
    pub only: Vec<Mac>,
    /// Only what stands in these files or directories, as paths below the served tree; all where empty.
    pub focus: Vec<String>,
    /// The declared server.
    pub server: Option<Server>,
    /// The models of the phones, by root (index) and MAC.
    pub models: FxHashMap<(usize, Mac), String>,
    /// The model of every phone, whatever else is said (`--model`).
    pub model: Option<String>,
    /// What is demanded of the phones.
    pub policies: Vec<Policy>,
    /// Every file and phone is judged by itself: this finds the same, and takes longer where phones are alike.
    pub apart: bool,
    /// Rules that say nothing in some paths.
    pub per_path: Vec<PathRule>,
    /// What is known and not said again.
    pub baseline: Option<Baseline>,
    /// The phones that there should be.
    pub inventory: Option<Inventory>,
}

/// The phones that somebody keeps a list of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The path of the list in the tree.
    pub path: String,
    /// The phones, each with its row.
    pub phones: BTreeMap<Mac, Span>,
}

/// A demand of a fleet's own, from `[[policy]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The parameter.
    pub name: String,
    /// The value that is required or forbidden; any where there is none.
    pub value: Option<String>,
    /// Whether it is forbidden; else it is required.
    pub forbids: bool,
    /// A glob on the MACs of the phones that are meant.
    pub phones: String,
}

impl Policy {
    /// Whether it is about a phone; about any other phone only those are that are about all.
    pub fn concerns(&self, mac: Option<Mac>) -> bool {
        let matches = |mac: Mac| fast_glob::glob_match(&self.phones, mac.to_string());
        self.phones == "*" || mac.is_some_and(matches)
    }
}

impl Options {
    /// Whether a rule is one of those that run.
    pub fn runs(&self, rule: &Rule) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == rule.name);
        let default = self.select.is_empty() || self.select.iter().any(|name| name == DEFAULT);
        (named(&self.select) || (default && rules::is_on(rule))) && !named(&self.ignore)
    }

    fn model_of<'s>(&self, member: &Member, schema: &'s Schema) -> Option<&'s Model> {
        let said = || member.mac.and_then(|mac| self.models.get(&(member.root, mac)));
        self.model.as_ref().or_else(said).and_then(|name| schema.model(name))
    }
}

/// What came out.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The findings, by path, place and rule.
    pub findings: Vec<Finding>,
    /// How many a comment or a path of the settings excuses.
    pub suppressed: usize,
    /// How many the baseline knows.
    pub baselined: usize,
    /// How many files were judged.
    pub files: usize,
    /// How many boot and cfg files belong to no root.
    pub skipped: usize,
    /// How many phones were judged.
    pub phones: usize,
    /// The boot and cfg files that were asked about and of which there is nothing to say.
    pub clean: Vec<FileId>,
    /// How many errors and warnings concern each phone, by root (index) and MAC.
    pub by_phone: FxHashMap<(usize, Option<Mac>), usize>,
}

impl Outcome {
    /// How many findings have a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// What judging a tree finds out about its phones: enough to judge one of its files again.
#[derive(Debug)]
pub struct Kept {
    roster: Arc<Roster>,
    alike: Alike,
}

/// Runs the rules over a tree.
pub fn run(workspace: &Workspace, schema: &Schema, options: &Options) -> Outcome {
    run_and_keep(workspace, schema, options).0
}

/// The same, and what is needed to judge a file [again].
pub fn run_and_keep(workspace: &Workspace, schema: &Schema, options: &Options) -> (Outcome, Kept) {
    let fleet = Fleet::new(workspace);
    let (outcome, alike) = prepared(&fleet, schema, options, |common, active| {
        let alike = if options.apart { Alike::none(&fleet) } else { Alike::new(common) };
        let found = check_files(common, &alike, &active)
            .merge(check_members(common, &alike, &active))
            .merge(names::check(common, &alike, &active))
            .merge(check_tree(common, &active));
        (Judge { common, options, active }.outcome(found), alike)
    });
    (outcome, Kept { roster: fleet.roster, alike })
}

/// Judges a file of which the text was [replaced](Workspace::retype) since the tree was judged, or judged again: what
/// stands in this file. Rules that look at the whole tree are left out: they take longer than a key stroke may.
pub fn again(
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
    prepared(&fleet, schema, options, |common, active| {
        let mut found = Found::default();
        check_file(common, &active, file, &mut found);
        let judge = |id, rules: &[Active], found: &mut Found| check_member(common, rules, id, found);
        let found = found
            .merge(alike.judge_members(&concerned, &active, &judge))
            .merge(names::check(common, alike, &active));
        let mut findings = Judge { common, options, active }.outcome(found).findings;
        findings.retain(|finding| finding.at.file == file);
        findings
    })
}

/// Does some work with what all rules share, and the rules that run.
fn prepared<R>(
    fleet: &Fleet<'_>,
    schema: &Schema,
    options: &Options,
    work: impl FnOnce(Common<'_>, Vec<Active>) -> R,
) -> R {
    let workspace = fleet.workspace;
    let lexicon = Lexicon::new(workspace, schema);
    let fits = Fits::new(workspace, schema, &lexicon);
    let models: Vec<Option<&Model>> =
        fleet.members.iter().map(|member| options.model_of(member, schema)).collect();
    let spelling = Spelling::new(workspace, schema);
    let cfgs = Cfgs::new(&workspace.listing);
    let common = Common {
        workspace,
        fleet,
        schema,
        spelling: &spelling,
        lexicon: &lexicon,
        fits: &fits,
        models: &models,
        limits: options.limits,
        today: &options.today,
        cfgs: &cfgs,
        server: options.server.as_ref(),
        policies: &options.policies,
        inventory: options.inventory.as_ref(),
    };
    let active = RULES.iter().enumerate().filter(|(_, rule)| options.runs(rule));
    work(common, active.map(|(at, rule)| (at as u16, *rule)).collect())
}

fn check_files(common: Common<'_>, alike: &Alike, active: &[Active]) -> Found {
    let files: Vec<u32> = common.workspace.ours().map(|(file, _)| file.0).collect();
    alike.judge_files(&files, active, &|file, rules, found| check_file(common, rules, FileId(file), found))
}

/// Runs rules on a file, and gives back those that found something.
fn check_file(common: Common<'_>, rules: &[Active], file: FileId, found: &mut Found) -> Vec<Active> {
    let document = common.workspace.document(file);
    let text = common.workspace.text(file);
    let book = resources::is_book(common, document).then(|| crate::phonebook::parse(text));
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
