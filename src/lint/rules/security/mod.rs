//! Passwords and access.

use crate::lint::api::{Group, Rule};

mod credentials_in_url;
mod default_password;
mod open_management;
mod password_format;
mod secret_in_common;
mod shared_password;
mod weak_password;
mod weak_tls;

const GROUP: Group = Group::Security;

pub(super) const RULES: &[&Rule] = &[
    &credentials_in_url::RULE,
    &default_password::RULE,
    &open_management::RULE,
    &password_format::RULE,
    &secret_in_common::RULE,
    &shared_password::RULE,
    &weak_password::RULE,
    &weak_tls::RULE,
];
