//! `schemas/schema.json` describes the same format as the code, according to an independent validator.

use fvprov::catalogue::{Constraint, Effect, Evidence, Resource, Schema, ValueType};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::tree::{read, repository};

fn schema_file(name: &str) -> Value {
    serde_json::from_str(&read(&repository("schemas"), name)).unwrap()
}

fn parameter() -> Value {
    json!({"name": "coffee.X.strength", "section": "Coffee", "description": "How strong.", "type": "integer",
        "evidence": "flyingvoice", "source": "us", "min": 1, "max": 9, "default": "5", "index": {"X": [1, 4]},
        "models": "ours", "scope": "common", "effect": "live"})
}

fn schema(parameter: &Value) -> Value {
    json!({"$schema": "schema.json", "version": 1, "models": [{"name": "p99", "title": "P99"}],
        "model_sets": {"ours": ["p99", "fip14g"]}, "parameters": [parameter], "yealink_only": ["coffee.milk"]})
}

#[test]
fn the_built_in_catalogue_is_valid() {
    let meta = schema_file("schema.json");
    assert!(jsonschema::meta::is_valid(&meta));
    let validator = jsonschema::draft202012::new(&meta).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&schema_file("flyingvoice.json")).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(validator.is_valid(&schema(&parameter())));
    let mut old = parameter();
    old["deprecated"] = json!("account.X.label");
    assert!(validator.is_valid(&schema(&old)));
    assert!(Schema::builtin().extend(&schema(&old).to_string()).is_ok());
    assert!(validator.is_valid(&json!({"version": 1})));
}

#[test]
fn invalid_catalogues_are_refused_by_the_validator_and_by_fvprov() {
    let validator = jsonschema::draft202012::new(&schema_file("schema.json")).unwrap();
    let refused = |broken: &Value| {
        assert!(!validator.is_valid(broken), "the validator takes {broken}");
        assert!(Schema::builtin().extend(&broken.to_string()).is_err(), "we take {broken}");
    };
    let good = schema(&parameter());
    assert!(Schema::builtin().extend(&good.to_string()).is_ok());
    let without_version = json!({"parameters": []});
    for broken in [without_version, json!([]), json!({"version": 2}), json!({"version": 1, "modles": []})] {
        refused(&broken);
    }
    for field in ["name", "section", "description", "type", "evidence", "source", "scope", "effect"] {
        let mut broken = parameter();
        broken.as_object_mut().unwrap().remove(field);
        refused(&schema(&broken));
    }
    let wrong = [
        ("name", json!("coffee.1.strength")),
        ("name", json!("coffee strength")),
        ("name", json!("coffee..strength")),
        ("name", json!(5)),
        ("type", json!("boolean")),
        ("type", json!("text")),
        ("type", json!("enum")),
        ("evidence", json!("certain")),
        ("min", json!("1")),
        ("default", json!(5)),
        ("values", json!(["0", "1"])),
        ("values", json!([["0", "off", "too many"]])),
        ("open", json!("yes")),
        ("length", json!(-1)),
        ("index", json!({"Z": [1, 2]})),
        ("index", json!({"X": [1]})),
        ("index", json!({"X": [-1, 2]})),
        ("models", json!(["p99"])),
        ("resource", json!("book")),
        ("scope", json!("boot")),
        ("effect", json!("none")),
        ("secret", json!(0)),
        ("deprecated", json!(true)),
        ("deprecated", json!("coffee strength")),
        ("lenght", json!(5)),
    ];
    for (field, value) in wrong {
        let mut broken = parameter();
        broken[field] = value;
        refused(&schema(&broken));
    }
    for model in [
        json!({"name": "P99", "title": "P99"}),
        json!({"name": "p99"}),
        json!({"name": "p99", "title": "", "accounts": 5}),
    ] {
        let mut broken = good.clone();
        broken["models"] = json!([model]);
        refused(&broken);
    }
}

/// The words of an enum that serde accepts.
fn words<T: DeserializeOwned>() -> Vec<String> {
    let message = serde_json::from_str::<T>("\"?\"").err().unwrap().to_string();
    let mut words: Vec<String> = message.split('`').skip(3).step_by(2).map(str::to_owned).collect();
    words.sort();
    words
}

#[test]
fn enums_are_equal_in_the_json_schema_and_the_code() {
    let meta = schema_file("schema.json");
    let listed = |of: &Value| {
        let mut words: Vec<String> =
            of["enum"].as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect();
        words.sort();
        words
    };
    let field = |name: &str| &meta["$defs"]["parameter"]["properties"][name];
    assert_eq!(listed(&meta["$defs"]["value_type"]), words::<ValueType>());
    let constraints = &field("constraints")["propertyNames"];
    assert_eq!(listed(constraints), words::<Constraint>());
    assert_eq!(listed(field("resource")), words::<Resource>());
    // `Effect` also accepts a former word, which the JSON Schema does not contain.
    let effects: Vec<String> = words::<Effect>().into_iter().filter(|word| word != "leaves").collect();
    assert_eq!(listed(field("effect")), effects);
    assert_eq!(listed(&meta["$defs"]["evidence"]), words::<Evidence>());
}
