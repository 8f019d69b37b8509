//! The rules, with one folder per group. To add a rule, create `NAME.rs` and its page in the group's folder,
//! and add it to the two lists in that folder's `mod.rs`.

use std::sync::LazyLock;

use crate::lint::api::Rule;

mod boot_files;
mod consistency;
mod files;
mod fleet;
mod parameters;
mod policy;
mod resources;
mod security;
mod suppressions;
mod templates;
mod text;

/// All rules, sorted by name.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut all = [
        boot_files::RULES,
        consistency::RULES,
        files::RULES,
        fleet::RULES,
        parameters::RULES,
        policy::RULES,
        resources::RULES,
        security::RULES,
        suppressions::RULES,
        templates::RULES,
        text::RULES,
    ]
    .concat();
    all.sort_unstable_by_key(|rule| rule.name);
    all
});

#[cfg(test)]
mod tests {
    use super::RULES;

    #[test]
    fn names_and_old_names_are_of_one_rule_each() {
        let old = RULES.iter().flat_map(|rule| rule.renamed_from);
        let mut names: Vec<&str> = RULES.iter().map(|rule| rule.name).chain(old.copied()).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }
}
