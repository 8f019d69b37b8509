//! `fvprov schema`, `--schema`, `[schema] extend`, and `explain` of parameters.

use tempfile::TempDir;

use crate::support::corpus;
use crate::support::program::{Run, run};
use crate::support::tree::{tree, write};

const USER_SCHEMA: &str = r#"{"version": 1,
"models": [{"name": "p99", "title": "P99", "accounts": {"most": 1, "evidence": "flyingvoice"}}],
"model_sets": {"ours": ["p99"]},
"parameters": [
{"name": "coffee.X.strength", "section": "Coffee/Machine", "description": "How strong it is.", "type": "integer", "evidence": "flyingvoice", "source": "us", "min": 1, "max": 9, "index": {"X": [1, 4]}, "models": "ours", "scope": "common", "effect": "live"},
{"name": "coffee.word", "section": "Coffee/Machine", "description": "What the cup says.", "type": "text", "evidence": "flyingvoice", "source": "us", "scope": "common", "effect": "live", "secret": true},
{"name": "lang.gui", "section": "Ours", "description": "Our own words.", "type": "text", "evidence": "flyingvoice", "source": "us", "scope": "common", "effect": "live"}
]}
"#;

/// A tree without settings above it: the search for settings ends at the top of the repository.
fn directory(files: &[(&str, &str)]) -> TempDir {
    tree(&[files, &[(".git/HEAD", "")]].concat())
}

fn stdout(directory: &TempDir, args: &[&str]) -> String {
    run(directory.path(), args).success()
}

#[test]
fn explain_accepts_any_index() {
    let here = directory(&[]);
    for index in ["7", "X", "1"] {
        let text = stdout(&here, &["explain", &format!("linekey.{index}.type")]);
        assert!(text.starts_with("linekey.X.type\n\n"), "{text}");
        assert!(text.contains("\n            13  speed dial\n"), "{text}");
        assert!(text.contains("index     X from 1 to 74\n"), "{text}");
    }
    let text = stdout(&here, &["explain", "linekey.75.type"]);
    assert!(text.contains("index     X from 1 to 74; 75 is out of range\n"), "{text}");
    let json: serde_json::Value =
        serde_json::from_str(&stdout(&here, &["explain", "linekey.7.type", "--format", "json"])).unwrap();
    assert_eq!(json["kind"], "parameter");
    assert_eq!(json["values"][1][1], "conference");
    assert_eq!(json["index"]["X"][1], 74);
    assert!(json["models"].as_array().unwrap().iter().any(|model| model == "fip14g"));
    let markdown = stdout(&here, &["explain", "linekey.7.type", "--format", "markdown"]);
    assert!(markdown.contains("\n  - `13`: speed dial\n"), "{markdown}");
    let Run { code, err, .. } = run(here.path(), &["explain", "linekey.7.tpye"]);
    assert_eq!((code, err.contains("did you mean `linekey.7.type`?")), (Some(1), true), "{err}");
}

#[test]
fn every_name_is_explained_in_every_format() {
    let here = directory(&[]);
    let all = stdout(&here, &["schema", "list", "--format", "json"]);
    let all: Vec<serde_json::Value> = serde_json::from_str(&all).unwrap();
    assert_eq!(all.len(), 707);
    // Only a few, because each one starts a process.
    for entry in all.iter().step_by(99) {
        let name = entry["name"].as_str().unwrap().replace('X', "1").replace('Y', "2");
        let one: serde_json::Value =
            serde_json::from_str(&stdout(&here, &["explain", &name, "--format", "json"])).unwrap();
        assert_eq!(&one, entry);
        assert!(stdout(&here, &["explain", &name]).contains(entry["section"].as_str().unwrap()));
    }
}

#[test]
fn list_and_search() {
    let here = directory(&[]);
    let codecs = stdout(&here, &["schema", "list", "--section", "account/codec"]);
    assert!(codecs.starts_with("Account/Codec\n  account.X.codec."), "{codecs}");
    assert_eq!(codecs.lines().count(), 28);
    assert!(stdout(&here, &["schema", "list", "--section", "Keys"]).contains("Keys/Programmable\n"));
    assert!(!stdout(&here, &["schema", "list", "--model", "FIP16"]).contains("linekey.X.type"));
    assert!(stdout(&here, &["schema", "list", "--model", "fip14g"]).contains("linekey.X.type"));
    assert!(stdout(&here, &["schema", "search", "speed", "dial"]).starts_with("linekey.X.type "));
    assert!(stdout(&here, &["schema", "search", "linekey.7.type"]).starts_with("linekey.X.type "));
    let said = |args: &[&str]| {
        let said = run(here.path(), args);
        assert_eq!(said.out, "");
        (said.code, said.err)
    };
    let (code, err) = said(&["schema", "list", "--section", "codek"]);
    assert_eq!((code, err.trim()), (Some(1), "error: there is no section `codek`; did you mean `Codec`?"));
    assert_eq!(said(&["schema", "list", "--model", "fip14"]).0, Some(2));
    assert_eq!(said(&["schema", "search", "zeppelin"]).0, Some(1));
}

#[test]
fn check_reports_every_problem_with_its_line() {
    let broken = USER_SCHEMA
        .replace("\"integer\"", "\"int\"")
        .replace("\"How strong it is.\"", "7")
        .replace("\"ours\": [\"p99\"]", "\"ours\": [\"p98\"]");
    let here = directory(&[
        ("ours.json", USER_SCHEMA),
        ("broken.json", &broken),
        ("none.json", "{\"version\": 1,\n"),
    ]);
    assert!(
        stdout(&here, &["schema", "check", "ours.json"])
            .contains("no problems; the extended catalogue contains 709 names (2 new)")
    );
    let Run { code, out: text, .. } = run(here.path(), &["schema", "check", "ours.json", "broken.json"]);
    assert_eq!(code, Some(1), "{text}");
    for line in [
        "broken.json:3: `p98` in the set `ours` is not a known model",
        "broken.json:5: `coffee.X.strength`: `description` cannot be 7",
        "broken.json:5: `coffee.X.strength`: `type` cannot be \"int\"",
        "broken.json: 3 problems",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
    assert_eq!(text.matches("  help: ").count(), 3, "{text}");
    let Run { code, out, .. } = run(here.path(), &["schema", "check", "none.json"]);
    assert_eq!((code, out.starts_with("none.json:")), (Some(1), true), "{out}");
    let Run { code, err, .. } = run(here.path(), &["schema", "check", "absent.json"]);
    assert_eq!((code, err.lines().count()), (Some(2), 1), "{err}");
}

#[test]
fn a_schema_extends_the_built_in_one_in_every_command() {
    let tree = [
        (
            "y000000000000.cfg",
            "#!version:1.0.0.1\ncoffee.1.strength = 5\ncoffee.word = hazelnut\ncoffee.milk = 1\n",
        ),
        ("schemas/ours.json", USER_SCHEMA),
        ("elsewhere/coffee.json", USER_SCHEMA),
    ];
    let plain = directory(&tree);
    let unknown = |directory: &TempDir, args: &[&str]| {
        run(directory.path(), args).out.matches("[unknown-parameter]").count()
    };
    let lint = ["lint", "--no-fold", "--output-format", "concise"];
    assert_eq!(unknown(&plain, &lint), 3);
    let over = [&lint[..], &["--schema", "elsewhere/coffee.json"]].concat();
    assert_eq!(unknown(&plain, &over), 1);
    let settings = ("fvprov.toml", "[schema]\nextend = [\"schemas/ours.json\"]\n[models]\n\"*\" = \"p99\"\n");
    let here = directory(&[&tree[..], &[settings]].concat());
    assert_eq!(unknown(&here, &lint), 1);
    // Paths are relative to the settings file, not to the working directory.
    assert!(
        stdout(&plain, &["explain", "coffee.2.strength", "--schema", "schemas/ours.json"])
            .contains("from 1 to 9")
    );
    let below = here.path().join("elsewhere");
    let text = run(&below, &["explain", "lang.gui"]).success();
    assert!(text.contains("Our own words."), "{text}");
    assert!(
        stdout(&here, &["schema", "list", "--model", "p99", "--section", "coffee"])
            .contains("coffee.X.strength")
    );
    let why = stdout(&here, &["why", "coffee.word", "--mac", "any"]);
    assert_eq!((why.contains("hazelnut"), why.contains("<secret #1>")), (false, true), "{why}");
    assert_eq!(run(here.path(), &["explain", "coffee.word", "--isolated"]).code, Some(1));
}

#[test]
fn a_broken_schema_is_an_error_on_one_line() {
    let here = directory(&[
        ("y000000000000.cfg", "#!version:1.0.0.1\n"),
        ("fvprov.toml", "[schema]\nextend = [\"ours.json\"]\n"),
        ("ours.json", "{\"version\": 1, \"parameters\": [\n{}]}"),
    ]);
    for args in [&["lint"][..], &["explain", "lang.gui"], &["phones"]] {
        let said = run(here.path(), args);
        said.assert_unable("ours.json:2: ");
        assert!(said.err.contains("7 more") && said.err.contains("schema check"), "{}", said.err);
    }
    // The page of a rule requires no catalogue.
    assert_eq!(run(here.path(), &["explain", "missing-include"]).code, Some(0));
    assert_eq!(
        run(here.path(), &["explain", "lang.gui", "--isolated", "--schema", "absent.json"]).code,
        Some(2)
    );
}

#[test]
fn import_drafts_the_content_of_the_template() {
    let template = "#!version:1.0.0.1\n\n##(X ranges from 1 to 5)\ncoffee.1.label = Black\n\n#0-Cold,1-Warm,2-Hot\ncoffee.heat = 2\n\nlang.gui = English\n";
    let here = directory(&[("y000000000000.cfg", template), ("notes.cfg", "nothing here\n")]);
    let draft = stdout(&here, &["schema", "import", "y000000000000.cfg"]);
    let json: serde_json::Value = serde_json::from_str(&draft).unwrap();
    let parameters = json["parameters"].as_array().unwrap();
    assert_eq!(parameters.len(), 3);
    assert_eq!(parameters[0]["name"], "coffee.X.label");
    assert_eq!(parameters[0]["index"]["X"][1], 5);
    assert_eq!(parameters[1]["values"][2][1], "Hot");
    assert!(parameters[1]["default"].is_null(), "values of unknown names are not copied");
    for parameter in parameters {
        assert_eq!(
            (&parameter["evidence"], &parameter["source"]),
            (&"inferred".into(), &"y000000000000.cfg".into())
        );
    }
    let new_only = stdout(&here, &["schema", "import", "y000000000000.cfg", "--new-only"]);
    assert!(!new_only.contains("lang.gui"));
    write(here.path(), "draft.json", draft);
    assert!(stdout(&here, &["schema", "check", "draft.json"]).contains("(2 new)"));
    assert_eq!(run(here.path(), &["schema", "import", "notes.cfg"]).code, Some(2));
    assert_eq!(run(here.path(), &["schema", "import", "absent.cfg"]).code, Some(2));
}

#[test]
fn drafts_of_the_corpus_are_schemas() {
    let here = directory(&[]);
    let entries = corpus::directories("no draft is made").into_iter().flat_map(walkdir::WalkDir::new);
    for entry in entries.flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "cfg") {
            let draft = stdout(&here, &["schema", "import", &entry.path().to_string_lossy()]);
            write(here.path(), "draft.json", draft);
            stdout(&here, &["schema", "check", "draft.json"]);
        }
    }
}
