//! Parameter names and overrides.

use crate::lint::api::{Group, Rule};

mod default_value;
mod deprecated_parameter;
mod duplicate_setting;
mod empty_value_overrides;
mod foreign_format;
mod index_mismatch;
mod index_out_of_range;
mod invalid_value;
mod misspelled_parameter;
mod overridden_value;
mod placeholder_index;
mod redundant_setting;
mod unknown_parameter;
mod unreachable_address;
mod unsupported_on_model;
mod unused_default;
mod yealink_configuration;
mod yealink_only_parameter;

const GROUP: Group = Group::Parameters;

pub(super) const RULES: &[&Rule] = &[
    &default_value::RULE,
    &deprecated_parameter::RULE,
    &duplicate_setting::RULE,
    &empty_value_overrides::RULE,
    &foreign_format::RULE,
    &index_mismatch::RULE,
    &index_out_of_range::RULE,
    &invalid_value::RULE,
    &misspelled_parameter::RULE,
    &overridden_value::RULE,
    &placeholder_index::RULE,
    &redundant_setting::RULE,
    &unknown_parameter::RULE,
    &unreachable_address::RULE,
    &unsupported_on_model::RULE,
    &unused_default::RULE,
    &yealink_configuration::RULE,
    &yealink_only_parameter::RULE,
];
