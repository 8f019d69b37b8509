//! rdjson: columns count bytes, and suggestions can be applied unchanged.

use fvprov::output::findings::Format;
use serde_json::{Value, json};

use super::{ONE, every_tree, json, tests, with_fix, written};

fn diagnostic(edits: &[(&str, &str, &str)]) -> Value {
    let text = written(Format::Rdjson, &ONE, with_fix("misspelled-parameter", true, edits));
    assert!(!text.contains("hunter2"), "{text}");
    let document: Value = serde_json::from_str(&text).unwrap();
    document["diagnostics"][0].clone()
}

#[test]
fn a_clean_run_is_a_valid_document() {
    let expected = json!({ "source": { "name": "fvprov" }, "severity": "INFO", "diagnostics": [] });
    let document = json(&tests().join("site"), "rdjson");
    assert_eq!(
        (&document["diagnostics"], &document["source"]["name"]),
        (&expected["diagnostics"], &json!("fvprov"))
    );
}

#[test]
fn diagnostics_have_the_keys_that_reviewdog_reads() {
    for (_kept, directory) in every_tree() {
        let document = json(&directory, "rdjson");
        let said = json(&directory, "json");
        let findings = said["findings"].as_array().unwrap();
        let diagnostics = document["diagnostics"].as_array().unwrap();
        assert_eq!(diagnostics.len(), findings.len());
        for (diagnostic, finding) in diagnostics.iter().zip(findings) {
            assert_eq!(diagnostic["location"]["path"], finding["file"]);
            assert_eq!(diagnostic["code"]["value"], finding["rule"]);
            assert_eq!(diagnostic["severity"], finding["level"].as_str().unwrap().to_uppercase());
            let range = &diagnostic["location"]["range"];
            if range.is_object() {
                assert_eq!(range["start"]["line"], finding["start"]["line"]);
                // If a range is on one line, its length in columns equals its length in bytes.
                let number = |value: &Value| value.as_u64().unwrap();
                if range["start"]["line"] == range["end"]["line"] {
                    let columns = number(&range["end"]["column"]) - number(&range["start"]["column"]);
                    assert_eq!(columns, number(&finding["end"]["byte"]) - number(&finding["start"]["byte"]));
                }
            }
            let related =
                diagnostic.get("related_locations").map_or(0, |related| related.as_array().unwrap().len());
            assert_eq!(related, finding["related"].as_array().unwrap().len());
        }
    }
}

#[test]
fn columns_are_bytes() {
    let found = diagnostic(&[("a.cfg", "\"Süd\"", "Süd")]);
    // `account.1.label = Büro ` is 24 bytes and 23 characters.
    let range = json!({ "start": { "line": 2, "column": 25 }, "end": { "line": 2, "column": 31 } });
    assert_eq!(found["suggestions"], json!([{ "range": range, "text": "Süd" }]));
}

#[test]
fn several_edits_are_one_suggestion() {
    let found = diagnostic(&[("a.cfg", "\" \n", " \n"), ("a.cfg", "\"S", "S")]);
    let range = json!({ "start": { "line": 2, "column": 25 }, "end": { "line": 3, "column": 1 } });
    assert_eq!(found["suggestions"], json!([{ "range": range, "text": "Süd \n" }]));
}

#[test]
fn edits_that_cannot_be_applied_unchanged_are_not_suggested() {
    for edits in [
        // In another file; partly in another file; over a secret; with a secret; overlapping.
        &[("y000000000000.boot", "a.cfg", "b.cfg")][..],
        &[("a.cfg", "lable", "label"), ("y000000000000.boot", "a.cfg", "b.cfg")],
        &[("a.cfg", "Süd", "Ost"), ("a.cfg", "lable", "label")],
        &[("a.cfg", "lable = x", "password = hunter2")],
        &[("a.cfg", "lable", "label"), ("a.cfg", "able", "abel")],
    ] {
        assert!(diagnostic(edits).get("suggestions").is_none(), "{edits:?}");
    }
    assert!(diagnostic(&[("a.cfg", "lable", "label")]).get("suggestions").is_some());
}
