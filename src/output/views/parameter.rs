//! What the catalogue says of one parameter, for a terminal, a page or a program; and lists of parameters.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::catalogue::{Effect, Parameter, Schema, ValueType};

/// The most columns of a line on a terminal.
const WIDTH: usize = 100;

/// A fact, and below it a list of values with their meanings.
struct Fact<'a> {
    label: &'static str,
    text: String,
    values: &'a [(String, String)],
}

/// The entry as it stands in the catalogue, with what it takes in words, and its models by name.
pub fn json(schema: &Schema, parameter: &Parameter) -> Value {
    let mut value = json!(parameter);
    value["kind"] = json!("parameter");
    value["takes"] = json!(parameter.takes());
    if let Some(models) = schema.models_of(parameter) {
        value["models"] = json!(models);
    }
    value
}

/// For a terminal. `asked` is the name with the indices that were asked for.
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

/// For a page.
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

/// Parameters for a program.
pub fn json_list(schema: &Schema, parameters: &[&Parameter]) -> Value {
    parameters.iter().map(|known| json(schema, known)).collect()
}

/// Parameters for a terminal, by section.
pub fn list(parameters: &[&Parameter]) -> String {
    let mut sections: BTreeMap<&str, Vec<&Parameter>> = BTreeMap::new();
    for parameter in parameters {
        sections.entry(&parameter.section).or_default().push(parameter);
    }
    let texts =
        sections.iter().map(|(section, parameters)| format!("{section}\n{}", lines(parameters, "  ")));
    texts.collect::<Vec<_>>().join("\n")
}

/// One line a parameter; descriptions in a column, unless the names are too long for it.
pub fn lines(parameters: &[&Parameter], indent: &str) -> String {
    let width = parameters.iter().map(|parameter| parameter.name.len()).filter(|width| *width <= 50).max();
    let width = width.unwrap_or(0);
    let line =
        |parameter: &&Parameter| format!("{indent}{:<width$}  {}\n", parameter.name, parameter.description);
    parameters.iter().map(line).collect()
}

fn facts<'a>(schema: &Schema, parameter: &'a Parameter, asked: &str) -> Vec<Fact<'a>> {
    let fact = |label, text| Fact { label, text, values: &[] };
    let evidence = parameter.evidence.words();
    let or_others = if parameter.open { ", or others" } else { "" };
    let takes = match parameter.values.is_empty() {
        true => parameter.takes(),
        false if parameter.value_type == ValueType::Enum => format!("one of these values{or_others}"),
        false => format!("{}; known values{or_others}", parameter.takes()),
    };
    let mut facts =
        vec![Fact { label: "takes", text: format!("{takes}; {evidence}"), values: &parameter.values }];
    facts.extend(parameter.default.iter().map(|default| fact("default", default.clone())));
    for (letter, (low, high)) in &parameter.index {
        let outside = asked_index(parameter, asked, *letter).filter(|index| !(*low..=*high).contains(index));
        let outside = outside.map_or(String::new(), |index| format!("; {index} lies outside"));
        facts.push(fact("index", format!("{letter} from {low} to {high}{outside}")));
    }
    facts.extend(schema.successor(asked).map(|new| fact("deprecated", format!("write {new} instead"))));
    facts.push(fact("models", models(schema, parameter)));
    facts.push(fact("a change", effect(parameter)));
    let scope = match parameter.scope.as_str() {
        "common" => "as a rule in the common cfg",
        "mac" => "as a rule in a phone's own cfg",
        _ => "in the common cfg or a phone's own",
    };
    facts.push(fact("section", format!("{}, {scope}", parameter.section)));
    facts.push(fact("found in", parameter.source.clone()));
    if parameter.secret {
        facts.push(fact("secret", "masked in every report".into()));
    }
    if parameter.repeats {
        facts.push(fact("repeats", "may stand several times in a file, and each line counts".into()));
    }
    facts
}

/// The index at a letter's place in the name that was asked for.
fn asked_index(parameter: &Parameter, asked: &str, letter: char) -> Option<u32> {
    let mut pairs = parameter.name.split('.').zip(asked.split('.'));
    pairs.find(|(known, _)| known.len() == 1 && known.starts_with(letter))?.1.parse().ok()
}

fn models(schema: &Schema, parameter: &Parameter) -> String {
    let takes = |model: &&crate::catalogue::Model| schema.takes(model, parameter);
    let (taking, others): (Vec<_>, Vec<_>) = schema.models().iter().partition(takes);
    let titles = |models: Vec<&crate::catalogue::Model>| {
        models.iter().map(|model| model.title.as_str()).collect::<Vec<_>>().join(", ")
    };
    match (taking.len(), others.len()) {
        (all, 0) => format!("all {all}"),
        (n, left) if left < n => format!("{n} of {}: all but {}", n + left, titles(others)),
        (n, left) => format!("{n} of {}: {}", n + left, titles(taking)),
    }
}

fn effect(parameter: &Parameter) -> String {
    let words = match parameter.effect {
        Effect::Live => "applies at once",
        Effect::Reregister => "makes the phone register anew (likely)",
        Effect::Reboot => "makes the phone reboot",
        Effect::Leaves => "makes the phone ask another server, or none",
    };
    match parameter.effect_assumed {
        true => format!("{words} (the general rule; nothing more is known)"),
        false => words.into(),
    }
}

/// Lines of at most so many columns, broken between words.
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
