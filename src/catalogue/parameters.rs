//! The parameters of a catalogue, indexed by pattern. Entries of the built-in catalogue are parsed on first
//! use.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::parameter::Parameter;
use super::placeholder::pattern;

/// Parameters in the order of the catalogue.
#[derive(Clone, Debug)]
pub(super) struct Parameters {
    /// Positions by name, with every index in the name replaced with `#`.
    by_pattern: FxHashMap<String, usize>,
    /// The entries of the built-in catalogue; empty for other catalogues.
    entries: Vec<Entry>,
    /// All parameters.
    all: OnceLock<Vec<Parameter>>,
}

/// An entry of the built-in catalogue.
#[derive(Clone, Debug)]
struct Entry {
    name: &'static str,
    /// The entire entry as JSON.
    text: &'static str,
    parsed: OnceLock<Box<Parameter>>,
}

impl Parameters {
    pub fn new(all: Vec<Parameter>) -> Self {
        let by_pattern = index(all.iter().map(|parameter| parameter.name.as_str()));
        Self { by_pattern, entries: Vec::new(), all: OnceLock::from(all) }
    }

    /// Creates the parameters of the built-in catalogue from names and JSON entries.
    pub fn builtin(entries: &[(&'static str, &'static str)]) -> Self {
        Self {
            by_pattern: index(entries.iter().map(|(name, _)| *name)),
            entries: entries
                .iter()
                .map(|&(name, text)| Entry { name, text, parsed: OnceLock::new() })
                .collect(),
            all: OnceLock::new(),
        }
    }

    pub fn all(&self) -> &[Parameter] {
        self.all.get_or_init(|| self.entries.iter().map(|entry| parse(entry.text)).collect())
    }

    /// The parameter at a position.
    pub fn at(&self, position: usize) -> &Parameter {
        match (self.all.get(), self.entries.get(position)) {
            (None, Some(entry)) => entry.parsed.get_or_init(|| Box::new(parse(entry.text))),
            _ => &self.all()[position],
        }
    }

    /// The names, in the order of the catalogue.
    pub fn names(&self) -> Vec<&str> {
        match self.entries.is_empty() {
            true => self.all().iter().map(|parameter| parameter.name.as_str()).collect(),
            false => self.entries.iter().map(|entry| entry.name).collect(),
        }
    }

    pub fn position(&self, pattern: &str) -> Option<usize> {
        self.by_pattern.get(pattern).copied()
    }

    pub fn get(&self, pattern: &str) -> Option<&Parameter> {
        Some(self.at(self.position(pattern)?))
    }

    pub fn contains(&self, pattern: &str) -> bool {
        self.by_pattern.contains_key(pattern)
    }
}

fn index<'a>(names: impl Iterator<Item = &'a str>) -> FxHashMap<String, usize> {
    names.enumerate().map(|(at, name)| (pattern(name), at)).collect()
}

/// Parses an entry of the built-in catalogue.
fn parse(text: &str) -> Parameter {
    // The text is compiled in, and a test parses it.
    #[allow(clippy::expect_used)]
    serde_json::from_str(text).expect("the built-in catalogue is well-formed")
}
