//! Reads and parses files, in parallel.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::request::{PriorLoad, Request};
use super::target::{NotFollowed, locate};
use super::workspace::{Document, NameId, Names, Setting, State};
use crate::text::listing::EntryKind;
use crate::text::location::{FetchError, Location};
use crate::text::opaque::{Opaque, opaque};
use crate::text::path::file_name;
use crate::text::source::FileId;
use crate::text::syntax::{self, IncludeForm, LineKind, Tree};
use crate::tree::assumptions::IncludeInCfg;
use crate::tree::names::{Kind, Role};

/// The line of an include, and its target.
pub type LocatedInclude = (u32, Result<Location, NotFollowed>);

/// The path or URL of a file with the parsed file. The error is the reason why a URL has no file.
pub type FileRead = (String, Result<ParsedFile, NotFollowed>);

/// A file with its text, includes and settings.
pub struct ParsedFile {
    pub text: Arc<Vec<u8>>,
    pub document: Document,
    pub includes: Vec<LocatedInclude>,
    /// The settings in the file, with the name ids of its batch; empty if the document already contains them.
    settings: Vec<Setting>,
}

impl ParsedFile {
    /// A file whose text was not read; its document contains the reason.
    fn unread(document: Document) -> Self {
        Self { text: Arc::default(), document, includes: Vec::new(), settings: Vec::new() }
    }

    /// The file, with the name ids of the whole tree.
    fn renamed(mut self, ids: &[NameId]) -> Self {
        if !self.settings.is_empty() {
            let settings = std::mem::take(&mut self.settings).into_iter();
            let all = settings.map(|setting| Setting { name: ids[setting.name.0 as usize], ..setting });
            self.document.settings = Arc::new(all.collect());
        }
        self
    }
}

/// Number of files that one thread reads with its own table of names. The batch is large enough to keep the time for
/// merging the tables short.
pub const BATCH: usize = 64;

/// A batch of files with its table of names.
pub struct Batch {
    files: Vec<FileRead>,
    pub names: Names,
}

impl Batch {
    /// The files, with the name ids of the whole tree.
    pub fn renamed(self, ids: &[NameId]) -> Vec<FileRead> {
        self.files.into_iter().map(|(path, read)| (path, read.map(|file| file.renamed(ids)))).collect()
    }
}

/// The inputs for reading a batch of files.
pub struct Reader<'a> {
    pub request: &'a Request<'a>,
    pub base: Option<PriorLoad<'a>>,
    pub kinds: &'a FxHashMap<&'a str, (&'a EntryKind, Role)>,
}

impl Reader<'_> {
    pub fn batch(&self, wanted: &[Location]) -> Batch {
        let mut names = Names::default();
        let files = wanted.iter().map(|location| self.read(location, &mut names)).collect();
        Batch { files, names }
    }

    fn read(&self, location: &Location, names: &mut Names) -> FileRead {
        let (path, kind, role) = match location {
            Location::Tree(path) => match self.kinds.get(path.as_str()) {
                Some(&(kind, role)) => (path, Some(kind), role),
                None => (path, None, Role::from_name(file_name(path))),
            },
            // A file at a URL was included, so it is a cfg file even if a query in its name hides the
            // extension.
            Location::Url(url) => (url, None, Role::Custom(Kind::Cfg)),
        };
        let unread = match kind {
            Some(EntryKind::Directory) => State::Failed("it is a directory".into()),
            Some(EntryKind::Unreadable(why)) => State::Failed(why.clone()),
            _ if role == Role::Other => State::Listed,
            _ => match self.unchanged_file(path) {
                Some(file) => return (path.clone(), Ok(self.reuse(location, role, file))),
                None => match (self.request.fetch)(location) {
                    Ok(text) => return (path.clone(), Ok(self.parse_file(location, role, text, names))),
                    Err(FetchError::TooLarge(limit)) => State::TooLarge(limit),
                    Err(FetchError::Failed(why)) => State::Failed(why),
                    Err(FetchError::Missing) if kind.is_some() => {
                        State::Failed("it was removed while it was being read".into())
                    }
                    Err(FetchError::Missing) => {
                        return (path.clone(), Err(NotFollowed::Missing(path.clone())));
                    }
                    Err(FetchError::NotFetched) => return (path.clone(), Err(NotFollowed::NotFetched)),
                },
            },
        };
        (path.clone(), Ok(ParsedFile::unread(Document::new(role, unread))))
    }

    /// The file of the base that is known to contain the same bytes as this path.
    fn unchanged_file(&self, path: &str) -> Option<(PriorLoad<'_>, FileId)> {
        let base = self.base.filter(|base| (base.is_same)(path))?;
        let file = base.workspace.file(path)?;
        (base.workspace.document(file).state == State::Read).then_some((base, file))
    }

    /// A file that shares its text and settings with the base.
    fn reuse(&self, location: &Location, role: Role, (base, file): (PriorLoad<'_>, FileId)) -> ParsedFile {
        let (known, text) = (base.workspace.document(file), &base.workspace.sources.get(file).text);
        let mut document = Document::new(role, State::Read);
        document.tree = Arc::clone(&known.tree);
        document.settings = Arc::clone(&known.settings);
        document.opaque = known.opaque;
        let includes = self.locate_includes(location, &document, text);
        ParsedFile { text: Arc::clone(text), document, includes, settings: Vec::new() }
    }

    fn parse_file(&self, location: &Location, role: Role, text: Vec<u8>, names: &mut Names) -> ParsedFile {
        if let (Some(base), Location::Tree(path)) = (self.base, location)
            && let Some(file) = base.workspace.file(path)
            && base.workspace.document(file).state == State::Read
            && base.workspace.text(file) == text
        {
            return self.reuse(location, role, (base, file));
        }
        let mut document = Document::new(role, State::Read);
        let mut settings = Vec::new();
        if role.kind().is_some() {
            let parsed = parse(&text, names);
            (document.tree, document.opaque, settings) =
                (Arc::new(parsed.tree), parsed.opaque, parsed.settings);
        }
        let includes = self.locate_includes(location, &document, &text);
        ParsedFile { text: Arc::new(text), document, includes, settings }
    }

    fn locate_includes(&self, from: &Location, document: &Document, text: &[u8]) -> Vec<LocatedInclude> {
        if document.opaque.is_some_and(Opaque::hides_everything) {
            return Vec::new();
        }
        let ignored = document.role.kind() == Some(Kind::Cfg)
            && self.request.assume.include_in_cfg == IncludeInCfg::Ignore;
        let lines = document.tree.lines.iter().enumerate();
        let includes = lines.filter_map(|(number, line)| {
            let LineKind::Include { target, form, guarded } = line.kind else { return None };
            let target = String::from_utf8_lossy(target.slice(text));
            let to = match form {
                _ if ignored => Err(NotFollowed::Ignored),
                IncludeForm::Malformed => Err(NotFollowed::Malformed),
                IncludeForm::Proper if guarded => Err(NotFollowed::Guarded),
                IncludeForm::Proper => locate(&target, from, self.request.server.as_ref()),
            };
            Some((number as u32, to))
        });
        includes.collect()
    }
}

/// A parsed boot or cfg file.
pub struct Parsed {
    pub tree: Tree,
    /// The settings in the file; empty if the file hides everything.
    pub settings: Vec<Setting>,
    pub opaque: Option<Opaque>,
}

/// Parses a boot or cfg file.
pub fn parse(text: &[u8], names: &mut Names) -> Parsed {
    let tree = syntax::parse(text);
    let opaque = opaque(text, &tree);
    let mut settings = Vec::new();
    if opaque.is_some_and(Opaque::hides_everything) {
        return Parsed { tree, settings, opaque };
    }
    for (number, line) in (0..).zip(&tree.lines) {
        if let LineKind::Setting { name, .. } = line.kind {
            settings.push(Setting { name: names.intern(name.slice(text)), line: number });
        }
    }
    Parsed { tree, settings, opaque }
}
