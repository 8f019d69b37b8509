//! The rules. Whoever adds one writes `NAME.rs` and `NAME.md` beside this file and one word below.

use super::rule::Rule;

macro_rules! rules {
    ($($module:ident)*) => {
        $(mod $module;)*
        /// Every rule, sorted by name.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    blank_overrides_value
    colliding_names
    conflict_marker
    duplicate_phone
    duplicate_setting
    expired_suppression
    exported_file
    exposed_key_material
    invalid_mac
    mac_not_lowercase
    misnamed_common
    missing_include
    misspelled_parameter
    overridden_value
    redundant_setting
    stray_extension
    suppression_without_reason
    trailing_blank
    unknown_parameter
    unknown_suppressed_rule
    unreachable_file
    unreadable_file
    unused_suppression
    yealink_only_parameter
}

/// The rule of a name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&name, |rule| rule.name).ok().map(|at| RULES[at])
}
