//! Rules about templates for boot and cfg files. Rules about single lines are in the other groups and check
//! the lines of all branches.

use crate::lint::api::{Group, Rule};

mod always_true_guard;
mod guard_mismatch;
mod literal_index_in_loop;
mod no_else_value;
mod unclosed_template_tag;
mod unknown_template_variable;

const GROUP: Group = Group::Templates;

pub(super) const RULES: &[&Rule] = &[
    &always_true_guard::RULE,
    &guard_mismatch::RULE,
    &literal_index_in_loop::RULE,
    &no_else_value::RULE,
    &unclosed_template_tag::RULE,
    &unknown_template_variable::RULE,
];
