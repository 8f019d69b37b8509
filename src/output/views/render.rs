//! The effective configuration of a phone as JSON. Secrets are not masked.

use serde_json::{Map, Value, json};

use crate::catalogue::Schema;
use crate::text::opaque::Opaque;
use crate::tree::load::Assignment;
use crate::tree::resolve::effective::RenderOptions;
use crate::tree::resolve::{Phone, missing};

/// A value with its file and line.
fn located_value(phone: &Phone<'_>, at: Assignment) -> Value {
    json!({
        "value": phone.workspace.value_text(at),
        "file": phone.workspace.path_in(phone.root, at.file),
        "line": phone.workspace.line_number(at),
    })
}

/// The effective configuration as JSON.
pub fn json(phone: &Phone<'_>, schema: &Schema, model: Option<&str>, options: RenderOptions<'_>) -> Value {
    let workspace = phone.workspace;
    let mut parameters = Map::new();
    for (name, assignments) in phone.parameters().iter().filter(|(name, _)| options.includes(name)) {
        let winner = phone.winner(assignments);
        let mut value = located_value(phone, assignments[winner].0);
        let others = assignments.iter().enumerate().filter(|(at, _)| *at != winner);
        value["overrides"] = others.map(|(_, (at, _))| located_value(phone, *at)).collect();
        if schema.repeats(name) {
            value["values"] = assignments.iter().map(|(at, _)| workspace.value_text(*at)).collect();
        }
        parameters.insert(name.to_string(), value);
    }
    let left_out = phone
        .chain
        .reads
        .iter()
        .filter(|read| workspace.document(read.file).opaque.is_some_and(Opaque::hides_everything))
        .map(|read| workspace.path_in(phone.root, read.file));
    let files = phone.chain.files(workspace).map(|file| workspace.path_in(phone.root, file));
    json!({
        "version": 1,
        "root": phone.root.display_path(),
        "mac": phone.mac.map(|mac| mac.to_string()),
        "model": model,
        "boot": phone.chain.boot.map(|boot| workspace.path_in(phone.root, boot)),
        "files": files.collect::<Vec<_>>(),
        "missing": missing(phone),
        "left_out": left_out.collect::<Vec<_>>(),
        "parameters": parameters,
    })
}
