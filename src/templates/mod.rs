//! Templates for boot and cfg files: Smarty, Jinja2, minijinja and Twig. A template is parsed into [`Node`]s,
//! which contain the text that the engine prints, and [`lines`](walk::lines) lists the lines in all branches.
//! Nothing is rendered, and no data is needed.

mod builder;
pub mod condition;
mod expression;
mod fault;
mod jinja;
pub mod line;
mod node;
mod parse;
pub mod recognize;
mod smarty;
pub mod walk;

pub use builder::Find;
pub use expression::Expression;
pub use fault::{Fault, FaultKind};
pub use node::{Branch, Call, Engine, Hole, Loop, Node, Syntax, Template};
pub use parse::parse;
