//! Conflicts between phones, and missing or unlisted phones.

use crate::lint::api::{Group, Rule};

mod duplicate_account;
mod duplicate_address;
mod missing_phone;
mod unlisted_phone;

const GROUP: Group = Group::Fleet;

pub(super) const RULES: &[&Rule] =
    &[&duplicate_account::RULE, &duplicate_address::RULE, &missing_phone::RULE, &unlisted_phone::RULE];
