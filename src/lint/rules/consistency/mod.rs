//! Values that depend on each other or on external resources.

use crate::lint::api::{Group, Rule};

mod account_gap;
mod accounts_differ;
mod check_sync_blocked;
mod conflicting_settings;
mod dangling_backup;
mod duplicate_key;
mod empty_critical_value;
mod firmware_too_old;
mod firmware_url;
mod incomplete_account;
mod incomplete_codec;
mod incomplete_key;
mod incomplete_phonebook;
mod inconsistent_network;
mod ineffective_setting;
mod invalid_key_value;
mod key_without_account;
mod label_type_mismatch;
mod missing_partner;
mod no_server_address;
mod no_trigger;
mod phone_without_account;
mod phonebook_needed;
mod scope_mismatch;
mod transport_port_mismatch;
mod unusual_repeat_interval;

const GROUP: Group = Group::Agreement;

pub(super) const RULES: &[&Rule] = &[
    &account_gap::RULE,
    &accounts_differ::RULE,
    &check_sync_blocked::RULE,
    &conflicting_settings::RULE,
    &dangling_backup::RULE,
    &duplicate_key::RULE,
    &empty_critical_value::RULE,
    &firmware_too_old::RULE,
    &firmware_url::RULE,
    &incomplete_account::RULE,
    &incomplete_codec::RULE,
    &incomplete_key::RULE,
    &incomplete_phonebook::RULE,
    &inconsistent_network::RULE,
    &ineffective_setting::RULE,
    &invalid_key_value::RULE,
    &key_without_account::RULE,
    &label_type_mismatch::RULE,
    &missing_partner::RULE,
    &no_server_address::RULE,
    &no_trigger::RULE,
    &phone_without_account::RULE,
    &phonebook_needed::RULE,
    &scope_mismatch::RULE,
    &transport_port_mismatch::RULE,
    &unusual_repeat_interval::RULE,
];
