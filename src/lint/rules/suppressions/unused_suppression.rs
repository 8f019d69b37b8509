//! See `unused-suppression.md`.

use crate::lint::api::{Diagnostic, Edit, Fix, Suppression, rule};
use crate::lint::view::{Directive, World};
use crate::text::source::{Place, Span};

rule! { "unused-suppression", Warning, Certain, Unused(check) }

fn check(world: &World<'_>, suppression: Suppression<'_>) -> Option<Diagnostic> {
    match suppression {
        Suppression::Comment(directive, rule) => Some(unused_comment(world, directive, rule)),
        Suppression::Paths(rule) => {
            let (name, glob) = (&rule.rule, &rule.glob);
            let message = format!(
                "`{name}` reports nothing in paths that match `{glob}`: this entry suppresses nothing"
            );
            Some(Diagnostic::new(message).help("remove the rule from this entry of `[lint.per-path]`"))
        }
        Suppression::Baseline(..) => None,
    }
}

fn unused_comment(world: &World<'_>, directive: &Directive, rule: usize) -> Diagnostic {
    let name = directive.rules.get(rule).map_or("", |(name, _)| name);
    let (place, remedy) = match directive.line {
        Some(_) => ("the next line", "the comment covers only the line below it"),
        None => ("any line in this file", "the comment covers only this file"),
    };
    let diagnostic =
        Diagnostic::new(format!("`{name}` reports nothing on {place}: this comment suppresses nothing"));
    diagnostic.help(format!("remove `{name}` from the comment; {remedy}")).fix(fix(world, directive, rule))
}

/// Removes the rule from the list, or the entire comment if it contains no other rule.
fn fix(world: &World<'_>, directive: &Directive, rule: usize) -> Fix {
    let Place { file, span } = directive.at;
    let names = &directive.rules;
    let spans: Vec<Span> = names.iter().map(|(_, place)| place.span).collect();
    let part = match (rule, spans.as_slice()) {
        (0, [first, second, ..]) => Span { start: first.start, end: second.start },
        (at, [_, _, ..]) => Span { start: spans[at - 1].end, end: spans[at].end },
        _ => {
            let line = world.workspace.sources.get(file).line_number(span.start) - 1;
            let whole = world.workspace.whole_line(file, line);
            return Fix::safe("remove this comment", vec![Edit::remove(whole)]);
        }
    };
    Fix::safe("remove the rule from the list", vec![Edit::remove(Place { file, span: part })])
}
