//! The settings and includes of a file with their texts.

use std::borrow::Cow;
use std::ops::Range;

use super::value::Value;
use crate::catalogue::Parameter;
use crate::text::source::{Place, Span};
use crate::text::syntax::IncludeForm;
use crate::tree::load::{Assignment, Include};

/// One include of a file, with its texts.
#[derive(Clone, Copy, Debug)]
pub struct IncludeText<'a> {
    /// The resolved include.
    pub include: &'a Include,
    /// The target. The name of the phone's own cfg in it is private.
    pub target: Value<'a>,
    /// Where the target is.
    pub target_span: Span,
    /// How it is written.
    pub form: IncludeForm,
}

/// One setting of a file, with its texts.
#[derive(Clone, Copy, Debug)]
pub struct SettingText<'a> {
    /// Index of the line.
    pub line: usize,
    /// The name.
    pub name: &'a [u8],
    /// Where the name is.
    pub name_span: Span,
    /// The value, trimmed.
    pub value: Value<'a>,
    pub(super) value_at: Place,
}

impl SettingText<'_> {
    /// The name as text.
    pub fn name_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name)
    }

    /// Where the setting is: from its name to the end of its value.
    pub fn place(&self) -> Place {
        let Place { file, span } = self.value_at;
        Place { file, span: Span { start: self.name_span.start, end: span.end.max(self.name_span.end) } }
    }

    /// Where the value is.
    pub fn value_place(&self) -> Place {
        self.value_at
    }

    /// Where a part of the value is.
    pub fn value_part(&self, part: Range<usize>) -> Place {
        let Place { file, span } = self.value_at;
        let start = span.start as usize;
        Place { file, span: Span::new(start + part.start, start + part.end) }
    }
}

/// A setting of a cfg that is in the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct KnownSetting<'a> {
    /// The assignment.
    pub at: Assignment,
    /// The catalogue's entry for its name.
    pub parameter: &'a Parameter,
    /// Its texts.
    pub text: SettingText<'a>,
}
