//! Policies from the settings file.

use crate::lint::api::{Group, Rule};

mod policy_violation;

const GROUP: Group = Group::Policy;

pub(super) const RULES: &[&Rule] = &[&policy_violation::RULE];
