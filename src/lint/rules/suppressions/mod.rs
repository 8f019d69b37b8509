//! fvprov's own comments and settings.

use crate::lint::api::{Group, Rule};

mod expired_suppression;
mod stale_baseline;
mod suppression_without_reason;
mod unknown_suppressed_rule;
mod unused_suppression;

const GROUP: Group = Group::Own;

pub(super) const RULES: &[&Rule] = &[
    &expired_suppression::RULE,
    &stale_baseline::RULE,
    &suppression_without_reason::RULE,
    &unknown_suppressed_rule::RULE,
    &unused_suppression::RULE,
];
