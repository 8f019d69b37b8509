//! Boot files and includes.

use crate::lint::api::{Group, Rule};

mod common_cfg_skipped;
mod duplicate_include;
mod empty_boot;
mod foreign_directive;
mod foreign_mac_include;
mod include_case_mismatch;
mod include_cycle;
mod include_in_cfg;
mod include_not_cfg;
mod include_outside_tree;
mod insecure_url;
mod inverted_order;
mod mac_cfg_not_included;
mod malformed_include;
mod missing_header;
mod missing_include;
mod setting_in_boot;
mod unchecked_include;
mod unusable_include;

const GROUP: Group = Group::BootFiles;

pub(super) const RULES: &[&Rule] = &[
    &common_cfg_skipped::RULE,
    &duplicate_include::RULE,
    &empty_boot::RULE,
    &foreign_directive::RULE,
    &foreign_mac_include::RULE,
    &include_case_mismatch::RULE,
    &include_cycle::RULE,
    &include_in_cfg::RULE,
    &include_not_cfg::RULE,
    &include_outside_tree::RULE,
    &insecure_url::RULE,
    &inverted_order::RULE,
    &mac_cfg_not_included::RULE,
    &malformed_include::RULE,
    &missing_header::RULE,
    &missing_include::RULE,
    &setting_in_boot::RULE,
    &unchecked_include::RULE,
    &unusable_include::RULE,
];
