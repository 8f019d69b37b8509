//! Judges a loaded tree: runs every rule once for each file, each shared parameter history, each phone and the
//! tree, and decides who speaks when several could. Knows no output format and does no I/O.

mod alike;
pub mod baseline;
mod cfgs;
mod contexts;
mod edits;
mod excuses;
mod firmware;
mod fit;
mod harmless;
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

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use alike::{Active, Alike};
pub use cfgs::Cfgs;
pub use contexts::{
    Common, FileCx, IncludeText, Limits, MemberCx, Misnomer, NameCx, SettingText, TreeCx, quoted,
};
pub use edits::with_suppressions;
pub use excuses::{Excuse, OwnPlace, PathRule};
pub use fit::{Fits, Misfit, Unfit};
pub use lexicon::{Indexed, Lexicon, indices};
pub use meaning::{Meant, within};
pub use resources::{Named, names_file};
pub use rule::{Affected, Check, Draft, Edit, Finding, Fix, Ground, Group, Level, Rule, Standing};
pub use rules::{RULES, rule};
pub use sink::{Found, Sink};
pub use spelling::{Spelling, Verdict};
pub use suppress::{Directive, directives};

use crate::load::{Mac, Server, Workspace};
use crate::resolve::{Fleet, Member};
use crate::schema::{Evidence, Model, Schema};
use crate::source::{FileId, Place, Span};
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

/// Runs the rules over a tree.
pub fn run(workspace: &Workspace, schema: &Schema, options: &Options) -> Outcome {
    let fleet = Fleet::new(workspace);
    let lexicon = Lexicon::new(workspace, schema);
    let fits = Fits::new(workspace, schema, &lexicon);
    let models: Vec<Option<&Model>> =
        fleet.members.iter().map(|member| options.model_of(member, schema)).collect();
    let spelling = Spelling::new(workspace, schema);
    let cfgs = Cfgs::new(&workspace.listing);
    let common = Common {
        workspace,
        fleet: &fleet,
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
    let active: Vec<Active> = RULES
        .iter()
        .enumerate()
        .filter(|(_, rule)| options.runs(rule))
        .map(|(at, rule)| (at as u16, *rule))
        .collect();
    let alike = if options.apart { Alike::none(&fleet) } else { Alike::new(common) };
    let found = check_files(common, &alike, &active)
        .merge(check_members(common, &alike, &active))
        .merge(names::check(common, &alike, &active))
        .merge(check_tree(common, &active));
    let judge = Judge { common, options, active };
    judge.outcome(found)
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

/// Turns what was found into findings.
struct Judge<'a> {
    common: Common<'a>,
    options: &'a Options,
    active: Vec<Active>,
}

impl Judge<'_> {
    fn outcome(&self, found: Found) -> Outcome {
        let workspace = self.common.workspace;
        let hits = found.into_hits().filter_map(|(index, at, hit)| {
            let rule = RULES[index as usize];
            let readers = &self.common.fleet.readers[at.file.0 as usize];
            let holds = !rule.needs_all || hit.members.len() == readers.len();
            let holds = holds && !workspace.document(at.file).excluded;
            let known = hit.draft.evidence != Some(Evidence::Inferred);
            (holds && known).then(|| self.finding(rule, at, hit.draft, hit.members))
        });
        let mut findings = self.settle(hits.collect());
        let in_doubt = self.in_doubt(&findings);
        let suppressed = self.excuse_by_comment(&mut findings) + self.excuse_by_path(&mut findings);
        let baselined = self.excuse_by_baseline(&mut findings);
        self.withhold_fixes(&mut findings, &in_doubt);
        findings.retain(|finding| self.is_asked_for(finding));
        for finding in &mut findings {
            self.trace(finding);
        }
        let fleet = self.common.fleet;
        self.sort(&mut findings);
        let judged = |mac: Option<Mac>| {
            self.options.only.is_empty() || mac.is_some_and(|mac| self.options.only.contains(&mac))
        };
        let mut by_phone: FxHashMap<(usize, Option<Mac>), usize> = FxHashMap::default();
        for finding in findings.iter().filter(|finding| finding.level > Level::Info) {
            for &member in finding.phones.iter().flat_map(|phones| &phones.members) {
                let member = &fleet.members[member as usize];
                *by_phone.entry((member.root, member.mac)).or_default() += 1;
            }
        }
        let told: FxHashSet<FileId> = findings.iter().map(|finding| finding.at.file).collect();
        let files: Vec<FileId> = workspace
            .ours()
            .filter(|(_, d)| d.role.kind().is_some() && !d.excluded)
            .map(|(file, _)| file)
            .collect();
        let is_clean = |file: &FileId| !told.contains(file) && self.is_meant(*file, &[]);
        Outcome {
            by_phone,
            findings,
            suppressed,
            baselined,
            files: files.len(),
            clean: files.into_iter().filter(is_clean).collect(),
            skipped: workspace.skipped,
            phones: fleet.members.iter().filter(|member| member.counted && judged(member.mac)).count(),
        }
    }

    fn sort(&self, findings: &mut [Finding]) {
        let workspace = self.common.workspace;
        findings.sort_by(|a, b| {
            let key = |f: &Finding| (f.at.span.start, f.rule.name, f.at.span.end);
            workspace.path(a.at.file).cmp(workspace.path(b.at.file)).then_with(|| key(a).cmp(&key(b)))
        });
    }

    fn finding(&self, rule: &'static Rule, at: Place, draft: Draft, members: Vec<u32>) -> Finding {
        let level = draft.level.unwrap_or(rule.level).min(rule.ground.cap()).min(draft.cap());
        let level = self.options.levels.get(rule.name).copied().unwrap_or(level);
        let phones = match rule.check {
            Check::Tree(_) | Check::Unused(_) => None,
            _ => Some(self.affected(at.file, members)),
        };
        Finding { rule, level, at, draft, phones }
    }

    fn affected(&self, file: FileId, members: Vec<u32>) -> Affected {
        let fleet = self.common.fleet;
        let readers = &fleet.readers[file.0 as usize];
        let own_root = self.common.workspace.document(file).root;
        let roots: FxHashSet<usize> = if readers.is_empty() {
            own_root.into_iter().collect()
        } else {
            readers.iter().map(|&reader| fleet.members[reader as usize].root).collect()
        };
        let counted: Vec<_> =
            members.iter().map(|&m| &fleet.members[m as usize]).filter(|m| m.counted).collect();
        let mut examples: Vec<Mac> = counted.iter().filter_map(|member| member.mac).collect();
        examples.sort_unstable();
        examples.truncate(3);
        Affected {
            count: counted.len(),
            total: roots.iter().map(|&root| fleet.counted[root]).sum(),
            examples,
            any: members.iter().any(|&member| fleet.members[member as usize].mac.is_none()),
            members,
            route: Vec::new(),
        }
    }

    /// Adds how the phone with the smallest MAC gets to the place: only where somebody will read it.
    fn trace(&self, finding: &mut Finding) {
        let fleet = self.common.fleet;
        let mac = |member: &u32| fleet.members[*member as usize].mac;
        if let Some(phones) = &mut finding.phones {
            let first =
                phones.members.iter().copied().min_by_key(|member| (mac(member).is_none(), mac(member)));
            phones.route = first.map_or(Vec::new(), |member| fleet.route(member, finding.at.file));
        }
    }

    /// Who speaks when several could: see [`Standing`].
    fn settle(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let alone: FxHashSet<FileId> = findings
            .iter()
            .filter(|finding| finding.rule.standing == Standing::Alone)
            .map(|f| f.at.file)
            .collect();
        let mut lines: FxHashMap<(FileId, usize), u8> = FxHashMap::default();
        for finding in &findings {
            if let Standing::Line(order) = finding.rule.standing {
                let best = lines.entry(self.line(finding.at)).or_insert(order);
                *best = order.min(*best);
            }
        }
        let speaks = |finding: &Finding| {
            let order = lines.get(&self.line(finding.at));
            match finding.rule.standing {
                Standing::Alone => true,
                _ if matches!(finding.rule.check, Check::Tree(_)) => true,
                _ if alone.contains(&finding.at.file) => false,
                Standing::Line(own) => order == Some(&own),
                Standing::Setting => order.is_none(),
                Standing::Free => true,
            }
        };
        findings.into_iter().filter(speaks).collect()
    }

    /// The lines (index) of which some rule says that they may have the wrong index, excused or not.
    fn in_doubt(&self, findings: &[Finding]) -> FxHashSet<(FileId, usize)> {
        let doubts = findings.iter().filter(|finding| finding.rule.name == rules::WRONG_INDEX);
        doubts.map(|finding| self.line(finding.at)).collect()
    }

    /// Takes back the fixes that would change unfinished files, and those that would remove one of two lines of which
    /// one may have the wrong index: it is no line too many, but another one is missing.
    fn withhold_fixes(&self, findings: &mut [Finding], in_doubt: &FxHashSet<(FileId, usize)>) {
        let workspace = self.common.workspace;
        let mut known: FxHashMap<FileId, bool> = FxHashMap::default();
        let mut is_unfinished = |edit: &Edit| {
            let file = edit.at.file;
            let judge = || rules::is_unfinished(workspace.document(file), workspace.text(file));
            *known.entry(file).or_insert_with(judge)
        };
        for Finding { at, draft, .. } in findings {
            let Some(fix) = &draft.fix else { continue };
            let removes = |edit: &Edit| workspace.whole_line(edit.at.file, self.line(edit.at).1) == edit.at;
            let places = || draft.related.iter().map(|(place, _)| *place).chain([*at]);
            let doubtful =
                fix.edits.iter().any(removes) && places().any(|at| in_doubt.contains(&self.line(at)));
            if doubtful || fix.edits.iter().any(&mut is_unfinished) {
                draft.fix = None;
            }
        }
    }

    fn line(&self, at: Place) -> (FileId, usize) {
        (at.file, self.common.workspace.sources.get(at.file).line_of(at.span.start) - 1)
    }

    fn is_asked_for(&self, finding: &Finding) -> bool {
        let affected = finding.phones.as_ref().map_or(&[][..], |phones| &phones.members);
        // Of phones that get in each other's way each is concerned, wherever the finding stands.
        let related = finding.draft.related.iter().filter(|_| finding.rule.group == Group::Fleet);
        let mut others = related.map(|(place, _)| place.file);
        self.is_meant(finding.at.file, affected) || others.any(|file| self.is_meant(file, &[]))
    }

    /// Whether a file is one of those asked about, read by or otherwise concerning the phones asked about.
    fn is_meant(&self, file: FileId, affected: &[u32]) -> bool {
        if self.options.focus.is_empty() && self.options.only.is_empty() {
            return true;
        }
        let path = self.common.workspace.path(file);
        let focus = &self.options.focus;
        let in_focus =
            focus.is_empty() || focus.iter().any(|directory| crate::load::is_within(path, directory));
        let readers = &self.common.fleet.readers[file.0 as usize];
        let is_of = |mac: &Mac, member: u32| self.common.fleet.members[member as usize].mac == Some(*mac);
        let concerns = |mac: &Mac| readers.iter().chain(affected).any(|&member| is_of(mac, member));
        in_focus && (self.options.only.is_empty() || self.options.only.iter().any(concerns))
    }
}
