//! GitLab's code quality report.

use std::collections::HashSet;

use serde_json::Value;

use super::{broken_in_a_repository, every_tree, json, lint, tests};

#[test]
fn a_clean_run_is_an_empty_array() {
    assert_eq!(lint(&tests().join("site"), "gitlab"), "[]\n");
}

#[test]
fn every_issue_has_the_keys_that_gitlab_reads() {
    for (_kept, directory) in every_tree() {
        let mut fingerprints = HashSet::new();
        let issues = json(&directory, "gitlab");
        let count = json(&directory, "json")["findings"].as_array().unwrap().len();
        assert_eq!(issues.as_array().unwrap().len(), count);
        for issue in issues.as_array().unwrap() {
            let text = |pointer: &str| issue.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
            assert!(!text("/description").is_empty() && !text("/description").contains('\n'));
            assert!(fvprov::lint::rule(&text("/check_name")).is_some());
            assert!(["info", "minor", "major", "critical", "blocker"].contains(&text("/severity").as_str()));
            assert!(fingerprints.insert(text("/fingerprint")), "twice: {issue}");
            let path = text("/location/path");
            assert!(!path.starts_with(['.', '/']), "{path}");
            let lines = ["/location/lines/begin", "/location/lines/end"]
                .map(|at| issue.pointer(at).unwrap().as_u64());
            assert!(Some(1) <= lines[0] && lines[0] <= lines[1], "{issue}");
        }
    }
}

#[test]
fn paths_are_relative_to_the_repository() {
    let kept = broken_in_a_repository();
    let issues = json(&kept.path().join("prov"), "gitlab");
    for issue in issues.as_array().unwrap() {
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(path.starts_with("prov/") && kept.path().join(path).exists(), "{path}");
    }
}
