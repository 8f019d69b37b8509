//! See `guard-mismatch.md`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lint::api::{Diagnostic, Sink, rule};
use crate::lint::view::TemplateCx;
use crate::templates::condition::TestKind;
use crate::templates::line::{Fact, Piece};
use crate::templates::{Hole, Node};
use crate::text::source::Place;

rule! { "guard-mismatch", Warning, Likely, Template(check) }

fn check(cx: &TemplateCx<'_>, sink: &mut Sink<'_>) {
    let Some(template) = cx.template else { return };
    let mut expressions: FxHashMap<Place, &str> = FxHashMap::default();
    holes(&template.nodes, &mut |hole| {
        expressions.insert(hole.place, &hole.expression.key);
    });
    // The expressions that each branch prints.
    let mut printed: FxHashMap<Place, FxHashSet<&str>> = FxHashMap::default();
    for line in cx.lines {
        let keys = line.pieces.iter().filter_map(|piece| expressions.get(&piece.place()));
        for key in keys {
            for fact in line.path.iter().filter(|fact| fact.literal.truth) {
                printed.entry(fact.place).or_default().insert(key);
            }
        }
    }
    for line in cx.lines {
        for piece in &line.pieces {
            let Piece::Hole { place, .. } = piece else { continue };
            let Some(written) = expressions.get(place).filter(|written| !written.is_empty()) else {
                continue;
            };
            let is_tested = line.path.iter().any(|fact| fact.expression.key == *written);
            let mismatch = line.path.iter().filter(|fact| is_guard(fact)).find(|fact| {
                let is_printed =
                    printed.get(&fact.place).is_some_and(|keys| keys.contains(fact.expression.key.as_str()));
                is_sibling(&fact.expression.key, written)
                    && !is_printed
                    && fact.place.span.start < place.span.start
            });
            let Some(fact) = mismatch.filter(|_| !is_tested) else { continue };
            sink.report(*place, || {
                let tested = &fact.expression.key;
                Diagnostic::new(format!(
                    "this branch tests `{tested}` but writes `{written}`: without `{written}`, the phone gets an empty value"
                ))
                .help(format!("test `{written}`, or write `{tested}`"))
                .related(fact.place, "the condition is here")
            });
        }
    }
}

/// Whether a fact states that a variable has a value.
fn is_guard(fact: &Fact) -> bool {
    fact.literal.truth && matches!(fact.literal.kind, TestKind::Defined | TestKind::True)
}

/// Whether two expressions differ only in a number.
fn is_sibling(one: &str, other: &str) -> bool {
    let shape = |text: &str| {
        let mut shape = String::new();
        for c in text.chars() {
            match c.is_ascii_digit() {
                true if shape.ends_with('#') => {}
                true => shape.push('#'),
                false => shape.push(c),
            }
        }
        shape
    };
    one != other && shape(one) == shape(other)
}

fn holes<'n>(nodes: &'n [Node], found: &mut dyn FnMut(&'n Hole)) {
    for node in nodes {
        match node {
            Node::Hole(hole) => found(hole),
            Node::If(branches) => branches.iter().for_each(|branch| holes(&branch.body, found)),
            Node::Loop(repeated) => {
                holes(&repeated.body, found);
                holes(&repeated.otherwise, found);
            }
            Node::Call(call) => holes(&call.body, found),
            Node::Text(_) | Node::Drop(_) => {}
        }
    }
}
