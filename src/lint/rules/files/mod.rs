//! File names, and the tree as a whole.

use crate::lint::api::{Group, Rule};

mod colliding_names;
mod duplicate_phone;
mod edited_generated_file;
mod exported_file;
mod exposed_key_material;
mod invalid_mac;
mod left_over_file;
mod mac_not_lowercase;
mod misnamed_common;
mod sets_nothing;
mod source_in_served_tree;
mod stray_extension;
mod ungenerated_file;
mod unreachable_file;
mod unreadable_file;

const GROUP: Group = Group::Tree;

pub(super) const RULES: &[&Rule] = &[
    &colliding_names::RULE,
    &duplicate_phone::RULE,
    &edited_generated_file::RULE,
    &exported_file::RULE,
    &exposed_key_material::RULE,
    &invalid_mac::RULE,
    &left_over_file::RULE,
    &mac_not_lowercase::RULE,
    &misnamed_common::RULE,
    &source_in_served_tree::RULE,
    &sets_nothing::RULE,
    &stray_extension::RULE,
    &ungenerated_file::RULE,
    &unreachable_file::RULE,
    &unreadable_file::RULE,
];
