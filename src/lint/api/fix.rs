//! Fixes of findings, and edits that several rules use.

use crate::lint::view::Common;
use crate::text::source::{FileId, Place};
use crate::tree::load::Assignment;

/// One change to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text to replace; an empty span is an insertion point.
    pub at: Place,
    /// The new text.
    pub text: String,
}

impl Edit {
    /// Other text in a place.
    pub fn replace(at: Place, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }

    /// Nothing in a place.
    pub fn remove(at: Place) -> Self {
        Self::replace(at, "")
    }

    /// Removes a line (index) with its line end, and the suppressions that cover it alone: left where they are, they
    /// would cover the line below.
    pub fn remove_line(common: &Common<'_>, file: FileId, line: usize) -> Vec<Self> {
        common.whole_lines(file, line).into_iter().map(Self::remove).collect()
    }

    /// Removes the line of an assignment.
    pub fn remove_setting(common: &Common<'_>, at: Assignment) -> Vec<Self> {
        Self::remove_line(common, at.file, common.line_number(at) - 1)
    }
}

/// An edit that fixes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The action, in words: `remove the line`.
    pub title: String,
    /// Whether all effective configurations remain unchanged. A rule only claims this; the fixer verifies it.
    pub safe: bool,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that leaves every effective configuration unchanged.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: true, edits }
    }

    /// A fix that changes effective configurations, or that depends on a guess.
    pub fn guess(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: false, edits }
    }
}
