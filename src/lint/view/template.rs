//! A check's view of one template.

use std::ops::Range;

use super::settings::Variables;
use crate::catalogue::{Parameter, Schema, is_placeholder};
use crate::templates::line::{HOLE, LineText, Piece, TemplateLine};
use crate::templates::{Template, recognize::Language};
use crate::text::source::{FileId, Place, Sources, Span};
use crate::tree::assumptions::Assume;
use crate::tree::names::Kind;

/// A template, with the lines of all its branches.
#[derive(Clone, Copy)]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct TemplateCx<'a> {
    pub file: FileId,
    pub sources: &'a Sources,
    pub schema: &'a Schema,
    pub assume: &'a Assume,
    pub language: Language,
    /// Kind of file that the template produces.
    pub kind: Kind,
    /// Whether the file is in a root with phones, which read the template unrendered.
    pub is_leftover: bool,
    /// Whether another template includes this one.
    pub is_included: bool,
    /// The first tag.
    pub first_tag: Span,
    /// The parsed template, if fvprov can parse its language.
    pub template: Option<&'a Template>,
    /// The lines of all branches, in the order in which the template prints them.
    pub lines: &'a [TemplateLine],
    /// The texts of `lines`.
    pub texts: &'a [LineText],
    /// The variables that the template can use, if they are known.
    pub variables: Option<&'a Variables>,
}

/// A setting that a template can print.
#[allow(missing_docs)] // the field names are self-explanatory
pub struct TemplateSetting<'a> {
    /// The index of the line.
    pub index: usize,
    pub line: &'a TemplateLine,
    pub text: &'a LineText,
    /// The range of the name in the line's text.
    pub name: Range<usize>,
    /// The range of the value in the line's text.
    pub value: Range<usize>,
}

impl<'a> TemplateCx<'a> {
    /// The settings in all branches. Settings with unknown parts in their names, other than the values of
    /// tags, are skipped.
    pub fn settings(&self) -> impl Iterator<Item = TemplateSetting<'a>> {
        let (lines, texts) = (self.lines, self.texts);
        lines.iter().zip(texts).enumerate().filter_map(|(index, (line, text))| {
            use crate::text::syntax::LineKind;
            let LineKind::Setting { name, value } = text.kind else { return None };
            let [name, value] = [name, value].map(|span| span.start as usize..span.end as usize);
            let mut pieces = text.pieces(&name).filter_map(|at| line.pieces.get(at));
            let is_known =
                pieces.all(|piece| !matches!(piece, Piece::Unknown(_) | Piece::Hole { is_block: true, .. }));
            is_known.then_some(TemplateSetting { index, line, text, name, value })
        })
    }

    /// Line number of a location in its file, starting at 1.
    pub fn line_number(&self, place: Place) -> usize {
        self.sources.get(place.file).line_number(place.span.start)
    }

    /// The template's text at a location.
    pub fn source(&self, place: Place) -> String {
        String::from_utf8_lossy(place.span.slice(&self.sources.get(place.file).text)).into_owned()
    }

    /// A range of a line as written in the template, including its tags.
    pub fn written(&self, setting: &TemplateSetting<'_>, range: &Range<usize>) -> String {
        let mut written = String::new();
        for at in range.clone() {
            match setting.text.bytes[at] {
                HOLE => {
                    let pieces = setting.text.pieces(&(at..at + 1));
                    let place = setting.line.pieces.get(pieces.start).map(Piece::place);
                    written.extend(place.map(|place| self.source(place)));
                }
                _ => written.push_str(&String::from_utf8_lossy(&setting.text.bytes[at..=at])),
            }
        }
        written
    }
}

impl<'a> TemplateSetting<'a> {
    /// Location of the setting, from its name to the end of its value.
    pub fn place(&self) -> Option<Place> {
        let end = if self.value.is_empty() { self.name.end } else { self.value.end };
        self.text.place(self.line, &(self.name.start..end)).map(|(place, _)| place)
    }

    /// The name as text, if it contains no tags.
    pub fn literal_name(&self) -> Option<&'a str> {
        std::str::from_utf8(&self.text.bytes[self.name.clone()]).ok()
    }

    /// The value as text, if it contains no tags.
    pub fn literal_value(&self) -> Option<&'a str> {
        std::str::from_utf8(&self.text.bytes[self.value.clone()]).ok()
    }

    /// The name, with 1 in place of each tag that is an index; `None` if a tag is in a different position.
    pub fn name_with_index(&self) -> Option<String> {
        String::from_utf8(with_index(&self.text.bytes[self.name.clone()])).ok()
    }

    /// The parameter, if it is in the catalogue.
    pub fn parameter<'s>(&self, schema: &'s Schema) -> Option<&'s Parameter> {
        schema.parameter(&self.name_with_index()?)
    }

    /// A string that is the same for identical ranges. Tags are identified by their values.
    pub fn identity(&self, range: &Range<usize>) -> String {
        use std::fmt::Write as _;
        let mut identity = String::new();
        for at in range.clone() {
            match self.text.bytes[at] {
                HOLE => {
                    let piece = self.line.pieces.get(self.text.pieces(&(at..at + 1)).start);
                    if let Some(Piece::Hole { symbol, .. }) = piece {
                        let _ = write!(identity, "\n{symbol}\n");
                    } else {
                        let _ = write!(identity, "\n?{}\n", self.index);
                    }
                }
                byte => identity.push(char::from(byte)),
            }
        }
        identity
    }

    /// The name up to and including its first index, for example `account.1`; `None` if the name contains a
    /// tag or has no index.
    pub fn literal_index(&self, schema: &Schema) -> Option<String> {
        let name = self.literal_name()?;
        let known = &schema.parameter(name)?.name;
        let (at, _) = known.split('.').enumerate().find(|(_, segment)| is_placeholder(segment))?;
        Some(name.split('.').take(at + 1).collect::<Vec<_>>().join("."))
    }
}

/// A name with 1 in place of each hole that makes up an entire segment.
pub fn with_index(name: &[u8]) -> Vec<u8> {
    let mut name = name.to_vec();
    for at in 0..name.len() {
        let begins = at > 0 && name[at - 1] == b'.';
        if name[at] == HOLE && begins && name.get(at + 1).is_none_or(|next| *next == b'.') {
            name[at] = b'1';
        }
    }
    name
}
