//! The view of a check on one file.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::common::Common;
use super::directive::comments_above;
use crate::phonebook::{Book, Fault};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::Location;
use crate::text::path::{parent, relative_to};
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, IncludeForm, Line, LineKind, is_blank, trim};
use crate::tree::load::{Document, Include, NameId, State, locate};
use crate::tree::names::Kind;

/// One include of a file, with its texts.
#[derive(Clone, Debug)]
pub struct IncludeText<'a> {
    /// Where it leads.
    pub include: &'a Include,
    /// The target.
    pub target: Cow<'a, str>,
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
    pub value: &'a [u8],
    /// Where the value is.
    pub value_span: Span,
}

impl SettingText<'_> {
    /// The name as text.
    pub fn name_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(self.name)
    }
}

/// One file.
#[derive(Clone, Copy)]
pub struct FileCx<'a> {
    /// The rest of the world.
    pub common: Common<'a>,
    /// Its id.
    pub file: FileId,
    /// The file.
    pub document: &'a Document,
    /// Its bytes.
    pub text: &'a [u8],
    /// The phonebook that it is, or why it is none; nothing where no setting names it as a phonebook.
    pub book: Option<&'a Result<Book, Fault>>,
}

impl<'a> FileCx<'a> {
    /// A place in this file.
    pub fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    /// Whether this is a boot or cfg file of the given kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.document.role.kind() == Some(kind)
    }

    /// Whether this is a boot or cfg file that was read: there are lines to judge.
    pub fn is_text(&self) -> bool {
        self.document.role.kind().is_some() && self.document.state == State::Read
    }

    /// The lines with their indices.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &'a Line)> {
        self.document.tree.lines.iter().enumerate()
    }

    /// The content of a line, without its line end.
    pub fn content(&self, line: &Line) -> &'a [u8] {
        line.content(self.text).of(self.text)
    }

    /// Where a line's text is: its content without the blanks around it, and without a byte-order mark.
    pub fn body(&self, line: &Line) -> Span {
        let span = line.content(self.text);
        let content = span.of(self.text);
        let mark =
            if span.start == 0 && content.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
        let marked = content.get(mark..).unwrap_or_default();
        let blanks = marked.iter().take_while(|&&byte| is_blank(byte)).count();
        let start = span.start as usize + mark + blanks;
        Span::new(start, start + trim(marked).len())
    }

    /// The settings with their texts.
    pub fn settings(&self) -> impl Iterator<Item = SettingText<'a>> {
        let text = self.text;
        self.lines().filter_map(move |(at, line)| match line.kind {
            LineKind::Setting { name, value } => Some(SettingText {
                line: at,
                name: name.of(text),
                name_span: name,
                value: value.of(text),
                value_span: value,
            }),
            _ => None,
        })
    }

    /// The includes with their texts.
    pub fn includes(&self) -> impl Iterator<Item = IncludeText<'a>> {
        let (document, text) = (self.document, self.text);
        document.includes.iter().filter_map(move |include| {
            match document.tree.lines[include.line as usize].kind {
                LineKind::Include { target: span, form, .. } => {
                    let target = String::from_utf8_lossy(span.of(text));
                    Some(IncludeText { include, target, target_span: span, form })
                }
                _ => None,
            }
        })
    }

    /// The path of this file below the served tree.
    pub fn path(&self) -> &'a str {
        self.common.workspace.path(self.file)
    }

    /// The last component of the path.
    pub fn file_name(&self) -> &'a str {
        self.common.workspace.file_name(self.file)
    }

    /// A path of the tree as an include of this file would name it: relative to this file's directory. From a
    /// file behind a URL no such path leads into the tree.
    pub fn from_here(&self, path: &str) -> Option<String> {
        let here = self.path();
        (!here.contains("://")).then(|| relative_to(path, parent(here)))
    }

    /// Where a comment on a line (index) goes: above it, and above the comments to fvprov that mean it.
    pub fn above(&self, line: usize) -> Place {
        let own = comments_above(self.file, &self.document.tree, self.text, line).map(|(at, _)| at).min();
        let start = self.common.workspace.whole_line(self.file, own.unwrap_or(line)).span.start;
        self.place(Span { start, end: start })
    }

    /// Where the text of this file begins, behind a byte-order mark.
    pub fn beginning(&self) -> usize {
        if self.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 }
    }

    /// Whether this cfg sets a parameter.
    pub fn sets(&self, name: &str) -> bool {
        let is_here =
            |name: NameId| self.document.segments.iter().any(|s| s.last(self.document, name).is_some());
        self.common.workspace.names.id(name).is_some_and(is_here)
    }

    /// The cfg of the tree that an include of this file with another target would lead to, where that is
    /// all that happens: no phone that reads this file reads it already, and it does not lead back here.
    pub fn newly_read(&self, target: &str) -> Option<&'a str> {
        let workspace = self.common.workspace;
        let Ok(Location::Tree(path)) = locate(target, &Location::of(self.path()), self.common.server) else {
            return None;
        };
        let at = workspace.listing.binary_search_by(|entry| entry.path.cmp(&path)).ok()?;
        let Entry { path, kind } = workspace.listing.get(at)?;
        if *kind != EntryKind::File || !path.ends_with(".cfg") {
            return None;
        }
        let Some(there) = workspace.file(path) else { return Some(path) };
        let fleet = self.common.fleet;
        let reads_it =
            |reader: &u32| fleet.members[*reader as usize].chain.reads.iter().any(|read| read.file == there);
        let read_before = fleet.readers[self.file.0 as usize].iter().any(reads_it);
        (!read_before && !self.is_reached_from(there)).then_some(path)
    }

    /// Whether the includes of a file lead to this one.
    fn is_reached_from(&self, file: FileId) -> bool {
        let mut seen = FxHashSet::from_iter([file]);
        let mut open = vec![file];
        while let Some(file) = open.pop() {
            if file == self.file {
                return true;
            }
            let includes = &self.common.workspace.document(file).includes;
            open.extend(
                includes.iter().filter_map(|include| include.to.as_ref().ok()).filter(|to| seen.insert(**to)),
            );
        }
        false
    }
}
