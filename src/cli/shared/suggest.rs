//! Suggestions for parameter names that do not exist or that no file sets.

use std::fmt::Display;

use fvprov::catalogue::{Schema, names_with_part};

/// Maximum number of suggested names.
const MOST_NAMES: usize = 3;

/// A "did you mean" suffix; empty without names.
pub fn did_you_mean(names: &[impl Display]) -> String {
    let quoted: Vec<String> = names.iter().take(MOST_NAMES).map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((only, [])) => format!("; did you mean {only}?"),
        Some((last, others)) => format!("; did you mean {} or {last}?", others.join(", ")),
    }
}

/// A suffix for a name that is not among the names that files set: similar names that they set, or similar
/// names of the catalogue. Empty for globs and for names of the catalogue.
pub fn similar_names<'n>(schema: &Schema, set: impl Iterator<Item = &'n str>, name: &str) -> String {
    if schema.parameter(name).is_some() || name.contains(['*', '?']) {
        return String::new();
    }
    let mut names: Vec<String> = names_with_part(set, name).into_iter().map(str::to_owned).collect();
    if names.is_empty() {
        names = schema.suggestions(name);
    }
    match names.is_empty() {
        true => "; the catalogue does not contain this parameter".into(),
        false => did_you_mean(&names),
    }
}
