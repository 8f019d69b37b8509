//! The rules. Whoever adds one writes `NAME.rs` and `NAME.md` beside this file and one word below.

use super::rule::Rule;
use crate::text::syntax::LineKind;
use crate::tree::load::Document;

macro_rules! rules {
    ($($module:ident)*) => {
        $(mod $module;)*
        /// Every rule, sorted by name.
        pub static RULES: &[&Rule] = &[$(&$module::RULE),*];
    };
}

rules! {
    blank_critical_value
    blank_overrides_value
    byte_order_mark
    check_sync_blocked
    colliding_names
    common_cfg_skipped
    conflict_marker
    credentials_in_url
    dangling_backup
    default_password
    default_value
    deprecated_parameter
    duplicate_account
    duplicate_address
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
    firmware_too_old
    firmware_url
    foreign_directive
    foreign_format
    foreign_mac_include
    huge_file
    include_case_mismatch
    include_cycle
    include_in_cfg
    include_not_cfg
    include_outside_tree
    incomplete_account
    incomplete_codec
    incomplete_key
    incomplete_phonebook
    inconsistent_network
    indented_setting
    index_mismatch
    index_out_of_range
    inline_comment
    insecure_url
    invalid_mac
    invalid_value
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
    missing_phone
    missing_resource
    misspelled_parameter
    mixed_line_endings
    no_server_address
    no_trigger
    nondeterministic_text
    not_utf8
    odd_repeat_interval
    open_management
    overridden_value
    password_format
    phonebook_limit
    phonebook_needed
    phonebook_root
    placeholder_index
    policy_violation
    quoted_value
    redundant_setting
    repeated_name_in_value
    resource_in_wrong_cfg
    scope_mismatch
    secret_in_common
    sentinel_value
    setting_in_boot
    shared_password
    stale_baseline
    stray_extension
    suppression_without_reason
    trailing_blank
    transport_port_mismatch
    unchecked_include
    unknown_contact_group
    unknown_parameter
    unknown_suppressed_rule
    unlisted_phone
    unreachable_file
    unreadable_file
    unrendered_template
    unsupported_on_model
    unusable_include
    unused_suppression
    weak_password
    weak_tls
    yealink_only_parameter
}

pub(super) use foreign_directive::is_foreign;
pub(super) use huge_file::long_line;
pub(super) use nondeterministic_text::time_stamp;

/// The rule that says of a line that its name may have the wrong index.
pub(super) const WRONG_INDEX: &str = "index-mismatch";

/// Whether a file is half merged, or a template still. What stands twice in it is not meant for one phone, so
/// nothing in it is mended.
pub(super) fn is_unfinished(document: &Document, text: &[u8]) -> bool {
    let lines = document.tree.lines.iter().filter(|line| line.kind == LineKind::Unknown);
    lines.map(|line| line.content(text).of(text)).any(|content| {
        conflict_marker::is_marker(content)
            || unrendered_template::placeholder(content, LineKind::Unknown).is_some()
    })
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
