//! See `no-else-value.md`.

use rustc_hash::FxHashSet;

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TemplateCx;
use crate::templates::Node;
use crate::text::source::Place;

rule! { "no-else-value", Hint, Likely, Template(check) }

fn check(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    let Some(template) = cx.template else { return };
    let mut without_else = FxHashSet::default();
    collect(&template.nodes, &mut without_else);
    for setting in cx.settings().filter(|setting| setting.value.is_empty()) {
        let Some((name, _)) = setting.text.place(setting.line, &setting.name) else { continue };
        let Some((end, _)) = setting.text.place(setting.line, &(setting.name.end..setting.text.bytes.len()))
        else {
            continue;
        };
        let line = cx.line_number(name);
        // The branches between the name and the end of its line.
        let own = setting.line.path.iter().filter(|fact| {
            fact.place.file == name.file
                && cx.line_number(fact.place) == line
                && fact.place.span.start >= end.span.start
        });
        let own: Vec<_> = own.collect();
        let Some(first) = own.first().filter(|_| own.iter().all(|fact| !fact.literal.truth)) else {
            continue;
        };
        if !without_else.contains(&first.place) {
            continue;
        }
        sink.report(first.place, || {
            let written = cx.written(&setting, &setting.name);
            Diagnostic::new(format!("if no condition is true, the phone gets an empty value for `{written}`"))
                .help("add an `else` branch with a value, or move the entire line into the branches")
        });
    }
}

/// Collects the first tags of conditional blocks without `else`.
fn collect(nodes: &[Node], found: &mut FxHashSet<Place>) {
    for node in nodes {
        match node {
            Node::If(branches) => {
                if branches.iter().all(|branch| branch.condition.is_some()) {
                    found.extend(branches.first().map(|branch| branch.place));
                }
                for branch in branches {
                    collect(&branch.body, found);
                }
            }
            Node::Loop(repeated) => {
                collect(&repeated.body, found);
                collect(&repeated.otherwise, found);
            }
            Node::Call(call) => collect(&call.body, found),
            Node::Text(_) | Node::Hole(_) | Node::Drop(_) => {}
        }
    }
}
