//! The nodes of a template, and the engines.

use std::sync::Arc;

use super::condition::Condition;
use super::expression::Expression;
use super::fault::Fault;
use crate::text::source::{FileId, Place};

/// A template language, as far as its whitespace rules differ from those of others.
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
    /// The name for messages.
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
#[allow(missing_docs)] // the names of the fields are clear
pub struct Syntax {
    pub engine: Engine,
    /// Whether the newline after a block tag of Jinja2 is removed.
    pub trim_blocks: bool,
    /// Whether whitespace between the start of a line and a block tag of Jinja2 is removed.
    pub lstrip_blocks: bool,
}

impl Syntax {
    /// An engine with the options that it has by default.
    pub fn new(engine: Engine) -> Self {
        Self { engine, trim_blocks: false, lstrip_blocks: false }
    }

    /// The options of `fvprov generate`.
    pub fn generate() -> Self {
        Self { engine: Engine::Minijinja, trim_blocks: true, lstrip_blocks: true }
    }
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Node {
    /// Text that is printed as it is.
    Text(Place),
    /// A tag that prints a value.
    Hole(Hole),
    /// Alternatives.
    If(Vec<Branch>),
    /// A part that is repeated.
    Loop(Loop),
    /// A macro or function that is called, or another scope.
    Call(Call),
    /// A tag that prints nothing. An assignment names its variable.
    Drop(Option<String>),
}

/// A tag that prints a value.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the names of the fields are clear
pub struct Hole {
    pub expression: Expression,
    /// The tag.
    pub place: Place,
    /// Whether the tag can print several lines: an include or a call of something that is not in these files.
    pub is_block: bool,
}

/// One alternative of an [`Node::If`].
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
    /// What the loop repeats. Loops with equal sources have equally many passes.
    pub source: Expression,
    /// Variables that have another value in each pass.
    pub variables: Vec<String>,
    /// The tag that begins the loop.
    pub place: Place,
    #[allow(missing_docs)]
    pub body: Vec<Node>,
    /// Printed if the loop has no pass.
    pub otherwise: Vec<Node>,
}

/// A called macro.
#[derive(Clone, Debug)]
pub struct Call {
    /// Variables that have another value in each call.
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
