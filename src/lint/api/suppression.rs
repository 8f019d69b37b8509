//! What excuses findings: comments in the files, paths in the settings, and the baseline.

use crate::lint::ask::Directive;
use crate::text::source::{Place, Span};
use crate::tree::load::Workspace;

/// A rule that says nothing in some paths, from `[lint.per-path]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRule {
    /// A glob.
    pub glob: String,
    /// The rule.
    pub rule: String,
    /// Where the settings name it.
    pub at: ToolFileSpan,
}

/// A place in one of fvprov's own files, which gets another id each time a tree is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolFileSpan {
    /// The path of the file in the tree.
    pub path: String,
    /// Where in it.
    pub span: Span,
}

impl ToolFileSpan {
    /// The place in a loaded tree.
    pub fn resolve(&self, workspace: &Workspace) -> Option<Place> {
        workspace.file(&self.path).map(|file| Place { file, span: self.span })
    }
}

/// Something that excuses findings, and that nothing needed.
#[derive(Clone, Copy, Debug)]
pub enum Suppression<'a> {
    /// A comment, and which of the rules that it names (index) is not needed.
    Comment(&'a Directive, usize),
    /// A rule for some paths.
    Paths(&'a PathRule),
    /// An entry of the baseline, and how many findings it covers: fewer than it says.
    Baseline(&'a Entry, usize),
}

/// Findings of one rule about one thing in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path of the file.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// What they are about: a parameter, or the text of a line; empty for the file as a whole.
    pub about: String,
    /// How many there are.
    pub count: usize,
    /// Where the entry stands in the file it was read from.
    pub at: Span,
}

impl Entry {
    /// What tells it from others.
    pub fn key(&self) -> [&str; 3] {
        [&self.path, &self.rule, &self.about]
    }
}
