//! The catalogue: the parameter names that phones support, with their properties. The catalogue does not
//! depend on files.

mod check;
mod contradictions;
mod extend;
mod format;
mod language;
mod model;
mod parameter;
mod personal;
mod placeholder;
mod relation;
mod rename;
mod search;
mod secrets;
mod suggestion;
mod synonyms;
mod value;
mod value_type;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use self::placeholder::fill_indices;
pub(crate) use self::placeholder::pattern;
use crate::text::nearest::within;

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

/// Reason why a catalogue cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is not valid JSON, or does not have the catalogue's format. Contains the line.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Unknown version of the format.
    #[error("version {0} of the catalogue format is not supported, only version 1")]
    Version(u32),
}

/// The catalogue, indexed for lookups.
#[derive(Clone, Debug)]
pub struct Schema {
    models: Vec<Model>,
    model_sets: BTreeMap<String, Vec<String>>,
    parameters: Vec<Parameter>,
    /// Indices into `parameters`, by name; each index in a name is replaced with `#`.
    by_pattern: FxHashMap<String, usize>,
    /// Patterns of the parameters, in order, with their letter counts, for similarity searches.
    patterns: Vec<(String, Letters)>,
    relations: Vec<Relation>,
    renames: Vec<Rename>,
    yealink_only: FxHashSet<String>,
}

impl Schema {
    /// The built-in catalogue.
    ///
    /// # Panics
    /// Never panics, because the catalogue is compiled in and a test parses it.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Schema> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            let text = include_str!("../../schemas/flyingvoice.json");
            // The text is compiled in, and a test parses it.
            #[allow(clippy::expect_used)]
            Self::parse(text).expect("the built-in catalogue is well-formed")
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
        let patterns = parameters.iter().map(|parameter| pattern(&parameter.name));
        let patterns: Vec<_> = patterns
            .map(|pattern: String| {
                let letters = letters(&pattern);
                (pattern, letters)
            })
            .collect();
        let by_pattern =
            patterns.iter().enumerate().map(|(at, (pattern, _))| (pattern.clone(), at)).collect();
        Self {
            models,
            model_sets,
            parameters,
            by_pattern,
            patterns,
            relations,
            renames: Vec::new(),
            yealink_only,
        }
    }

    /// All parameters, in the catalogue's order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// Parameter that matches a name with any indices, or with `X` as an index.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.by_pattern.get(&pattern(name)).map(|&at| &self.parameters[at])
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

    /// Every model, by name.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// Whether a model supports a parameter according to the vendor's templates.
    pub fn supports(&self, model: &Model, parameter: &Parameter) -> bool {
        self.supporting_models(parameter).is_none_or(|models| models.contains(&model.name))
    }

    /// Names of the models that support a parameter; `None` if it is not limited to some models.
    pub fn supporting_models(&self, parameter: &Parameter) -> Option<&[String]> {
        parameter.models.as_ref().and_then(|set| self.model_sets.get(set)).map(Vec::as_slice)
    }

    /// Whether Yealink phones support the name and Flyingvoice phones are not known to support it.
    pub fn is_yealink_only(&self, name: &str) -> bool {
        self.yealink_only.contains(&pattern(name))
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

    /// Known name that an unknown name is most likely intended to be, with the indices of the unknown name.
    ///
    /// Candidates, in this order: `static.` added or removed, different case, one or two wrong letters, a
    /// missing segment. Returns `None` if several names match equally well after adding a segment, or if only
    /// a number differs: `ntp_server3` is not a misspelling of `ntp_server2`.
    pub fn nearest(&self, name: &str) -> Option<String> {
        self.other_prefix(name).or_else(|| {
            let wanted = pattern(&name.to_ascii_lowercase());
            let found = match self.by_pattern.get(&wanted) {
                Some(&at) => Some(at),
                None => self.near(&wanted).next().or_else(|| self.longer(&wanted)),
            };
            found.map(|at| with_indices(&self.parameters[at].name, name))
        })
    }

    /// Whether no other known name is equally similar to an unknown name.
    pub fn has_one_nearest(&self, name: &str) -> bool {
        let wanted = pattern(&name.to_ascii_lowercase());
        let is_sure = self.other_prefix(name).is_some() || self.by_pattern.contains_key(&wanted);
        is_sure || self.near(&wanted).nth(1).is_none()
    }

    /// Known name that differs only by a leading `static.`. The catalogue contains no name in both forms.
    pub fn other_prefix(&self, name: &str) -> Option<String> {
        let other = name.strip_prefix("static.").map_or_else(|| format!("static.{name}"), str::to_owned);
        self.by_pattern.contains_key(&pattern(&other)).then_some(other)
    }

    /// Most similar names within one or two edits, ignoring `static.`; the most likely first.
    fn near(&self, wanted: &str) -> impl Iterator<Item = usize> {
        let other = wanted.strip_prefix("static.").map_or_else(|| format!("static.{wanted}"), str::to_owned);
        let texts = [wanted, other.as_str()].map(|text| (text, letters(text)));
        let candidates = self.patterns.iter().enumerate().filter_map(|(at, (known, known_letters))| {
            // A short name is similar to too many others.
            let reach = if known.len() < 8 { 1 } else { 2 };
            // Two errors in one name are less likely than one: a difference in `static.` counts as an
            // additional edit.
            let distances = texts.iter().zip([0, 1]).filter_map(|((text, letters), extra)| {
                let close = known.len().abs_diff(text.len()) <= reach
                    && letter_difference(known_letters, letters) <= 2 * reach;
                let distance = close.then(|| within(known, text, reach))??;
                is_slip(known, text).then_some(distance + extra)
            });
            let distance = distances.min()?;
            Some((distance, segments(known).abs_diff(segments(wanted)), differing_letters(known, wanted), at))
        });
        let mut near: Vec<_> = candidates.collect();
        near.sort_unstable();
        let least = near.first().map(|(distance, ..)| *distance);
        near.into_iter().take_while(move |(distance, ..)| Some(*distance) == least).map(|(.., at)| at)
    }

    /// The only name with more segments, if it has one more. A name with one more index takes priority.
    fn longer(&self, wanted: &str) -> Option<usize> {
        let wanted_letters = letters(wanted);
        let longer = self.patterns.iter().enumerate().filter_map(|(at, (known, known_letters))| {
            // The missing segments account for the whole difference in letters.
            let more = known.len().checked_sub(wanted.len())?;
            let lost = (letter_difference(known_letters, &wanted_letters) == more)
                .then(|| lost_segments(known, wanted))??;
            Some((lost, at))
        });
        let longer: Vec<(Vec<&str>, usize)> = longer.collect();
        let mut indices = longer.iter().filter(|(lost, _)| lost[..] == ["#"]);
        match (indices.next(), indices.next(), &longer[..]) {
            (Some((_, only)), None, _) => Some(*only),
            (None, _, [(lost, only)]) if lost.len() == 1 => Some(*only),
            _ => None,
        }
    }
}

/// The number of times that each letter occurs in a string. Bytes are mapped to 32 classes.
type Letters = [u8; 32];

fn letters(text: &str) -> Letters {
    let mut counts = [0u8; 32];
    for byte in text.bytes() {
        let count = &mut counts[usize::from(byte & 31)];
        *count = count.saturating_add(1);
    }
    counts
}

/// The sum of the differences between two counts. Each edit changes the difference by at most two.
fn letter_difference(a: &Letters, b: &Letters) -> usize {
    a.iter().zip(b).map(|(a, b)| usize::from(a.abs_diff(*b))).sum()
}

fn segments(name: &str) -> usize {
    name.split('.').count()
}

/// Number of bytes between the common prefix and the common suffix.
fn differing_letters(a: &str, b: &str) -> usize {
    let front = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let back = a.bytes().rev().zip(b.bytes().rev()).take_while(|(a, b)| a == b).count();
    a.len().max(b.len()).saturating_sub(front + back)
}

/// Whether a similar name is probably a misspelling and not a different word or number.
fn is_slip(known: &str, wanted: &str) -> bool {
    let [known_words, words] = [known, wanted].map(|name| name.bytes().filter(|b| !b.is_ascii_digit()));
    if known_words.eq(words) {
        return false;
    }
    if segments(known) != segments(wanted) {
        return true;
    }
    // In a short segment, two different letters make another word: `dnd` and `cwt`.
    let mut differing = known.split('.').zip(wanted.split('.')).filter(|(known, wanted)| known != wanted);
    match (differing.next(), differing.next()) {
        (Some((known, wanted)), None) => known.len() >= 5 || within(known, wanted, 1).is_some(),
        _ => true,
    }
}

/// The additional segments of `longer`, if they are the only difference from `shorter`. Names of one segment are not
/// compared.
fn lost_segments<'a>(longer: &'a str, shorter: &str) -> Option<Vec<&'a str>> {
    if longer.len() <= shorter.len() || segments(shorter) < 2 {
        return None;
    }
    let mut short = shorter.split('.').peekable();
    let lost = longer.split('.').filter(|segment| short.next_if_eq(segment).is_none()).collect();
    short.peek().is_none().then_some(lost)
}

/// Inserts the indices in a name into a catalogue name. Missing indices become `1`.
fn with_indices(known: &str, name: &str) -> String {
    let segments: Vec<&str> = name.split('.').collect();
    let indices: Vec<&str> = segments.iter().copied().filter(|segment| is_index(segment)).collect();
    let wanted = known.split('.').filter(|segment| is_placeholder(segment)).count();
    let mut in_order = indices.iter().copied();
    let mut word = "";
    let mut filled = Vec::with_capacity(segments.len() + 1);
    for segment in known.split('.') {
        let index = match is_placeholder(segment) {
            true if indices.len() >= wanted => in_order.next(),
            true => index_after(word, &segments).or(Some("1")),
            false => None,
        };
        filled.push(index.unwrap_or(segment));
        word = segment;
    }
    filled.join(".")
}

/// Index after a word, including names with a missing dot: `account.2.label`, `account2.label`,
/// `account.2label`.
fn index_after<'a>(word: &str, segments: &[&'a str]) -> Option<&'a str> {
    segments.iter().enumerate().find_map(|(at, segment)| {
        let stem = segment.trim_end_matches(|c: char| c.is_ascii_digit());
        let next = segments.get(at + 1).copied().unwrap_or_default();
        let rest = next.trim_start_matches(|c: char| c.is_ascii_digit());
        let (glued, leading) = (&segment[stem.len()..], &next[..next.len() - rest.len()]);
        let index = if glued.is_empty() { leading } else { glued };
        (!index.is_empty() && within(stem, word, 2).is_some()).then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_with_any_index() {
        let schema = Schema::builtin();
        assert_eq!(schema.parameters().len(), 707);
        assert_eq!(schema.by_pattern.len(), 707, "two patterns for one name");
        assert_eq!(
            schema.parameter("account.12.sip_server.2.address").unwrap().name,
            "account.X.sip_server.Y.address"
        );
        assert!(schema.parameter("account.label").is_none());
        assert!(schema.is_yealink_only("account.3.acd.enable"));
        assert!(schema.parameters().iter().all(|p| !schema.is_yealink_only(&p.name)));
    }

    #[test]
    fn near_names_are_proposed_with_their_indices() {
        for (name, near) in [
            ("account.7.sip_sever.2.address", "account.7.sip_server.2.address"),
            ("Account.1.Label", "account.1.label"),
            ("network.vlan.internet_port_vid", "static.network.vlan.internet_port_vid"),
            ("static.lang.gui", "lang.gui"),
            ("account.2.sip_server.address", "account.2.sip_server.1.address"),
            ("account.sip_server.3.address", "account.1.sip_server.3.address"),
            ("account2.label", "account.2.label"),
            ("account.2label", "account.2.label"),
            ("account.codec.g722.enable", "account.1.codec.g722.enable"),
        ] {
            assert_eq!(Schema::builtin().nearest(name).as_deref(), Some(near));
        }
        // Several names have one more segment; another number or another short word is not a misspelling.
        for name in [
            "account.2.port",
            "account.1.server.1.address",
            "account.1.address",
            "account.1.codec.enable",
            "local_time.ntp_server3",
            "ldap.abse.x",
            "coffee.machine.strength",
        ] {
            assert_eq!(Schema::builtin().nearest(name), None, "{name}");
        }
    }
}
