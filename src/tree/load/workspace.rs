//! The loaded tree as plain data: documents, includes, roots and phones.

use std::collections::BTreeMap;
use std::ops::{Deref, Range};
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::target::NotFollowed;
use crate::text::listing::Entry;
use crate::text::mac::Mac;
use crate::text::opaque::Opaque;
use crate::text::path::{file_name, relative_to};
use crate::text::source::{FileId, Place, Sources, Span};
use crate::text::syntax::{BYTE_ORDER_MARK, Line, LineKind, Tree};
use crate::tree::assumptions::Assume;
use crate::tree::names::{Kind, Role};

/// A number that represents a parameter name: the same name always has the same id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(pub u32);

/// All distinct parameter names in the tree.
#[derive(Clone, Debug, Default)]
pub struct Names {
    ids: FxHashMap<Box<[u8]>, NameId>,
    texts: Vec<Box<[u8]>>,
}

impl Names {
    pub(super) fn intern(&mut self, name: &[u8]) -> NameId {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = NameId(self.texts.len() as u32);
        self.texts.push(name.into());
        self.ids.insert(name.into(), id);
        id
    }

    /// Adds the names in a second table, and returns the ids that these names have in this table.
    pub(super) fn absorb(&mut self, other: &Self) -> Vec<NameId> {
        other.texts.iter().map(|name| self.intern(name)).collect()
    }

    /// The name for an id as text; invalid UTF-8 is replaced.
    pub fn text(&self, id: NameId) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.texts[id.0 as usize])
    }

    /// The name for an id as bytes.
    pub fn bytes(&self, id: NameId) -> &[u8] {
        &self.texts[id.0 as usize]
    }

    /// The id of a name; `None` if no file sets the name.
    pub fn id(&self, name: &str) -> Option<NameId> {
        self.id_for(name.as_bytes())
    }

    /// The id of a name in bytes, which need not be UTF-8.
    pub fn id_for(&self, name: &[u8]) -> Option<NameId> {
        self.ids.get(name).copied()
    }

    /// All ids, in ascending order.
    pub fn ids(&self) -> impl Iterator<Item = NameId> {
        (0..self.texts.len() as u32).map(NameId)
    }
}

/// A setting in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: NameId,
    /// Index of its line in the document's tree.
    pub line: u32,
}

/// An include in a document.
#[derive(Clone, Debug)]
pub struct Include {
    /// Index of its line in the document's tree.
    pub line: u32,
    /// The included file, or the reason why the phone does not follow the include.
    pub to: Result<FileId, NotFollowed>,
}

/// A setting that names a file other than a cfg file.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The setting.
    pub at: Assignment,
    /// The file, or the reason why this tree does not contain it.
    pub to: Result<FileId, NotFollowed>,
}

/// The settings in a document, in order. Documents that set the same names on the same lines share them.
#[derive(Clone, Debug, Default)]
pub struct Settings(Option<Arc<SettingList>>);

#[derive(Debug)]
struct SettingList {
    all: Vec<Setting>,
    /// Indices into the list, sorted by name. Built for the first lookup.
    by_name: OnceLock<Vec<(NameId, u32)>>,
}

impl Settings {
    pub(super) fn new(all: Vec<Setting>) -> Self {
        Self((!all.is_empty()).then(|| Arc::new(SettingList { all, by_name: OnceLock::new() })))
    }

    /// Whether both documents share their settings.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        std::ptr::eq(self.as_ptr(), other.as_ptr()) && self.len() == other.len()
    }

    /// The index of the last setting of a name in a range of the settings.
    pub fn last(&self, range: &Range<u32>, name: NameId) -> Option<u32> {
        let SettingList { all, by_name } = &**self.0.as_ref()?;
        let by_name = by_name.get_or_init(|| {
            let mut by_name: Vec<(NameId, u32)> =
                (0..).zip(all).map(|(at, setting)| (setting.name, at)).collect();
            by_name.sort_unstable();
            by_name
        });
        let end = by_name.partition_point(|known| *known < (name, range.end));
        let (last, at) = *by_name.get(end.checked_sub(1)?)?;
        (last == name && at >= range.start).then_some(at)
    }
}

impl Deref for Settings {
    type Target = [Setting];

    fn deref(&self) -> &[Setting] {
        self.0.as_ref().map_or(&[], |list| &list.all)
    }
}

/// The result of reading a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The file was read and, if it is a boot or cfg file, parsed.
    Read,
    /// Files of this kind are not read.
    Listed,
    /// The file was not read because it is larger than this limit in bytes.
    TooLarge(u64),
    /// The file could not be read; the value is the reason.
    Failed(String),
}

/// One file in the tree; its [`FileId`] is its index among the documents.
#[derive(Clone, Debug)]
pub struct Document {
    /// The role of the file, from its name.
    pub role: Role,
    /// Whether it was read.
    pub state: State,
    /// Its lines. Lines and settings are shared with other loads of the same text.
    pub tree: Tree,
    /// The reason why the settings in the file cannot be read, completely or in part. If the file cannot be
    /// read at all, it has no settings and no includes.
    pub opaque: Option<Opaque>,
    /// Its settings, in order.
    pub settings: Settings,
    /// Its includes, in order.
    pub includes: Vec<Include>,
    /// The resources that name the file, as indices into [`Workspace::resources`].
    pub named_by: Vec<u32>,
    /// The settings in a cfg file before, between and after its includes (one more than includes), as indices into
    /// the settings. The list is empty for a boot file, because its settings have no effect.
    pub segments: Arc<[Range<u32>]>,
    /// The deepest root that contains the file, as an index into [`Workspace::roots`].
    pub root: Option<usize>,
    /// Whether the file is in a selected root or included from one. Rules check only these files.
    pub in_scope: bool,
    /// Whether `[lint] exclude` matches the file, which means that no findings are reported for it.
    pub excluded: bool,
    /// Whether the file is one of fvprov's own files.
    pub is_tool_file: bool,
}

impl Document {
    /// A document for which only the role and state are known.
    pub(super) fn new(role: Role, state: State) -> Self {
        Self {
            role,
            state,
            tree: Tree::default(),
            opaque: None,
            settings: Settings::default(),
            includes: Vec::new(),
            named_by: Vec::new(),
            segments: Arc::default(),
            root: None,
            in_scope: false,
            excluded: false,
            is_tool_file: false,
        }
    }

    /// Splits the settings at the includes. `similar` is a document that may have the same lines.
    pub(super) fn split_segments(&mut self, similar: Option<&Self>) {
        if self.role.kind() != Some(Kind::Cfg) {
            return;
        }
        if let Some(other) = similar
            && other.role.kind() == Some(Kind::Cfg)
            && other.tree.has_shape_of(&self.tree)
            // The settings and includes of some files are hidden.
            && other.settings.is_shared_with(&self.settings)
            && other.includes.len() == self.includes.len()
        {
            self.segments = Arc::clone(&other.segments);
            return;
        }
        let starts = self
            .includes
            .iter()
            .map(|include| self.settings.partition_point(|setting| setting.line < include.line) as u32);
        let starts: Vec<u32> = [0].into_iter().chain(starts).chain([self.settings.len() as u32]).collect();
        self.segments = starts.windows(2).map(|ends| ends[0]..ends[1]).collect();
    }

    /// The index of the setting on a line.
    pub fn setting_on(&self, line: u32) -> Option<u32> {
        self.settings.binary_search_by_key(&line, |setting| setting.line).ok().map(|at| at as u32)
    }
}

/// One assignment: a setting in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Assignment {
    /// The document.
    pub file: FileId,
    /// Index into its settings.
    pub setting: u32,
}

/// A phone's own files in its root.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnFiles {
    /// `<mac>.boot`.
    pub boot: Option<FileId>,
    /// `<mac>.cfg`.
    pub cfg: Option<FileId>,
}

/// A directory whose files serve a set of phones.
#[derive(Clone, Debug, Default)]
pub struct Root {
    /// Path below the served tree; empty for the top directory.
    pub path: String,
    /// `y000000000000.boot`.
    pub common_boot: Option<FileId>,
    /// `y000000000000.cfg`.
    pub common_cfg: Option<FileId>,
    /// The phones that have a file of their own in this root.
    pub phones: BTreeMap<Mac, OwnFiles>,
}

impl Root {
    /// The path for display; `.` for the top directory.
    pub fn display_path(&self) -> &str {
        if self.path.is_empty() { "." } else { &self.path }
    }

    /// The counted phones, which have files of their own. If there are none, the list contains "any other phone" as
    /// `None`.
    pub fn counted(&self) -> Vec<Option<Mac>> {
        if self.phones.is_empty() && self.serves_any() {
            return vec![None];
        }
        self.phones.keys().map(|mac| Some(*mac)).collect()
    }

    /// Whether a phone without files of its own finds a file.
    pub fn serves_any(&self) -> bool {
        self.common_boot.is_some() || self.common_cfg.is_some()
    }
}

/// A loaded tree as plain data.
#[derive(Clone, Debug, Default)]
pub struct Workspace {
    /// The texts.
    pub sources: Sources,
    /// The files, by [`FileId`].
    pub documents: Vec<Document>,
    /// The parameter names.
    pub names: Names,
    /// The selected roots, sorted by path.
    pub roots: Vec<Root>,
    /// Whether these are all the roots in the served tree.
    pub is_whole: bool,
    /// Whether the listing is complete. An incomplete listing contains only requested files, and other files
    /// may exist.
    pub is_listed: bool,
    /// The files named in settings, by file and setting.
    pub resources: Vec<Resource>,
    /// The entire served tree, sorted by path.
    pub listing: Vec<Entry>,
    /// The assumptions that apply to the tree.
    pub assume: Assume,
    /// Boot and cfg files in the listing that belong to no root.
    pub skipped: usize,
    /// The file for each entry in the listing.
    pub(super) listed: Vec<Option<FileId>>,
    /// Files that the listing does not contain, by path or URL.
    pub(super) unlisted: FxHashMap<String, FileId>,
    /// Identifies the load. Copies in which only texts were replaced share it.
    pub(super) load: Arc<()>,
}

impl Workspace {
    /// Adds the text of one of fvprov's own files (settings, inventory, baseline), so that findings can
    /// refer to it. Phones do not read the file, and rules do not check it. The path is relative to the
    /// served tree and may start with `..`.
    pub fn add_tool_file(&mut self, path: &str, text: Vec<u8>) -> FileId {
        let file = self.file(path).unwrap_or_else(|| {
            let file = self.sources.add(path.into(), Vec::new());
            self.documents.push(Document::new(Role::Other, State::Read));
            self.register(path, file);
            file
        });
        self.sources.fill(file, text);
        self.documents[file.0 as usize].is_tool_file = true;
        file
    }

    /// Whether the phones read the same files as in another state of the tree, of which this one is a copy.
    pub fn has_links_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.load, &other.load) && self.documents.len() == other.documents.len()
    }

    /// Whether all phones that read a file are known. Without a complete listing, other phones may also read
    /// the file, unless it is a phone's own file.
    pub fn knows_readers(&self, file: FileId) -> bool {
        self.is_listed || self.is_whole || matches!(self.document(file).role, Role::Mac(..))
    }

    /// The document with this id.
    pub fn document(&self, file: FileId) -> &Document {
        &self.documents[file.0 as usize]
    }

    /// The id of the file at a path or URL.
    pub fn file(&self, path: &str) -> Option<FileId> {
        let listed = self.entry(path).and_then(|entry| self.listed[entry]);
        listed.or_else(|| self.unlisted.get(path).copied())
    }

    /// The index of a path in the listing.
    pub fn entry(&self, path: &str) -> Option<usize> {
        self.listing.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()
    }

    /// Registers the id of the file at a path or URL.
    pub(super) fn register(&mut self, path: &str, file: FileId) {
        match self.entry(path) {
            Some(entry) => self.listed[entry] = Some(file),
            None => {
                self.unlisted.insert(path.into(), file);
            }
        }
    }

    /// The path of a file below the served tree, or its URL.
    pub fn path(&self, file: FileId) -> &str {
        &self.sources.get(file).path
    }

    /// The bytes of a file.
    pub fn text(&self, file: FileId) -> &[u8] {
        &self.sources.get(file).text
    }

    /// The path of a file relative to a root; the full path if the file is outside the root.
    pub fn path_in(&self, root: &Root, file: FileId) -> String {
        relative_to(self.path(file), &root.path)
    }

    /// The files in scope with their documents.
    pub fn checked_files(&self) -> impl Iterator<Item = (FileId, &Document)> {
        self.documents.iter().enumerate().map(|(id, d)| (FileId(id as u32), d)).filter(|(_, d)| d.in_scope)
    }

    /// The resources named in the settings of a file.
    pub fn resources_in(&self, file: FileId) -> &[Resource] {
        let start = self.resources.partition_point(|resource| resource.at.file < file);
        let end = self.resources.partition_point(|resource| resource.at.file <= file);
        &self.resources[start..end]
    }

    /// The line with this index, including its line ending but without a byte order mark. Empty after the
    /// last line.
    pub fn whole_line(&self, file: FileId, line: usize) -> Place {
        let span = self.line_at(file, line as u32).span;
        let marked = span.start == 0 && self.text(file).starts_with(BYTE_ORDER_MARK);
        let start = if marked { BYTE_ORDER_MARK.len() as u32 } else { span.start };
        Place { file, span: Span { start, ..span } }
    }

    /// The line of an assignment.
    pub fn line(&self, at: Assignment) -> Line {
        self.line_at(at.file, self.document(at.file).settings[at.setting as usize].line)
    }

    /// The line with this index. Empty after the last line.
    fn line_at(&self, file: FileId, line: u32) -> Line {
        let end = self.text(file).len();
        let after = Line { span: Span::new(end, end), kind: LineKind::Empty };
        self.document(file).tree.line(line as usize).unwrap_or(after)
    }

    /// The name of an assignment.
    pub fn name(&self, at: Assignment) -> NameId {
        self.document(at.file).settings[at.setting as usize].name
    }

    /// The spans of an assignment's name and value.
    pub fn spans(&self, at: Assignment) -> (Span, Span) {
        match self.line(at).kind {
            LineKind::Setting { name, value } => (name, value),
            _ => (Span::default(), Span::default()),
        }
    }

    /// The span of an assignment: from its name to the end of its value.
    pub fn assignment_span(&self, at: Assignment) -> Place {
        let (name, value) = self.spans(at);
        let end = if value.is_empty() { self.line(at).content(self.text(at.file)).end } else { value.end };
        Place { file: at.file, span: Span { start: name.start, end } }
    }

    /// The value of an assignment, trimmed.
    pub fn value(&self, at: Assignment) -> &[u8] {
        self.spans(at).1.slice(self.text(at.file))
    }

    /// The value of an assignment, trimmed, as text.
    pub fn value_text(&self, at: Assignment) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.value(at))
    }

    /// The line number of an assignment, counted from 1.
    pub fn line_number(&self, at: Assignment) -> usize {
        self.document(at.file).settings[at.setting as usize].line as usize + 1
    }

    /// The span of an include: from its keyword (or guard) to its end.
    pub fn include_span(&self, file: FileId, include: &Include) -> Place {
        let content = self.line_at(file, include.line).content(self.text(file));
        let text = content.slice(self.text(file));
        let indent = text.iter().take_while(|&&b| crate::text::syntax::is_whitespace(b)).count() as u32;
        Place { file, span: Span { start: content.start + indent, end: content.end } }
    }

    /// The span and text of an include's target.
    pub fn include_target(&self, file: FileId, include: &Include) -> (Span, std::borrow::Cow<'_, str>) {
        let span = match self.line_at(file, include.line).kind {
            LineKind::Include { target, .. } => target,
            _ => Span::default(),
        };
        (span, String::from_utf8_lossy(span.slice(self.text(file))))
    }

    /// The last component of a file's path.
    pub fn file_name(&self, file: FileId) -> &str {
        file_name(self.path(file))
    }
}
