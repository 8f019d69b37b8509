//! A change that fixes a finding, and the edits that several rules make.

use crate::lint::ask::Common;
use crate::text::source::{FileId, Place};
use crate::tree::load::Assignment;

/// One change to a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span is a point between bytes.
    pub at: Place,
    /// By what.
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

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does: `remove the line`.
    pub title: String,
    /// Whether every phone gets the same before and after. A rule only claims it; it is believed when it is
    /// proved.
    pub safe: bool,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A change that is meant to leave every phone as it is.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: true, edits }
    }

    /// A change of what phones get, or that rests on a guess.
    pub fn guess(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: false, edits }
    }
}
