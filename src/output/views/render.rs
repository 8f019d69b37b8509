//! The effective configuration of a phone as JSON. Secrets are not masked.

use serde_json::{Map, Value, json};

use crate::catalogue::Schema;
use crate::text::opaque::Opaque;
use crate::tree::load::Assignment;
use crate::tree::resolve::effective::RenderOptions;
use crate::tree::resolve::{Phone, missing};

/// The effective configuration as JSON.
pub fn json(phone: &Phone<'_>, schema: &Schema, model: Option<&str>, options: RenderOptions<'_>) -> Value {
    let workspace = phone.workspace;
    let text = |at: Assignment| String::from_utf8_lossy(workspace.value(at)).into_owned();
    let place = |at: Assignment| {
        json!({
            "value": text(at),
            "file": workspace.path_in(phone.root, at.file),
            "line": workspace.line_number(at),
        })
    };
    let mut parameters = Map::new();
    for (name, assignments) in phone.parameters().iter().filter(|(name, _)| options.shows(name)) {
        let winner = phone.winner(assignments);
        let mut value = place(assignments[winner].0);
        let others = assignments.iter().enumerate().filter(|(at, _)| *at != winner);
        value["overrides"] = others.map(|(_, (at, _))| place(*at)).collect();
        if schema.repeats(name) {
            value["values"] = assignments.iter().map(|(at, _)| text(*at)).collect();
        }
        parameters.insert(name.to_string(), value);
    }
    let left_out = phone.chain.reads.iter().map(|read| read.file);
    let left_out = left_out.filter(|file| {
        let opaque = workspace.document(*file).opaque;
        opaque.is_some_and(Opaque::hides_everything)
    });
    let left_out = left_out.map(|file| workspace.path_in(phone.root, file));
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
