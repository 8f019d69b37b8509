//! Checks for use by several rules, so that the rules remain consistent. Each file implements one check.

pub mod account_setup;
pub mod conflict_marker;
pub mod firmware;
pub mod include_target;
pub mod invisible_character;
pub mod mac_address;
pub mod malformed_line;
pub mod model_support;
pub mod moved_comment;
pub mod name_check;
pub mod passwords;
pub mod plain_value;
pub mod relation;
pub mod renamed_setting;
pub mod similar_file;
pub mod sip_user;
pub mod template_loop;
pub mod time_stamp;
pub mod value_check;
pub mod value_form;
