//! Phones that conflict with each other, and phones that are missing or unexpected.

use crate::lint::api::{Group, Rule};

mod duplicate_account;
mod duplicate_address;
mod missing_phone;
mod unlisted_phone;

const GROUP: Group = Group::Fleet;

pub(super) const RULES: &[&Rule] =
    &[&duplicate_account::RULE, &duplicate_address::RULE, &missing_phone::RULE, &unlisted_phone::RULE];
