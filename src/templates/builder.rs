//! Builds the nodes of a template from its tags: matches closing tags with opening tags, inserts included
//! templates, and finds unclosed blocks.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::condition::Condition;
use super::expression::Expression;
use super::fault::{Fault, FaultKind};
use super::node::{Branch, Call, Hole, Loop, Node, Syntax};
use crate::text::source::{FileId, Place, Sources, Span};

/// Finds an included template by the path in the tag.
pub type Find<'a> = dyn Fn(FileId, &str) -> Option<FileId> + Sync + 'a;

/// Reads a template into a builder.
pub type Read = fn(&mut Builder<'_>, FileId);

/// Maximum nesting depth of tags. Deeper tags are ignored.
const MAX_DEPTH: usize = 48;

/// Maximum nesting depth of included templates.
const MAX_FILES: usize = 8;

/// Number of nodes above which no further templates are included.
const MAX_NODES: usize = 100_000;

/// Maximum number of nodes in a macro, including the nodes in the macros that it calls.
const MAX_MACRO: usize = 5000;

/// A macro with its parameters.
pub type Macro = (Vec<String>, Arc<Vec<Node>>);

/// An open block.
struct Frame {
    kind: Kind,
    /// The tag that opens the block.
    place: Place,
    /// The nodes before the block.
    before: Vec<Node>,
}

/// The kind of an open block.
#[derive(Debug)]
pub enum Kind {
    /// A conditional: the finished branches, and the condition and tag of the open branch.
    If(Vec<Branch>, Option<Condition>, Place),
    /// A loop: its source, its variables, and, once `else` is reached, its body.
    Loop(Expression, Vec<String>, Option<Vec<Node>>),
    /// A macro with its name and parameters. The definition prints nothing.
    Macro(String, Vec<String>),
    /// A named block, which another template can override.
    Block(String),
    /// Prints nothing but may assign a variable.
    Capture(Option<String>),
    /// Prints its content after applying a filter.
    Filter,
    /// Prints its content. The variables have different values inside the block.
    Scope(Vec<String>),
    /// Prints its content without line breaks.
    Strip,
}

impl Kind {
    /// Whether a closing tag with this name closes the block.
    fn is_closed_by(&self, name: &str) -> bool {
        match self {
            Self::If(..) => matches!(name, "if" | "unless"),
            Self::Loop(..) => matches!(name, "for" | "foreach" | "section" | "while"),
            Self::Macro(..) => matches!(name, "macro" | "function" | "call"),
            Self::Block(_) => name == "block",
            Self::Capture(_) => matches!(name, "capture" | "set"),
            Self::Filter => matches!(name, "filter" | "apply"),
            Self::Scope(_) => {
                matches!(
                    name,
                    "with"
                        | "nocache"
                        | "setfilter"
                        | "autoescape"
                        | "spaceless"
                        | "sandbox"
                        | "embed"
                        | "trans"
                )
            }
            Self::Strip => name == "strip",
        }
    }
}

/// Collects the nodes of a template and of the templates that it includes.
pub struct Builder<'a> {
    pub sources: &'a Sources,
    pub syntax: Syntax,
    find: &'a Find<'a>,
    read: Read,
    nodes: Vec<Node>,
    frames: Vec<Frame>,
    faults: Vec<Fault>,
    macros: FxHashMap<String, Macro>,
    /// Blocks defined by the templates that extend the current one.
    overrides: FxHashMap<String, Vec<Node>>,
    /// The open templates, starting with the outermost one.
    files: Vec<FileId>,
    /// The template that the current one extends.
    parent: Option<FileId>,
    /// The number of frames that belong to the outer templates.
    base: usize,
    /// Number of open blocks that are ignored because they are nested too deeply.
    too_deep: usize,
    /// The number of nodes so far.
    size: usize,
}

impl<'a> Builder<'a> {
    pub fn new(sources: &'a Sources, syntax: Syntax, find: &'a Find<'a>, read: Read) -> Self {
        Self {
            sources,
            syntax,
            find,
            read,
            nodes: Vec::new(),
            frames: Vec::new(),
            faults: Vec::new(),
            macros: FxHashMap::default(),
            overrides: FxHashMap::default(),
            files: Vec::new(),
            parent: None,
            base: 0,
            too_deep: 0,
            size: 0,
        }
    }

    /// Reads a template and the template that it extends.
    pub fn file(&mut self, file: FileId) {
        let outer_base = std::mem::replace(&mut self.base, self.frames.len());
        let outer_parent = self.parent.take();
        let nodes = std::mem::take(&mut self.nodes);
        self.files.push(file);
        (self.read)(self, file);
        self.close_all();
        let parent = std::mem::replace(&mut self.parent, outer_parent);
        if let Some(parent) =
            parent.filter(|parent| !self.files.contains(parent) && self.files.len() < MAX_FILES)
        {
            // The template prints only those of its blocks that its parent contains.
            self.collect_overrides();
            self.nodes.clear();
            self.file(parent);
        }
        self.files.pop();
        let own = std::mem::replace(&mut self.nodes, nodes);
        self.nodes.extend(own);
        self.base = outer_base;
    }

    /// Returns the nodes, and the faults in text order.
    pub fn finish(mut self) -> (Vec<Node>, Vec<Fault>) {
        self.faults.sort_by_key(|fault| (fault.place.file, fault.place.span.start));
        self.faults.dedup();
        (self.nodes, self.faults)
    }

    pub fn text(&mut self, file: FileId, start: usize, end: usize) {
        if start < end {
            self.size += 1;
            self.nodes.push(Node::Text(Place { file, span: Span::new(start, end) }));
        }
    }

    pub fn hole(&mut self, place: Place, expression: &str, is_block: bool) {
        self.size += 1;
        self.nodes.push(Node::Hole(Hole { expression: Expression::new(expression), place, is_block }));
    }

    pub fn drop(&mut self, assigned: Option<&str>) {
        self.nodes.push(Node::Drop(assigned.map(str::to_owned)));
    }

    pub fn fault(&mut self, place: Place, kind: FaultKind) {
        self.faults.push(Fault { place, kind });
    }

    /// Opens a block.
    pub fn open(&mut self, place: Place, kind: Kind) {
        if self.frames.len() >= MAX_DEPTH {
            self.too_deep += 1;
            return;
        }
        let before = std::mem::take(&mut self.nodes);
        self.frames.push(Frame { kind, place, before });
    }

    /// Opens a conditional.
    pub fn open_if(&mut self, place: Place, condition: &str) {
        self.open(place, Kind::If(Vec::new(), Some(Condition::new(condition)), place));
    }

    /// Whether text is inside a block that prints no line breaks.
    pub fn is_stripped(&self) -> bool {
        self.frames[self.base..].iter().any(|frame| matches!(frame.kind, Kind::Strip))
    }

    /// Begins the next branch of the open conditional, or the part that is printed if the open loop has no
    /// iterations.
    pub fn branch(&mut self, place: Place, condition: Option<&str>) {
        if self.too_deep > 0 {
            return;
        }
        let inner = self.frames[self.base..].iter_mut().rev().find(|frame| match &frame.kind {
            Kind::If(..) => true,
            Kind::Loop(_, _, body) => condition.is_none() && body.is_none(),
            _ => false,
        });
        let Some(frame) = inner else { return self.fault(place, FaultKind::Stray) };
        let body = std::mem::take(&mut self.nodes);
        match &mut frame.kind {
            Kind::If(branches, open, tag) => {
                let next = condition.map(Condition::new);
                branches.push(Branch { condition: std::mem::replace(open, next), place: *tag, body });
                *tag = place;
            }
            Kind::Loop(_, _, first) => *first = Some(body),
            _ => {}
        }
    }

    /// Closes the innermost block with this name, and all blocks inside it. Returns whether such a block was
    /// open.
    pub fn close(&mut self, place: Place, name: &str) -> bool {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return true;
        }
        let Some(at) = self.frames[self.base..].iter().rposition(|frame| frame.kind.is_closed_by(name))
        else {
            self.fault(place, FaultKind::Stray);
            return false;
        };
        while self.frames.len() > self.base + at + 1 {
            self.close_unclosed();
        }
        self.pop();
        true
    }

    fn close_all(&mut self) {
        while self.frames.len() > self.base {
            self.close_unclosed();
        }
        self.too_deep = 0;
    }

    fn close_unclosed(&mut self) {
        if let Some(frame) = self.frames.last() {
            self.faults.push(Fault { place: frame.place, kind: FaultKind::Unclosed });
        }
        self.pop();
    }

    fn pop(&mut self) {
        let Some(Frame { kind, place, before }) = self.frames.pop() else { return };
        let body = std::mem::replace(&mut self.nodes, before);
        match kind {
            Kind::If(mut branches, condition, tag) => {
                branches.push(Branch { condition, place: tag, body });
                self.nodes.push(Node::If(branches));
            }
            Kind::Loop(source, variables, first) => {
                let (body, otherwise) = match first {
                    Some(first) => (first, body),
                    None => (body, Vec::new()),
                };
                self.nodes.push(Node::Loop(Loop { source, variables, place, body, otherwise }));
            }
            Kind::Macro(name, parameters) => {
                if size(&body) <= MAX_MACRO {
                    self.macros.insert(name, (parameters, Arc::new(body)));
                }
                self.nodes.push(Node::Drop(None));
            }
            Kind::Block(name) => {
                let body = self.overrides.get(&name).cloned().unwrap_or(body);
                self.nodes.push(Node::Call(Call {
                    variables: vec![format!("block {name}")],
                    body: Arc::new(body),
                }));
            }
            Kind::Capture(assigned) => self.nodes.push(Node::Drop(assigned)),
            Kind::Filter => self.hole(place, "", true),
            Kind::Scope(variables) => self.nodes.push(Node::Call(Call { variables, body: Arc::new(body) })),
            Kind::Strip => self.nodes.extend(body),
        }
    }

    /// Inserts a call to a macro or function. Returns whether these files define the macro or function.
    pub fn call(&mut self, name: &str) -> bool {
        let Some((parameters, body)) = self.macros.get(name) else { return false };
        let (variables, body) = (parameters.clone(), Arc::clone(body));
        self.nodes.push(Node::Call(Call { variables, body }));
        true
    }

    /// Imports the macros of a template, under an alias if there is one.
    pub fn import(&mut self, name: &str, alias: Option<&str>) {
        let Some(file) = self.locate(name) else { return };
        let before = std::mem::take(&mut self.nodes);
        let known: Vec<String> = self.macros.keys().cloned().collect();
        self.file(file);
        self.nodes = before;
        let Some(alias) = alias else { return };
        let new: Vec<String> = self.macros.keys().filter(|name| !known.contains(name)).cloned().collect();
        for name in new {
            if let Some(found) = self.macros.get(&name).cloned() {
                self.macros.insert(format!("{alias}.{name}"), found);
            }
        }
    }

    /// Inserts an included template, or a hole if the template is not among these files.
    pub fn include(&mut self, place: Place, name: Option<&str>) {
        match name.and_then(|name| self.locate(name)) {
            Some(file) => self.file(file),
            None => self.hole(place, "", true),
        }
    }

    /// Marks the current template as an extension of another template.
    pub fn extend(&mut self, name: Option<&str>) {
        self.parent = name.and_then(|name| self.locate(name));
    }

    fn locate(&self, name: &str) -> Option<FileId> {
        let file = (self.find)(*self.files.last()?, name)?;
        let is_small = self.files.len() < MAX_FILES && self.size < MAX_NODES;
        (!self.files.contains(&file) && is_small).then_some(file)
    }

    fn collect_overrides(&mut self) {
        for node in &self.nodes {
            let Node::Call(call) = node else { continue };
            let Some(name) = call.variables.first().and_then(|name| name.strip_prefix("block ")) else {
                continue;
            };
            self.overrides.entry(name.to_owned()).or_insert_with(|| call.body.to_vec());
        }
    }
}

/// The number of nodes, including the nodes in calls.
fn size(nodes: &[Node]) -> usize {
    let sizes = nodes.iter().map(|node| match node {
        Node::If(branches) => branches.iter().map(|branch| size(&branch.body)).sum(),
        Node::Loop(repeated) => size(&repeated.body) + size(&repeated.otherwise),
        Node::Call(call) => size(&call.body),
        Node::Text(_) | Node::Hole(_) | Node::Drop(_) => 0,
    });
    sizes.map(|inner: usize| inner + 1).sum()
}
