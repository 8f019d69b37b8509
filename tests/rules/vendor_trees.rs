//! Findings in unchanged vendor trees: every name is known, no error is a false positive, and the warnings
//! are counted to detect rules that report too much. Runs on `fusionpbx` below the directories of
//! `FVPROV_CORPUS`, if it exists. The trees are not part of the repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::corpus;
use crate::support::program::run;

/// Each one was checked manually on 2026-11-23, in the three trees, and is correct: unfinished merges and
/// joined lines of the template; `admin:admin`; account 2 without a server, which the template writes under
/// account 1; a firmware URL that ends with `/`.
const ERRORS: [(&str, usize); 5] = [
    ("conflict-marker", 8),
    ("default-password", 3),
    ("firmware-url", 1),
    ("incomplete-account", 3),
    ("joined-lines", 5),
];

/// Also checked manually: `sip.listen_port` set to an empty value after a value; lines of account 1 in the
/// block of account 2; passwords that were shortened when the trees were anonymized; URLs with a user and a
/// password; untrusted certificates accepted.
const WARNINGS: [(&str, usize); 5] = [
    ("credentials-in-url", 9),
    ("duplicate-setting", 3),
    ("index-mismatch", 9),
    ("weak-password", 9),
    ("weak-tls", 3),
];

fn trees() -> Vec<PathBuf> {
    let named = corpus::directories("no tree of fusionpbx is checked").into_iter();
    let Some(top) = named.map(|path| path.join("fusionpbx")).find(|path| path.is_dir()) else {
        return Vec::new();
    };
    let mut trees: Vec<PathBuf> =
        std::fs::read_dir(top).unwrap().map(|entry| entry.unwrap().path()).collect();
    trees.sort();
    trees
}

fn findings(tree: &Path) -> Vec<Value> {
    let document = run(tree, &["lint", "--isolated", "--output-format", "json"]).json();
    document["findings"].as_array().expect("findings").clone()
}

#[test]
fn unchanged_vendor_trees_have_only_true_findings() {
    let trees = trees();
    if trees.is_empty() {
        return;
    }
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for finding in trees.iter().flat_map(|tree| findings(tree)) {
        let text = |key: &str| finding[key].as_str().expect("text").to_owned();
        *counts.entry((text("level"), text("rule"))).or_default() += 1;
    }
    for rule in ["unknown-parameter", "misspelled-parameter", "yealink-only-parameter"] {
        assert!(counts.keys().all(|(_, found)| found != rule), "a name of the vendor's is not known: {rule}");
    }
    let of = |level: &str| -> Vec<(String, usize)> {
        counts.iter().filter(|((l, _), _)| l == level).map(|((_, rule), n)| (rule.clone(), *n)).collect()
    };
    let expected = |list: &[(&str, usize)]| -> Vec<(String, usize)> {
        list.iter().map(|(rule, n)| ((*rule).to_owned(), *n)).collect()
    };
    println!("errors {:?}, warnings {:?}", of("error"), of("warning"));
    assert_eq!(of("error"), expected(&ERRORS));
    assert_eq!(of("warning"), expected(&WARNINGS));
}
