//! The catalogue: the parameter names that phones support, with their properties. The catalogue does not
//! depend on files.

mod builtin;
mod check;
mod contradictions;
mod extend;
mod format;
mod language;
mod model;
mod nearest;
mod parameter;
mod parameters;
mod personal;
mod placeholder;
mod relation;
mod rename;
mod search;
mod secrets;
mod similar;
mod suggestion;
mod synonyms;
mod value;
mod value_type;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use serde::Deserialize;

use self::parameters::Parameters;
use self::placeholder::fill_indices;
pub(crate) use self::placeholder::pattern;
use self::similar::SimilarNames;

pub use check::Problem;
pub use model::UnknownModel;
pub use parameter::{
    Constraint, Effect, Evidence, Limit, ListItems, Model, Parameter, Resource, Statement, line,
};
pub use personal::PersonalNames;
pub use placeholder::{is_index, is_placeholder};
pub use relation::{Relation, RelationKind};
pub use rename::{NAME, Rename};
pub use search::names_with_part;
pub use value::ValueError;
pub use value_type::ValueType;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Path of the JSON schema, for editors.
    #[serde(rename = "$schema")]
    _schema: Option<String>,
    version: u32,
    models: Vec<Model>,
    model_sets: BTreeMap<String, Vec<String>>,
    parameters: Vec<Parameter>,
    #[serde(default)]
    relations: Vec<Relation>,
    #[serde(default)]
    renames: Vec<Rename>,
    yealink_only: Vec<String>,
}

/// The reason that a catalogue cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is not valid JSON, or does not have the catalogue's format. Contains the line.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The version of the format is unknown.
    #[error("version {0} of the catalogue format is not supported; only version 1 is")]
    Version(u32),
}

/// The catalogue, indexed for lookups.
#[derive(Clone, Debug)]
pub struct Schema {
    models: Vec<Model>,
    model_sets: BTreeMap<String, Vec<String>>,
    parameters: Parameters,
    /// Created for the first search for a similar name.
    similar: OnceLock<SimilarNames>,
    relations: Vec<Relation>,
    renames: Vec<Rename>,
    /// Patterns of names. For the built-in catalogue, the set is created on first use.
    yealink_only: OnceLock<FxHashSet<String>>,
}

impl Schema {
    /// The built-in catalogue. Its parameters are parsed on first use.
    ///
    /// # Panics
    /// Never panics, because the catalogue is compiled in and a test parses it.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Schema> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            let (text, parameters) = builtin::split_parameters();
            // The text is compiled in, and a test parses it.
            #[allow(clippy::expect_used)]
            let schema = Self::parse(&text).expect("the built-in catalogue is well-formed");
            Self { parameters: Parameters::builtin(&parameters), yealink_only: OnceLock::new(), ..schema }
        })
    }

    /// Parses a catalogue in the format of `schemas/flyingvoice.json`.
    ///
    /// # Errors
    /// See [`Error`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let file: File = serde_json::from_str(text)?;
        if file.version != 1 {
            return Err(Error::Version(file.version));
        }
        let yealink_only = file.yealink_only.iter().map(|name| pattern(name)).collect();
        let schema = Self::new(file.models, file.model_sets, file.parameters, file.relations, yealink_only);
        Ok(Self { renames: file.renames, ..schema })
    }

    fn new(
        models: Vec<Model>,
        model_sets: BTreeMap<String, Vec<String>>,
        parameters: Vec<Parameter>,
        relations: Vec<Relation>,
        yealink_only: FxHashSet<String>,
    ) -> Self {
        Self {
            models,
            model_sets,
            parameters: Parameters::new(parameters),
            similar: OnceLock::new(),
            relations,
            renames: Vec::new(),
            yealink_only: OnceLock::from(yealink_only),
        }
    }

    /// All parameters, in the catalogue's order.
    pub fn parameters(&self) -> &[Parameter] {
        self.parameters.all()
    }

    /// Finds the parameter for a name with any indices, or with `X` as an index.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.get(&pattern(name))
    }

    /// The relations of all parameters.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// The relations that involve a parameter.
    pub fn relations_for<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Relation> {
        let wanted = pattern(name);
        self.relations.iter().filter(move |relation| {
            std::iter::once(&relation.name).chain(&relation.others).any(|name| pattern(name) == wanted)
        })
    }

    /// All models, in the catalogue's order.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// Whether a model supports a parameter, according to the vendor's templates.
    pub fn supports(&self, model: &Model, parameter: &Parameter) -> bool {
        self.supporting_models(parameter).is_none_or(|models| models.contains(&model.name))
    }

    /// Names of the models that support a parameter; `None` if all models support it.
    pub fn supporting_models(&self, parameter: &Parameter) -> Option<&[String]> {
        parameter.models.as_ref().and_then(|set| self.model_sets.get(set)).map(Vec::as_slice)
    }

    /// Whether Yealink phones support a name that Flyingvoice phones are not known to support.
    pub fn is_yealink_only(&self, name: &str) -> bool {
        self.yealink_only().contains(&pattern(name))
    }

    /// Patterns of the names that only Yealink phones are known to support.
    fn yealink_only(&self) -> &FxHashSet<String> {
        self.yealink_only.get_or_init(|| builtin::yealink_only().map(pattern).collect())
    }

    /// Whether a parameter can be set several times, with each setting independent of the others.
    pub fn repeats(&self, name: &str) -> bool {
        self.parameter(name).is_some_and(|parameter| parameter.repeats)
    }

    /// The rename that matches a name in other firmware, and the corresponding name with the same indices.
    pub fn renamed(&self, name: &str) -> Option<(&Rename, String)> {
        let mut all = self.renames.iter().filter_map(|rename| Some((rename, rename.apply(name)?)));
        all.find(|(rename, new)| rename.name_in.is_some() || self.parameter(new).is_some())
    }

    /// Successor of a deprecated name, with the same indices.
    pub fn successor(&self, name: &str) -> Option<String> {
        let parameter = self.parameter(name)?;
        Some(fill_indices(parameter.deprecated.as_ref()?, &parameter.name, name))
    }

    /// Known name that differs only by a leading `static.`. The catalogue contains no name in both forms.
    pub fn other_prefix(&self, name: &str) -> Option<String> {
        let other = name.strip_prefix("static.").map_or_else(|| format!("static.{name}"), str::to_owned);
        self.parameters.contains(&pattern(&other)).then_some(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_of_the_builtin_catalogue_is_an_entry() {
        let (builtin, parsed) = (Schema::builtin(), Schema::parse(builtin::TEXT).unwrap());
        for parameter in parsed.parameters() {
            assert_eq!(builtin.parameter(&parameter.name).map(line), Some(line(parameter)));
        }
        let all = |schema: &Schema| schema.parameters().iter().map(line).collect::<Vec<_>>();
        assert_eq!(all(builtin), all(&parsed));
        assert_eq!(builtin.yealink_only(), parsed.yealink_only());
        assert_eq!((builtin.models(), builtin.relations()), (parsed.models(), parsed.relations()));
    }

    #[test]
    fn names_are_found_with_any_index() {
        let schema = Schema::builtin();
        assert_eq!(schema.parameters().len(), 707);
        let patterns: FxHashSet<String> = schema.parameters().iter().map(|p| pattern(&p.name)).collect();
        assert_eq!(patterns.len(), 707, "two patterns for one name");
        assert_eq!(
            schema.parameter("account.12.sip_server.2.address").unwrap().name,
            "account.X.sip_server.Y.address"
        );
        assert!(schema.parameter("account.label").is_none());
        assert!(schema.is_yealink_only("account.3.acd.enable"));
        assert!(schema.parameters().iter().all(|p| !schema.is_yealink_only(&p.name)));
    }
}
