//! Finds models by the names that users write.

use super::{Model, Schema};
use crate::text::nearest::{did_you_mean, nearest};

/// A model is not in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the catalogue does not contain the model `{name}`{}", did_you_mean(near.as_slice()))]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct UnknownModel {
    pub name: String,
    /// A similar name.
    pub near: Option<String>,
}

impl Schema {
    /// Finds a model by a name that a user wrote. The name can be in uppercase or lowercase, can include the
    /// vendor's name, spaces and hyphens, and can be the model's title or any name in the title
    /// (`FIP10/FIP10P`, `FIP10(P)`, `FIP-13G`, `Flyingvoice FIP10`, `FIP16+`).
    pub fn model(&self, name: &str) -> Option<&Model> {
        if let Some(model) = self.models.iter().find(|model| model.name.eq_ignore_ascii_case(name)) {
            return Some(model);
        }
        let written = letters_and_digits(name);
        let wanted = written.strip_prefix("flyingvoice").unwrap_or(&written);
        self.models.iter().find(|model| {
            let mut names = std::iter::once(model.title.as_str()).chain(model.names());
            names.any(|known| letters_and_digits(known) == wanted)
        })
    }

    /// Like [`Self::model`].
    ///
    /// # Errors
    /// Returns an error if the catalogue does not contain the model. The error contains the most similar
    /// name, if any name is similar.
    pub fn find_model(&self, name: &str) -> Result<&Model, UnknownModel> {
        self.model(name).ok_or_else(|| {
            let written = letters_and_digits(name);
            let wanted = written.strip_prefix("flyingvoice").unwrap_or(&written);
            let known = self.models().iter().map(|model| &model.name);
            UnknownModel { name: name.into(), near: nearest(wanted, known, most_edits(wanted)).cloned() }
        })
    }
}

/// Maximum edit distance of a suggested model. Many short names differ in only one character.
fn most_edits(name: &str) -> usize {
    if name.len() < 5 { 1 } else { 2 }
}

/// A model's name in lowercase, without spaces and punctuation. `+` becomes `plus`.
fn letters_and_digits(name: &str) -> String {
    name.replace('+', "plus")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Option<&'static str> {
        Schema::builtin().model(text).map(|model| model.name.as_str())
    }

    #[test]
    fn models_are_found_under_the_names_that_people_write() {
        for text in
            ["fip10", "FIP10P", "FIP10(P)", "FIP-10", "fip 10 p", "Flyingvoice FIP10", "FLYINGVOICE_FIP-10P"]
        {
            assert_eq!(name(text), Some("fip10"), "{text}");
        }
        assert_eq!(
            (name("FIP-13G"), name("AudioKit"), name("P10 LTE")),
            (Some("fip13g"), Some("audiokit"), Some("p10lte"))
        );
        assert_eq!(
            (name("FIP16+"), name("FIP 16 Plus"), name("FIP16")),
            (Some("fip16plus"), Some("fip16plus"), Some("fip16"))
        );
        assert_eq!((name("T46S"), name(""), name("Flyingvoice"), name("FIP1")), (None, None, None, None));
    }

    fn near(text: &str) -> Option<String> {
        Schema::builtin().find_model(text).err().and_then(|error| error.near)
    }

    #[test]
    fn only_similar_models_are_suggested() {
        for text in ["Yealink T46", "T46S", "x", "", "Polycom VVX 450", "Grandstream GXP2160"] {
            assert_eq!(near(text), None, "{text}");
        }
        for (text, model) in
            [("FIP-13H", "fip13g"), ("Flyingvoice FPI15G", "fip15g"), ("audiokt", "audiokit")]
        {
            assert_eq!(near(text).as_deref(), Some(model), "{text}");
        }
    }

    #[test]
    fn every_listed_name_is_found() {
        let schema = Schema::builtin();
        for model in schema.models() {
            for name in [&model.name, &model.title].into_iter().map(String::as_str).chain(model.names()) {
                assert_eq!(schema.model(name).map(|found| &found.name), Some(&model.name), "{name}");
            }
        }
    }
}
