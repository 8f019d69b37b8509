//! Lists of rules as text, Markdown and JSON, and one rule as JSON.

use serde_json::{Value, json};

use crate::lint::Rule;

/// A rule as JSON.
pub fn json(rule: &Rule) -> Value {
    json!({
        "name": rule.name, "kind": "rule", "group": rule.group.title(), "level": rule.level.word(),
        "ground": rule.evidence.words(), "summary": rule.summary(),
    })
}

/// A rule with its page as JSON.
pub fn json_page(rule: &Rule) -> Value {
    let mut value = json(rule);
    value["page"] = json!(rule.markdown());
    value
}

/// Rules as text, by group.
pub fn list(rules: &[&Rule]) -> String {
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let groups = by_group(rules, &|title| format!("{title}\n"), &|rule| {
        format!("  {:<width$}  {:<7}  {}\n", rule.name, rule.level.word(), rule.summary())
    });
    groups
        + "\nThe severity is the rule's default. `fvprov explain NAME` states when a finding has a different severity.\n"
}

/// Rules as Markdown, by group.
pub fn markdown_list(rules: &[&Rule]) -> String {
    by_group(rules, &|title| format!("## {title}\n\n"), &|rule| {
        format!("- `{}` ({}): {}\n", rule.name, rule.level.word(), rule.summary())
    })
}

fn by_group(rules: &[&Rule], head: &dyn Fn(&str) -> String, line: &dyn Fn(&Rule) -> String) -> String {
    let mut rules: Vec<&Rule> = rules.to_vec();
    rules.sort_by_key(|rule| (rule.group, rule.name));
    let groups = rules.chunk_by(|a, b| a.group == b.group).map(|group| {
        let lines: String = group.iter().map(|rule| line(rule)).collect();
        head(group[0].group.title()) + &lines
    });
    groups.collect::<Vec<_>>().join("\n")
}
