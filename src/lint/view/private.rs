//! Data that is private to a phone: names, numbers, passwords, comments, its MAC address and its file names.
//! Phones that differ only in private data are checked once. For this reason, checks receive private data only in
//! types that record reads.

use std::cell::Cell;

use super::parameter_index::ParameterIndex;
use super::settings::Policy;
use crate::catalogue::{Parameter, ValueType};
use crate::tree::load::{NameId, Workspace};

/// Records whether a check read private data. If a check reads private data, its result for one phone does
/// not apply to other phones.
#[derive(Debug, Default)]
pub struct PrivateReads(Cell<bool>);

impl PrivateReads {
    /// Records a read of private data.
    pub fn record(&self) {
        self.0.set(true);
    }

    /// Returns whether private data was read since the last call, and clears the record.
    pub fn reset(&self) -> bool {
        self.0.take()
    }
}

/// Parameters whose values are private to a phone.
const PRIVATE: [&str; 14] = [
    "account.X.auth_name",
    "account.X.display_name",
    "account.X.label",
    "account.X.password",
    "account.X.user_name",
    "features.station_name.value",
    "linekey.X.extension",
    "linekey.X.label",
    "linekey.X.shortlabel",
    "linekey.X.value",
    "programablekey.X.extension",
    "programablekey.X.label",
    "programablekey.X.value",
    "voice_mail.number.X",
];

/// A parameter with private values.
#[derive(Debug)]
pub struct PrivateName<'a> {
    /// Catalogue entry of the parameter.
    pub parameter: &'a Parameter,
    /// Whether the parameter accepts any text.
    pub accepts_all: bool,
    /// Whether the values are passwords.
    pub is_password: bool,
}

/// Private parameters among the names in a tree.
#[derive(Debug)]
pub struct PrivateNames<'a>(Vec<Option<PrivateName<'a>>>);

impl<'a> PrivateNames<'a> {
    /// Looks up all names in the tree. Values that a policy requires or forbids are not private.
    pub fn new(workspace: &Workspace, parameter_index: &ParameterIndex<'a>, policies: &[Policy]) -> Self {
        let names = &workspace.names;
        Self(
            names
                .ids()
                .map(|name| {
                    let parameter = parameter_index.parameter(name)?;
                    // Values that refer to files or that are compared with a default are not private.
                    let is_plain =
                        parameter.resource.is_none() && parameter.default.is_none() && !parameter.repeats;
                    let is_private = is_plain && PRIVATE.contains(&parameter.name.as_str());
                    let is_password = parameter.value_type == ValueType::Password;
                    let is_text = is_password || parameter.value_type == ValueType::Text;
                    let accepts_all = is_text && parameter.length.is_none();
                    (is_private && !(policies.iter().any(|policy| policy.name == names.text(name))))
                        .then_some(PrivateName { parameter, accepts_all, is_password })
                })
                .collect(),
        )
    }

    /// Entry for a name, if the values of the name are private.
    pub fn get(&self, name: NameId) -> Option<&PrivateName<'a>> {
        self.0.get(name.0 as usize)?.as_ref()
    }
}
