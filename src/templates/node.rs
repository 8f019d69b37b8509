//! The nodes of a template, and the engines.

use std::sync::Arc;

use super::condition::Condition;
use super::expression::Expression;
use super::fault::Fault;
use crate::text::source::{FileId, Place};

/// A template engine. Engines with the same whitespace rules are not distinguished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Smarty 3 and 4.
    Smarty,
    /// Jinja2.
    Jinja,
    /// minijinja, which `fvprov generate` uses.
    Minijinja,
    /// Twig.
    Twig,
}

impl Engine {
    /// The engine's name, for messages.
    pub fn title(self) -> &'static str {
        match self {
            Self::Smarty => "Smarty",
            Self::Jinja => "Jinja2",
            Self::Minijinja => "minijinja",
            Self::Twig => "Twig",
        }
    }
}

/// An engine with its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct Syntax {
    pub engine: Engine,
    /// Whether Jinja2 removes the newline after a block tag.
    pub trim_blocks: bool,
    /// Whether Jinja2 removes whitespace between the start of a line and a block tag.
    pub lstrip_blocks: bool,
}

impl Syntax {
    /// An engine with its default options.
    pub fn new(engine: Engine) -> Self {
        Self { engine, trim_blocks: false, lstrip_blocks: false }
    }

    /// The engine and options that `fvprov generate` uses.
    pub fn generate() -> Self {
        Self { engine: Engine::Minijinja, trim_blocks: true, lstrip_blocks: true }
    }
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Node {
    /// Text that is printed unchanged.
    Text(Place),
    /// A tag that prints a value.
    Hole(Hole),
    /// Alternatives.
    If(Vec<Branch>),
    /// A part that is repeated.
    Loop(Loop),
    /// A call to a macro or function, or a separate scope.
    Call(Call),
    /// A tag that prints nothing. For an assignment, contains the name of the variable.
    Drop(Option<String>),
}

/// A tag that prints a value.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct Hole {
    pub expression: Expression,
    /// The tag.
    pub place: Place,
    /// Whether the tag can print several lines, because it includes a file or calls a macro that is not
    /// loaded.
    pub is_block: bool,
}

/// One alternative in a [`Node::If`].
#[derive(Clone, Debug)]
pub struct Branch {
    /// The condition; `None` for `else`.
    pub condition: Option<Condition>,
    /// The tag that begins the branch.
    pub place: Place,
    #[allow(missing_docs)]
    pub body: Vec<Node>,
}

/// A part that is repeated.
#[derive(Clone, Debug)]
pub struct Loop {
    /// The expression that the loop iterates over. Loops with the same source have the same number of
    /// iterations.
    pub source: Expression,
    /// Variables whose values differ between iterations.
    pub variables: Vec<String>,
    /// The tag that begins the loop.
    pub place: Place,
    #[allow(missing_docs)]
    pub body: Vec<Node>,
    /// The nodes to print if the loop has no iterations.
    pub otherwise: Vec<Node>,
}

/// A called macro.
#[derive(Clone, Debug)]
pub struct Call {
    /// Variables whose values differ between calls.
    pub variables: Vec<String>,
    #[allow(missing_docs)]
    pub body: Arc<Vec<Node>>,
}

/// A parsed template.
#[derive(Clone, Debug)]
pub struct Template {
    #[allow(missing_docs)]
    pub file: FileId,
    #[allow(missing_docs)]
    pub syntax: Syntax,
    #[allow(missing_docs)]
    pub nodes: Vec<Node>,
    /// Tags that are not closed, or that close nothing.
    pub faults: Vec<Fault>,
}
