//! Parameter names in other firmware, and the corresponding names on Flyingvoice phones.

use serde::{Deserialize, Serialize};

use super::parameter::Evidence;
use super::placeholder::{fill_indices, have_same_pattern};

/// The segment of a new name that represents the value of the [`Rename::name_in`] parameter, in lowercase.
pub const NAME: &str = "NAME";

/// A name used by other firmware, and the corresponding parameter on Flyingvoice phones.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rename {
    /// The name in other firmware, with `X` and `Y` as index placeholders. A final `.*` matches any further
    /// segments.
    pub old: String,
    /// The corresponding parameter. `X` and `Y` have the same index as in `old`.
    pub new: String,
    /// The parameter whose value replaces the `NAME` segment in `new`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_in: Option<String>,
    /// Whether the value may be wrong under the new name. If so, the user must edit the line manually.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub help_only: bool,
    /// Source of the correspondence.
    pub evidence: Evidence,
    /// The document in which the old name was found.
    pub source: String,
}

impl Rename {
    /// The new name that corresponds to a name matching `old`, with the same indices.
    pub fn apply(&self, name: &str) -> Option<String> {
        let Some(stem) = self.old.strip_suffix(".*") else {
            return have_same_pattern(&self.old, name).then(|| fill_indices(&self.new, &self.old, name));
        };
        let (end, _) = name.match_indices('.').nth(stem.matches('.').count())?;
        let (start, rest) = name.split_at(end);
        let new = self.new.strip_suffix(".*")?;
        have_same_pattern(stem, start).then(|| fill_indices(new, stem, start) + rest)
    }

    /// The parameter whose value replaces [`NAME`], with the indices of a name that matches `old`.
    pub fn name_parameter(&self, name: &str) -> Option<String> {
        Some(fill_indices(self.name_in.as_ref()?, &self.old, name))
    }

    /// Whether the line is removed rather than renamed, because its value becomes part of other names.
    pub fn is_dropped(&self) -> bool {
        self.name_in.as_ref() == Some(&self.old)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Schema;

    fn new_name(name: &str) -> Option<String> {
        Schema::builtin().renamed(name).map(|(_, new)| new)
    }

    #[test]
    fn renamed_parameters_keep_their_indices() {
        for (old, new) in [
            ("account.3.sip_server_host", "account.3.sip_server.1.address"),
            ("account.2.backup_outbound_host", "account.2.outbound_proxy.2.address"),
            ("memorykey.4.label", "linekey.4.label"),
            ("account.1.codec.2.priority", "account.1.codec.NAME.priority"),
            ("account.2.port", "account.2.sip_server.1.port"),
        ] {
            assert_eq!(new_name(old).as_deref(), Some(new));
        }
        for other in ["memorykey.1.sub_type", "account.1.label", "memorykey.1"] {
            assert_eq!(new_name(other), None, "{other}");
        }
    }

    #[test]
    fn new_names_are_known_and_old_ones_are_not() {
        let schema = Schema::builtin();
        for rename in &schema.renames {
            if !rename.old.ends_with(".*") {
                let new = rename.new.replace(NAME, "pcmu");
                assert!(schema.parameter(&new).is_some(), "{new}");
            }
            assert!(schema.parameter(&rename.old).is_none(), "{}", rename.old);
        }
    }
}
