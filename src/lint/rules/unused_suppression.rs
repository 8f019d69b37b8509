//! See `unused_suppression.md`.

use crate::lint::{Check, Draft, Edit, Fix, Ground, Group, Level, Rule, Standing, UnusedCx};
use crate::source::{Place, Span};

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

fn draft(cx: &UnusedCx<'_>) -> Draft {
    let name = cx.directive.rules.get(cx.rule).map_or("", |(name, _)| name);
    let (place, remedy) = match cx.directive.line {
        Some(_) => ("the next line", "it means the line right below it"),
        None => ("this file", "it means this file only"),
    };
    let draft = Draft::new(format!("nothing on {place} is reported as `{name}`"));
    draft.help(format!("remove `{name}` from the comment; {remedy}")).fix(fix(cx))
}

/// Takes the name out of the list; where it is the only one, the whole comment.
fn fix(cx: &UnusedCx<'_>) -> Fix {
    let Place { file, span } = cx.directive.at;
    let names = &cx.directive.rules;
    let name = |at: usize| names.get(at).map_or(Span::default(), |(_, place)| place.span);
    let part = match cx.rule {
        _ if names.len() == 1 => {
            let line = cx.common.workspace.sources.get(file).line_of(span.start) - 1;
            let whole = cx.common.workspace.whole_line(file, line);
            return Fix::safe("remove this comment", vec![Edit::remove(whole)]);
        }
        0 => Span { start: name(0).start, end: name(1).start },
        at => Span { start: name(at - 1).end, end: name(at).end },
    };
    Fix::safe("take the rule out of the list", vec![Edit::remove(Place { file, span: part })])
}
