//! Reads and parses files, in parallel.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::request::{PriorLoad, Request};
use super::target::{NotFollowed, locate};
use super::workspace::{Document, NameId, Names, Setting, Settings, State};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::opaque::{Opaque, opaque};
use crate::text::path::{file_name, parent};
use crate::text::source::{FileId, Text};
use crate::text::syntax::{self, IncludeForm, LineKind, Tree};
use crate::tree::assumptions::IncludeInCfg;
use crate::tree::names::{Kind, Role};

/// A file that loading reads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An entry of the listing.
    Entry(usize),
    /// A URL outside the tree.
    Url(String),
}

/// The line of an include, and its target.
pub type LocatedInclude = (u32, Result<Target, NotFollowed>);

/// A file with the parsed file. The error is the reason why a URL has no file.
pub type FileRead = (Target, Result<ParsedFile, NotFollowed>);

/// A file with its text, includes and settings.
pub struct ParsedFile {
    pub path: String,
    pub text: Text,
    pub document: Document,
    pub includes: Vec<LocatedInclude>,
    /// The settings in the file, with the name ids of its batch; `None` if the document already contains them.
    settings: Option<Arc<Settings>>,
}

/// The number of files that one thread reads with its own table of names. A large batch keeps the time for merging the
/// tables short, and a small one occupies all threads.
pub fn batch_size(files: usize) -> usize {
    (files / 64).clamp(64, 512)
}

/// Size from which a text has a block of its own, in bytes.
const LARGE: usize = 1 << 16;

/// A batch of files with its table of names.
#[derive(Default)]
pub struct Batch {
    files: Vec<FileRead>,
    pub names: Names,
    /// The texts of the files, in order.
    block: Vec<u8>,
    /// The files whose text is in the block, as indices, with the range of the text.
    in_block: Vec<(usize, Range<usize>)>,
    /// The last parsed boot file and cfg, which the next one probably resembles.
    last: [Option<usize>; 2],
    targets: Targets,
}

impl Batch {
    /// The text of a file in the batch.
    fn text(&self, at: usize) -> &[u8] {
        match self.in_block.binary_search_by_key(&at, |(file, _)| *file) {
            Ok(found) => &self.block[self.in_block[found].1.clone()],
            Err(_) => self.files[at].1.as_ref().map_or(&[], |file| &file.text),
        }
    }

    /// Stores a text for the next file, in the block if the text is not large.
    fn store(&mut self, text: Vec<u8>) -> Text {
        if text.len() >= LARGE {
            return text.into();
        }
        let start = self.block.len();
        self.block.extend_from_slice(&text);
        self.in_block.push((self.files.len(), start..self.block.len()));
        Text::default()
    }

    /// Passes the block to the files.
    fn share_block(&mut self) {
        self.block.shrink_to_fit();
        let block = Arc::new(std::mem::take(&mut self.block));
        for (at, range) in self.in_block.drain(..) {
            if let Ok(file) = &mut self.files[at].1 {
                file.text = Text::part(&block, range);
            }
        }
    }

    /// The files, with the name ids for the whole tree.
    pub fn renamed(mut self, ids: &[NameId]) -> Vec<FileRead> {
        // The last settings of each kind of files, under both kinds of ids.
        let mut known: [Option<[Arc<Settings>; 2]>; 2] = [None, None];
        for (_, read) in &mut self.files {
            let Ok(file) = read else { continue };
            let (Some(settings), Some(kind)) = (file.settings.take(), file.document.role.kind()) else {
                continue;
            };
            let known = &mut known[kind as usize];
            file.document.settings = match known {
                Some([old, new]) if Arc::ptr_eq(old, &settings) => Arc::clone(new),
                _ => {
                    let all = settings.iter();
                    let all = all.map(|setting| Setting { name: ids[setting.name.0 as usize], ..*setting });
                    let renamed = Arc::new(Settings::new(all.collect()));
                    *known = Some([settings, Arc::clone(&renamed)]);
                    renamed
                }
            };
        }
        self.files
    }
}

/// The inputs for reading a batch of files.
pub struct Reader<'a> {
    pub request: &'a Request<'a>,
    pub base: Option<PriorLoad<'a>>,
    pub entries: &'a Entries<'a>,
}

impl Reader<'_> {
    pub fn batch(&self, wanted: &[Target]) -> Batch {
        let mut batch = Batch { files: Vec::with_capacity(wanted.len()), ..Batch::default() };
        for target in wanted {
            let file = self.read(target, &mut batch);
            if let Ok(ParsedFile { settings: Some(_), document, .. }) = &file
                && let Some(kind) = document.role.kind()
                && !document.opaque.is_some_and(Opaque::hides_everything)
            {
                batch.last[kind as usize] = Some(batch.files.len());
            }
            batch.files.push((target.clone(), file));
        }
        batch.share_block();
        batch
    }

    fn read(&self, target: &Target, batch: &mut Batch) -> Result<ParsedFile, NotFollowed> {
        let (location, kind, role) = match target {
            Target::Entry(at) => {
                let entry = &self.request.listing[*at];
                (Location::Tree(entry.path.clone()), Some(&entry.kind), self.entries.roles[*at])
            }
            // A file at a URL was included, so it is a cfg file even if a query in its name hides the
            // extension.
            Target::Url(url) => (Location::Url(url.clone()), None, Role::Custom(Kind::Cfg)),
        };
        let unread = match kind {
            Some(EntryKind::Directory) => State::Failed("it is a directory".into()),
            Some(EntryKind::Unreadable(why)) => State::Failed(why.clone()),
            _ if role == Role::Other => State::Listed,
            _ => match self.in_base(target) {
                Some((base, file)) if (base.is_same)(base.workspace.path(file)) => {
                    return Ok(self.reuse(location, role, (base, file)));
                }
                known => match (self.request.fetch)(&location) {
                    Ok(text) => match known.filter(|(base, file)| *base.workspace.text(*file) == *text) {
                        Some(known) => return Ok(self.reuse(location, role, known)),
                        None => return Ok(self.parse_file(location, role, text, batch)),
                    },
                    Err(FetchError::TooLarge(limit)) => State::TooLarge(limit),
                    Err(FetchError::Failed(why)) => State::Failed(why),
                    Err(FetchError::Missing) if kind.is_some() => {
                        State::Failed("it was removed while it was being read".into())
                    }
                    Err(FetchError::Missing) => return Err(NotFollowed::Missing(location.into_path())),
                    Err(FetchError::NotFetched) => return Err(NotFollowed::NotFetched),
                },
            },
        };
        let document = Document::new(role, unread);
        let (includes, settings) = (Vec::new(), None);
        Ok(ParsedFile { path: location.into_path(), text: Text::default(), document, includes, settings })
    }

    /// The file of the base with the path of an entry. Two listings are often identical, so the entry with the same index is
    /// compared first.
    fn in_base(&self, target: &Target) -> Option<(PriorLoad<'_>, FileId)> {
        let (base, Target::Entry(at)) = (self.base?, target) else { return None };
        let (workspace, path) = (base.workspace, &self.request.listing[*at].path);
        let is_there = workspace.listing.get(*at).is_some_and(|entry| entry.path == *path);
        let file = if is_there { workspace.listed[*at] } else { workspace.file(path) }?;
        (workspace.document(file).state == State::Read).then_some((base, file))
    }

    /// A file that shares its text and settings with the base.
    fn reuse(&self, location: Location, role: Role, (base, file): (PriorLoad<'_>, FileId)) -> ParsedFile {
        let (known, text) = (base.workspace.document(file), &base.workspace.sources.get(file).text);
        let mut document = Document::new(role, State::Read);
        document.tree = known.tree.clone();
        document.settings = Arc::clone(&known.settings);
        document.opaque = known.opaque;
        let includes = self.locate_includes(&location, &document, text, &mut Targets::default());
        let (path, text) = (location.into_path(), text.clone());
        ParsedFile { path, text, document, includes, settings: None }
    }

    fn parse_file(&self, location: Location, role: Role, text: Vec<u8>, batch: &mut Batch) -> ParsedFile {
        let mut document = Document::new(role, State::Read);
        let mut settings = None;
        if let Some(kind) = role.kind() {
            let mut names = std::mem::take(&mut batch.names);
            let earlier = batch.last[kind as usize].and_then(|at| {
                let file = batch.files[at].1.as_ref().ok()?;
                Some((&file.document.tree, batch.text(at), file.settings.as_ref()?))
            });
            let parsed = parse(&text, &mut names, earlier);
            batch.names = names;
            (document.tree, document.opaque, settings) = (parsed.tree, parsed.opaque, Some(parsed.settings));
        }
        let includes = self.locate_includes(&location, &document, &text, &mut batch.targets);
        ParsedFile { path: location.into_path(), text: batch.store(text), document, includes, settings }
    }

    /// The target of a well-formed include.
    fn locate(&self, target: &[u8], from: &Location) -> Result<Target, NotFollowed> {
        let target = String::from_utf8_lossy(target);
        self.entries.find(locate(&target, from, self.request.server.as_ref())?)
    }

    /// The targets of the includes in a file.
    fn locate_includes(
        &self,
        from: &Location,
        document: &Document,
        text: &[u8],
        targets: &mut Targets,
    ) -> Vec<LocatedInclude> {
        if document.opaque.is_some_and(Opaque::hides_everything) {
            return Vec::new();
        }
        let ignored = document.role.kind() == Some(Kind::Cfg)
            && self.request.assume.include_in_cfg == IncludeInCfg::Ignore;
        let includes = document.tree.includes().filter_map(|(number, line)| {
            let LineKind::Include { target, form, guarded } = line.kind else { return None };
            let to = match form {
                _ if ignored => Err(NotFollowed::Ignored),
                IncludeForm::Malformed => Err(NotFollowed::Malformed),
                IncludeForm::Proper if guarded => Err(NotFollowed::Guarded),
                IncludeForm::Proper => targets.find(self, from, target.slice(text)),
            };
            Some((number, to))
        });
        includes.collect()
    }
}

/// The targets of includes that several files in one directory share, by their text.
#[derive(Default)]
struct Targets {
    directory: String,
    known: FxHashMap<Box<[u8]>, Result<Target, NotFollowed>>,
}

impl Targets {
    /// The target of a well-formed include.
    fn find(&mut self, reader: &Reader<'_>, from: &Location, text: &[u8]) -> Result<Target, NotFollowed> {
        let Location::Tree(path) = from else { return reader.locate(text, from) };
        if parent(path) != self.directory {
            self.known.clear();
            self.directory = parent(path).to_owned();
        }
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let target = reader.locate(text, from);
        // Only one file includes a phone's own file.
        let is_own = matches!(target, Ok(Target::Entry(at)) if matches!(reader.entries.roles[at], Role::Mac(..)));
        if !is_own {
            self.known.insert(text.into(), target.clone());
        }
        target
    }
}

/// The entries of a listing, which is sorted by path.
pub struct Entries<'a> {
    listing: &'a [Entry],
    /// The roles of the entries, by index.
    pub roles: Vec<Role>,
    /// Entries by their lowercase path, to find files whose names differ only in case. The index is created when the first
    /// target is missing.
    folded: OnceLock<FxHashMap<String, usize>>,
}

impl<'a> Entries<'a> {
    pub fn new(listing: &'a [Entry]) -> Self {
        let roles = listing.iter().map(|entry| Role::from_name(file_name(&entry.path))).collect();
        Self { listing, roles, folded: OnceLock::new() }
    }

    /// Whether an entry is not a directory.
    pub fn is_file(&self, at: usize) -> bool {
        self.listing[at].kind != EntryKind::Directory
    }

    /// The entry of a file at a path.
    pub fn file(&self, path: &str) -> Option<usize> {
        let found = self.listing.binary_search_by(|entry| entry.path.as_str().cmp(path));
        found.ok().filter(|at| self.is_file(*at))
    }

    /// The file at a location.
    fn find(&self, location: Location) -> Result<Target, NotFollowed> {
        let path = match location {
            Location::Tree(path) => path,
            Location::Url(url) => return Ok(Target::Url(url)),
        };
        match self.file(&path) {
            Some(at) => Ok(Target::Entry(at)),
            None => Err(match self.in_other_case(&path) {
                Some(other) => NotFollowed::OtherCase { path, other: other.into() },
                None => NotFollowed::Missing(path),
            }),
        }
    }

    fn in_other_case(&self, path: &str) -> Option<&'a str> {
        let folded = self.folded.get_or_init(|| {
            self.listing.iter().enumerate().map(|(at, entry)| (entry.path.to_lowercase(), at)).collect()
        });
        let at = *folded.get(path.to_lowercase().as_str())?;
        let other = self.listing[at].path.as_str();
        (other != path && self.is_file(at)).then_some(other)
    }
}

/// A parsed boot or cfg file.
pub struct Parsed {
    pub tree: Tree,
    /// The settings in the file; empty if the file hides everything.
    pub settings: Arc<Settings>,
    pub opaque: Option<Opaque>,
}

/// Parses a boot or cfg file after a similar one, whose tree, text and settings are given.
pub fn parse(text: &[u8], names: &mut Names, earlier: Option<(&Tree, &[u8], &Arc<Settings>)>) -> Parsed {
    let tree = syntax::parse_after(text, earlier.map(|(tree, text, _)| (tree, text)));
    let opaque = opaque(text, &tree);
    if opaque.is_some_and(Opaque::hides_everything) {
        return Parsed { tree, settings: Arc::default(), opaque };
    }
    if let Some((earlier, _, settings)) = earlier
        && earlier.has_shape_of(&tree)
    {
        return Parsed { tree, settings: Arc::clone(settings), opaque };
    }
    let mut settings = Vec::new();
    for (number, line) in (0..).zip(tree.lines()) {
        if let LineKind::Setting { name, .. } = line.kind {
            settings.push(Setting { name: names.intern(name.slice(text)), line: number });
        }
    }
    settings.shrink_to_fit();
    Parsed { tree, settings: Arc::new(Settings::new(settings)), opaque }
}
