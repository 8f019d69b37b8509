//! The names of all rules, for rules that check comments and baselines.

use crate::text::nearest::nearest;

/// The names of all rules, each with those that it had before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleNames(pub Vec<(&'static str, &'static [&'static str])>);

impl RuleNames {
    /// The name of the rule that has a name, or had it before.
    pub fn find(&self, name: &str) -> Option<&'static str> {
        self.0
            .iter()
            .find(|(known, old): &&(&str, &[&str])| *known == name || old.contains(&name))
            .map(|(known, _)| *known)
    }

    /// The name that is nearest to another one.
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        let wanted = name.to_ascii_lowercase().replace(['_', ' '], "-");
        nearest(&wanted, self.0.iter().map(|(known, _)| *known), 3)
    }
}
