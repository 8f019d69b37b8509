//! Rules about the text of a line or a file.

use crate::lint::api::{Group, Rule};

mod byte_order_mark;
mod conflict_marker;
mod encrypted_file;
mod huge_file;
mod indented_setting;
mod inline_comment;
mod invisible_character;
mod joined_lines;
mod leftover_value;
mod malformed_line;
mod missing_final_newline;
mod mixed_line_endings;
mod nondeterministic_text;
mod not_utf8;
mod quoted_value;
mod repeated_name_in_value;
mod sentinel_value;
mod trailing_whitespace;
mod unrendered_template;

const GROUP: Group = Group::Text;

pub(super) const RULES: &[&Rule] = &[
    &byte_order_mark::RULE,
    &conflict_marker::RULE,
    &encrypted_file::RULE,
    &huge_file::RULE,
    &indented_setting::RULE,
    &inline_comment::RULE,
    &invisible_character::RULE,
    &joined_lines::RULE,
    &leftover_value::RULE,
    &malformed_line::RULE,
    &missing_final_newline::RULE,
    &mixed_line_endings::RULE,
    &nondeterministic_text::RULE,
    &not_utf8::RULE,
    &quoted_value::RULE,
    &repeated_name_in_value::RULE,
    &sentinel_value::RULE,
    &trailing_whitespace::RULE,
    &unrendered_template::RULE,
];
