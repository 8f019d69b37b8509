//! The sources of suppressions: comments in files, paths in the settings, and the baseline.

use crate::lint::view::Directive;
use crate::text::source::{Place, Span};
use crate::tree::load::Workspace;

/// A rule that is suppressed in some paths, from `[lint.per-path]`.
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

/// A suppression that suppresses no finding.
#[derive(Clone, Copy, Debug)]
pub enum Suppression<'a> {
    /// A comment, and the index of the rule in it that is not needed.
    Comment(&'a Directive, usize),
    /// A rule for some paths.
    Paths(&'a PathRule),
    /// An entry of the baseline, and the number of findings that it covers: fewer than its count.
    Baseline(&'a Entry, usize),
}

/// Findings of one rule with one subject in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The path of the file.
    pub path: String,
    /// The rule.
    pub rule: String,
    /// The subject: a parameter, or the text of a line; empty for the complete file.
    pub about: String,
    /// The number of findings.
    pub count: usize,
    /// The position of the entry in its file.
    pub at: Span,
}

impl Entry {
    /// The identity of the entry.
    pub fn key(&self) -> [&str; 3] {
        [&self.path, &self.rule, &self.about]
    }
}
