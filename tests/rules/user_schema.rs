//! Values that violate a constraint of the user's own schema.

use fvprov::catalogue::Schema;
use fvprov::lint::{self, LintOptions};

use crate::support::tree::cfg;
use crate::support::workspace::Tree;

/// The findings of the rules about values and indices as `level rule`, with hints.
fn findings(schema: &Schema, setting: &str) -> Vec<String> {
    let select = ["invalid-value", "index-out-of-range"].map(str::to_owned).to_vec();
    let boot = "#!version:1.0.0.1\ninclude:config <0021f2000001.cfg>\n";
    let text = cfg(&format!("{setting}\n"));
    let workspace = Tree::from_texts(&[("0021f2000001.boot", boot), ("0021f2000001.cfg", &text)]).load();
    let outcome = lint::run(&workspace, schema, &LintOptions { select, ..LintOptions::default() });
    let found = outcome.findings.iter();
    found.map(|finding| format!("{} {}", finding.level.word(), finding.rule.name)).collect()
}

#[test]
fn a_schema_of_the_user_states_evidence_by_constraint() {
    let text = r#"{"version": 1, "parameters": [{"name": "coffee.X.strength", "section": "Coffee", "description": "Its strength.",
        "type": "integer", "evidence": "flyingvoice", "source": "us", "min": 1, "max": 9, "index": {"X": [1, 2]},
        "constraints": {"range": {"evidence": "yealink", "source": "a guide"}, "index": {"evidence": "inferred", "source": "us"}},
        "scope": "common", "effect": "live"},
        {"name": "coffee.cups", "section": "Coffee", "description": "Numbers of cups.", "type": "list", "evidence": "yealink",
        "source": "us", "items": {"type": "integer", "separator": ",", "most": 2}, "max": 5, "scope": "common", "effect": "live"}]}"#;
    let schema = Schema::builtin().extend(text).unwrap();
    assert_eq!(findings(&schema, "coffee.1.strength = strong"), ["error invalid-value"]);
    assert_eq!(findings(&schema, "coffee.1.strength = 10"), ["warning invalid-value"]);
    assert_eq!(findings(&schema, "coffee.3.strength = 5"), ["hint index-out-of-range"]);
    assert_eq!(findings(&schema, "coffee.cups = 1,6"), ["warning invalid-value"]);
    assert_eq!(findings(&schema, "coffee.cups = 1,2,3"), ["warning invalid-value"]);
    assert_eq!(findings(&schema, "coffee.cups = 1,2"), [""; 0]);
    for (right, wrong, part) in [
        ("\"range\": {\"ev", "\"rang\": {\"ev", "one of type, values, range"),
        (
            "\"evidence\": \"inferred\", \"source\": \"us\"}}",
            "\"evidence\": \"guessed\", \"source\": \"us\"}}",
            "`constraints`",
        ),
        ("\"separator\": \",\"", "\"separator\": \", \"", "`items`"),
        ("\"type\": \"list\"", "\"type\": \"text\"", "`items` does not apply"),
    ] {
        assert!(text.contains(right));
        let problems = Schema::builtin().extend(&text.replacen(right, wrong, 1)).unwrap_err();
        let found =
            problems.iter().any(|problem| format!("{} {}", problem.message, problem.help).contains(part));
        assert!(found, "{wrong}: {problems:?}");
    }
}
