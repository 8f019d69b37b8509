//! Private data of a phone: names, numbers, passwords, comments, its MAC address, and the names of its files. Phones
//! that differ only in private data are checked once, so checks get this data only in types that record access.

use std::cell::Cell;

use super::parameter_index::ParameterIndex;
use super::settings::Policy;
use crate::catalogue::{Parameter, ValueType};
use crate::tree::load::{NameId, Workspace};

/// Records whether a check accessed private data. If it did, its result for one phone does not apply to others.
#[derive(Debug, Default)]
pub struct PrivateReads(Cell<bool>);

impl PrivateReads {
    /// Notes that something private is read.
    pub fn record(&self) {
        self.0.set(true);
    }

    /// Whether something private was read since the last call.
    pub fn reset(&self) -> bool {
        self.0.take()
    }
}

/// The parameters whose values are private to a phone.
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

/// A parameter whose values are private.
#[derive(Debug)]
pub struct PrivateName<'a> {
    /// The parameter.
    pub parameter: &'a Parameter,
    /// Whether it accepts any text.
    pub accepts_all: bool,
    /// Whether its values are passwords.
    pub is_password: bool,
}

/// Which names of a tree have private values.
#[derive(Debug)]
pub struct PrivateNames<'a>(Vec<Option<PrivateName<'a>>>);

impl<'a> PrivateNames<'a> {
    /// Looks up every name of the tree. The values that a policy requires or forbids are not private.
    pub fn new(workspace: &Workspace, parameter_index: &ParameterIndex<'a>, policies: &[Policy]) -> Self {
        let names = &workspace.names;
        Self(
            names
                .ids()
                .map(|name| {
                    let parameter = parameter_index.parameter(name)?;
                    // Values that name a file, and values that are compared with a default, are not private.
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

    /// The entry of a name, if its values are private.
    pub fn get(&self, name: NameId) -> Option<&PrivateName<'a>> {
        self.0.get(name.0 as usize)?.as_ref()
    }
}
