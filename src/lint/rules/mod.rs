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
    byte_order_mark
    colliding_names
    common_cfg_skipped
    conflict_marker
    duplicate_contact
    duplicate_include
    duplicate_phone
    duplicate_setting
    empty_boot
    empty_contact
    encrypted_file
    expired_suppression
    exported_file
    exposed_key_material
    foreign_directive
    foreign_mac_include
    huge_file
    include_case_mismatch
    include_cycle
    include_in_cfg
    include_not_cfg
    include_outside_tree
    indented_setting
    inline_comment
    insecure_url
    invalid_mac
    inverted_order
    invisible_character
    joined_lines
    mac_cfg_not_included
    mac_not_lowercase
    malformed_include
    malformed_line
    malformed_phonebook
    misnamed_common
    missing_final_newline
    missing_header
    missing_include
    missing_resource
    misspelled_parameter
    mixed_line_endings
    nondeterministic_text
    not_utf8
    overridden_value
    phonebook_limit
    phonebook_root
    quoted_value
    redundant_setting
    repeated_name_in_value
    resource_in_wrong_cfg
    sentinel_value
    setting_in_boot
    stray_extension
    suppression_without_reason
    trailing_blank
    unchecked_include
    unknown_contact_group
    unknown_parameter
    unknown_suppressed_rule
    unreachable_file
    unreadable_file
    unrendered_template
    unusable_include
    unused_suppression
    yealink_only_parameter
}

/// Rules that run only where they are named: true, and too much for most trees.
const OFF: [&str; 1] = ["default-value"];

/// Whether a rule runs where none is named.
pub fn is_on(rule: &Rule) -> bool {
    !OFF.contains(&rule.name)
}

/// The rule of a name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&name, |rule| rule.name).ok().map(|at| RULES[at])
}
