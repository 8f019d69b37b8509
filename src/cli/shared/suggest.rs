//! Suggestions for parameter names that do not exist or that no file sets.

use fvprov::catalogue::{Schema, names_with_part};
use fvprov::text::nearest::did_you_mean;

/// A message suffix that suggests similar names for a name that no file sets: names that files set, or else
/// names in the catalogue. Empty for globs and for names in the catalogue.
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
