//! The names of the rules that there are, for rules on comments and baselines that name one.

use crate::text::nearest::nearest;

/// The names of all rules, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleNames(pub Vec<&'static str>);

impl RuleNames {
    /// Whether there is a rule of this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.binary_search(&name).is_ok()
    }

    /// The name that is nearest to another one.
    pub fn nearest(&self, name: &str) -> Option<&'static str> {
        let wanted = name.to_ascii_lowercase().replace(['_', ' '], "-");
        nearest(&wanted, self.0.iter().copied(), 3)
    }
}
