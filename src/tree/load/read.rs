//! Reads and parses files, in parallel.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;

use super::request::{PriorLoad, Request};
use super::target::{NotFollowed, locate};
use super::workspace::{Document, NameId, Names, Setting, Settings, State};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::opaque::{Opaque, opaque};
use crate::text::path::file_name;
use crate::text::source::FileId;
use crate::text::syntax::{self, IncludeForm, Line, LineKind, Tree};
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

/// The line of an include, and its target.
pub type LocatedInclude = (u32, Result<Target, NotFollowed>);

/// A target with the parsed file. The error is the reason why a URL has no file.
pub type FileRead = (Target, Result<ParsedFile, NotFollowed>);

/// A file with its text, includes and settings.
pub struct ParsedFile {
    pub path: String,
    pub text: Arc<Vec<u8>>,
    pub document: Document,
    pub includes: Vec<LocatedInclude>,
    /// The settings in the file, with the name ids from the file's batch; `None` if the document already
    /// contains them.
    settings: Option<Arc<Settings>>,
}

/// Number of files that one thread reads with its own table of names. Batches of this size keep the time for
/// merging the tables short.
pub const BATCH: usize = 64;

/// A batch of files with its table of names.
pub struct Batch {
    files: Vec<FileRead>,
    pub names: Names,
}

impl Batch {
    /// The files, with the name ids for the whole tree.
    pub fn renamed(mut self, ids: &[NameId]) -> Vec<FileRead> {
        // The last settings for each kind of file, with both kinds of ids.
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
        let mut batch = Batch { files: Vec::with_capacity(wanted.len()), names: Names::default() };
        // The last parsed boot file and cfg, which the next one probably resembles.
        let mut last: [Option<usize>; 2] = [None, None];
        for target in wanted {
            let file = self.read(target, &mut batch, &last);
            if let Ok(ParsedFile { settings: Some(_), document, .. }) = &file
                && let Some(kind) = document.role.kind()
                && !document.opaque.is_some_and(Opaque::hides_everything)
            {
                last[kind as usize] = Some(batch.files.len());
            }
            batch.files.push((target.clone(), file));
        }
        batch
    }

    fn read(
        &self,
        target: &Target,
        batch: &mut Batch,
        last: &[Option<usize>; 2],
    ) -> Result<ParsedFile, NotFollowed> {
        let (location, kind, role) = match target {
            Target::Entry(at) => {
                let entry = &self.request.listing[*at];
                (Location::Tree(entry.path.clone()), Some(&entry.kind), self.entries.roles[*at])
            }
            // Files at URLs are included files, so they are cfg files even if a query in the name hides the
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
                    Ok(text) => match known.filter(|(base, file)| base.workspace.text(*file) == text) {
                        Some(known) => return Ok(self.reuse(location, role, known)),
                        None => return Ok(self.parse_file(location, role, text, batch, last)),
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
        Ok(ParsedFile { path: location.into_path(), text: Arc::default(), document, includes, settings })
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

    /// A file that shares its text and settings with the base.
    fn reuse(&self, location: Location, role: Role, (base, file): (PriorLoad<'_>, FileId)) -> ParsedFile {
        let (known, text) = (base.workspace.document(file), &base.workspace.sources.get(file).text);
        let mut document = Document::new(role, State::Read);
        document.tree = known.tree.clone();
        document.settings = Arc::clone(&known.settings);
        document.opaque = known.opaque;
        let lines = known.includes.iter().map(|include| include.line);
        let lines = lines.filter_map(|line| Some((line, known.tree.line(line as usize)?)));
        let includes = self.locate_includes(&location, &document, text, lines);
        let (path, text) = (location.into_path(), Arc::clone(text));
        ParsedFile { path, text, document, includes, settings: None }
    }

    fn parse_file(
        &self,
        location: Location,
        role: Role,
        text: Vec<u8>,
        batch: &mut Batch,
        last: &[Option<usize>; 2],
    ) -> ParsedFile {
        let mut document = Document::new(role, State::Read);
        let mut settings = None;
        if let Some(kind) = role.kind() {
            let earlier = last[kind as usize].and_then(|at| batch.files[at].1.as_ref().ok());
            let earlier =
                earlier.and_then(|file| Some((&file.document.tree, &**file.text, file.settings.as_ref()?)));
            let parsed = parse(&text, &mut batch.names, earlier);
            (document.tree, document.opaque, settings) = (parsed.tree, parsed.opaque, Some(parsed.settings));
        }
        let lines = (0..).zip(document.tree.lines());
        let includes = self.locate_includes(&location, &document, &text, lines);
        ParsedFile { path: location.into_path(), text: Arc::new(text), document, includes, settings }
    }

    /// The targets of the includes among these lines in a file.
    fn locate_includes(
        &self,
        from: &Location,
        document: &Document,
        text: &[u8],
        lines: impl Iterator<Item = (u32, Line)>,
    ) -> Vec<LocatedInclude> {
        if document.opaque.is_some_and(Opaque::hides_everything) {
            return Vec::new();
        }
        let ignored = document.role.kind() == Some(Kind::Cfg)
            && self.request.assume.include_in_cfg == IncludeInCfg::Ignore;
        let includes = lines.filter_map(|(number, line)| {
            let LineKind::Include { target, form, guarded } = line.kind else { return None };
            let target = String::from_utf8_lossy(target.slice(text));
            let to = match form {
                _ if ignored => Err(NotFollowed::Ignored),
                IncludeForm::Malformed => Err(NotFollowed::Malformed),
                IncludeForm::Proper if guarded => Err(NotFollowed::Guarded),
                IncludeForm::Proper => locate(&target, from, self.request.server.as_ref()),
            };
            Some((number, to.and_then(|to| self.entries.find(to))))
        });
        includes.collect()
    }
}

/// The entries in a listing, by path.
pub struct Entries<'a> {
    listing: &'a [Entry],
    by_path: FxHashMap<&'a str, usize>,
    /// The roles of the entries, by index.
    pub roles: Vec<Role>,
    /// Entries by lowercase path, to find files whose names differ only in case. Created when a target
    /// is first found to be missing.
    folded: OnceLock<FxHashMap<String, usize>>,
}

impl<'a> Entries<'a> {
    pub fn new(listing: &'a [Entry]) -> Self {
        let by_path = listing.iter().enumerate().map(|(at, entry)| (entry.path.as_str(), at)).collect();
        let roles = listing.iter().map(|entry| Role::from_name(file_name(&entry.path))).collect();
        Self { listing, by_path, roles, folded: OnceLock::new() }
    }

    /// Whether an entry is not a directory.
    pub fn is_file(&self, at: usize) -> bool {
        self.listing[at].kind != EntryKind::Directory
    }

    /// The entry for the file at a path.
    pub fn file(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied().filter(|at| self.is_file(*at))
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
    /// The settings in the file; empty if nothing in the file can be read.
    pub settings: Arc<Settings>,
    pub opaque: Option<Opaque>,
}

/// Parses a boot or cfg file. `earlier` contains the tree, text and settings of a similar file that was
/// parsed before.
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
