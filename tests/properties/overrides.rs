//! The rules about parameters that several files set, computed a second time for each phone without sharing
//! results.

use std::collections::{BTreeMap, BTreeSet};

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};
use fvprov::text::source::Place;
use fvprov::tree::load::{Assignment, NameId, Workspace};
use fvprov::tree::resolve::Phone;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;

use super::cases;
use super::trees;
use crate::support::workspace::Tree;

const RULES: [&str; 3] = ["empty-value-overrides", "overridden-value", "redundant-setting"];

/// The number of affected phones by rule and place, and whether any other phone is one of them.
type Found = BTreeMap<(&'static str, Place), (usize, bool)>;

/// A phone with a finding.
struct Hit {
    counted: bool,
    any: bool,
}

/// The assignments of each name in reading order: the last one of each file segment.
fn histories(phone: &Phone<'_>) -> BTreeMap<NameId, Vec<Assignment>> {
    let mut histories: BTreeMap<NameId, Vec<Assignment>> = BTreeMap::new();
    for step in &phone.chain.steps {
        let file = phone.chain.reads[step.read as usize].file;
        let range = phone.workspace.document(file).segments[step.segment as usize].clone();
        let here: BTreeMap<NameId, Assignment> = range
            .map(|setting| Assignment { file, setting })
            .map(|at| (phone.workspace.name(at), at))
            .collect();
        for (name, at) in here {
            histories.entry(name).or_default().push(at);
        }
    }
    histories
}

/// The findings on one phone.
fn on_phone(phone: &Phone<'_>) -> BTreeSet<(&'static str, Place)> {
    let workspace = phone.workspace;
    let mut found = BTreeSet::new();
    for (name, history) in histories(phone) {
        let name = workspace.names.text(name);
        if Schema::builtin().parameter(&name).is_some_and(|parameter| parameter.repeats) {
            continue;
        }
        let value = |at: Assignment| workspace.value(at);
        for (at, &this) in history.iter().enumerate() {
            if let Some(&next) = history.get(at + 1)
                && next.file != this.file
                && value(next) == value(this)
                && !value(this).is_empty()
            {
                found.insert((RULES[2], workspace.assignment_span(next)));
            }
            let mut later =
                history[at + 1..].iter().filter(|l| l.file != this.file && !value(**l).is_empty());
            if let Some(&winner) = later.next()
                && !value(this).is_empty()
                && value(winner) != value(this)
            {
                found.insert((RULES[1], workspace.assignment_span(this)));
            }
        }
        let (&last, before) = history.split_last().unwrap();
        let valued = before.iter().rev().find(|at| !value(**at).is_empty());
        if value(last).is_empty() && valued.is_some_and(|at| at.file != last.file) {
            found.insert((RULES[0], workspace.assignment_span(last)));
        }
    }
    found
}

fn brute_force(workspace: &Workspace) -> Found {
    let mut hits: BTreeMap<(&'static str, Place), Vec<Hit>> = BTreeMap::new();
    let mut readers: BTreeMap<u32, usize> = BTreeMap::new();
    for root in &workspace.roots {
        let any = root.serves_any().then_some(None);
        for mac in root.phones.keys().copied().map(Some).chain(any) {
            let phone = Phone::new(workspace, root, mac);
            let files: BTreeSet<u32> = phone.chain.reads.iter().map(|read| read.file.0).collect();
            for file in files {
                *readers.entry(file).or_default() += 1;
            }
            let counted = mac.is_some() || root.phones.is_empty();
            for key in on_phone(&phone) {
                hits.entry(key).or_default().push(Hit { counted, any: mac.is_none() });
            }
        }
    }
    // For two of the rules, all phones that read the file must have the finding, including any other phone.
    hits.retain(|(rule, place), phones| *rule == RULES[0] || phones.len() == readers[&place.file.0]);
    let counts = |phones: Vec<Hit>| {
        (phones.iter().filter(|hit| hit.counted).count(), phones.iter().any(|hit| hit.any))
    };
    hits.into_iter().map(|(key, phones)| (key, counts(phones))).collect()
}

fn by_lint(workspace: &Workspace) -> Found {
    let options = LintOptions {
        select: RULES.iter().map(|rule| (*rule).to_owned()).collect(),
        ignore_suppressions: true,
        ..LintOptions::default()
    };
    let outcome = lint::run(workspace, Schema::builtin(), &options);
    let one = |finding: &lint::Finding| {
        let phones = finding.phones.as_ref().unwrap();
        ((finding.rule.name, finding.at), (phones.count, phones.any))
    };
    outcome.findings.iter().map(one).collect()
}

fn check(tree: &Tree) {
    let workspace = tree.load();
    assert_eq!(by_lint(&workspace), brute_force(&workspace), "by lint (left) and by brute force (right)");
}

/// Small trees with many repeated settings.
fn tight_tree() -> impl Strategy<Value = Tree> {
    let paths = select(vec![
        "y000000000000.boot",
        "y000000000000.cfg",
        "0021f2000001.boot",
        "0021f2000001.cfg",
        "0021f2000002.boot",
        "0021f2000002.cfg",
        "0021f2000003.boot",
        "a.cfg",
        "b.cfg",
        "c.cfg",
    ]);
    let targets =
        select(vec!["a.cfg", "b.cfg", "c.cfg", "0021f2000001.cfg", "0021f2000002.cfg", "y000000000000.cfg"]);
    let names = select(vec!["lang.gui", "lang.wui", "static.security.user_password"]);
    let values = select(vec!["", "1", "1", "2"]);
    let line = prop_oneof![
        2 => targets.prop_map(|target| format!("include:config <{target}>\n")),
        3 => (names, values).prop_map(|(name, value)| format!("{name} = {value}\n")),
    ];
    let texts = vec(line, 0..6).prop_map(|lines| lines.concat().into_bytes());
    let files = btree_map(paths.prop_map(str::to_owned), texts, 2..10);
    (files, trees::assume()).prop_map(|(files, assume)| Tree { files, assume, ..Tree::default() })
}

proptest! {
    #![proptest_config(cases(1500))]

    #[test]
    fn shared_histories_are_those_of_each_phone(tree in tight_tree()) {
        check(&tree);
    }
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn shared_histories_of_any_tree(tree in trees::tree()) {
        check(&tree);
    }
}
