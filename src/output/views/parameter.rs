//! Catalogue entries for parameters as text, Markdown and JSON, and lists of parameters.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::catalogue::{Effect, Model, Parameter, Schema, ValueType};

/// Maximum line width.
const WIDTH: usize = 100;

/// A fact with a label, and an optional list of values with their meanings.
struct Fact<'a> {
    label: &'static str,
    text: String,
    values: &'a [(String, String)],
}

impl Fact<'_> {
    fn new(label: &'static str, text: String) -> Self {
        Self { label, text, values: &[] }
    }
}

/// The catalogue entry, with a description of its valid values and the names of its models.
pub fn json(schema: &Schema, parameter: &Parameter) -> Value {
    let mut value = json!(parameter);
    value["kind"] = json!("parameter");
    value["takes"] = json!(parameter.expected());
    if let Some(models) = schema.supporting_models(parameter) {
        value["models"] = json!(models);
    }
    value
}

/// The entry as text. `asked` is the requested name with its indices.
pub fn text(schema: &Schema, parameter: &Parameter, asked: &str) -> String {
    let facts = facts(schema, parameter, asked);
    let column = facts.iter().map(|fact| fact.label.len()).max().unwrap_or(0) + 2;
    let mut text = format!("{}\n\n", parameter.name);
    for line in wrapped(&parameter.description, WIDTH) {
        text += &format!("{line}\n");
    }
    text.push('\n');
    for Fact { label, text: fact, values } in &facts {
        let lines = wrapped(fact, WIDTH - column);
        for (at, line) in lines.iter().enumerate() {
            text += &format!("{:<column$}{line}\n", if at == 0 { label } else { "" });
        }
        let width = values.iter().map(|(value, _)| value.chars().count()).max().unwrap_or(0);
        for (value, meaning) in *values {
            let line = format!("{:column$}  {value:<width$}  {meaning}", "");
            text += line.trim_end();
            text.push('\n');
        }
    }
    text
}

/// The entry as Markdown.
pub fn markdown(schema: &Schema, parameter: &Parameter, asked: &str) -> String {
    let mut text = format!("# {}\n\n{}\n\n", parameter.name, parameter.description);
    for Fact { label, text: fact, values } in facts(schema, parameter, asked) {
        text += &format!("- **{label}**: {fact}\n");
        for (value, meaning) in values {
            text += &format!("  - `{value}`: {meaning}\n");
        }
    }
    text
}

/// Several entries as JSON.
pub fn json_list(schema: &Schema, parameters: &[&Parameter]) -> Value {
    parameters.iter().map(|known| json(schema, known)).collect()
}

/// Parameters as text, by section.
pub fn list(parameters: &[&Parameter]) -> String {
    let mut sections: BTreeMap<&str, Vec<&Parameter>> = BTreeMap::new();
    for parameter in parameters {
        sections.entry(&parameter.section).or_default().push(parameter);
    }
    let texts =
        sections.iter().map(|(section, parameters)| format!("{section}\n{}", lines(parameters, "  ")));
    texts.collect::<Vec<_>>().join("\n")
}

/// One line for each parameter, with aligned descriptions if the names are short enough.
pub fn lines(parameters: &[&Parameter], indent: &str) -> String {
    let width = parameters.iter().map(|parameter| parameter.name.len()).filter(|width| *width <= 50).max();
    let width = width.unwrap_or(0);
    let lines = parameters
        .iter()
        .map(|parameter| format!("{indent}{:<width$}  {}\n", parameter.name, parameter.description));
    lines.collect()
}

fn facts<'a>(schema: &Schema, parameter: &'a Parameter, asked: &str) -> Vec<Fact<'a>> {
    let evidence = parameter.evidence.words();
    let statements = parameter.constraints.iter().map(|(constraint, statement)| {
        Fact::new(
            "evidence",
            format!("{}: {} ({})", constraint.word(), statement.evidence.words(), statement.source),
        )
    });
    let or_others = if parameter.open { ", or others" } else { "" };
    let takes = match parameter.values.is_empty() {
        true => parameter.expected(),
        false if parameter.value_type == ValueType::Enum => format!("one of these values{or_others}"),
        false => format!("{}; known values{or_others}", parameter.expected()),
    };
    let mut facts =
        vec![Fact { label: "values", text: format!("{takes}; {evidence}"), values: &parameter.values }];
    facts.extend(parameter.default.iter().map(|default| Fact::new("default", default.clone())));
    for (letter, (low, high)) in &parameter.index {
        let outside =
            requested_index(parameter, asked, *letter).filter(|index| !(*low..=*high).contains(index));
        let outside = outside.map_or(String::new(), |index| format!("; {index} is out of range"));
        facts.push(Fact::new("index", format!("{letter} from {low} to {high}{outside}")));
    }
    facts.extend(statements);
    facts.extend(schema.successor(asked).map(|new| Fact::new("deprecated", format!("use {new} instead"))));
    facts.extend(schema.relations_for(asked).map(|relation| {
        Fact::new("relation", format!("{}; {}", relation.text(), relation.evidence.words()))
    }));
    facts.push(Fact::new("models", models(schema, parameter)));
    facts.push(Fact::new("a change", effect(parameter)));
    let scope = match parameter.scope.as_str() {
        "common" => "usually in the common cfg file",
        "mac" => "usually in a phone's own cfg file",
        _ => "in the common cfg file or in a phone's own cfg file",
    };
    facts.push(Fact::new("section", format!("{}, {scope}", parameter.section)));
    facts.push(Fact::new("source", parameter.source.clone()));
    if parameter.secret {
        facts.push(Fact::new("secret", "masked in every report".into()));
    }
    if parameter.repeats {
        let text = "may occur several times in a file, and all lines take effect";
        facts.push(Fact::new("repeats", text.into()));
    }
    facts
}

/// The index in the requested name at the position of a placeholder letter.
fn requested_index(parameter: &Parameter, asked: &str, letter: char) -> Option<u32> {
    let mut pairs = parameter.name.split('.').zip(asked.split('.'));
    pairs.find(|(known, _)| known.len() == 1 && known.starts_with(letter))?.1.parse().ok()
}

fn models(schema: &Schema, parameter: &Parameter) -> String {
    let (supporting, others): (Vec<&Model>, Vec<&Model>) =
        schema.models().iter().partition(|model| schema.supports(model, parameter));
    let [supporting, others] = [supporting, others]
        .map(|models| models.iter().map(|model| model.title.as_str()).collect::<Vec<_>>());
    match (supporting.len(), others.len()) {
        (all, 0) => format!("all {all}"),
        (n, left) if left < n => format!("{n} of {}: all but {}", n + left, others.join(", ")),
        (n, left) => format!("{n} of {}: {}", n + left, supporting.join(", ")),
    }
}

fn effect(parameter: &Parameter) -> String {
    let words = match parameter.effect {
        Effect::Live => "is applied immediately",
        Effect::Reregister => "probably makes the phone register again",
        Effect::Reboot => "makes the phone reboot",
        Effect::Unprovisioned => "makes the phone use a different provisioning server, or none",
    };
    match parameter.effect_assumed {
        true => format!("{words} (general rule; not documented for this parameter)"),
        false => words.into(),
    }
}

/// Wraps text between words to a maximum width.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
