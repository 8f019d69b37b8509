//! A file's settings and includes, with their text.

use std::borrow::Cow;
use std::ops::Range;

use super::value::Value;
use crate::catalogue::Parameter;
use crate::text::source::{Place, Span};
use crate::text::syntax::IncludeForm;
use crate::tree::load::{Assignment, Include};

/// An include in a file, with its text.
#[derive(Clone, Copy, Debug)]
pub struct IncludeText<'a> {
    /// The parsed include and its resolved target.
    pub include: &'a Include,
    /// Target as written. The part that names the phone's own cfg is private.
    pub target: Value<'a>,
    /// Span of the target.
    pub target_span: Span,
    /// Syntax of the include.
    pub form: IncludeForm,
}

/// A setting in a file, with its text.
#[derive(Clone, Copy, Debug)]
pub struct SettingText<'a> {
    /// Index of the line.
    pub line: usize,
    /// Name, as written.
    pub name: &'a [u8],
    /// Span of the name.
    pub name_span: Span,
    /// Trimmed value.
    pub value: Value<'a>,
    pub(super) value_at: Place,
}

impl SettingText<'_> {
    /// The name as text.
    pub fn name_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name)
    }

    /// Location of the setting, from its name to the end of its value.
    pub fn place(&self) -> Place {
        let Place { file, span } = self.value_at;
        Place { file, span: Span { start: self.name_span.start, end: span.end.max(self.name_span.end) } }
    }

    /// Location of the value.
    pub fn value_place(&self) -> Place {
        self.value_at
    }

    /// Location of part of the value.
    pub fn value_part(&self, part: Range<usize>) -> Place {
        let Place { file, span } = self.value_at;
        let start = span.start as usize;
        Place { file, span: Span::new(start + part.start, start + part.end) }
    }
}

/// A setting in a cfg whose parameter is in the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct KnownSetting<'a> {
    /// Assignment of the setting.
    pub at: Assignment,
    /// Catalogue entry of the parameter.
    pub parameter: &'a Parameter,
    /// Name and value as written.
    pub text: SettingText<'a>,
}
