//! Files that settings refer to by URL, mainly phonebooks.

use crate::lint::api::{Group, Rule};

mod duplicate_contact;
mod empty_contact;
mod malformed_phonebook;
mod missing_resource;
mod phonebook_limit;
mod phonebook_root;
mod resource_in_wrong_cfg;
mod unknown_contact_group;

const GROUP: Group = Group::Resources;

pub(super) const RULES: &[&Rule] = &[
    &duplicate_contact::RULE,
    &empty_contact::RULE,
    &malformed_phonebook::RULE,
    &missing_resource::RULE,
    &phonebook_limit::RULE,
    &phonebook_root::RULE,
    &resource_in_wrong_cfg::RULE,
    &unknown_contact_group::RULE,
];
