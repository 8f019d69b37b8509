//! Relations between settings: a setting can need a second setting, have an effect only with it, or conflict
//! with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::parameter::Evidence;
use super::placeholder::fill_indices;

/// The kind of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// The setting needs one of the other settings.
    Needs,
    /// The setting has an effect only with one of the other settings.
    OnlyWith,
    /// The number must not be greater than the other parameter's number.
    AtMost,
    /// The value must differ from the other parameter's value.
    Differs,
    /// The value is an account number.
    NamesAccount,
    /// The value is the label of a key, and the other parameter sets the type of the key.
    LabelOfType,
    /// The value is usually the same for all of a phone's accounts on the same server.
    SameOnAccounts,
}

/// A relation between settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The kind.
    pub kind: RelationKind,
    /// The parameter that the relation applies to, with `X` and `Y` as index placeholders.
    pub name: String,
    /// The values to which the relation applies; all values if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
    /// The other parameters. `X` and `Y` have the same index as in `name`; a letter that `name` does not
    /// contain matches any index.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
    /// The values of the other parameters that satisfy the relation; any value if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_values: Vec<String>,
    /// If the relation is about labels: the labels that correspond to each value of the type, in lowercase.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<String, Vec<String>>,
    /// The rule that reports the relation, if this is not the general rule for the relation's kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The source of the relation.
    pub evidence: Evidence,
    /// The document that states the relation.
    pub source: String,
}

impl Relation {
    /// Whether the relation applies to a value.
    pub fn applies(&self, value: &str) -> bool {
        self.values.is_empty() || self.values.iter().any(|known| known == value)
    }

    /// Whether the value of one of the other parameters satisfies the relation.
    pub fn accepts_other(&self, value: &str) -> bool {
        self.other_values.is_empty() || self.other_values.iter().any(|known| known == value)
    }

    /// Describes the relation in one sentence.
    pub fn text(&self) -> String {
        let when =
            if self.values.is_empty() { String::new() } else { format!(" = {}", self.values.join(" or ")) };
        let with = if self.other_values.is_empty() {
            String::new()
        } else {
            format!(" = {}", self.other_values.join(" or "))
        };
        let (name, others) = (&self.name, self.others.join(" or "));
        match self.kind {
            RelationKind::Needs => format!("{name}{when} needs {others}{with}"),
            RelationKind::OnlyWith => format!("{name}{when} has an effect only with {others}{with}"),
            RelationKind::AtMost => format!("{name} must not be larger than {others}"),
            RelationKind::Differs => format!("{name} must differ from {others}"),
            RelationKind::NamesAccount => format!("{name} is an account number"),
            RelationKind::LabelOfType => {
                format!("{name} is the label of the key whose type is set by {others}")
            }
            RelationKind::SameOnAccounts => {
                format!("{name} is usually the same for all accounts on one server")
            }
        }
    }

    /// The name of one of the other parameters in the relation, with the indices from `name`. Letters that
    /// `name` does not contain remain unchanged.
    pub fn with_indices(&self, other: &str, name: &str) -> String {
        fill_indices(other, &self.name, name)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Schema;

    #[test]
    fn relations_name_known_parameters_and_values() {
        let schema = Schema::builtin();
        for relation in schema.relations() {
            for name in std::iter::once(&relation.name).chain(&relation.others) {
                assert!(schema.parameter(name).is_some(), "{name} in {}", relation.text());
            }
            let parameter = schema.parameter(&relation.name).unwrap();
            for value in &relation.values {
                assert!(parameter.check(value).is_ok(), "{} = {value}", relation.name);
            }
            for other in &relation.others {
                let other = schema.parameter(other).unwrap();
                assert!(
                    relation.other_values.iter().all(|value| other.check(value).is_ok()),
                    "{}",
                    relation.text()
                );
            }
        }
    }

    #[test]
    fn others_get_the_indices_of_the_name() {
        let relation = Schema::builtin().relations_for("account.3.always_fwd.enable").next().unwrap();
        assert_eq!(
            relation.with_indices("account.X.always_fwd.target", "account.3.always_fwd.enable"),
            "account.3.always_fwd.target"
        );
        assert_eq!(relation.with_indices("a.Y.b", "account.3.always_fwd.enable"), "a.Y.b");
    }
}
