//! Result of the catalogue check for each parameter name in the tree, computed once per name.

use std::sync::OnceLock;

use crate::catalogue::{Evidence, Rename, Schema};
use crate::lint::view::{Common, FileCx, SettingText};
use crate::tree::load::NameId;

/// The result of checking a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameStatus {
    /// Supported, or reported by a different rule.
    Fine,
    /// The name is not a parameter but is probably a misspelling of one.
    Misspelled {
        /// Name of the intended parameter.
        intended: String,
        /// Whether no other name is equally similar.
        alone: bool,
    },
    /// Supported by Yealink phones, but not known to be supported by Flyingvoice phones.
    YealinkOnly(Option<NewName>),
    /// Not a known name on any phone, and not similar to one.
    Unknown(Option<NewName>),
}

/// The parameter that corresponds to a name used by other firmware.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewName {
    /// The catalogue's entry for the correspondence.
    pub rename: Rename,
    /// Name of the corresponding parameter, with the indices from the other name.
    pub name: String,
}

/// Results for the names in a tree, each computed on first use.
struct NameStatuses(Vec<OnceLock<NameStatus>>);

impl NameStatuses {
    fn get(&self, common: &Common<'_>, name: NameId) -> &NameStatus {
        static FINE: NameStatus = NameStatus::Fine;
        self.0.get(name.0 as usize).map_or(&FINE, |status| {
            status.get_or_init(|| check_name(common.schema, &common.names().text(name)))
        })
    }
}

/// Number of names supported by Yealink phones but not known to be supported by Flyingvoice phones.
pub fn yealink_count(common: &Common<'_>) -> usize {
    let all = statuses(common);
    let mut names = common.names().ids();
    names.by_ref().filter(|name| matches!(all.get(common, *name), NameStatus::YealinkOnly(_))).count()
}

/// Whether a tree or a directory was probably written for Yealink phones, from the number of its Yealink names and of all its
/// names: at least 20 names, and at least a quarter of all names.
pub fn is_mostly_yealink(yealink: usize, all: usize) -> bool {
    yealink >= 20 && yealink * 4 >= all
}

fn statuses<'a>(common: &Common<'a>) -> &'a NameStatuses {
    common.memo.get(|| NameStatuses(common.names().ids().map(|_| OnceLock::new()).collect()))
}

/// Settings in a cfg whose names have a problem, each with the result of the check; empty for a boot file.
pub fn unusual_names<'a>(cx: &FileCx<'a>) -> impl Iterator<Item = (SettingText<'a>, &'a NameStatus)> {
    let common = cx.common;
    let all = statuses(&common);
    let statuses = cx.assignments().map(move |(_, name)| all.get(&common, name));
    cx.settings().zip(statuses).filter(|(_, status)| **status != NameStatus::Fine)
}

/// Whether a name is one of Yealink's directives, which look like settings.
pub fn is_foreign(name: &[u8]) -> bool {
    name == b"overwrite_mode" || name.starts_with(b"specific_model.")
}

fn check_name(schema: &Schema, name: &str) -> NameStatus {
    if schema.parameter(name).is_some() || is_for_others(schema, name) {
        return NameStatus::Fine;
    }
    if let Some(other) = schema.other_prefix(name) {
        return NameStatus::Misspelled { intended: other, alone: true };
    }
    let new = schema.renamed(name).map(|(rename, name)| NewName { rename: rename.clone(), name });
    if schema.is_yealink_only(name)
        || new.as_ref().is_some_and(|new| new.rename.evidence == Evidence::Yealink)
    {
        return NameStatus::YealinkOnly(new);
    }
    match schema.nearest(name).filter(|_| new.is_none()) {
        Some(intended) => NameStatus::Misspelled { intended, alone: schema.has_one_nearest(name) },
        None => NameStatus::Unknown(new),
    }
}

/// Whether other rules report a name.
fn is_for_others(schema: &Schema, name: &str) -> bool {
    // foreign-directive
    let directive = is_foreign(name.as_bytes());
    // unrendered-template, invisible-character
    let marks = name.contains("__") || name.bytes().any(|b| !b.is_ascii_graphic() || b"{}$%".contains(&b));
    // placeholder-index: an empty segment where an index belongs
    let index = name.contains("..") && schema.parameter(&name.replace("..", ".1.")).is_some();
    directive || marks || index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_gets_one_status() {
        let schema = Schema::builtin();
        for fine in
            ["account.1.label", "account..label", "account.{n}.label", "overwrite_mode", "l\u{e4}bel", "a__b"]
        {
            assert_eq!(check_name(schema, fine), NameStatus::Fine, "{fine}");
        }
        for (typo, meant) in [
            ("account.1.sip_sever.1.address", "account.1.sip_server.1.address"),
            ("Account.1.label", "account.1.label"),
            ("account.1.label.", "account.1.label"),
            // Also a Yealink name; the Flyingvoice name has the prefix.
            ("network.vlan.internet_port_vid", "static.network.vlan.internet_port_vid"),
        ] {
            let misspelled = NameStatus::Misspelled { intended: meant.into(), alone: true };
            assert_eq!(check_name(schema, typo), misspelled, "{typo}");
        }
        assert_eq!(check_name(schema, "account.1.acd.enable"), NameStatus::YealinkOnly(None));
        assert_eq!(check_name(schema, "account.1.address"), NameStatus::Unknown(None));
        assert!(matches!(check_name(schema, "memorykey.1.label"), NameStatus::YealinkOnly(Some(_))));
        assert!(matches!(check_name(schema, "account.2.port"), NameStatus::Unknown(Some(_))));
    }
}
