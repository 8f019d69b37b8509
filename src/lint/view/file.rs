//! A check's view of one file.

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
use crate::text::opaque::{self, Wrapping};
use crate::text::path::{is_url, parent, relative_to};
use crate::text::source::{FileId, Place, Span};
use crate::text::syntax::{self, BYTE_ORDER_MARK, LineKind};
use crate::tree::load::{Assignment, Document, Include, NameId, Root, State, locate};
use crate::tree::names::{Kind, Role};

/// One file. Checks can see that private data (see [`Value`]) exists; reading it is recorded.
#[derive(Clone, Copy)]
pub struct FileCx<'a> {
    /// The rest of the tree.
    pub common: Common<'a>,
    /// Id of the file.
    pub file: FileId,
    document: &'a Document,
    text: FileText<'a>,
    /// Parsed phonebook, or the parse error; `None` if no setting refers to the file as a phonebook.
    pub book: Option<&'a Result<Book, Fault>>,
}

impl<'a> FileCx<'a> {
    /// Creates the view of a file. `private` contains the spans of the file's private data, in order.
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

    /// Location in this file.
    pub fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    /// Whether this is a boot or cfg file of the given kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.kind() == Some(kind)
    }

    /// Kind of the file: boot or cfg; `None` for other files.
    pub fn kind(&self) -> Option<Kind> {
        self.document.role.kind()
    }

    /// Whether this is a boot or cfg file that was read.
    pub fn is_text(&self) -> bool {
        self.kind().is_some() && self.document.state == State::Read
    }

    /// Whether the file was read, or the reason that it was not.
    pub fn state(&self) -> &'a State {
        &self.document.state
    }

    /// Role of the file according to its name. The role is private if the file is a phone's own file.
    pub fn role(&self) -> Role {
        self.common.role(self.file)
    }

    /// Whether the file's name makes it a phone's own file.
    pub fn is_phones_own(&self) -> bool {
        self.common.is_phones_own(self.file)
    }

    /// Root that contains the file, or from which the file is reached.
    pub fn root(&self) -> Option<&'a Root> {
        self.common.roots().get(self.document.root?)
    }

    /// Cfg of the phone whose MAC is in the file's name.
    pub fn own_cfg(&self) -> Option<FileId> {
        let Role::Mac(_, mac) = self.document.role else { return None };
        self.root()?.phones.get(&mac)?.cfg
    }

    /// Phones that read the file.
    pub fn readers(&self) -> impl Iterator<Item = MemberCx<'a>> {
        MemberCx::readers(self.common, self.file)
    }

    /// Path of the file, relative to the served tree. The path is private if the file is a phone's own file.
    pub fn path(&self) -> &'a str {
        self.common.path(self.file)
    }

    /// Whether the file is outside the tree and identified by a URL.
    pub fn is_remote(&self) -> bool {
        is_url(self.common.world.workspace.path(self.file))
    }

    /// Converts a path in the tree to the form used by an include in this file: relative to this file's
    /// directory. `None` for a remote file, which cannot refer to the tree by a relative path.
    pub fn from_here(&self, path: &str) -> Option<String> {
        (!self.is_remote()).then(|| relative_to(path, parent(self.path())))
    }

    /// Suppression comments in the file.
    pub fn directives(&self) -> Vec<Directive> {
        directives(self.file, self.document, self.text.bytes)
    }

    /// Insertion point for a comment about the line at an index: above the line and above its existing fvprov
    /// comments.
    pub fn above(&self, line: usize) -> Place {
        let own =
            comments_above(self.file, &self.document.tree, self.text.bytes, line).map(|(at, _)| at).min();
        let start = self.common.world.workspace.whole_line(self.file, own.unwrap_or(line)).span.start;
        self.place(Span { start, end: start })
    }

    /// Cfg in the tree that this file would include if an include had the given target. `None` if a phone
    /// that reads this file already reads that cfg, or if that cfg includes this file.
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

    /// Whether a file includes this one, directly or indirectly.
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

/// Lines and settings.
impl<'a> FileCx<'a> {
    /// Lines in the file.
    pub fn lines(&self) -> impl Iterator<Item = FileLine<'a>> {
        let (file, text) = (self.file, self.text.bytes);
        let lines = self.text.cut(&self.document.tree);
        lines.map(move |(index, line, cut)| FileLine { index, file, line, cut, text })
    }

    /// Line at an index, starting at 0.
    pub fn line(&self, index: usize) -> Option<FileLine<'a>> {
        let line = self.document.tree.line(index)?;
        let cut = self.text.clip(line.span).end;
        Some(FileLine { index, file: self.file, line, cut, text: self.text.bytes })
    }

    /// Last line of the file.
    pub fn last_line(&self) -> Option<FileLine<'a>> {
        self.line(self.document.tree.len().checked_sub(1)?)
    }

    /// Settings in the file, with their text.
    pub fn settings(&self) -> impl Iterator<Item = SettingText<'a>> {
        let (file, text) = (self.file, self.text);
        text.cut(&self.document.tree).filter_map(move |(at, line, cut)| match line.kind {
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

    /// Location of the text after the value on a setting's line.
    pub fn behind(&self, setting: &SettingText<'_>) -> Place {
        let Place { file, span } = setting.value_place();
        let line = self.document.tree.line(setting.line);
        let end = line.map_or(span.end, |line| line.content(self.text.bytes).end);
        Place { file, span: Span { start: span.end, end } }
    }

    /// Value of an assignment in this file.
    pub fn value(&self, at: Assignment) -> Value<'a> {
        let span = self.common.value_place(at).span;
        value_at(self.text, span, self.text.clip(span).end)
    }

    /// Assignments in a cfg, each with the name that it sets; empty for a boot file.
    pub fn assignments(&self) -> impl Iterator<Item = (Assignment, NameId)> + use<'a> {
        let settings: &'a [_] = if self.is(Kind::Cfg) { &self.document.settings } else { &[] };
        let file = self.file;
        (0..).zip(settings).map(move |(setting, known)| (Assignment { file, setting }, known.name))
    }

    /// Settings in a cfg whose parameters are in the catalogue.
    pub fn known_settings(&self) -> impl Iterator<Item = KnownSetting<'a>> {
        let parameter_index = self.common.parameter_index;
        self.settings().zip(self.assignments()).filter_map(move |(text, (at, name))| {
            Some(KnownSetting { at, parameter: parameter_index.parameter(name)?, text })
        })
    }

    /// Whether this cfg sets a parameter.
    pub fn sets(&self, name: &str) -> bool {
        let Some(name) = self.common.names().id(name) else { return false };
        self.document.segments.iter().any(|segment| self.document.settings.last(segment, name).is_some())
    }

    /// Resolved includes in the file.
    pub fn links(&self) -> &'a [Include] {
        &self.document.includes
    }

    /// Includes in the file, with their text.
    pub fn includes(&self) -> impl Iterator<Item = IncludeText<'a>> {
        let (document, text) = (self.document, self.text);
        document.includes.iter().filter_map(move |include| {
            match document.tree.line(include.line as usize)?.kind {
                LineKind::Include { target: span, form, .. } => {
                    let target = value_at(text, span, text.clip(span).end);
                    Some(IncludeText { include, target, target_span: span, form })
                }
                _ => None,
            }
        })
    }
}

/// Value at a span. Bytes from `cut` onward are private.
fn value_at(text: FileText<'_>, span: Span, cut: u32) -> Value<'_> {
    let bytes = span.slice(text.bytes);
    if cut >= span.end {
        return Value::shared(bytes);
    }
    Value::private(bytes, (clip(span, cut).end - span.start) as usize, text.reads)
}

/// Text of the entire file.
impl<'a> FileCx<'a> {
    /// The text. Private.
    pub fn text(&self) -> &'a [u8] {
        self.text.reads.record();
        self.text.bytes
    }

    /// Bytes of a span up to the first private byte.
    pub fn visible(&self, span: Span) -> &'a [u8] {
        self.text.visible(span)
    }

    /// Whether the bytes occur outside private data.
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

    /// Whether any of the bytes occurs outside private data.
    pub fn mentions_any(&self, bytes: &[u8]) -> bool {
        bytes.iter().any(|byte| self.mentions(std::slice::from_ref(byte)))
    }

    /// Last byte that is not whitespace; `None` if it is private.
    pub fn last_byte(&self) -> Option<u8> {
        let end = self.text.bytes.trim_ascii_end().len();
        self.visible(Span::new(end.checked_sub(1)?, end)).first().copied()
    }

    /// Whether the text outside private data contains only printable ASCII, tabs and complete line endings.
    pub fn is_printable(&self) -> bool {
        if is_printable(self.text.bytes) {
            return true;
        }
        let starts = [0].into_iter().chain(self.text.private.iter().map(|private| private.end));
        let end = self.text.bytes.len() as u32;
        let ends = self.text.private.iter().map(|private| private.start).chain([end]);
        starts.zip(ends).all(|(start, end)| is_printable(Span { start, end }.slice(self.text.bytes)))
    }

    /// Whether the text is valid UTF-8.
    pub fn is_utf8(&self) -> bool {
        // Private data is always valid UTF-8.
        std::str::from_utf8(self.text.bytes).is_ok()
    }

    /// Whether the text begins with a byte order mark.
    pub fn is_marked(&self) -> bool {
        self.text.bytes.starts_with(BYTE_ORDER_MARK)
    }

    /// Offset of the first byte after the byte order mark, or 0.
    pub fn beginning(&self) -> usize {
        if self.is_marked() { BYTE_ORDER_MARK.len() } else { 0 }
    }

    /// Line ending of the file; if line endings are mixed, the first one.
    pub fn line_end(&self) -> &'static str {
        syntax::line_end(self.text.bytes)
    }

    /// Structure that hides the settings in a boot or cfg file.
    pub fn wrapping(&self) -> Option<Wrapping> {
        if self.is_text() { opaque::wrapping(self.text.bytes, &self.document.tree) } else { None }
    }

    /// First line of a boot or cfg file that exceeds the length limit. Phones whose own files contain a line
    /// that is too long are checked individually.
    pub fn long_line(&self) -> Option<Span> {
        let limit = self.common.limits.line_bytes;
        if !self.is_text() || self.text.bytes.len() as u64 <= limit {
            return None;
        }
        self.document
            .tree
            .lines()
            .map(|line| line.content(self.text.bytes))
            .find(|span: &Span| u64::from(span.end - span.start) > limit)
    }
}
