//! One line that a template can print.

use std::ops::Range;
use std::sync::Arc;

use crate::text::source::{Place, Sources, Span};
use crate::text::syntax::{self, LineKind};

use super::condition::{TestKind, exclude};
use super::expression::Expression;

/// Represents a hole in [`LineText::bytes`]. This byte never occurs in UTF-8 text, and the grammar accepts it
/// in names and values.
pub const HOLE: u8 = 0xff;

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the field names are self-explanatory
pub enum Piece {
    /// Literal text in the template.
    Text(Place),
    /// A value that a tag prints. Pieces with the same symbol print the same text.
    Hole { symbol: u32, place: Place, is_block: bool },
    /// Alternatives that are not listed because there are too many.
    Unknown(Place),
}

impl Piece {
    /// Location of the text or tag in the template.
    pub fn place(&self) -> Place {
        match self {
            Self::Text(place) | Self::Hole { place, .. } | Self::Unknown(place) => *place,
        }
    }
}

/// A test of a value, and its result. Literals with the same subject test the same value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct Literal {
    pub subject: u32,
    pub kind: TestKind,
    pub truth: bool,
}

impl Literal {
    fn excludes(&self, other: &Self) -> bool {
        self.subject == other.subject && exclude((&self.kind, self.truth), (&other.kind, other.truth))
    }
}

/// A known fact about the variables in a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct Fact {
    pub literal: Literal,
    /// Literals, at least one of which is true; empty if nothing more is known.
    pub clause: Vec<Literal>,
    pub expression: Expression,
    /// The tag that begins the branch.
    pub place: Place,
}

/// Whether two lists of facts can be true together. Each list must be consistent by itself.
pub fn are_consistent(one: &[Arc<Fact>], other: &[Arc<Fact>]) -> bool {
    let all = || one.iter().chain(other);
    let is_excluded = |literal: &Literal| all().any(|fact| fact.literal.excludes(literal));
    !one.iter().any(|fact| other.iter().any(|other| fact.literal.excludes(&other.literal)))
        && !all().any(|fact| !fact.clause.is_empty() && fact.clause.iter().all(is_excluded))
}

/// An iteration of a loop that prints a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the field names are self-explanatory
pub struct Pass {
    /// The tag that begins the loop.
    pub place: Place,
    /// The number of the iteration, from 0.
    pub number: u8,
}

/// A line that the template can print: one alternative for a line in the rendered file.
#[derive(Clone, Debug)]
pub struct TemplateLine {
    #[allow(missing_docs)]
    pub pieces: Vec<Piece>,
    /// The known facts about the variables if the line is printed.
    pub path: Vec<Arc<Fact>>,
    /// The loops around the line, starting with the outermost one.
    pub passes: Vec<Pass>,
}

impl TemplateLine {
    /// Whether the same rendered file can contain both lines.
    pub fn can_follow(&self, other: &Self) -> bool {
        are_consistent(&self.path, &other.path)
    }

    /// The start of the line in the template.
    pub fn place(&self) -> Option<Place> {
        self.pieces.first().map(Piece::place)
    }

    /// The text of the line, with [`HOLE`] in place of each unknown value.
    pub fn text(&self, sources: &Sources) -> LineText {
        let mut bytes = Vec::new();
        let mut parts = Vec::with_capacity(self.pieces.len());
        for (index, piece) in self.pieces.iter().enumerate() {
            parts.push((bytes.len(), index));
            match piece {
                Piece::Text(place) => {
                    bytes.extend_from_slice(place.span.slice(&sources.get(place.file).text));
                }
                Piece::Hole { .. } | Piece::Unknown(_) => bytes.push(HOLE),
            }
        }
        if bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        LineText { kind: syntax::line_kind(&bytes), bytes, parts }
    }
}

/// The text of a line.
#[derive(Clone, Debug)]
pub struct LineText {
    /// The text, with [`HOLE`] in place of each unknown value.
    pub bytes: Vec<u8>,
    /// The kind of the line; its spans refer to `bytes`.
    pub kind: LineKind,
    /// The offset at which each piece starts, and the index of the piece.
    parts: Vec<(usize, usize)>,
}

impl LineText {
    /// The name and value, if the line is a setting.
    pub fn setting(&self) -> Option<(&[u8], &[u8])> {
        let LineKind::Setting { name, value } = self.kind else { return None };
        Some((name.slice(&self.bytes), value.slice(&self.bytes)))
    }

    /// The index of the piece that contains an offset.
    fn piece_at(&self, offset: usize) -> Option<usize> {
        let at = self.parts.partition_point(|(start, _)| *start <= offset);
        at.checked_sub(1)
    }

    /// The pieces that overlap a range.
    pub fn pieces(&self, range: &Range<usize>) -> Range<usize> {
        let Some(first) = self.piece_at(range.start) else { return 0..0 };
        let last = self.piece_at(range.end.saturating_sub(1).max(range.start)).unwrap_or(first);
        first..last + 1
    }

    /// The location of a range in the template, and whether the range is within a single piece of text. For a
    /// range with several pieces, the location extends from its start to its end, or covers only the first
    /// piece if the pieces are in a different order in the template.
    pub fn place(&self, line: &TemplateLine, range: &Range<usize>) -> Option<(Place, bool)> {
        let pieces = self.pieces(range);
        let (first, last) = (self.parts.get(pieces.start)?, self.parts.get(pieces.end.checked_sub(1)?)?);
        let within = |&(start, index): &(usize, usize), offset: usize| match line.pieces.get(index)? {
            Piece::Text(place) => Some((*place, place.span.start + offset.saturating_sub(start) as u32)),
            piece => Some((piece.place(), piece.place().span.start)),
        };
        let ((place, start), (end_place, _)) = (within(first, range.start)?, within(last, range.end)?);
        let end = match line.pieces.get(last.1)? {
            Piece::Text(_) => within(last, range.end)?.1,
            piece => piece.place().span.end,
        };
        let is_exact = pieces.len() == 1 && matches!(line.pieces.get(first.1), Some(Piece::Text(_)));
        let span = match end_place.file == place.file && end >= start {
            true => Span { start, end },
            false => Span { start, end: place.span.end },
        };
        Some((Place { file: place.file, span }, is_exact))
    }
}
