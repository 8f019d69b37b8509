//! Validates a user-defined schema: first each field separately, and then the consistency between fields.

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::parameter::{
    Constraint, Effect, Evidence, Limit, ListItems, Model, Parameter, Resource, Statement,
};
use super::relation::{Relation, RelationKind};
use super::rename::Rename;
use super::value_type::ValueType;
use super::{Schema, contradictions, pattern};
use crate::text::nearest::{nearest, within};

/// A problem in a schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Line number, from 1.
    pub line: usize,
    /// Description of the problem.
    pub message: String,
    /// Advice on how to solve the problem.
    pub help: String,
}

/// Definition of a field.
struct Field {
    name: &'static str,
    needed: bool,
    fits: FieldCheck,
    expected: &'static str,
}

/// Checks the JSON text of a value.
type FieldCheck = fn(&str) -> Result<(), FieldError>;

const fn needed(name: &'static str, fits: FieldCheck, expected: &'static str) -> Field {
    Field { name, needed: true, fits, expected }
}

const fn field(name: &'static str, fits: FieldCheck, expected: &'static str) -> Field {
    Field { name, needed: false, fits, expected }
}

/// The reason that a field's value is not valid.
#[derive(Debug, thiserror::Error)]
enum FieldError {
    /// The value has the wrong type.
    #[error("a different type")]
    Type,
    /// The value is not in the list of allowed words.
    #[error("`{word}` is not one of {}", known.join(", "))]
    Word { word: String, known: &'static [&'static str] },
}

impl de::Error for FieldError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Type
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::Word { word: variant.to_owned(), known: expected }
    }
}

impl FieldError {
    /// Replacement to suggest: a similar word, or the list of allowed words.
    fn help(&self, field: &Field) -> String {
        let Self::Word { word, known } = self else { return format!("use {}", field.expected) };
        let near = nearest(word, known.iter().copied(), usize::MAX);
        let near = near.filter(|known| within(known, word, 3).is_some() || word.starts_with(*known));
        let near = near.map_or(String::new(), |near| format!("did you mean \"{near}\"? "));
        format!("{near}use one of {}", known.join(", "))
    }
}

/// The entries in one of the schema's lists.
fn entries<'t>(schema: &Object<'t>, list: &str) -> Vec<&'t RawValue> {
    schema.get(list).and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
}

fn is<T: DeserializeOwned>(text: &str) -> Result<(), FieldError> {
    serde_json::from_str::<T>(text).map(drop).map_err(|_| FieldError::Type)
}

/// Checks that a value is one of the words accepted by a type.
fn is_word<T: DeserializeOwned>(text: &str) -> Result<(), FieldError> {
    let word: String = serde_json::from_str(text).map_err(|_| FieldError::Type)?;
    T::deserialize(word.into_deserializer()).map(drop)
}

fn is_limit(text: &str) -> Result<(), FieldError> {
    let fields: Object<'_> = serde_json::from_str(text).map_err(|_| FieldError::Type)?;
    for (key, value) in &fields.0 {
        match key.as_str() {
            "evidence" => is_word::<Evidence>(value.get())?,
            "most" => is::<u32>(value.get())?,
            _ => return Err(FieldError::Type),
        }
    }
    is::<Limit>(text)
}

fn is_constraints(text: &str) -> Result<(), FieldError> {
    let constraints: Object<'_> = serde_json::from_str(text).map_err(|_| FieldError::Type)?;
    for (name, statement) in &constraints.0 {
        is_word::<Constraint>(&format!("{name:?}"))?;
        let fields: Object<'_> = serde_json::from_str(statement.get()).map_err(|_| FieldError::Type)?;
        fields.get("evidence").map_or(Err(FieldError::Type), is_word::<Evidence>)?;
    }
    is::<BTreeMap<Constraint, Statement>>(text)
}

fn is_list_items(text: &str) -> Result<(), FieldError> {
    let fields: Object<'_> = serde_json::from_str(text).map_err(|_| FieldError::Type)?;
    fields.get("type").map_or(Err(FieldError::Type), is_word::<ValueType>)?;
    is::<ListItems>(text)
}

const TOP: &[Field] = &[
    field("$schema", is::<String>, "the path of `schema.json`, for editors"),
    needed("version", is::<u32>, "1"),
    field("models", is::<Vec<IgnoredAny>>, "a list of models"),
    field("model_sets", is::<BTreeMap<String, Vec<String>>>, "an object with a list of models for each set"),
    field("parameters", is::<Vec<IgnoredAny>>, "a list of parameters"),
    field("relations", is::<Vec<IgnoredAny>>, "a list of relations between settings"),
    field("renames", is::<Vec<IgnoredAny>>, "a list of names from other firmware, each with its new name"),
    field("yealink_only", is::<Vec<String>>, "a list of names"),
];

const RENAME: &[Field] = &[
    needed("old", is::<String>, "a parameter name from other firmware"),
    needed("new", is::<String>, "the name of a parameter"),
    field("name_in", is::<String>, "the name of a parameter"),
    field("help_only", is::<bool>, "true or false"),
    needed("evidence", is_word::<Evidence>, "\"flyingvoice\", \"yealink\", or \"inferred\""),
    needed("source", is::<String>, "a string that states where the old name was found"),
];

const RELATION: &[Field] = &[
    needed("kind", is_word::<RelationKind>, "a kind such as \"needs\" or \"only-with\""),
    needed("name", is::<String>, "the name of a parameter"),
    field("values", is::<Vec<String>>, "a list of values"),
    field("others", is::<Vec<String>>, "a list of names"),
    field("other_values", is::<Vec<String>>, "a list of values"),
    field("words", is::<BTreeMap<String, Vec<String>>>, "labels for each value, such as {\"5\": [\"dnd\"]}"),
    field("rule", is::<String>, "the name of a rule"),
    needed("evidence", is_word::<Evidence>, "\"flyingvoice\", \"standard\", \"yealink\", or \"inferred\""),
    needed("source", is::<String>, "a string that names the document with the relation"),
];

const PARAMETER: &[Field] = &[
    needed("name", is::<String>, "a string"),
    needed("section", is::<String>, "a string such as \"Account/Register\""),
    needed("description", is::<String>, "a string"),
    needed("type", is_word::<ValueType>, "a type such as \"bool\", \"integer\", \"enum\", or \"text\""),
    needed("evidence", is_word::<Evidence>, "\"flyingvoice\", \"standard\", \"yealink\", or \"inferred\""),
    needed("source", is::<String>, "a string that names the document in which the name was found"),
    field("constraints", is_constraints, CONSTRAINTS),
    field("min", is::<f64>, "a number"),
    field("max", is::<f64>, "a number"),
    field("unit", is::<String>, "a string such as \"s\""),
    field("default", is::<String>, "a quoted string, even for a number"),
    field("values", is::<Vec<(String, String)>>, "a list of pairs such as [\"0\", \"off\"]"),
    field("open", is::<bool>, "true or false"),
    field("length", is::<usize>, "a whole number"),
    field("list", is::<String>, "a string"),
    field("items", is_list_items, "items such as {\"type\": \"integer\", \"separator\": \",\"}"),
    field("index", is::<BTreeMap<char, (u32, u32)>>, "ranges such as {\"X\": [1, 5]}"),
    field("models", is::<String>, "a set name from `model_sets`"),
    field("resource", is_word::<Resource>, "a kind of file such as \"firmware\", \"ringtone\" or \"server\""),
    needed("scope", is::<String>, "\"common\", \"mac\" or \"either\""),
    needed("effect", is_word::<Effect>, "\"live\", \"reregister\", \"reboot\" or \"unprovisioned\""),
    field("effect_assumed", is::<bool>, "true or false"),
    field("secret", is::<bool>, "true or false"),
    field("repeats", is::<bool>, "true or false"),
    field("deprecated", is::<String>, "the new parameter's name"),
];

const CONSTRAINTS: &str = "constraints such as {\"length\": {\"evidence\": \"yealink\", \"source\": \"the document that states it\"}}";

const LIMIT: &str = "a limit such as {\"most\": 8, \"evidence\": \"flyingvoice\"}";

const MODEL: &[Field] = &[
    needed("name", is::<String>, "a string"),
    needed("title", is::<String>, "a string"),
    field("family", is::<String>, "a string"),
    field("accounts", is_limit, LIMIT),
    field("line_keys", is_limit, LIMIT),
    field("programmable_keys", is_limit, LIMIT),
    field("wifi", is::<bool>, "true or false"),
    field("boot_files_since", is::<String>, "a string such as \"V0.5.15\""),
];

/// A JSON object: its keys in order, including duplicates, and the JSON text of each value.
struct Object<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object, `{…}`")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object<'de>, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Object(fields))
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

impl<'t> Object<'t> {
    fn get(&self, name: &str) -> Option<&'t str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, raw)| raw.get())
    }
}

/// The content of a user-defined schema.
#[derive(Default)]
pub(super) struct Layer {
    pub models: Vec<Model>,
    pub model_sets: BTreeMap<String, Vec<String>>,
    pub parameters: Vec<Parameter>,
    pub relations: Vec<Relation>,
    pub renames: Vec<Rename>,
    pub yealink_only: Vec<String>,
}

/// Parses a schema that extends `base`.
pub(super) fn read(base: &Schema, text: &str) -> Result<Layer, Vec<Problem>> {
    let mut reader =
        Reader { text, breaks: memchr::memchr_iter(b'\n', text.as_bytes()).collect(), problems: Vec::new() };
    let layer = reader.layer(base);
    reader.problems.sort();
    if reader.problems.is_empty() { Ok(layer) } else { Err(reader.problems) }
}

struct Reader<'t> {
    text: &'t str,
    /// The positions of the line breaks.
    breaks: Vec<usize>,
    problems: Vec<Problem>,
}

impl<'t> Reader<'t> {
    /// Adds a problem. `at` is a substring of the text that determines the line.
    fn report(&mut self, at: &str, message: String, help: impl Into<String>) {
        let start = (at.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        let line = self.breaks.partition_point(|&at| at < start) + 1;
        self.problems.push(Problem { line, message, help: help.into() });
    }

    fn layer(&mut self, base: &Schema) -> Layer {
        let mut layer = Layer::default();
        let top: &RawValue = match serde_json::from_str(self.text) {
            Ok(top) => top,
            Err(error) => {
                let message = format!("this is not valid JSON: {}", without_place(&error));
                let help =
                    "check this line and the one above for a missing or extra comma, quote, or bracket";
                self.problems.push(Problem { line: error.line().max(1), message, help: help.into() });
                return layer;
            }
        };
        let Some(fields) = self.object(top.get(), "the schema", TOP) else { return layer };
        if let Some(version) =
            fields.get("version").filter(|version| is::<u32>(version).is_ok_and(|()| *version != "1"))
        {
            self.report(
                version,
                format!("version {version} of the format is not supported"),
                "write `\"version\": 1`",
            );
        }
        for raw in entries(&fields, "models") {
            self.model(raw.get(), &mut layer);
        }
        if let Some(raw) = fields.get("model_sets") {
            self.model_sets(base, raw, &mut layer);
        }
        let mut seen = FxHashMap::default();
        let mut raws = Vec::new();
        for raw in entries(&fields, "parameters") {
            let Some(parameter) = self.entry::<Parameter>(raw.get(), "a parameter", PARAMETER) else {
                continue;
            };
            self.parameter(base, &layer, raw.get(), &parameter);
            if let Some(other) = seen.insert(pattern(&parameter.name), parameter.name.clone()) {
                let message = format!("`{}` and `{other}` match the same names", parameter.name);
                self.report(raw.get(), message, "keep one of the two entries");
            }
            raws.push(raw.get());
            layer.parameters.push(parameter);
        }
        self.successors(base, &layer, &raws);
        for raw in entries(&fields, "relations") {
            self.relation(base, raw.get(), &mut layer);
        }
        for raw in entries(&fields, "renames") {
            layer.renames.extend(self.entry::<Rename>(raw.get(), "a rename", RENAME));
        }
        for raw in entries(&fields, "yealink_only") {
            let name: String = serde_json::from_str(raw.get()).unwrap_or_default();
            if seen.contains_key(&pattern(&name)) {
                let message = format!("`{name}` is in both `parameters` and `yealink_only`");
                self.report(raw.get(), message, "remove one of the two entries");
            }
            layer.yealink_only.push(name);
        }
        layer
    }

    /// Checks each field of an object and returns the fields; `None` if the value is not an object.
    fn object(&mut self, raw: &'t str, what: &str, known: &[Field]) -> Option<Object<'t>> {
        let Ok(object) = serde_json::from_str::<Object<'_>>(raw) else {
            self.report(raw, format!("{what} is not an object"), "write it as `{…}`");
            return None;
        };
        let name: Option<String> = object.get("name").and_then(|raw| serde_json::from_str(raw).ok());
        let what = name.map_or_else(|| what.to_owned(), |name| format!("`{name}`"));
        for (at, (key, value)) in object.0.iter().enumerate() {
            let value = value.get();
            let Some(field) = known.iter().find(|field| field.name == key) else {
                self.report(
                    value,
                    format!("{what}: `{key}` is not a field of this format"),
                    near_field(key, known),
                );
                continue;
            };
            if object.0[..at].iter().any(|(other, _)| other == key) {
                self.report(value, format!("{what}: `{key}` occurs twice"), "remove one of the two fields");
            }
            if let Err(misfit) = (field.fits)(value) {
                let message = format!("{what}: `{key}` cannot be {}", short(value));
                self.report(value, message, misfit.help(field));
            }
        }
        for field in known.iter().filter(|field| field.needed && object.get(field.name).is_none()) {
            let help = format!("add `\"{}\": …`: {}", field.name, field.expected);
            self.report(raw, format!("{what}: `{}` is missing", field.name), help);
        }
        Some(object)
    }

    fn entry<T: DeserializeOwned>(&mut self, raw: &'t str, what: &str, known: &[Field]) -> Option<T> {
        let before = self.problems.len();
        self.object(raw, what, known)?;
        if self.problems.len() > before {
            return None;
        }
        match serde_json::from_str(raw) {
            Ok(entry) => Some(entry),
            Err(error) => {
                self.report(raw, format!("{what}: {}", without_place(&error)), "see schemas/README.md");
                None
            }
        }
    }

    fn model(&mut self, raw: &'t str, layer: &mut Layer) {
        let Some(model) = self.entry::<Model>(raw, "a model", MODEL) else { return };
        let name = &model.name;
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if name.is_empty() || !plain {
            let message = format!("`{name}` is not a valid model name");
            self.report(
                raw,
                message,
                "use lowercase letters, digits, and `-`, as in `fip14g`; put the name printed on the box into `title`",
            );
        }
        if layer.models.iter().any(|other| other.name == *name) {
            self.report(raw, format!("the model `{name}` occurs twice"), "keep one of the two entries");
        }
        layer.models.push(model);
    }

    fn model_sets(&mut self, base: &Schema, raw: &'t str, layer: &mut Layer) {
        let Ok(sets) = serde_json::from_str::<Object<'t>>(raw) else { return };
        for (name, raw) in sets.0 {
            let models: Vec<&'t RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
            let mut set = Vec::new();
            for raw in models {
                let model: String = serde_json::from_str(raw.get()).unwrap_or_default();
                let mut known = base.models.iter().chain(&layer.models);
                if !known.any(|known| known.name == model) {
                    let message = format!("`{model}` in the set `{name}` is not a known model");
                    self.report(raw.get(), message, "add it to `models` in lowercase, or correct it");
                }
                set.push(model);
            }
            if layer.model_sets.insert(name.clone(), set).is_some() {
                self.report(raw.get(), format!("the set `{name}` occurs twice"), "keep only one entry");
            }
        }
    }

    fn relation(&mut self, base: &Schema, raw: &'t str, layer: &mut Layer) {
        let Some(relation) = self.entry::<Relation>(raw, "a relation", RELATION) else { return };
        for name in std::iter::once(&relation.name).chain(&relation.others) {
            let mut ours = layer.parameters.iter();
            if base.parameter(name).is_none() && !ours.any(|known| pattern(&known.name) == pattern(name)) {
                self.report(
                    raw,
                    format!("the relation names `{name}`, which is not a known parameter"),
                    "correct the name, or add an entry for it",
                );
            }
        }
        let is_single = matches!(relation.kind, RelationKind::NamesAccount | RelationKind::SameOnAccounts);
        if relation.others.is_empty() && !is_single {
            self.report(
                raw,
                format!("the relation for `{}` has no `others` field", relation.name),
                "add `\"others\": […]` with a list of names",
            );
        }
        layer.relations.push(relation);
    }

    /// Checks the fields of a parameter against each other.
    fn parameter(&mut self, base: &Schema, layer: &Layer, raw: &'t str, parameter: &Parameter) {
        let fields = serde_json::from_str::<Object<'t>>(raw).unwrap_or(Object(Vec::new()));
        let mut wrong = contradictions::contradictions(parameter);
        if let Some(set) = parameter
            .models
            .as_ref()
            .filter(|set| !(base.model_sets.contains_key(*set) || layer.model_sets.contains_key(*set)))
        {
            let help = "add it to `model_sets`, or omit `models` if all models support the parameter";
            wrong.push(("models", format!("the model set `{set}` does not exist"), help.into()));
        }
        for (field, message, help) in wrong {
            let at = fields.get(field).unwrap_or(raw);
            self.report(at, format!("`{}`: {message}", parameter.name), help);
        }
    }
}

impl<'t> Reader<'t> {
    /// Checks that the successors of deprecated parameters exist and are not deprecated. `raws` contains the
    /// JSON text of the entries.
    fn successors(&mut self, base: &Schema, layer: &Layer, raws: &[&'t str]) {
        for (raw, parameter) in raws.iter().zip(&layer.parameters) {
            let Some(new) = &parameter.deprecated else { continue };
            let of_layer = layer.parameters.iter().find(|known| pattern(&known.name) == pattern(new));
            let (what, help) = match of_layer.or_else(|| base.parameter(new)) {
                Some(known) if known.deprecated.is_some() => {
                    ("is deprecated itself", "write the current name".into())
                }
                Some(_) => continue,
                None => {
                    let near = base.nearest(new).and_then(|near| base.parameter(&near));
                    let near = near.map_or(String::new(), |near| format!("did you mean `{}`? ", near.name));
                    ("is not a known parameter", format!("{near}correct the name, or add an entry for it"))
                }
            };
            let fields = serde_json::from_str::<Object<'t>>(raw).unwrap_or(Object(Vec::new()));
            let at = fields.get("deprecated").unwrap_or(raw);
            self.report(at, format!("`{}`: its successor `{new}` {what}", parameter.name), help);
        }
    }
}

/// Error message without the line and column, which are reported separately.
fn without_place(error: &serde_json::Error) -> String {
    let (text, place) = (error.to_string(), format!(" at line {} column {}", error.line(), error.column()));
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

/// The beginning of a value, for a message.
fn short(value: &str) -> String {
    let start: String = value.chars().take(40).collect();
    if start.len() < value.len() { format!("{start}…") } else { start }
}

fn near_field(key: &str, known: &[Field]) -> String {
    if let Some(near) = nearest(key, known.iter().map(|field| field.name), 3) {
        return format!("did you mean `{near}`?");
    }
    let names: Vec<&str> = known.iter().map(|field| field.name).collect();
    format!("use one of these fields: {}", names.join(", "))
}
