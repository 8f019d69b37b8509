//! Every result of fvprov depends on the effective configuration of each phone, so these tests compute it
//! twice. `reading.rs` is a second implementation, written from DOMAIN.md, CONTRACT.md and the vendor's guide
//! without knowledge of `src`. Both are compared on hand-written trees (with expected values in the tests),
//! on `tests/site` and `tests/broken`, and on every tree of `FVPROV_CORPUS`.

#![allow(clippy::pedantic)]
// Clippy lets `#[test]` functions unwrap and panic; their helpers do so for the same reasons.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod chains;
mod diff;
mod edits;
mod lines;
mod places;
mod reading;
#[path = "../support/mod.rs"]
mod support;
mod text;

use reading::{Served, display_root};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use support::corpus;
use support::program::run;
use support::tree::{repository, write};

/// A hand-written tree and its expected results.
pub struct Tree {
    name: &'static str,
    /// Path and contents; `../` leaves the served tree.
    files: &'static [(&'static str, &'static str)],
    /// The list that `phones` prints: the root, then the MAC or `any`.
    phones: &'static [&'static str],
    /// SOURCE below the tree, `--mac`, and the expected lines of [`in_words`]; `none` means exit code 1.
    views: &'static [(&'static str, &'static str, &'static [&'static str])],
}

/// If a SOURCE has more phones than this, one run of `--all` renders them.
const ONE_BY_ONE: usize = 64;

fn hand_made() -> impl Iterator<Item = &'static Tree> {
    chains::TREES.iter().chain(lines::TREES).chain(places::TREES)
}

fn write_tree(tree: &Tree) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let top = directory.path().join("served");
    fs::create_dir(&top).unwrap();
    for (path, contents) in tree.files {
        write(&top, path, contents);
    }
    (directory, top)
}

/// One fact per line: `root mac boot`, `read …`, `miss …`, then `name [value] file:line < [overridden]
/// file:line`.
fn in_words(view: &Value) -> Vec<String> {
    let word = |key: &str, none: &str| view[key].as_str().unwrap_or(none).to_owned();
    let list = |value: &Value| {
        value.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect()
    };
    let mut words = vec![[word("root", "?"), word("mac", "any"), word("boot", "-")].join(" ")];
    for (verb, key) in [("read", "files"), ("miss", "missing")] {
        let paths: Vec<String> = list(&view[key]);
        if !paths.is_empty() {
            words.push(format!("{verb} {}", paths.join(", ")));
        }
    }
    let place = |one: &Value| {
        format!("[{}] {}:{}", one["value"].as_str().unwrap(), one["file"].as_str().unwrap(), one["line"])
    };
    for (name, parameter) in view["parameters"].as_object().unwrap() {
        let mut line = format!("{name} {}", place(parameter));
        for overridden in parameter["overrides"].as_array().unwrap() {
            line.push_str(&format!(" < {}", place(overridden)));
        }
        if parameter.get("values").is_some() {
            let values: Vec<String> = list(&parameter["values"]);
            line.push_str(&format!(" all {}", values.join(", ")));
        }
        words.push(line);
    }
    words
}

/// The first difference between two values, with its key.
fn difference(key: &str, expected: &Value, actual: &Value) -> Option<String> {
    match (expected, actual) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            let at = |map: &serde_json::Map<String, Value>, key| map.get(key).cloned();
            keys.iter().find_map(|one| {
                let path = if key.is_empty() { (*one).clone() } else { format!("{key} › {one}") };
                match (at(left, *one), at(right, *one)) {
                    (Some(left), Some(right)) => difference(&path, &left, &right),
                    (Some(left), None) => Some(format!("`{path}`: read here {left}, fvprov has none")),
                    (None, Some(right)) => Some(format!("`{path}`: none read here, fvprov says {right}")),
                    (None, None) => None,
                }
            })
        }
        _ if expected == actual => None,
        _ => Some(format!("`{key}`: read here {expected}, fvprov says {actual}")),
    }
}

/// The parts of a view that the documents define, the most informative first. They do not define names with
/// unusual characters.
fn parts(view: &Value, plain: bool) -> Vec<(&'static str, Value)> {
    let usual = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c));
    let mut parameters = view["parameters"].as_object().cloned().unwrap_or_default();
    parameters.retain(|name, _| usual(name));
    let keys = ["version", "root", "mac", "boot", "files", "missing"];
    let mut parts: Vec<_> = keys.iter().map(|key| (*key, view[key].clone())).collect();
    parts.push(("parameters", Value::Object(parameters)));
    parts.truncate(if plain { 7 } else { 4 });
    parts
}

fn compare(expected: &Value, actual: &Value, plain: bool) -> Option<String> {
    let pairs = parts(expected, plain).into_iter().zip(parts(actual, plain));
    pairs.into_iter().find_map(|((key, left), (_, right))| difference(key, &left, &right))
}

/// Runs fvprov on a SOURCE. Returns its exit code, stdout and stderr.
fn fvprov(arguments: &[&str], source: &Path) -> (Option<i32>, String, String) {
    let said = run(source, &[arguments, &[source.to_str().unwrap()]].concat());
    (said.code, said.out.trim().to_owned(), said.err.trim().to_owned())
}

/// All differences with their places.
#[derive(Default)]
struct Report {
    wrong: Vec<String>,
    phones: usize,
}

impl Report {
    fn note(&mut self, place: &str, what: impl AsRef<str>) {
        self.wrong.push(format!("{place}: {}", what.as_ref()));
    }

    fn finish(self) {
        println!("{} phones rendered", self.phones);
        assert!(self.wrong.is_empty(), "{} differences:\n{}", self.wrong.len(), self.wrong.join("\n"));
    }

    /// Renders one MAC (or `any`) of a SOURCE and compares it with the reading of that root.
    fn render(&mut self, label: &str, source: &Path, served: &Served, root: &str, mac: &str) {
        self.phones += 1;
        let place = format!("{label}, root `{}`, phone {mac}", display_root(root));
        let (code, out, err) = fvprov(&["render", "--format", "json", "--mac", mac], source);
        let Some(expected) = served.phone(root, Some(mac)) else {
            if code != Some(1) {
                self.note(&place, format!("no files for it, exit 1 expected; exit {code:?}, {out}"));
            }
            return;
        };
        if code != Some(0) {
            return self.note(&place, format!("exit {code:?} instead of 0: {err}"));
        }
        match serde_json::from_str::<Value>(&out) {
            Ok(actual) => {
                if let Some(what) = compare(&expected.to_json(), &actual, expected.plain) {
                    self.note(&place, what);
                }
            }
            Err(error) => self.note(&place, format!("stdout is not one JSON document ({error}): {out}")),
        }
    }

    /// Compares what `phones` lists for a SOURCE with the reading's list.
    fn listing(&mut self, label: &str, source: &Path, phones: &[(String, Option<String>)]) {
        if phones.is_empty() {
            return; // the documents do not define whether an empty list is an error
        }
        let (code, out, err) = fvprov(&["phones", "--format", "json"], source);
        let listed: Value = serde_json::from_str(&out).unwrap_or_default();
        let pair = |root: &str, mac: &Value| format!("{root} {}", mac.as_str().unwrap_or("any"));
        let rows = listed.as_array().cloned().unwrap_or_default();
        let actual: BTreeSet<_> =
            rows.iter().map(|row| pair(row["root"].as_str().unwrap_or("?"), &row["mac"])).collect();
        let expected: BTreeSet<_> =
            phones.iter().map(|(root, mac)| pair(display_root(root), &json!(mac))).collect();
        if code != Some(0) || actual != expected || rows.len() != actual.len() {
            self.note(
                label,
                format!("`phones`, exit {code:?}: read here {expected:?}, fvprov says {actual:?} {err}"),
            );
        }
    }

    /// Checks the phones of a SOURCE, then those of each of its roots with that root as the SOURCE.
    fn source(&mut self, label: &str, source: &Path) {
        let served = Served::open(source);
        let (roots, phones) = (served.roots(), served.phones());
        self.listing(label, source, &phones);
        let mut seen = BTreeSet::new();
        let named = phones.iter().filter_map(|(_, mac)| mac.as_ref());
        let doubled: BTreeSet<&String> = named.filter(|mac| !seen.insert(*mac)).collect();
        // Each phone alone, except in large fleets, and except MACs in two roots, which only `--all` can
        // render.
        let fleet = phones.len() > ONE_BY_ONE;
        let together = |mac: &String| fleet || doubled.contains(mac);
        let (many, few): (Vec<_>, Vec<_>) =
            phones.iter().cloned().partition(|(_, mac)| mac.as_ref().is_some_and(together));
        self.all(label, source, &served, &many);
        for (root, mac) in few {
            if let Some(mac) = mac {
                self.render(label, source, &served, &root, &mac);
            } // "any" is checked below, if there is a single root
        }
        for mac in doubled {
            self.twice(label, source, mac);
        }
        if let [root] = roots.as_slice() {
            self.render(label, source, &served, root, "any");
        }
        for root in roots {
            let below = served.directory(&root);
            if below != served.directory_of_source() {
                self.source(&format!("{label}, SOURCE {}", display_root(&root)), &below);
            }
        }
    }

    /// For a MAC in two roots of a SOURCE, fvprov must require that the user names the root.
    fn twice(&mut self, label: &str, source: &Path, mac: &str) {
        let (code, ..) = fvprov(&["render", "--format", "json", "--mac", mac], source);
        if code != Some(2) {
            self.note(label, format!("phone {mac} in two roots: exit {code:?} instead of 2"));
        }
    }

    /// Compares the lines of `render --all`, one object for each phone.
    fn all(&mut self, label: &str, source: &Path, served: &Served, phones: &[(String, Option<String>)]) {
        if phones.is_empty() {
            return;
        }
        let (_, out, err) = fvprov(&["render", "--all", "--format", "json"], source);
        let mut views = BTreeMap::new();
        for view in out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            views.insert((view["root"].to_string(), view["mac"].to_string()), view);
        }
        for (root, mac) in phones {
            self.phones += 1;
            let place = format!("{label}, root `{}`, phone {mac:?} of `render --all`", display_root(root));
            let expected = served.phone(root, mac.as_deref()).expect("a phone has files");
            match views.get(&(json!(display_root(root)).to_string(), json!(mac).to_string())) {
                Some(actual) => {
                    if let Some(what) = compare(&expected.to_json(), actual, expected.plain) {
                        self.note(&place, what);
                    }
                }
                None => self.note(&place, format!("not printed; stderr: {err}")),
            }
        }
    }

    /// Checks every tree in a directory: those with their own settings, and the roots without settings above
    /// them.
    fn directory(&mut self, directory: &Path) {
        let mut trees = Vec::new();
        settings_below(directory, &mut trees);
        if trees.is_empty() {
            trees.push(directory.to_owned());
        } else if trees[0] != directory {
            let served = Served::open(directory);
            let roots = served.roots().into_iter().map(|root| served.directory(&root));
            let bare: Vec<PathBuf> =
                roots.filter(|root| !trees.iter().any(|tree| root.starts_with(tree))).collect();
            trees.extend(bare);
        }
        for tree in trees {
            self.source(&tree.display().to_string(), &tree);
        }
    }
}

/// The topmost directories with an `fvprov.toml`.
fn settings_below(directory: &Path, found: &mut Vec<PathBuf>) {
    if directory.join("fvprov.toml").is_file() {
        return found.push(directory.to_owned());
    }
    let mut entries: Vec<_> = fs::read_dir(directory).unwrap().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries.iter().filter(|entry| entry.is_dir() && !entry.is_symlink()) {
        settings_below(entry, found);
    }
}

/// Compares the second implementation with the expected results. Does not run fvprov.
#[test]
fn the_second_implementation_matches_the_expected_results() {
    let mut wrong = Vec::new();
    for tree in hand_made() {
        let (_guard, top) = write_tree(tree);
        let name = tree.name;
        let phones = Served::open(&top).phones().into_iter();
        let phones: Vec<_> = phones
            .map(|(root, mac)| format!("{} {}", display_root(&root), mac.as_deref().unwrap_or("any")))
            .collect();
        if phones != tree.phones {
            wrong.push(format!("{name}: phones {phones:?} instead of {:?}", tree.phones));
        }
        for (source, mac, expected) in tree.views {
            let served = Served::open(&top.join(source));
            let actual = match served.phone(&served.root_of(mac), Some(mac)) {
                Some(phone) => in_words(&phone.to_json()),
                None => vec!["none".to_owned()],
            };
            if actual != *expected {
                wrong.push(format!("{name}, phone {mac}:\n  {actual:#?}\n  instead of {expected:#?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn fvprov_renders_the_hand_written_trees() {
    let mut report = Report::default();
    assert!(hand_made().count() >= 24);
    for tree in hand_made() {
        let (_guard, top) = write_tree(tree);
        let top = top.canonicalize().unwrap();
        report.source(tree.name, &top);
        for (source, mac, _) in tree.views {
            let source = top.join(source);
            let served = Served::open(&source);
            report.render(tree.name, &source, &served, &served.root_of(mac), mac);
        }
    }
    report.finish();
}

#[test]
fn every_spelling_of_a_mac_is_the_same_phone() {
    let mut report = Report::default();
    let (_guard, top) = write_tree(hand_made().find(|tree| tree.name.starts_with("no boot")).unwrap());
    let expected = Served::open(&top).phone("", Some("0021f2000001")).unwrap().to_json();
    for mac in ["0021f2000001", "00:21:F2:00:00:01", "0021.f200.0001", "00-21-f2-00-00-01", "0021F2000001"] {
        let (code, out, err) = fvprov(&["render", "--format", "json", "--mac", mac], &top);
        let actual = serde_json::from_str(&out).unwrap_or_default();
        if let Some(what) = compare(&expected, &actual, true) {
            report.note(mac, format!("exit {code:?}, {what} {err}"));
        }
    }
    report.finish();
}

#[test]
fn fvprov_renders_the_site_and_the_broken_trees() {
    let mut report = Report::default();
    for name in ["site", "broken"] {
        let directory = repository("tests").join(name);
        let directory = directory.canonicalize().unwrap_or_else(|error| panic!("tests/{name}: {error}"));
        report.directory(&directory);
    }
    assert!(report.phones > 0, "tests/site and tests/broken hold no phone");
    report.finish();
}

#[test]
fn fvprov_renders_the_corpus() {
    let mut report = Report::default();
    for directory in corpus::directories("no further trees are rendered") {
        report.directory(&directory.canonicalize().unwrap_or_else(|error| panic!("FVPROV_CORPUS: {error}")));
    }
    report.finish();
}
