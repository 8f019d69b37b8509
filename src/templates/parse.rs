//! Parses templates.

use super::builder::{Builder, Find};
use super::node::{Engine, Syntax, Template};
use super::{jinja, smarty};
use crate::text::source::{FileId, Sources};

/// Parses a template. Never fails: faulty tags are reported in [`Template::faults`].
pub fn parse(sources: &Sources, file: FileId, syntax: Syntax, find: &Find<'_>) -> Template {
    let read = match syntax.engine {
        Engine::Smarty => smarty::read,
        Engine::Jinja | Engine::Minijinja | Engine::Twig => jinja::read,
    };
    let mut builder = Builder::new(sources, syntax, find, read);
    builder.file(file);
    let (nodes, faults) = builder.finish();
    Template { file, syntax, nodes, faults }
}
