//! Reads and parses files, in parallel.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::request::{PriorLoad, Request};
use super::target::{NotFollowed, locate};
use super::workspace::{Document, Include, NameId, Names, Setting, Settings, State};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::opaque::{Opaque, opaque};
use crate::text::path::{file_name, parent};
use crate::text::source::{FileId, Source, Text};
use crate::text::syntax::{self, IncludeForm, LineKind, Tree};
use crate::tree::assumptions::IncludeInCfg;
use crate::tree::names::{Kind, Role};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An entry in the listing.
    Entry(usize),
    /// A URL outside the tree.
    Url(String),
}

/// An include whose target has no document yet.
pub struct OpenInclude {
    /// Index of the file among the files of its batch.
    pub file: usize,
    /// Index into the includes of the file.
    pub include: usize,
    pub target: Target,
}

/// The number of files that one thread reads with its own table of names. A large batch keeps the time for merging the
/// tables short, and a small one occupies all threads.
pub fn batch_size(files: usize) -> usize {
    (files / 64).clamp(64, 512)
}

/// Size from which a text has a block of its own, in bytes.
const LARGE: usize = 1 << 16;

/// The result of reading a batch of files.
#[derive(Default)]
pub struct Batch {
    pub names: Names,
    pub open: Vec<OpenInclude>,
    /// The URLs that have no file, as indices, with the reason.
    pub failed: Vec<(usize, NotFollowed)>,
    /// The parsed files, as indices. Their settings have the name ids of the batch.
    parsed: Vec<usize>,
}

impl Batch {
    /// Replaces the name ids of the batch with those of the whole tree.
    pub fn rename(&self, documents: &mut [Document], ids: &[NameId]) {
        // The last settings of each kind of files, under both kinds of ids.
        let mut known: [Option<[Settings; 2]>; 2] = [None, None];
        for &at in &self.parsed {
            let document = &mut documents[at];
            let Some(kind) = document.role.kind() else { continue };
            let known = &mut known[kind as usize];
            document.settings = match known {
                Some([old, new]) if old.is_shared_with(&document.settings) => new.clone(),
                _ => {
                    let all = document.settings.iter();
                    let all = all.map(|setting| Setting { name: ids[setting.name.0 as usize], ..*setting });
                    let renamed = Settings::new(all.collect());
                    *known = Some([document.settings.clone(), renamed.clone()]);
                    renamed
                }
            };
        }
    }
}

/// The inputs for reading files.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub request: &'a Request<'a>,
    pub base: Option<PriorLoad<'a>>,
    pub entries: &'a Entries<'a>,
    /// The file of each entry of the listing.
    pub listed: &'a [Option<FileId>],
}

impl Reader<'_> {
    /// Reads a batch of files into documents and sources.
    pub fn read(self, wanted: &[Target], documents: &mut [Document], sources: &mut [Source]) -> Batch {
        let mut reader = BatchReader {
            reader: self,
            batch: Batch::default(),
            documents,
            sources,
            last: [None, None],
            block: Vec::new(),
            in_block: Vec::new(),
            targets: Targets::default(),
        };
        for (at, target) in wanted.iter().enumerate() {
            if let Err(why) = reader.read(at, target) {
                reader.batch.failed.push((at, why));
            }
        }
        reader.share_block();
        reader.batch
    }

    /// The target of a well-formed include.
    fn locate(&self, target: &[u8], from: &Location) -> Result<Target, NotFollowed> {
        let target = String::from_utf8_lossy(target);
        self.entries.find(locate(&target, from, self.request.server.as_ref())?)
    }

    /// The file in the base that has the same path as the entry. Listings are often identical, so the entry with
    /// the same index is checked first.
    fn in_base(&self, target: &Target) -> Option<(PriorLoad<'_>, FileId)> {
        let (base, Target::Entry(at)) = (self.base?, target) else { return None };
        let (workspace, path) = (base.workspace, &self.request.listing[*at].path);
        let is_there = workspace.listing.get(*at).is_some_and(|entry| entry.path == *path);
        let file = if is_there { workspace.listed[*at] } else { workspace.file(path) }?;
        (workspace.document(file).state == State::Read).then_some((base, file))
    }
}

/// Reads the files of one batch, which have the same index among the documents and the sources.
struct BatchReader<'a> {
    reader: Reader<'a>,
    batch: Batch,
    documents: &'a mut [Document],
    sources: &'a mut [Source],
    /// The last parsed boot file and cfg, which the next one probably resembles.
    last: [Option<usize>; 2],
    /// The texts of the files, in order.
    block: Vec<u8>,
    /// The files whose text is in the block, as indices, with the range of the text.
    in_block: Vec<(usize, Range<usize>)>,
    targets: Targets,
}

impl BatchReader<'_> {
    fn read(&mut self, at: usize, target: &Target) -> Result<(), NotFollowed> {
        let reader = self.reader;
        let (location, kind, role) = match target {
            Target::Entry(at) => {
                let entry = &reader.request.listing[*at];
                (Location::Tree(entry.path.clone()), Some(&entry.kind), reader.entries.roles[*at])
            }
            // A file at a URL was included, so it is a cfg file even if a query in its name hides the
            // extension.
            Target::Url(url) => (Location::Url(url.clone()), None, Role::Custom(Kind::Cfg)),
        };
        let state = match kind {
            Some(EntryKind::Directory) => State::Failed("it is a directory".into()),
            Some(EntryKind::Unreadable(why)) => State::Failed(why.clone()),
            _ if role == Role::Other => State::Listed,
            _ => match reader.in_base(target) {
                Some((base, file)) if (base.is_same)(base.workspace.path(file)) => {
                    self.reuse(at, location, role, (base, file));
                    return Ok(());
                }
                known => match (reader.request.fetch)(&location) {
                    Ok(text) => {
                        match known.filter(|(base, file)| *base.workspace.text(*file) == *text) {
                            Some(known) => self.reuse(at, location, role, known),
                            None => self.parse(at, location, role, text),
                        }
                        return Ok(());
                    }
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
        self.documents[at] = Document::new(role, state);
        self.sources[at] = Source::new(location.into_path(), Text::default());
        Ok(())
    }

    /// Adds a file that shares its text and settings with the base.
    fn reuse(&mut self, at: usize, location: Location, role: Role, (base, file): (PriorLoad<'_>, FileId)) {
        let (known, text) = (base.workspace.document(file), &base.workspace.sources.get(file).text);
        let mut document = Document::new(role, State::Read);
        document.tree = known.tree.clone();
        document.settings = known.settings.clone();
        document.opaque = known.opaque;
        document.includes = self.locate_includes(at, &location, &document, text);
        document.split_segments(Some(known));
        self.documents[at] = document;
        self.sources[at] = Source::new(location.into_path(), text.clone());
    }

    fn parse(&mut self, at: usize, location: Location, role: Role, text: Vec<u8>) {
        let mut document = Document::new(role, State::Read);
        if let Some(kind) = role.kind() {
            let last = self.last[kind as usize];
            let mut names = std::mem::take(&mut self.batch.names);
            let earlier = last
                .map(|last| (&self.documents[last].tree, self.text(last), &self.documents[last].settings));
            let parsed = parse(&text, &mut names, earlier);
            self.batch.names = names;
            (document.tree, document.opaque, document.settings) =
                (parsed.tree, parsed.opaque, parsed.settings);
            self.batch.parsed.push(at);
            if !document.opaque.is_some_and(Opaque::hides_everything) {
                self.last[kind as usize] = Some(at);
            }
            document.includes = self.locate_includes(at, &location, &document, &text);
            document.split_segments(last.map(|last| &self.documents[last]));
        }
        self.documents[at] = document;
        let text = if text.len() < LARGE {
            let start = self.block.len();
            self.block.extend_from_slice(&text);
            self.in_block.push((at, start..self.block.len()));
            Text::default()
        } else {
            text.into()
        };
        self.sources[at] = Source::new(location.into_path(), text);
    }

    /// The text of an earlier file in the batch.
    fn text(&self, at: usize) -> &[u8] {
        match self.in_block.binary_search_by_key(&at, |(file, _)| *file) {
            Ok(found) => &self.block[self.in_block[found].1.clone()],
            Err(_) => &self.sources[at].text,
        }
    }

    /// Passes the block to the files.
    fn share_block(&mut self) {
        self.block.shrink_to_fit();
        let block = Arc::new(std::mem::take(&mut self.block));
        for (at, range) in self.in_block.drain(..) {
            self.sources[at].text = Text::part(&block, range);
        }
    }

    /// The includes in a file. An include whose target has no document yet is open.
    fn locate_includes(
        &mut self,
        at: usize,
        from: &Location,
        document: &Document,
        text: &[u8],
    ) -> Vec<Include> {
        if document.opaque.is_some_and(Opaque::hides_everything) {
            return Vec::new();
        }
        let ignored = document.role.kind() == Some(Kind::Cfg)
            && self.reader.request.assume.include_in_cfg == IncludeInCfg::Ignore;
        let mut includes = Vec::with_capacity(document.tree.includes().len());
        for (line, found) in document.tree.includes() {
            let LineKind::Include { target, form, guarded } = found.kind else { continue };
            let to = match form {
                _ if ignored => Err(NotFollowed::Ignored),
                IncludeForm::Malformed => Err(NotFollowed::Malformed),
                IncludeForm::Proper if guarded => Err(NotFollowed::Guarded),
                IncludeForm::Proper => self.targets.find(&self.reader, from, target.slice(text)),
            };
            let known = match &to {
                Ok(Target::Entry(entry)) => self.reader.listed[*entry],
                _ => None,
            };
            let to = match (to, known) {
                (Ok(_), Some(file)) => Ok(file),
                (Ok(target), None) => {
                    self.batch.open.push(OpenInclude { file: at, include: includes.len(), target });
                    Err(NotFollowed::NotFetched)
                }
                (Err(why), _) => Err(why),
            };
            includes.push(Include { line, to });
        }
        includes
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
            parent(path).clone_into(&mut self.directory);
        }
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let target = reader.locate(text, from);
        // Only one file includes a phone's own file.
        let is_own =
            matches!(target, Ok(Target::Entry(at)) if matches!(reader.entries.roles[at], Role::Mac(..)));
        if !is_own {
            self.known.insert(text.into(), target.clone());
        }
        target
    }
}

/// The entries in a listing, by path.
pub struct Entries<'a> {
    listing: &'a [Entry],
    /// The roles of the entries, by index.
    pub roles: Vec<Role>,
    /// Entries by lowercase path, to find files whose names differ only in case. Created when a target
    /// is first found to be missing.
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

    /// The entry for the file at a path.
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
    pub settings: Settings,
    pub opaque: Option<Opaque>,
}

/// Parses a boot or cfg file. `earlier` contains the tree, text and settings of a similar file that was
/// parsed before.
pub fn parse(text: &[u8], names: &mut Names, earlier: Option<(&Tree, &[u8], &Settings)>) -> Parsed {
    let tree = syntax::parse_after(text, earlier.map(|(tree, text, _)| (tree, text)));
    let opaque = opaque(text, &tree);
    if opaque.is_some_and(Opaque::hides_everything) {
        return Parsed { tree, settings: Settings::default(), opaque };
    }
    if let Some((earlier, _, settings)) = earlier
        && earlier.has_shape_of(&tree)
    {
        return Parsed { tree, settings: settings.clone(), opaque };
    }
    let mut settings = Vec::new();
    for (number, line) in (0..).zip(tree.lines()) {
        if let LineKind::Setting { name, .. } = line.kind {
            settings.push(Setting { name: names.intern(name.slice(text)), line: number });
        }
    }
    settings.shrink_to_fit();
    Parsed { tree, settings: Settings::new(settings), opaque }
}
