//! The effective configuration of a phone as JSON. Secrets are not masked.

use std::borrow::Cow;

use serde::{Serialize, Serializer};

use crate::text::opaque::Opaque;
use crate::tree::load::Assignment;
use crate::tree::resolve::effective::{NameFacts, NameOrder, RenderOptions};
use crate::tree::resolve::{Phone, missing};

/// Fields are in alphabetical order, as in fvprov's other JSON output.
#[derive(Serialize)]
struct Configuration<'a> {
    boot: Option<String>,
    files: Vec<String>,
    left_out: Vec<String>,
    mac: Option<String>,
    missing: Vec<String>,
    model: Option<&'a str>,
    parameters: Parameters<'a>,
    root: &'a str,
    version: u32,
}

/// Names with their values, sorted by name.
struct Parameters<'a>(Vec<(Cow<'a, str>, Parameter<'a>)>);

impl Serialize for Parameters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, parameter)| (name, parameter)))
    }
}

#[derive(Serialize)]
struct Parameter<'a> {
    file: &'a str,
    line: usize,
    overrides: Vec<LocatedValue<'a>>,
    value: Cow<'a, str>,
    /// All values of a parameter that can be set several times.
    #[serde(skip_serializing_if = "Option::is_none")]
    values: Option<Vec<Cow<'a, str>>>,
}

/// A value with its file and line.
#[derive(Serialize)]
struct LocatedValue<'a> {
    file: &'a str,
    line: usize,
    value: Cow<'a, str>,
}

/// The value of an assignment with its file and line. `files` contains the path for each read.
fn located_value<'a>(
    phone: &Phone<'a>,
    files: &'a [String],
    (at, read): (Assignment, u32),
) -> LocatedValue<'a> {
    LocatedValue {
        value: phone.workspace.value_text(at),
        file: &files[read as usize],
        line: phone.workspace.line_number(at),
    }
}

/// The effective configuration as JSON.
pub fn json(phone: &Phone<'_>, names: &NameFacts, model: Option<&str>, options: RenderOptions<'_>) -> String {
    let workspace = phone.workspace;
    let files: Vec<String> =
        phone.chain.reads.iter().map(|read| workspace.path_in(phone.root, read.file)).collect();
    let assigned = names.parameters(phone, NameOrder::Alphabetical);
    let mut parameters: Vec<(Cow<'_, str>, Parameter<'_>)> = Vec::new();
    // Names with different invalid UTF-8 may be equal as text: the last one remains.
    for (id, assignments) in assigned.iter().rev() {
        let name = workspace.names.text(id);
        if !options.includes(&name) || parameters.last().is_some_and(|(last, _)| *last == name) {
            continue;
        }
        let winner = phone.winner(assignments);
        let LocatedValue { file, line, value } = located_value(phone, &files, assignments[winner]);
        let others = assignments.iter().enumerate().filter(|(at, _)| *at != winner);
        let overrides = others.map(|(_, other)| located_value(phone, &files, *other)).collect();
        let values =
            names.repeats(id).then(|| assignments.iter().map(|(at, _)| workspace.value_text(*at)).collect());
        parameters.push((name, Parameter { file, line, overrides, value, values }));
    }
    parameters.reverse();
    let left_out = phone
        .chain
        .reads
        .iter()
        .filter(|read| workspace.document(read.file).opaque.is_some_and(Opaque::hides_everything))
        .map(|read| workspace.path_in(phone.root, read.file));
    let configuration = Configuration {
        version: 1,
        root: phone.root.display_path(),
        mac: phone.mac.map(|mac| mac.to_string()),
        model,
        boot: phone.chain.boot.map(|boot| workspace.path_in(phone.root, boot)),
        files: phone.chain.files(workspace).map(|file| workspace.path_in(phone.root, file)).collect(),
        missing: missing(phone),
        left_out: left_out.collect(),
        parameters: Parameters(parameters),
    };
    // This cannot fail, because strings and numbers are always serializable.
    serde_json::to_string(&configuration).unwrap_or_default()
}
