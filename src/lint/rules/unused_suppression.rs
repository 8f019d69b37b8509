//! See `unused_suppression.md`.

use crate::lint::{Check, Directive, Draft, Ground, Group, Level, Rule, Standing};

pub static RULE: Rule = Rule {
    name: "unused-suppression",
    group: Group::Own,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Unused(draft),
    page: include_str!("unused_suppression.md"),
};

fn draft(directive: &Directive) -> Draft {
    let name = directive.rules.first().map_or("", |(name, _)| name);
    let (place, remedy) = match directive.line {
        Some(_) => ("the next line", "it means the line right below it"),
        None => ("this file", "it means this file only"),
    };
    Draft::new(format!("nothing on {place} is reported as `{name}`"))
        .help(format!("remove `{name}` from the comment; {remedy}"))
}
