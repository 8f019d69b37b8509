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
    conflict_marker
    encrypted_file
    huge_file
    indented_setting
    inline_comment
    invisible_character
    joined_lines
    malformed_line
    missing_final_newline
    missing_include
    mixed_line_endings
    nondeterministic_text
    not_utf8
    overridden_value
    quoted_value
    redundant_setting
    repeated_name_in_value
    sentinel_value
    trailing_blank
    unreachable_file
    unrendered_template
    unused_suppression
}

/// The rule of a name.
pub fn rule(name: &str) -> Option<&'static Rule> {
    RULES.binary_search_by_key(&name, |rule| rule.name).ok().map(|at| RULES[at])
}
