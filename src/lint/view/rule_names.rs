//! Names of all rules, for checks of comments and baselines that refer to rules.

use crate::text::nearest::nearest;

/// The names of all rules, each with its former names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleNames(pub Vec<(&'static str, &'static [&'static str])>);

impl RuleNames {
    /// Current name of the rule with the given current or former name.
    pub fn find(&self, name: &str) -> Option<&'static str> {
        self.0
            .iter()
            .find(|(known, old): &&(&str, &[&str])| *known == name || old.contains(&name))
            .map(|(known, _)| *known)
    }

    /// Rule name most similar to a string.
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        let wanted = name.to_ascii_lowercase().replace(['_', ' '], "-");
        nearest(&wanted, self.0.iter().map(|(known, _)| *known), 3)
    }
}
