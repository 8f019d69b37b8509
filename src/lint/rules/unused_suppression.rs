//! See `unused_suppression.md`.

use crate::lint::{Check, Directive, Draft, Excuse, Ground, Group, Level, Rule, Standing};

pub static RULE: Rule = Rule {
    name: "unused-suppression",
    group: Group::Own,
    level: Level::Warning,
    ground: Ground::Certain,
    standing: Standing::Free,
    needs_all: false,
    check: Check::Unused(check),
    page: include_str!("unused_suppression.md"),
};

fn check(excuse: Excuse<'_>) -> Option<Draft> {
    match excuse {
        Excuse::Comment(directive) => Some(of_comment(directive)),
        Excuse::Paths(rule) => {
            let (name, glob) = (&rule.rule, &rule.glob);
            let message = format!("nothing in the paths of `{glob}` is reported as `{name}`");
            Some(
                Draft::new(message)
                    .help("remove it here; `[lint.per-path]` then says what is really excused"),
            )
        }
        Excuse::Baseline(..) => None,
    }
}

fn of_comment(directive: &Directive) -> Draft {
    let name = directive.rules.first().map_or("", |(name, _)| name);
    let (place, remedy) = match directive.line {
        Some(_) => ("the next line", "it means the line right below it"),
        None => ("this file", "it means this file only"),
    };
    Draft::new(format!("nothing on {place} is reported as `{name}`"))
        .help(format!("remove `{name}` from the comment; {remedy}"))
}
