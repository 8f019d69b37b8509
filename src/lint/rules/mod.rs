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
    common_cfg_skipped
    conflict_marker
    duplicate_include
    empty_boot
    foreign_directive
    foreign_mac_include
    include_case_mismatch
    include_cycle
    include_in_cfg
    include_not_cfg
    include_outside_tree
    insecure_url
    inverted_order
    mac_cfg_not_included
    malformed_include
    missing_header
    missing_include
    overridden_value
    redundant_setting
    setting_in_boot
    trailing_blank
    unchecked_include
    unreachable_file
    unusable_include
    unused_suppression
}

/// The rule of a name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&name, |rule| rule.name).ok().map(|at| RULES[at])
}
