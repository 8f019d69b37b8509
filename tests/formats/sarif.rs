//! SARIF: the OASIS schema, and the additional requirements of GitHub.

use std::collections::HashSet;

use fvprov::lint::{Level, RULES};
use fvprov::output::findings::Format;
use jsonschema::Validator;
use serde_json::{Value, json};

use super::{ONE, broken_in_a_repository, every_tree, hostile, json, tests, with_fix, written};
use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree, write};

fn validator() -> Validator {
    let path = tests().join("formats/sarif-2.1.0.json");
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    // The pattern for languages is valid only in JavaScript, and fvprov writes no language.
    for part in ["run", "toolComponent"] {
        let language = schema.pointer_mut(&format!("/definitions/{part}/properties/language")).unwrap();
        language.as_object_mut().unwrap().remove("pattern").unwrap();
    }
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[track_caller]
fn assert_valid(document: &Value) {
    let errors: Vec<String> = validator()
        .iter_errors(document)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn results(document: &Value) -> &Vec<Value> {
    document["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn every_document_is_valid() {
    for (_kept, directory) in every_tree() {
        assert_valid(&json(&directory, "sarif"));
    }
    // The schema detects errors.
    let mut broken = json(&tests().join("broken"), "sarif");
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = json!(0);
    assert!(!validator().is_valid(&broken));
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] =
        json!("a b");
    assert_eq!(validator().iter_errors(&broken).count(), 2);
}

#[test]
fn a_clean_run_has_rules_and_no_results() {
    let document = json(&tests().join("site"), "sarif");
    assert_eq!(results(&document), &Vec::<Value>::new());
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), RULES.len());
    for (rule, known) in rules.iter().zip(RULES.iter()) {
        let text = |pointer: &str| rule.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
        assert_eq!(text("/id"), known.name);
        assert_eq!(text("/shortDescription/text"), known.summary());
        assert!((1..=1024).contains(&text("/fullDescription/text").chars().count()));
        let [plain, markdown] = ["/help/text", "/help/markdown"].map(text);
        assert!(
            plain.contains("\nWhy this matters\n") && markdown.contains("\n## Why this matters\n"),
            "{plain}{markdown}"
        );
        assert!(!plain.contains("#~") && !markdown.contains("#~"), "{markdown}");
        assert!(["note", "warning", "error"].contains(&text("/defaultConfiguration/level").as_str()));
        assert!(!rule["properties"]["tags"].as_array().unwrap().is_empty());
    }
}

#[test]
fn results_meet_the_requirements_of_github() {
    let kept = broken_in_a_repository();
    let run = &json(&kept.path().join("prov"), "sarif")["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let mut fingerprints = HashSet::new();
    let levels = ["error", "warning", "note"];
    let mut last = 0;
    for result in run["results"].as_array().unwrap() {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        let level = levels.iter().position(|level| result["level"] == *level).unwrap();
        assert!(level >= last, "the most severe first");
        last = level;
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("prov/"), "{uri}: from the top of the repository");
        let number = |key: &str| place["region"][key].as_u64().unwrap();
        let (start, end) =
            ([number("startLine"), number("startColumn")], [number("endLine"), number("endColumn")]);
        assert!([1, 1] <= start && start <= end, "{result}");
        let fingerprint = result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap();
        assert!(fingerprints.insert(fingerprint.to_owned()), "twice: {fingerprint}");
        // Every link refers to an existing related location.
        let text = result["message"]["text"].as_str().unwrap();
        let related = result["relatedLocations"].as_array().map_or(0, Vec::len);
        assert_eq!(text.matches("](").count(), related, "{text}");
        for id in 0..related {
            assert!(text.contains(&format!("]({id})")), "{text}");
            assert_eq!(result["relatedLocations"][id]["id"], id);
        }
    }
}

#[test]
fn paths_are_encoded_and_relative_to_the_repository() {
    let kept = hostile();
    let directory = kept.path().join("top/HTTP Directory");
    let uris = |document: &Value| -> HashSet<String> {
        let uri = |result: &Value| {
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].to_string()
        };
        results(document).iter().map(uri).collect()
    };
    let found = uris(&json(&directory, "sarif"));
    for expected in ["b%C3%BCro%20%231%2Ca%3Ab%25.cfg", "%3Cb%3E%40x%60%7C.cfg", "y000000000000.boot"] {
        assert!(found.contains(&format!("\"HTTP%20Directory/{expected}\"")), "{found:#?}");
    }
    // Messages contain only links that fvprov writes.
    for result in results(&json(&directory, "sarif")) {
        assert!(!result["message"]["text"].as_str().unwrap().contains("](http"), "{result}");
    }
    std::fs::remove_dir_all(kept.path().join("top/.git")).unwrap();
    let above = uris(
        &serde_json::from_str(
            &run(kept.path(), &["lint", "top/HTTP Directory", "--output-format", "sarif"]).out,
        )
        .unwrap(),
    );
    assert!(above.contains("\"y000000000000.boot\""), "without a repository from SOURCE: {above:#?}");
}

#[test]
fn messages_contain_the_include_chain() {
    let site = tree(&[
        ("0021f2000001.boot", boot(&["a.cfg"])),
        ("a.cfg", cfg("include:config <b/c.cfg>\n")),
        ("b/c.cfg", cfg("lang.gui = German \n")),
    ]);
    let document = json(site.path(), "sarif");
    let found = results(&document).iter().find(|result| result["ruleId"] == "trailing-whitespace").unwrap();
    let text = found["message"]["text"].as_str().unwrap();
    assert!(
        text.contains("0021f2000001 reads the file through [0021f2000001.boot:2](0), [a.cfg:2](1)"),
        "{text}"
    );
    let place = &found["relatedLocations"][1]["physicalLocation"];
    assert_eq!(
        (&place["artifactLocation"]["uri"], &place["region"]["startLine"]),
        (&json!("a.cfg"), &json!(2))
    );
}

#[test]
fn fingerprints_survive_added_lines_and_distinguish_equal_findings() {
    let faults = "lang.gui = German \nodd line\nlang.gui = French \n";
    let site = tree(&[("y000000000000.cfg", cfg(faults))]);
    let of = |format: &str| -> Vec<(String, String)> {
        let document = json(site.path(), format);
        let (list, rule, hash) = match format {
            "sarif" => ("/runs/0/results", "/ruleId", "/partialFingerprints/primaryLocationLineHash"),
            _ => ("", "/check_name", "/fingerprint"),
        };
        let text = |value: &Value, pointer| value.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        let mut all: Vec<_> = document
            .pointer(list)
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (text(one, rule), text(one, hash)))
            .collect();
        all.sort();
        all
    };
    let before = ["sarif", "gitlab"].map(of);
    assert_eq!(before[0].iter().filter(|(rule, _)| rule == "trailing-whitespace").count(), 2);
    assert_eq!(before[0], before[1]);
    let distinct: HashSet<&String> = before[0].iter().map(|(_, hash)| hash).collect();
    assert_eq!(distinct.len(), before[0].len());
    write(site.path(), "y000000000000.cfg", cfg(&format!("# new\n\nlang.wui = German\n{faults}")));
    assert_eq!(["sarif", "gitlab"].map(of), before);
    write(site.path(), "y000000000000.cfg", cfg(&format!("{faults}lang.gui = x \n")));
    let after = of("sarif");
    assert!(before[0].iter().all(|one| after.contains(one)) && after.len() > before[0].len(), "{after:#?}");
    // Fingerprints must never change, because services store them.
    let trailing =
        before[0].iter().find(|(rule, hash)| rule == "trailing-whitespace" && hash.ends_with(":1"));
    assert_eq!(trailing.unwrap().1, "12bb466218ddb9ca:1");
}

#[test]
fn a_fix_is_complete_or_omitted() {
    let edits = [
        ("a.cfg", "lable", "label"),
        ("a.cfg", "Büro \"Süd\" ", ""),
        ("y000000000000.boot", "a.cfg", "b.cfg"),
    ];
    let document: Value =
        serde_json::from_str(&written(Format::Sarif, &ONE, with_fix("misspelled-parameter", false, &edits)))
            .unwrap();
    assert_valid(&document);
    let fix = &results(&document)[0]["fixes"][0];
    assert_eq!(fix["description"]["text"], "fix: mend it (requires --unsafe-fixes)");
    let changes = fix["artifactChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 2);
    let of_cfg = changes.iter().find(|change| change["artifactLocation"]["uri"] == "a.cfg").unwrap();
    assert_eq!(
        of_cfg["replacements"],
        json!([
            { "deletedRegion": { "startLine": 2, "startColumn": 19, "endLine": 2, "endColumn": 30 } },
            { "deletedRegion": { "startLine": 4, "startColumn": 11, "endLine": 4, "endColumn": 16 },
              "insertedContent": { "text": "label" } },
        ])
    );
    // A fix that would write a mask into a file is omitted.
    let edits = [("a.cfg", "account.1.password = hunter2", "account.2.password = hunter2")];
    let text = written(Format::Sarif, &ONE, with_fix("misspelled-parameter", true, &edits));
    let document: Value = serde_json::from_str(&text).unwrap();
    assert!(results(&document)[0].get("fixes").is_none() && !text.contains("hunter2"));
}

#[test]
fn the_number_of_results_is_limited_for_github() {
    let text = written(Format::Sarif, &ONE, |_, outcome| {
        let mut one = outcome.findings[0].clone();
        one.level = Level::Info;
        let mut last = one.clone();
        last.level = Level::Error;
        outcome.findings = vec![one; 25_001];
        outcome.findings.push(last);
    });
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(results(&document).len(), 25_000);
    assert_eq!(results(&document)[0]["level"], "error", "the most severe are kept");
    let notification = &document["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(
        notification["message"]["text"],
        "2 findings omitted: this file contains the 25000 most severe findings"
    );
    let mut short = document.clone();
    short["runs"][0]["results"].as_array_mut().unwrap().truncate(1);
    assert_valid(&short);
}
