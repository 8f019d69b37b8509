//! Fixes for findings, and edits that several rules use.

use crate::lint::view::Common;
use crate::text::source::{FileId, Place};
use crate::tree::load::Assignment;

/// The replacement for one span of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Location to replace; an empty span marks an insertion point.
    pub at: Place,
    /// Replacement text.
    pub text: String,
}

impl Edit {
    /// Replaces the text at a location.
    pub fn replace(at: Place, text: impl Into<String>) -> Self {
        Self { at, text: text.into() }
    }

    /// Removes the text at a location.
    pub fn remove(at: Place) -> Self {
        Self::replace(at, "")
    }

    /// Removes the line at an index, including its line ending. Also removes the suppressions that cover only
    /// this line, because they would otherwise cover the next line.
    pub fn remove_line(common: &Common<'_>, file: FileId, line: usize) -> Vec<Self> {
        common.whole_lines(file, line).into_iter().map(Self::remove).collect()
    }

    /// Removes the line that contains an assignment.
    pub fn remove_setting(common: &Common<'_>, at: Assignment) -> Vec<Self> {
        Self::remove_line(common, at.file, common.line_number(at) - 1)
    }
}

/// A change that fixes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Short description in the imperative, for example `remove the line`.
    pub title: String,
    /// Whether the fix is expected to leave every phone's effective configuration unchanged. fvprov verifies
    /// this before it applies the fix.
    pub safe: bool,
    /// The fix's edits, which do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// Creates a fix that is expected to leave every phone's effective configuration unchanged.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: true, edits }
    }

    /// Creates a fix that changes a phone's configuration or depends on a guess.
    pub fn guess(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self { title: title.into(), safe: false, edits }
    }
}
