//! The view of a check on one file.

use rustc_hash::FxHashSet;

use super::common::Common;
use super::directive::{Directive, comments_above, directives};
use super::line::{FileLine, FileText, clip, is_printable};
use super::phone::MemberCx;
use super::private::PrivateReads;
use super::setting::{IncludeText, KnownSetting, SettingText};
use super::value::Value;
use super::world::World;
use crate::phonebook::{Book, Fault};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::Location;
use crate::text::path::{parent, relative_to};
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{self, BYTE_ORDER_MARK, LineKind, Wrapping};
use crate::tree::load::{Assignment, Document, Include, NameId, Root, State, locate};
use crate::tree::names::{Kind, Role};

/// One file. A check can see that private data of its phone exists (see [`Value`]); access to the data is recorded.
#[derive(Clone, Copy)]
pub struct FileCx<'a> {
    /// The rest of the tree.
    pub common: Common<'a>,
    /// Its id.
    pub file: FileId,
    document: &'a Document,
    text: FileText<'a>,
    /// The phonebook in it, or why it is not a phonebook; `None` if no setting names the file as a phonebook.
    pub book: Option<&'a Result<Book, Fault>>,
}

impl<'a> FileCx<'a> {
    /// A file with the spans of its private parts, in order.
    pub fn new(
        world: &'a World<'a>,
        reads: &'a PrivateReads,
        file: FileId,
        private: &'a [Span],
        book: Option<&'a Result<Book, Fault>>,
    ) -> Self {
        let (document, bytes) = (world.workspace.document(file), world.workspace.text(file));
        let text = FileText { bytes, private, reads };
        Self { common: Common::new(world, reads), file, document, text, book }
    }

    /// A place in this file.
    pub fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    /// Whether this is a boot file or a cfg, according to `kind`.
    pub fn is(&self, kind: Kind) -> bool {
        self.kind() == Some(kind)
    }

    /// Whether it is a boot or a cfg file, if one of them.
    pub fn kind(&self) -> Option<Kind> {
        self.document.role.kind()
    }

    /// Whether this is a boot or cfg file that was read.
    pub fn is_text(&self) -> bool {
        self.kind().is_some() && self.document.state == State::Read
    }

    /// Whether it was read, or why not.
    pub fn state(&self) -> &'a State {
        &self.document.state
    }

    /// The role according to its name. Private for a phone's own file.
    pub fn role(&self) -> Role {
        self.common.role(self.file)
    }

    /// Whether it has the name of a phone's own file.
    pub fn is_phones_own(&self) -> bool {
        self.common.is_phones_own(self.file)
    }

    /// The root that contains it or from which it is reached.
    pub fn root(&self) -> Option<&'a Root> {
        self.common.roots().get(self.document.root?)
    }

    /// The cfg of the phone after which it is named.
    pub fn own_cfg(&self) -> Option<FileId> {
        let Role::Mac(_, mac) = self.document.role else { return None };
        self.root()?.phones.get(&mac)?.cfg
    }

    /// The phones that read it.
    pub fn readers(&self) -> impl Iterator<Item = MemberCx<'a>> {
        MemberCx::readers(self.common, self.file)
    }

    /// The path of this file below the served tree. Private where it is a phone's own.
    pub fn path(&self) -> &'a str {
        self.common.path(self.file)
    }

    /// Whether it is a URL.
    pub fn is_remote(&self) -> bool {
        self.common.world.workspace.path(self.file).contains("://")
    }

    /// A path of the tree as an include in this file would name it: relative to the directory of this file. `None` for
    /// a file at a URL.
    pub fn from_here(&self, path: &str) -> Option<String> {
        (!self.is_remote()).then(|| relative_to(path, parent(self.path())))
    }

    /// The comments to fvprov.
    pub fn directives(&self) -> Vec<Directive> {
        directives(self.file, self.document, self.text.bytes)
    }

    /// The insertion point of a comment for a line (index): above the line and above the fvprov comments that cover it.
    pub fn above(&self, line: usize) -> Place {
        let own =
            comments_above(self.file, &self.document.tree, self.text.bytes, line).map(|(at, _)| at).min();
        let start = self.common.world.workspace.whole_line(self.file, own.unwrap_or(line)).span.start;
        self.place(Span { start, end: start })
    }

    /// The cfg of the tree that an include in this file with another target would add, if that is the only effect: no
    /// phone that reads this file already reads it, and it does not include this file.
    pub fn newly_read(&self, target: &str) -> Option<&'a str> {
        let Ok(Location::Tree(path)) = locate(target, &Location::from_path(self.path()), self.common.server)
        else {
            return None;
        };
        let listing = self.common.listing();
        let at = listing.binary_search_by(|entry| entry.path.cmp(&path)).ok()?;
        let Entry { path, kind } = listing.get(at)?;
        if *kind != EntryKind::File || !path.ends_with(".cfg") {
            return None;
        }
        let Some(there) = self.common.file(path) else { return Some(path) };
        let read_before = self
            .readers()
            .any(|reader: MemberCx<'_>| reader.chain().reads.iter().any(|read| read.file == there));
        (!read_before && !self.is_reached_from(there)).then_some(path)
    }

    /// Whether the includes of a file reach this one.
    fn is_reached_from(&self, file: FileId) -> bool {
        let mut seen = FxHashSet::from_iter([file]);
        let mut open = vec![file];
        while let Some(file) = open.pop() {
            if file == self.file {
                return true;
            }
            let includes = self.common.includes(file).iter();
            open.extend(
                includes.filter_map(|include| include.to.as_ref().ok()).filter(|to| seen.insert(**to)),
            );
        }
        false
    }

    pub(super) fn document(&self) -> &'a Document {
        self.document
    }
}

/// Its lines.
impl<'a> FileCx<'a> {
    /// The lines.
    pub fn lines(&self) -> impl Iterator<Item = FileLine<'a>> {
        let (file, text) = (self.file, self.text.bytes);
        let lines = self.text.cut(&self.document.tree.lines);
        lines.map(move |(index, line, cut)| FileLine { index, file, line, cut, text })
    }

    /// A line by its number, from 0.
    pub fn line(&self, index: usize) -> Option<FileLine<'a>> {
        let line = self.document.tree.lines.get(index)?;
        let cut = self.text.clip(line.span).end;
        Some(FileLine { index, file: self.file, line, cut, text: self.text.bytes })
    }

    /// The last line.
    pub fn last_line(&self) -> Option<FileLine<'a>> {
        self.line(self.document.tree.lines.len().checked_sub(1)?)
    }

    /// The settings with their texts.
    pub fn settings(&self) -> impl Iterator<Item = SettingText<'a>> {
        let (file, text) = (self.file, self.text);
        text.cut(&self.document.tree.lines).filter_map(move |(at, line, cut)| match line.kind {
            LineKind::Setting { name, value } => Some(SettingText {
                line: at,
                name: name.slice(text.bytes),
                name_span: name,
                value: value_at(text, value, cut),
                value_at: Place { file, span: value },
            }),
            _ => None,
        })
    }

    /// The text after the value on the line of a setting.
    pub fn behind(&self, setting: &SettingText<'_>) -> Place {
        let Place { file, span } = setting.value_place();
        let line = self.document.tree.lines.get(setting.line);
        let end = line.map_or(span.end, |line| line.content(self.text.bytes).end);
        Place { file, span: Span { start: span.end, end } }
    }

    /// The value of an assignment of this file.
    pub fn value(&self, at: Assignment) -> Value<'a> {
        let span = self.common.value_place(at).span;
        value_at(self.text, span, self.text.clip(span).end)
    }

    /// The assignments of a cfg with their names; empty for a boot file.
    pub fn assignments(&self) -> impl Iterator<Item = (Assignment, NameId)> + use<'a> {
        let settings: &'a [_] = if self.is(Kind::Cfg) { &self.document.settings } else { &[] };
        let file = self.file;
        (0..).zip(settings).map(move |(setting, known)| (Assignment { file, setting }, known.name))
    }

    /// The settings of a cfg that are in the catalogue.
    pub fn known_settings(&self) -> impl Iterator<Item = KnownSetting<'a>> {
        let parameter_index = self.common.parameter_index;
        self.settings().zip(self.assignments()).filter_map(move |(text, (at, name))| {
            Some(KnownSetting { at, parameter: parameter_index.parameter(name)?, text })
        })
    }

    /// Whether this cfg sets a parameter.
    pub fn sets(&self, name: &str) -> bool {
        let is_here =
            |name: NameId| self.document.segments.iter().any(|s| s.last(self.document, name).is_some());
        self.common.names().id(name).is_some_and(is_here)
    }

    /// Its includes, resolved.
    pub fn links(&self) -> &'a [Include] {
        &self.document.includes
    }

    /// The includes with their texts.
    pub fn includes(&self) -> impl Iterator<Item = IncludeText<'a>> {
        let (document, text) = (self.document, self.text);
        document.includes.iter().filter_map(move |include| {
            match document.tree.lines[include.line as usize].kind {
                LineKind::Include { target: span, form, .. } => {
                    let target = value_at(text, span, text.clip(span).end);
                    Some(IncludeText { include, target, target_span: span, form })
                }
                _ => None,
            }
        })
    }
}

/// The text of a span that is private from a byte on.
fn value_at(text: FileText<'_>, span: Span, cut: u32) -> Value<'_> {
    let bytes = span.slice(text.bytes);
    if cut >= span.end {
        return Value::shared(bytes);
    }
    Value::private(bytes, (clip(span, cut).end - span.start) as usize, text.reads)
}

/// Its text as a whole.
impl<'a> FileCx<'a> {
    /// The text. Private.
    pub fn text(&self) -> &'a [u8] {
        self.text.reads.record();
        self.text.bytes
    }

    /// The bytes of a span up to the first private one.
    pub fn visible(&self, span: Span) -> &'a [u8] {
        self.text.visible(span)
    }

    /// Whether these bytes occur outside the private parts.
    pub fn mentions(&self, needle: &[u8]) -> bool {
        let is_visible = |start: usize| {
            let span = Span::new(start, start + needle.len());
            self.text.clip(span) == span
        };
        match needle {
            [byte] => memchr::memchr_iter(*byte, self.text.bytes).any(is_visible),
            _ => memchr::memmem::find_iter(self.text.bytes, needle).any(is_visible),
        }
    }

    /// Whether one of these bytes occurs outside the private parts.
    pub fn mentions_any(&self, bytes: &[u8]) -> bool {
        bytes.iter().any(|byte| self.mentions(std::slice::from_ref(byte)))
    }

    /// The last byte that is not whitespace; `None` if it is private.
    pub fn last_byte(&self) -> Option<u8> {
        let end = self.text.bytes.trim_ascii_end().len();
        self.visible(Span::new(end.checked_sub(1)?, end)).first().copied()
    }

    /// Whether it contains only printable ASCII, tabs, and complete line endings.
    pub fn is_printable(&self) -> bool {
        let visible = |span: Span| is_printable(span.slice(self.text.bytes));
        if is_printable(self.text.bytes) {
            return true;
        }
        let start = |private: &Span| private.end;
        let starts = [0].into_iter().chain(self.text.private.iter().map(start));
        let end = self.text.bytes.len() as u32;
        let ends = self.text.private.iter().map(|private| private.start).chain([end]);
        starts.zip(ends).all(|(start, end)| visible(Span { start, end }))
    }

    /// Whether it is UTF-8.
    pub fn is_utf8(&self) -> bool {
        // Private parts are always UTF-8.
        std::str::from_utf8(self.text.bytes).is_ok()
    }

    /// Whether it begins with a byte-order mark.
    pub fn is_marked(&self) -> bool {
        self.text.bytes.starts_with(BYTE_ORDER_MARK)
    }

    /// The offset of its text after a byte-order mark.
    pub fn beginning(&self) -> usize {
        if self.is_marked() { BYTE_ORDER_MARK.len() } else { 0 }
    }

    /// Its line ending; the first one if they differ.
    pub fn line_end(&self) -> &'static str {
        syntax::line_end(self.text.bytes)
    }

    /// The format that hides the settings of a boot or cfg file.
    pub fn wrapping(&self) -> Option<Wrapping> {
        if self.is_text() { syntax::wrapping(self.text.bytes, &self.document.tree) } else { None }
    }

    /// The first line of a boot or cfg file that is longer than the limit. A phone with one in its own files is checked
    /// by itself.
    pub fn long_line(&self) -> Option<Span> {
        let limit = self.common.limits.line_bytes;
        if !self.is_text() || self.text.bytes.len() as u64 <= limit {
            return None;
        }
        self.document
            .tree
            .lines
            .iter()
            .map(|line| line.content(self.text.bytes))
            .find(|span: &Span| u64::from(span.end - span.start) > limit)
    }
}
