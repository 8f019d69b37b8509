//! The lines in a file as data. Most files are generated and differ only in values. Such files share a shape,
//! which contains all information about their lines except the positions.

use std::sync::Arc;

use super::source::Span;

/// Parsed content. The lines cover all bytes: each line starts where the previous one ends.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// `None` for an empty text.
    shape: Option<Arc<Shape>>,
    /// The first byte of each line, and the byte after the last line.
    starts: Arc<[u32]>,
}

/// Everything about the lines of a text except their positions.
#[derive(Debug)]
struct Shape {
    lines: Vec<LineShape>,
    /// The lines that are includes, as indices.
    includes: Vec<u32>,
    counts: LineCounts,
}

static NO_LINES: Shape =
    Shape { lines: Vec::new(), includes: Vec::new(), counts: LineCounts { known: 0, unknown: 0 } };

/// The numbers of lines that are settings or includes, and of unknown lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names of the fields are clear
pub struct LineCounts {
    pub known: usize,
    pub unknown: usize,
}

impl From<Vec<LineShape>> for Shape {
    fn from(lines: Vec<LineShape>) -> Self {
        let (mut includes, mut counts) = (Vec::new(), NO_LINES.counts);
        for (at, line) in (0..).zip(&lines) {
            match line {
                LineShape::Include { .. } => {
                    includes.push(at);
                    counts.known += 1;
                }
                LineShape::Setting { .. } => counts.known += 1,
                LineShape::Unknown => counts.unknown += 1,
                LineShape::Empty | LineShape::Header | LineShape::Comment => {}
            }
        }
        Self { lines, includes, counts }
    }
}

impl Tree {
    fn shape(&self) -> &Shape {
        self.shape.as_deref().unwrap_or(&NO_LINES)
    }

    /// The lines in order.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = Line> + ExactSizeIterator + Clone + '_ {
        self.shape()
            .lines
            .iter()
            .zip(self.starts.windows(2))
            .map(|(shape, ends)| shape.line(ends[0], ends[1]))
    }

    /// The line at an index.
    pub fn line(&self, index: usize) -> Option<Line> {
        Some(self.shape().lines.get(index)?.line(*self.starts.get(index)?, *self.starts.get(index + 1)?))
    }

    /// The number of lines.
    pub fn len(&self) -> usize {
        self.shape().lines.len()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.shape().lines.is_empty()
    }

    /// The includes, each with the index of its line.
    pub fn includes(&self) -> impl ExactSizeIterator<Item = (u32, Line)> + '_ {
        let empty = Line { span: Span::default(), kind: LineKind::Empty };
        self.shape().includes.iter().map(move |at| (*at, self.line(*at as usize).unwrap_or(empty)))
    }

    #[allow(missing_docs)]
    pub fn counts(&self) -> LineCounts {
        self.shape().counts
    }

    /// The index of the line that contains a byte; the number of lines if the byte is after the end of the
    /// text.
    pub fn line_at(&self, byte: usize) -> usize {
        self.starts.get(1..).unwrap_or_default().partition_point(|end| *end as usize <= byte)
    }

    /// Whether both files have the same kinds of lines and set the same names on the same lines.
    pub fn has_shape_of(&self, other: &Self) -> bool {
        std::ptr::eq(self.shape(), other.shape())
    }
}

/// One line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line, including its line ending.
    pub span: Span,
    #[allow(missing_docs)]
    pub kind: LineKind,
}

/// The kind of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// An empty line, or a line that contains only whitespace.
    Empty,
    /// `#!…`: a header such as `#!version:1.0.0.1`.
    Header,
    /// `#…`.
    Comment,
    /// A line that starts with `include:config` or similar.
    Include {
        /// The path between the brackets or quotes. In a malformed line, the most probable path, or an
        /// empty span.
        target: Span,
        #[allow(missing_docs)]
        form: IncludeForm,
        /// Whether the line starts with a `[MODEL]` guard (Yealink's syntax).
        guarded: bool,
    },
    /// `name = value`.
    Setting {
        /// The name. The name contains no whitespace, quotes, or angle or square brackets.
        name: Span,
        /// The value without surrounding whitespace; may be empty.
        value: Span,
    },
    /// Anything else.
    Unknown,
}

/// The form of an include.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncludeForm {
    /// `include:config <path>` or `include:config "path"`, the two forms documented in the vendor's guide.
    Proper,
    /// Any other form. Whether phones accept this form is unknown.
    Malformed,
}

impl Line {
    /// The span of the line without its line ending (`\n` or `\r\n`).
    pub fn content(&self, text: &[u8]) -> Span {
        let bytes = self.span.slice(text);
        let bytes = bytes.strip_suffix(b"\n").map_or(bytes, |cut| cut.strip_suffix(b"\r").unwrap_or(cut));
        Span { start: self.span.start, end: self.span.start + bytes.len() as u32 }
    }
}

/// A line, independent of its position in the text. All offsets are relative to the start or the end of the
/// line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineShape {
    Empty,
    Header,
    Comment,
    Include { target: u32, tail: u32, form: IncludeForm, guarded: bool },
    Setting { name: u32, name_end: u32, value: u32, tail: u32 },
    Unknown,
}

impl LineShape {
    fn new(line: Line) -> Self {
        let Span { start, end } = line.span;
        match line.kind {
            LineKind::Empty => Self::Empty,
            LineKind::Header => Self::Header,
            LineKind::Comment => Self::Comment,
            LineKind::Include { target, form, guarded } => {
                Self::Include { target: target.start - start, tail: end - target.end, form, guarded }
            }
            LineKind::Setting { name, value } => Self::Setting {
                name: name.start - start,
                name_end: name.end - start,
                value: value.start - start,
                tail: end - value.end,
            },
            LineKind::Unknown => Self::Unknown,
        }
    }

    /// Whether a line has this shape for certain, which is the shape of an earlier line. Whether a line is a setting or an
    /// include does not depend on the value or the target.
    fn is_shape_of(self, line: &[u8], earlier: &[u8]) -> bool {
        let (start, tail) = match self {
            Self::Setting { value, tail, .. } => (value as usize, tail as usize),
            Self::Include { target, tail, form: IncludeForm::Proper, .. } => (target as usize, tail as usize),
            _ => return line == earlier,
        };
        let Some(end) = line.len().checked_sub(tail).filter(|end| *end > start) else {
            return line == earlier;
        };
        let is_free = match self {
            Self::Include { .. } => {
                let target = &line[start..end];
                !target.iter().any(|byte| b"<>\"\r\n".contains(byte))
                    && target.iter().any(|byte| !b" \t".contains(byte))
            }
            // Whitespace at the ends of the value would belong to the text around it, and a CR to the line ending.
            _ => [start, end - 1].into_iter().all(|at| !b" \t\r\n".contains(&line[at])),
        };
        if earlier.len() - tail <= start {
            return line == earlier; // the earlier value is empty
        }
        is_free && line[..start] == earlier[..start] && line[end..] == earlier[earlier.len() - tail..]
    }

    fn line(self, start: u32, end: u32) -> Line {
        let kind = match self {
            Self::Empty => LineKind::Empty,
            Self::Header => LineKind::Header,
            Self::Comment => LineKind::Comment,
            Self::Include { target, tail, form, guarded } => {
                LineKind::Include { target: Span { start: start + target, end: end - tail }, form, guarded }
            }
            Self::Setting { name, name_end, value, tail } => LineKind::Setting {
                name: Span { start: start + name, end: start + name_end },
                value: Span { start: start + value, end: end - tail },
            },
            Self::Unknown => LineKind::Unknown,
        };
        Line { span: Span { start, end }, kind }
    }
}

/// Builds a tree line by line. The tree shares the shape of an earlier tree as long as each line has the same
/// shape as the line with the same index in that tree.
pub struct TreeBuilder<'a> {
    /// An earlier tree and its text.
    earlier: Option<(&'a Tree, &'a [u8])>,
    /// The lines from the first difference from the earlier tree onward.
    own: Option<Vec<LineShape>>,
    starts: Vec<u32>,
}

impl<'a> TreeBuilder<'a> {
    /// Starts a tree for content of the given length.
    pub fn new(earlier: Option<(&'a Tree, &'a [u8])>, length: usize) -> Self {
        let count = earlier.map_or(length / 24, |(tree, _)| tree.len()) + 1;
        Self { earlier, own: None, starts: Vec::with_capacity(count) }
    }

    /// Adds a line if it differs only in its value from the setting with the same index in the earlier tree.
    /// Such a line is always a setting, because a value may contain any bytes.
    pub fn add_like_earlier(&mut self, text: &[u8], start: usize, end: usize) -> bool {
        let Some((earlier, earlier_text)) = self.earlier.filter(|_| self.own.is_none()) else { return false };
        let index = self.starts.len();
        let Some(shape) = earlier.shape().lines.get(index) else { return false };
        let [old_start, old_end] = [index, index + 1].map(|at| earlier.starts[at] as usize);
        let is_like = shape.is_shape_of(&text[start..end], &earlier_text[old_start..old_end]);
        if is_like {
            self.starts.push(start as u32);
        }
        is_like
    }

    /// Adds a line.
    pub fn add(&mut self, line: Line) {
        let (shape, index) = (LineShape::new(line), self.starts.len());
        let earlier = self.earlier.map_or(&[][..], |(earlier, _)| &earlier.shape().lines);
        // A setting can have the same shape with another name.
        let is_like = !matches!(shape, LineShape::Setting { .. }) && earlier.get(index) == Some(&shape);
        if self.own.is_none() && !is_like {
            let mut own = Vec::with_capacity(self.starts.capacity());
            own.extend_from_slice(&earlier[..index]);
            self.own = Some(own);
        }
        if let Some(own) = &mut self.own {
            own.push(shape);
        }
        self.starts.push(line.span.start);
    }

    /// Returns the tree for content that ends at this offset.
    pub fn finish(mut self, end: usize) -> Tree {
        let count = self.starts.len();
        self.starts.push(end as u32);
        let shape = match (self.own, self.earlier) {
            (Some(own), _) => Some(Arc::new(own.into())),
            (None, Some((earlier, _))) if earlier.len() == count => earlier.shape.clone(),
            (None, Some((earlier, _))) => Some(Arc::new(earlier.shape().lines[..count].to_vec().into())),
            (None, None) => None,
        };
        Tree { shape, starts: self.starts.into() }
    }
}
