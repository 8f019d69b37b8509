//! Suppressions: comments in files, paths in the settings, and the baseline.

use crate::lint::view::Directive;
use crate::text::source::{Place, Span};
use crate::tree::load::Workspace;

/// A rule that is skipped for certain paths, from `[lint.per-path]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathRule {
    /// Glob for the paths.
    pub glob: String,
    /// Name of the rule.
    pub rule: String,
    /// Location of the rule's name in the settings.
    pub at: ToolFileSpan,
}

/// A location in one of fvprov's own files. The location contains the path, because the file's id can change
/// when the tree is loaded again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolFileSpan {
    /// Path of the file, relative to the served tree.
    pub path: String,
    /// Span in the file.
    pub span: Span,
}

impl ToolFileSpan {
    /// Returns the location in a loaded tree.
    pub fn resolve(&self, workspace: &Workspace) -> Option<Place> {
        workspace.file(&self.path).map(|file| Place { file, span: self.span })
    }
}

/// An unused suppression.
#[derive(Clone, Copy, Debug)]
pub enum Suppression<'a> {
    /// A comment, and the index of the unused rule in it.
    Comment(&'a Directive, usize),
    /// A rule that is skipped for certain paths.
    Paths(&'a PathRule),
    /// A baseline entry, and the number of findings that it covers, which is lower than its count.
    Baseline(&'a Entry, usize),
}

/// Baseline entry: the findings from one rule about one subject in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Path of the file.
    pub path: String,
    /// Name of the rule.
    pub rule: String,
    /// Subject of the findings: a parameter, or the text of a line; empty for the entire file.
    pub about: String,
    /// Number of findings.
    pub count: usize,
    /// Span of the entry in the baseline file.
    pub at: Span,
}

impl Entry {
    /// Identity of the entry.
    pub fn key(&self) -> [&str; 3] {
        [&self.path, &self.rule, &self.about]
    }
}
