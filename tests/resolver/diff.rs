//! `diff` and `impact` compared with a second implementation (`reading.rs`, which shares no code with `src`):
//! the grouped diff equals the comparison of both rendered sides for each phone, refactorings change no
//! phone, mutations are detected, and `impact` equals the effect of removing a line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::edits::{self, Files};
use crate::reading::Served;
use crate::support::program::run;
use crate::support::random::Random;
use crate::support::tree::{repository, tree};

const ROUNDS: u64 = 200;

/// The values of each phone by name, as JSON. For a repeating name, all its values.
type Fleet = BTreeMap<String, BTreeMap<String, String>>;

fn on_disk(files: &Files) -> TempDir {
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    tree(&files)
}

/// Reads every phone, and any other phone, with the second implementation.
fn read(directory: &Path) -> Fleet {
    let served = Served::open(directory);
    let mut macs: BTreeSet<Option<String>> = served.phones().into_iter().map(|(_, mac)| mac).collect();
    macs.insert(None);
    let parameters = |mac: Option<&str>| {
        let phone = served.phone("", mac)?.to_json();
        let values = phone["parameters"].as_object().unwrap().clone().into_iter();
        let value = |parameter: Value| match parameter.get("values").and_then(Value::as_array) {
            Some(all) if all.len() != 1 => json!(all).to_string(),
            _ => parameter["value"].to_string(),
        };
        Some(values.map(|(name, parameter)| (name, value(parameter))).collect())
    };
    let named = |mac: &Option<String>| mac.clone().unwrap_or_else(|| "any".into());
    macs.iter().filter_map(|mac| Some((named(mac), parameters(mac.as_deref())?))).collect()
}

fn fvprov(directory: &Path, args: &[&str]) -> (Option<i32>, String) {
    let said = run(directory, args);
    assert!(said.code.is_some_and(|code| code < 2), "{args:?}: {}", said.err);
    (said.code, said.out)
}

/// Both sides on disk.
struct Sides(TempDir);

impl Sides {
    fn of(old: &Files, new: &Files) -> Self {
        let below = |top: &'static str, files: &Files| -> Files {
            files.iter().map(|(path, text)| (format!("{top}/{path}"), text.clone())).collect()
        };
        let mut both = below("old", old);
        both.extend(below("new", new));
        Self(on_disk(&both))
    }

    fn fleets(&self) -> (Fleet, Fleet) {
        (read(&self.0.path().join("old")), read(&self.0.path().join("new")))
    }

    fn diff(&self) -> Value {
        let (_, out) = fvprov(self.0.path(), &["diff", "old", "new", "--format", "json", "--show-secrets"]);
        serde_json::from_str(&out).unwrap()
    }

    fn expect_unchanged(&self) -> Option<i32> {
        fvprov(self.0.path(), &["diff", "old", "new", "--expect-unchanged"]).0
    }
}

/// A difference of one phone: phone, name, old and new value as JSON.
type Difference = (String, String, Option<String>, Option<String>);

/// The differences of the phones that both sides have.
fn differences(old: &Fleet, new: &Fleet) -> BTreeSet<Difference> {
    let mut all = BTreeSet::new();
    for (phone, before) in old {
        let Some(after) = new.get(phone) else { continue };
        for name in before.keys().chain(after.keys()) {
            let (a, b) = (before.get(name).cloned(), after.get(name).cloned());
            if a != b {
                all.insert((phone.clone(), name.clone(), a, b));
            }
        }
    }
    all
}

/// The differences of each phone in a diff, in which no difference occurs twice.
fn expanded(diff: &Value) -> BTreeSet<Difference> {
    let mut all = BTreeSet::new();
    for change in diff["changes"].as_array().unwrap() {
        let value = |key: &str| (!change[key].is_null()).then(|| change[key].to_string());
        for phone in change["phones"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let one = (text(phone), text(&change["parameter"]), value("old"), value("new"));
            assert!(all.insert(one), "listed twice: {change}");
        }
    }
    all
}

/// The phones that only one side has.
fn only_in(one: &Fleet, other: &Fleet) -> Vec<String> {
    one.keys().filter(|phone| !other.contains_key(*phone) && *phone != "any").cloned().collect()
}

/// The phones that a diff lists as added or removed, and the phones on this side of a replacement.
fn one_sided(diff: &Value, list: &str, side: &str) -> Vec<String> {
    let listed = diff["phones"][list].as_array().unwrap().iter();
    let replaced = diff["phones"]["replaced"].as_array().unwrap().iter().map(|pair| &pair[side]);
    let mut phones: Vec<String> =
        listed.chain(replaced).map(|phone| phone.as_str().unwrap().to_owned()).collect();
    phones.sort_unstable();
    phones
}

#[test]
fn the_grouped_diff_equals_the_comparison_of_renderings() {
    let mut told = 0;
    for seed in 0..ROUNDS {
        let mut random = Random::new(seed + 1);
        let old = edits::tree(&mut random);
        let mut new = old.clone();
        for _ in 0..=random.below(4) {
            if random.below(2) == 0 {
                edits::refactor(&mut new, &mut random);
            } else {
                edits::mutate(&mut new, &mut random);
            }
        }
        let sides = Sides::of(&old, &new);
        let (before, after) = sides.fleets();
        let diff = sides.diff();
        let expected = differences(&before, &after);
        told += expected.len();
        assert_eq!(expanded(&diff), expected, "seed {seed}");
        assert_eq!(one_sided(&diff, "added", "new"), only_in(&after, &before), "seed {seed}");
        assert_eq!(one_sided(&diff, "removed", "old"), only_in(&before, &after), "seed {seed}");
        let changed: BTreeSet<&str> =
            expected.iter().map(|(phone, ..)| phone.as_str()).filter(|phone| *phone != "any").collect();
        assert_eq!(diff["phones"]["changed"], json!(changed.len()), "seed {seed}");
    }
    println!("{told} differences of single phones in {ROUNDS} edits");
    assert!(told > 500, "edits that hardly change anything show little: {told}");
}

#[test]
fn refactorings_pass_and_mutations_fail() {
    let (mut passed, mut failed) = (0, 0);
    let mut seed = 1000;
    while passed < ROUNDS || failed < ROUNDS {
        seed += 1;
        let mut random = Random::new(seed);
        let old = edits::tree(&mut random);
        let mut new = old.clone();
        if passed < ROUNDS {
            (0..=random.below(3)).for_each(|_| edits::refactor(&mut new, &mut random));
            let sides = Sides::of(&old, &new);
            let (before, after) = sides.fleets();
            assert!(before == after, "seed {seed}: a refactoring that is none");
            if old != new {
                assert_eq!(sides.expect_unchanged(), Some(0), "seed {seed}");
                passed += 1;
            }
        }
        let mut new = old.clone();
        edits::mutate(&mut new, &mut random);
        let sides = Sides::of(&old, &new);
        let (before, after) = sides.fleets();
        if failed < ROUNDS && before != after {
            assert_eq!(sides.expect_unchanged(), Some(1), "seed {seed}");
            failed += 1;
        }
    }
    println!("--expect-unchanged: {passed} refactorings passed, {failed} mutations failed");
}

/// The phones for which a line determines a value: without the line, the value or its place changes.
fn decided_by_line(files: &Files, path: &str, line: usize) -> BTreeSet<String> {
    let places = |files: &Files| {
        let directory = on_disk(files);
        let served = Served::open(directory.path());
        let macs = served.phones().into_iter().map(|(_, mac)| mac).chain([None]);
        let seen = macs.filter_map(|mac| {
            let parameters = served.phone("", mac.as_deref())?.to_json()["parameters"].clone();
            let decides = |one: &Value| (one["value"].clone(), one["file"].clone(), one["line"].clone());
            let all: BTreeMap<String, String> = parameters
                .as_object()
                .unwrap()
                .iter()
                .map(|(name, one)| (name.clone(), format!("{:?}{:?}", decides(one), one.get("values"))))
                .collect();
            Some((mac.unwrap_or_else(|| "any".into()), all))
        });
        seen.collect::<BTreeMap<_, _>>()
    };
    let mut without = files.clone();
    let text = without.get_mut(path).unwrap();
    *text = text
        .lines()
        .enumerate()
        .map(|(at, one)| if at + 1 == line { "# gone\n".into() } else { format!("{one}\n") })
        .collect();
    let (before, after) = (places(files), places(&without));
    before.keys().filter(|phone| before.get(*phone) != after.get(*phone)).cloned().collect()
}

fn impact(directory: &Path, target: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (_, out) = fvprov(directory, &["impact", "--format", "json", target]);
    let json: Value = serde_json::from_str(&out).unwrap();
    let set = |key: &str| {
        json[key].as_array().unwrap().iter().map(|phone| phone.as_str().unwrap().to_owned()).collect()
    };
    (set("reads"), set("decides"))
}

fn check_lines(files: &Files, lines: impl Iterator<Item = (String, usize)>) -> usize {
    let directory = on_disk(files);
    let mut checked = 0;
    for (path, line) in lines {
        let target = format!("{path}:{line}");
        let (reads, decides) = impact(directory.path(), &target);
        assert_eq!(decides, decided_by_line(files, &path, line), "{target}");
        assert!(decides.is_subset(&reads), "{target}");
        checked += 1;
    }
    checked
}

/// The lines of a tree that set a parameter.
fn settings(files: &Files) -> Vec<(String, usize)> {
    let mut all = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".cfg")) {
        let lines = text.lines().enumerate();
        let sets = lines.filter(|(_, line)| !line.starts_with('#') && line.contains(" = "));
        all.extend(sets.map(|(at, _)| (path.clone(), at + 1)));
    }
    all
}

#[test]
fn impact_equals_the_effect_of_removing_a_line() {
    let site = edits::from_disk(&repository("tests/site"));
    let some = settings(&site).into_iter().step_by(9);
    let mut checked = check_lines(&site, some);
    for seed in 0..20 {
        let mut random = Random::new(5000 + seed);
        let files = edits::tree(&mut random);
        let lines = settings(&files);
        let some: Vec<_> = (0..4).map(|_| lines[random.below(lines.len())].clone()).collect();
        checked += check_lines(&files, some.into_iter());
    }
    assert!(checked > 80, "{checked}");
}
