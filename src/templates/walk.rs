//! Lists the lines that a template can print, for all branches and for two iterations of each loop.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::condition::{Condition, Test, TestKind, TestResult};
use super::expression::Expression;
use super::line::{Fact, Literal, Pass, Piece, TemplateLine, are_consistent};
use super::node::{Branch, Hole, Loop, Node, Template};
use crate::text::source::{Place, Sources, Span};

/// Maximum number of alternatives for a line. The part of a line that would exceed it is treated as unknown.
const MAX_ALTERNATIVES: usize = 64;

/// Maximum number of pieces in a line.
const MAX_PIECES: usize = 400;

/// Maximum number of lines, and maximum number of visited nodes.
const MAX_LINES: usize = 200_000;
const MAX_STEPS: usize = 2_000_000;

/// Maximum nesting depth of branches, loops and calls to visit.
const MAX_DEPTH: usize = 64;

/// The lines that a template can print.
#[derive(Debug, Default)]
pub struct Lines {
    /// The lines, in the order in which the template prints them.
    pub lines: Vec<TemplateLine>,
    /// Whether the list contains all lines. `false` if the template is too large.
    pub is_complete: bool,
}

/// Lists the lines that a template can print.
pub fn lines(sources: &Sources, template: &Template) -> Lines {
    let mut walk = Walk {
        sources,
        lines: Vec::new(),
        path: Vec::new(),
        passes: Vec::new(),
        scopes: Vec::new(),
        versions: FxHashMap::default(),
        symbols: FxHashMap::default(),
        next_scope: 0,
        steps: 0,
        depth: 0,
    };
    let last = walk.nodes(&template.nodes, vec![Partial::default()]);
    for partial in last.into_iter().filter(|partial| !partial.pieces.is_empty()) {
        walk.complete(partial);
    }
    Lines { is_complete: !walk.is_exhausted(), lines: walk.lines }
}

/// The beginning of an incomplete line.
#[derive(Clone, Debug, Default)]
struct Partial {
    pieces: Vec<Piece>,
    path: Vec<Arc<Fact>>,
}

/// Variables whose values are different inside a loop or call.
struct Scope<'t> {
    variables: &'t [String],
    id: u32,
    /// The number of the iteration; `None` for a call.
    pass: Option<u8>,
}

struct Walk<'t> {
    sources: &'t Sources,
    lines: Vec<TemplateLine>,
    /// The facts from the branches around the current node.
    path: Vec<Arc<Fact>>,
    passes: Vec<Pass>,
    scopes: Vec<Scope<'t>>,
    /// The number of assignments to each variable so far.
    versions: FxHashMap<&'t str, u32>,
    symbols: FxHashMap<String, u32>,
    next_scope: u32,
    steps: usize,
    depth: usize,
}

impl<'t> Walk<'t> {
    fn is_exhausted(&self) -> bool {
        self.steps > MAX_STEPS || self.lines.len() > MAX_LINES
    }

    fn nodes(&mut self, nodes: &'t [Node], mut partials: Vec<Partial>) -> Vec<Partial> {
        for node in nodes {
            self.steps += 1 + partials.len();
            if self.is_exhausted() {
                break;
            }
            partials = match node {
                Node::Text(place) => self.text(*place, partials),
                Node::Hole(hole) => self.hole(hole, partials),
                Node::If(branches) => self.branches(branches, &partials),
                Node::Loop(repeated) => self.repeat(repeated, partials),
                Node::Call(call) => {
                    let id = self.new_scope();
                    self.scopes.push(Scope { variables: &call.variables, id, pass: None });
                    let partials = self.deeper(&call.body, partials);
                    self.scopes.pop();
                    partials
                }
                Node::Drop(Some(variable)) => {
                    *self.versions.entry(variable).or_default() += 1;
                    partials
                }
                Node::Drop(None) => partials,
            };
        }
        partials
    }

    fn deeper(&mut self, nodes: &'t [Node], partials: Vec<Partial>) -> Vec<Partial> {
        if self.depth >= MAX_DEPTH {
            return partials;
        }
        self.depth += 1;
        let partials = self.nodes(nodes, partials);
        self.depth -= 1;
        partials
    }

    fn new_scope(&mut self) -> u32 {
        self.next_scope += 1;
        self.next_scope
    }

    fn complete(&mut self, partial: Partial) {
        let Partial { pieces, path } = partial;
        self.lines.push(TemplateLine { pieces, path, passes: self.passes.clone() });
    }

    fn text(&mut self, place: Place, mut partials: Vec<Partial>) -> Vec<Partial> {
        let text = place.span.slice(&self.sources.get(place.file).text);
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', text) {
            for mut partial in std::mem::take(&mut partials) {
                push(&mut partial.pieces, piece(place, start, end));
                self.complete(partial);
            }
            start = end + 1;
            partials = vec![Partial { pieces: Vec::new(), path: self.path.clone() }];
        }
        for partial in &mut partials {
            push(&mut partial.pieces, piece(place, start, text.len()));
        }
        partials
    }

    fn hole(&mut self, hole: &Hole, mut partials: Vec<Partial>) -> Vec<Partial> {
        let symbol = self.symbol(&hole.expression);
        for partial in &mut partials {
            let piece = Piece::Hole { symbol, place: hole.place, is_block: hole.is_block };
            push(&mut partial.pieces, Some(piece));
        }
        partials
    }

    fn branches(&mut self, branches: &'t [Branch], partials: &[Partial]) -> Vec<Partial> {
        let mut results = Vec::new();
        let mut earlier: Vec<Arc<Fact>> = Vec::new();
        let mut has_else = false;
        let outer = self.path.len();
        for branch in branches {
            let mut facts = earlier.clone();
            match &branch.condition {
                Some(condition) => facts.extend(self.facts(condition, true, branch.place)),
                None => has_else = true,
            }
            let inside = assume(partials, &facts);
            if !inside.is_empty() {
                self.path.extend(facts);
                results.extend(self.deeper(&branch.body, inside));
                self.path.truncate(outer);
            }
            if let Some(condition) = &branch.condition {
                earlier.extend(self.facts(condition, false, branch.place));
            }
        }
        if !has_else {
            results.extend(assume(partials, &earlier));
        }
        self.merge(results, branches.first().map(|branch| branch.place))
    }

    fn repeat(&mut self, repeated: &'t Loop, partials: Vec<Partial>) -> Vec<Partial> {
        let subject = self.symbol(&repeated.source);
        let passes = |counts: &[&str]| {
            let kind = TestKind::Equals(counts.iter().map(|count| format!("{count} passes")).collect());
            let literal = Literal { subject, kind, truth: true };
            let expression = repeated.source.clone();
            [Arc::new(Fact { literal, clause: Vec::new(), expression, place: repeated.place })]
        };
        let outer = self.path.len();
        self.path.extend(passes(&["0"]));
        let mut results = self.deeper(&repeated.otherwise, assume(&partials, &passes(&["0"])));
        self.path.truncate(outer);
        let mut partials = partials;
        let mut previous: Option<u32> = None;
        for (number, counts) in [(0, &["1", "2"][..]), (1, &["2"])] {
            let id = self.new_scope();
            // No iteration follows the last one.
            if let Some(previous) = previous {
                partials.retain(|partial| {
                    !partial
                        .path
                        .iter()
                        .any(|fact| fact.literal.truth && fact.literal.subject == last_subject(previous))
                });
            }
            self.scopes.push(Scope { variables: &repeated.variables, id, pass: Some(number) });
            self.passes.push(Pass { place: repeated.place, number });
            self.path.extend(passes(counts));
            partials = self.deeper(&repeated.body, assume(&partials, &passes(counts)));
            self.path.truncate(outer);
            self.passes.pop();
            self.scopes.pop();
            let last = (number + 1).to_string();
            results.extend(assume(&partials, &passes(&[last.as_str()])));
            previous = Some(id);
        }
        self.merge(results, Some(repeated.place))
    }

    /// The facts that follow from a condition with a result. If the condition is known to have the opposite
    /// result, the facts are contradictory.
    fn facts(&mut self, condition: &Condition, truth: bool, place: Place) -> Vec<Arc<Fact>> {
        let mut facts = Vec::new();
        for TestResult { test, truth, clause } in condition.results(truth) {
            let clause = clause.into_iter().map(|(test, truth)| self.literal(&test, truth)).collect();
            if let Some(Position::First(is_first)) = self.position(&test.subject) {
                let literal = Literal { subject: u32::MAX, kind: TestKind::True, truth: is_first };
                let expression = test.subject.clone();
                facts.push(Arc::new(Fact { literal, clause: Vec::new(), expression, place }));
            }
            let literal = self.literal(&test, truth);
            facts.push(Arc::new(Fact { literal, clause, expression: test.subject, place }));
        }
        facts
    }

    fn literal(&mut self, test: &Test, truth: bool) -> Literal {
        let subject = match self.position(&test.subject) {
            Some(Position::First(_)) => u32::MAX,
            Some(Position::Last(scope)) => last_subject(scope),
            None => self.symbol(&test.subject),
        };
        Literal { subject, kind: test.kind.clone(), truth }
    }

    /// Which position in the innermost loop an expression tests for, if any.
    fn position(&self, expression: &Expression) -> Option<Position> {
        let scope = self.scopes.iter().rev().find(|scope| scope.pass.is_some())?;
        let key = expression.key.as_str();
        if key == "loop.first" || key.ends_with("@first") || is_of_smarty_loop(key, ".first") {
            return Some(Position::First(scope.pass == Some(0)));
        }
        let is_last = key == "loop.last" || key.ends_with("@last") || is_of_smarty_loop(key, ".last");
        is_last.then_some(Position::Last(scope.id))
    }

    /// The symbol of an expression. Identical expressions with the same values have the same symbol.
    fn symbol(&mut self, expression: &Expression) -> u32 {
        let mut key = expression.key.clone();
        for root in &expression.roots {
            let scope =
                self.scopes.iter().rev().find(|scope| scope.variables.iter().any(|name| name == root));
            let version = self.versions.get(root.as_str()).copied().unwrap_or_default();
            if scope.is_some() || version > 0 {
                key.push_str(&format!("\n{root} {} {version}", scope.map_or(0, |scope| scope.id)));
            }
        }
        let next = self.symbols.len() as u32;
        *self.symbols.entry(key).or_insert(next)
    }

    /// Removes alternatives that differ only in their facts, and limits the number of alternatives.
    fn merge(&self, partials: Vec<Partial>, place: Option<Place>) -> Vec<Partial> {
        let mut merged: Vec<Partial> = Vec::new();
        let mut by_pieces: FxHashMap<(usize, Option<Place>, Option<Place>), Vec<usize>> =
            FxHashMap::default();
        for partial in partials {
            let ends = [partial.pieces.first(), partial.pieces.last()].map(|piece| piece.map(Piece::place));
            let equal = by_pieces.entry((partial.pieces.len(), ends[0], ends[1])).or_default();
            if let Some(&at) = equal.iter().find(|at| merged[**at].pieces == partial.pieces) {
                merged[at].path.retain(|fact| partial.path.contains(fact));
            } else {
                equal.push(merged.len());
                merged.push(partial);
            }
        }
        if merged.iter().all(|partial| partial.pieces.is_empty()) {
            merged.truncate(1);
            for partial in &mut merged {
                partial.path.clone_from(&self.path);
            }
        }
        let is_too_long = merged.iter().any(|partial| partial.pieces.len() > MAX_PIECES);
        match place {
            Some(place) if merged.len() > MAX_ALTERNATIVES || is_too_long => {
                let mut pieces = common_start(&merged);
                pieces.truncate(MAX_PIECES / 2);
                pieces.push(Piece::Unknown(place));
                vec![Partial { pieces, path: self.path.clone() }]
            }
            _ => merged,
        }
    }
}

enum Position {
    /// Tests for the first iteration of the loop. Contains whether the current iteration is the first.
    First(bool),
    /// Tests for the last iteration of the loop with this scope.
    Last(u32),
}

/// The subject of a test for the last iteration.
fn last_subject(scope: u32) -> u32 {
    u32::MAX - 1 - scope
}

fn is_of_smarty_loop(key: &str, end: &str) -> bool {
    (key.starts_with("$smarty.foreach.") || key.starts_with("$smarty.section.")) && key.ends_with(end)
}

fn piece(place: Place, start: usize, end: usize) -> Option<Piece> {
    let base = place.span.start as usize;
    (start < end).then(|| Piece::Text(Place { file: place.file, span: Span::new(base + start, base + end) }))
}

/// Appends a piece. Text pieces that are adjacent in the template are joined.
fn push(pieces: &mut Vec<Piece>, piece: Option<Piece>) {
    let Some(piece) = piece else { return };
    if let (Some(Piece::Text(last)), Piece::Text(next)) = (pieces.last_mut(), &piece)
        && last.file == next.file
        && last.span.end == next.span.start
    {
        last.span.end = next.span.end;
        return;
    }
    pieces.push(piece);
}

/// The alternatives in which the facts can be true.
fn assume(partials: &[Partial], facts: &[Arc<Fact>]) -> Vec<Partial> {
    // The facts may contradict each other, because a test of the position in a loop has a known result.
    let is_possible =
        facts.iter().enumerate().all(|(at, fact)| are_consistent(std::slice::from_ref(fact), &facts[..at]));
    if !is_possible {
        return Vec::new();
    }
    let fitting = partials.iter().filter(|partial| are_consistent(&partial.path, facts)).cloned();
    fitting
        .map(|mut partial| {
            partial.path.extend_from_slice(facts);
            partial
        })
        .collect()
}

/// The pieces that all alternatives begin with.
fn common_start(partials: &[Partial]) -> Vec<Piece> {
    let Some((first, rest)) = partials.split_first() else { return Vec::new() };
    let length = rest.iter().fold(first.pieces.len(), |length, partial| {
        let same = first.pieces.iter().zip(&partial.pieces).take(length).take_while(|(a, b)| a == b);
        same.count()
    });
    first.pieces[..length].to_vec()
}
