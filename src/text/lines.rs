//! The lines in a file as data. Most files are generated and differ only in values. Such files share a shape,
//! which contains all information about their lines except the positions.

use std::sync::Arc;

use super::source::Span;

/// Parsed content. The lines cover all bytes: each line starts where the previous one ends.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    shape: Arc<[LineShape]>,
    /// The offset of each line's first byte, and the offset after the last line.
    starts: Arc<[u32]>,
}

impl Tree {
    /// The lines in order.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = Line> + ExactSizeIterator + Clone + '_ {
        self.shape.iter().zip(self.starts.windows(2)).map(|(shape, ends)| shape.line(ends[0], ends[1]))
    }

    /// The line at an index.
    pub fn line(&self, index: usize) -> Option<Line> {
        Some(self.shape.get(index)?.line(*self.starts.get(index)?, *self.starts.get(index + 1)?))
    }

    /// The number of lines.
    pub fn len(&self) -> usize {
        self.shape.len()
    }

    /// Whether the text is empty.
    pub fn is_empty(&self) -> bool {
        self.shape.is_empty()
    }

    /// The index of the line that contains a byte; the number of lines if the byte is after the end of the
    /// text.
    pub fn line_at(&self, byte: usize) -> usize {
        self.starts.get(1..).unwrap_or_default().partition_point(|end| *end as usize <= byte)
    }

    /// Whether both files have the same kinds of lines and set the same names on the same lines.
    pub fn has_shape_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.shape, &other.shape)
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
        let Some(&LineShape::Setting { value, tail, .. }) = earlier.shape.get(index) else { return false };
        let [old_start, old_end] = [index, index + 1].map(|at| earlier.starts[at] as usize);
        let (line, old) = (&text[start..end], &earlier_text[old_start..old_end]);
        let (value, tail) = (value as usize, tail as usize);
        let Some(value_end) = line.len().checked_sub(tail).filter(|end| *end > value) else { return false };
        // Whitespace at the ends of the value would belong to the surrounding text, and a CR would belong to
        // the line ending.
        let ends_value = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let is_like = old.len() - tail > value
            && line[..value] == old[..value]
            && line[value_end..] == old[old.len() - tail..]
            && !ends_value(line[value])
            && !ends_value(line[value_end - 1]);
        if is_like {
            self.starts.push(start as u32);
        }
        is_like
    }

    /// Adds a line.
    pub fn add(&mut self, line: Line) {
        let (shape, index) = (LineShape::new(line), self.starts.len());
        let earlier = self.earlier.map_or(&[][..], |(earlier, _)| &earlier.shape);
        // A setting can have the same shape as a setting with a different name.
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
            (Some(own), _) => own.into(),
            (None, Some((earlier, _))) if earlier.len() == count => Arc::clone(&earlier.shape),
            (None, Some((earlier, _))) => earlier.shape[..count].into(),
            (None, None) => Arc::default(),
        };
        Tree { shape, starts: self.starts.into() }
    }
}
