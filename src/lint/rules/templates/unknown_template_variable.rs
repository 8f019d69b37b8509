//! See `unknown-template-variable.md`.

use std::collections::BTreeSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TemplateCx;
use crate::templates::Node;
use crate::text::nearest::{did_you_mean, nearest};
use crate::text::source::Place;

rule! { "unknown-template-variable", Warning, Certain, Template(check) }

/// Names defined by the template engines.
const BUILT_IN: [&str; 16] = [
    "smarty",
    "loop",
    "self",
    "super",
    "caller",
    "varargs",
    "kwargs",
    "range",
    "dict",
    "namespace",
    "lipsum",
    "cycler",
    "joiner",
    "block",
    "parent",
    "debug",
];

fn check(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    let (Some(template), Some(variables)) = (cx.template, cx.variables) else { return };
    let mut uses = Vec::new();
    let mut bound: BTreeSet<&str> = BUILT_IN.into_iter().collect();
    collect(&template.nodes, &mut bound, &mut uses);
    for (name, place) in uses {
        if bound.contains(name) || variables.contains_key(name) {
            continue;
        }
        sink.report(place, || {
            let folded = variables.keys().find(|known| known.eq_ignore_ascii_case(name)).map(String::as_str);
            let near = folded.or_else(|| nearest(name, variables.keys().map(String::as_str), 2));
            Diagnostic::new(format!(
                "`{name}` is not one of the template variables{}",
                did_you_mean(near.as_slice())
            ))
            .help("correct the name, or add it to the list of variables")
        });
    }
}

/// Collects the variables that tags use, each with the tag's location, and the names that tags define. A name
/// followed by a parenthesis is a function.
fn collect<'n>(nodes: &'n [Node], bound: &mut BTreeSet<&'n str>, uses: &mut Vec<(&'n str, Place)>) {
    for node in nodes {
        match node {
            Node::Hole(hole) => {
                let expression = &hole.expression;
                let is_function = |root: &str| expression.key.contains(&format!("{root}("));
                let roots = expression.roots.iter().filter(|root| !is_function(root));
                uses.extend(roots.map(|root| (root.as_str(), hole.place)));
            }
            Node::If(branches) => {
                for branch in branches {
                    for test in branch.condition.iter().flat_map(|condition| condition.subjects()) {
                        let is_function = |root: &str| test.key.contains(&format!("{root}("));
                        let roots = test.roots.iter().filter(|root| !is_function(root));
                        uses.extend(roots.map(|root| (root.as_str(), branch.place)));
                    }
                    collect(&branch.body, bound, uses);
                }
            }
            Node::Loop(repeated) => {
                let is_function = |root: &str| repeated.source.key.contains(&format!("{root}("));
                let roots = repeated.source.roots.iter().filter(|root| !is_function(root));
                uses.extend(roots.map(|root| (root.as_str(), repeated.place)));
                bound.extend(repeated.variables.iter().map(String::as_str));
                collect(&repeated.body, bound, uses);
                collect(&repeated.otherwise, bound, uses);
            }
            Node::Call(call) => {
                bound.extend(call.variables.iter().map(String::as_str));
                collect(&call.body, bound, uses);
            }
            Node::Drop(Some(variable)) => {
                bound.insert(variable);
            }
            Node::Text(_) | Node::Drop(None) => {}
        }
    }
}
