//! Conflicts between phones, and missing or unlisted phones.

use crate::lint::api::{Group, Rule};

mod converted_mac;
mod duplicate_account;
mod duplicate_address;
mod invalid_inventory_row;
mod invalid_server_url;
mod inventory_mismatch;
mod missing_phone;
mod unknown_model;
mod unlisted_phone;

const GROUP: Group = Group::Fleet;

pub(super) const RULES: &[&Rule] = &[
    &converted_mac::RULE,
    &duplicate_account::RULE,
    &duplicate_address::RULE,
    &invalid_inventory_row::RULE,
    &invalid_server_url::RULE,
    &inventory_mismatch::RULE,
    &missing_phone::RULE,
    &unknown_model::RULE,
    &unlisted_phone::RULE,
];
