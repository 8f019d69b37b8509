//! The files and settings of this machine, as the language server is handed them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fvprov::catalogue::Schema;
use fvprov::lint::Options;
use fvprov::lint::baseline::Baseline;
use fvprov::lsp::{Home, Host, Judging, Tree};
use fvprov::net::fetch::Store;
use fvprov::output::findings::Base;
use fvprov::project::settings::{FILE_NAME, Settings};
use fvprov::text::listing::{Entry, EntryKind};
use fvprov::text::location::{FetchError, Location};
use fvprov::tree::assumptions::Assume;
use fvprov::tree::load::{self, Kind, Request, Texts, Workspace};

use super::super::lint::{baseline, options};
use super::super::open::{Opened, open};
use super::super::place::{self, below, here, slashes, without_dots};
use super::super::{Failure, Global, out};

/// The files of this machine.
pub struct Desk {
    /// The options of every command.
    pub global: Global,
}

impl Host for Desk {
    fn find(&self, path: &Path) -> (Home, String) {
        let path = without_dots(path);
        let directory = path.parent().unwrap_or(&path);
        // A file that is not there yet lies where its directory does.
        let near = [path.as_path()].into_iter().chain(path.ancestors().skip(1)).find(|path| path.exists());
        let named = [near.unwrap_or(directory).to_owned()];
        let settings = place::settings_file(&self.global, &Store::Disk, &named).ok().flatten();
        let top = place::served_tree(&Store::Disk, settings.as_deref(), &named).ok();
        // A stray cfg above, in a home or among temporary files, makes no tree of all that lies there.
        let is_tree = |top: &Path| match top == directory {
            true => self.is_tree(top),
            false => settings.is_some() || holds(top, |kind| kind == Kind::Boot),
        };
        if let Some(top) = top.filter(|top| path.starts_with(top) && is_tree(top)) {
            let path = below(&top, &path);
            return (Home { top, only: None }, path);
        }
        let name = below(directory, &path);
        (Home { top: directory.into(), only: Some(name.clone()) }, name)
    }

    fn is_tree(&self, directory: &Path) -> bool {
        directory.join(FILE_NAME).is_file() || holds(directory, |_| true)
    }

    fn open(&self, home: &Home) -> Result<Box<dyn Tree>, String> {
        let opened = match &home.only {
            Some(path) => return Ok(Box::new(Lone::new(home, path)?)),
            None => open(&self.global, std::slice::from_ref(&home.top), false),
        };
        let mut opened = opened.map_err(|failure| failure.why().to_owned())?;
        let baseline = baseline::find(None, &mut opened).map_err(|failure| failure.why().to_owned())?;
        let judging =
            Arc::new(judging(&opened, baseline.clone()).map_err(|failure| failure.why().to_owned())?);
        Ok(Box::new(Whole { opened, baseline, judging }))
    }

    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        Store::Disk.read(path, u64::from(u32::MAX)).ok()
    }

    fn log(&self, text: &str) {
        out::note("note", text);
    }
}

/// Whether a directory itself holds a file that phones ask for by its name, of a kind that is wanted.
fn holds(directory: &Path, wanted: impl Fn(Kind) -> bool) -> bool {
    Store::Disk.holds_here(directory, &|name| load::phone_file_kind(name).is_some_and(&wanted))
}

/// How `lint` would judge what was opened.
fn judging(opened: &Opened, baseline: Option<Baseline>) -> Result<Judging, Failure> {
    Ok(Judging {
        base: opened.base.clone(),
        schema: opened.schema.clone(),
        options: Options { baseline, ..options::of(opened, &[], &[], &[])? },
        url: opened.settings.server.url.clone(),
    })
}

/// A served tree.
struct Whole {
    opened: Opened,
    baseline: Option<Baseline>,
    judging: Arc<Judging>,
}

impl Tree for Whole {
    fn judging(&mut self, workspace: &Workspace) -> Result<Arc<Judging>, String> {
        let why = |failure: Failure| failure.why().to_owned();
        let models = self.opened.models_in(workspace).map_err(why)?;
        if models != self.judging.options.models {
            let judging = judging(&self.opened, self.baseline.clone()).map_err(why)?;
            let options = Options { models, ..judging.options };
            self.judging = Arc::new(Judging { options, ..judging });
        }
        Ok(self.last_judging())
    }

    fn last_judging(&self) -> Arc<Judging> {
        Arc::clone(&self.judging)
    }

    fn load(&self, texts: &Texts) -> Workspace {
        self.opened.load(texts)
    }

    fn load_stray(&self, texts: &Texts, path: &str) -> Workspace {
        self.opened.load_named(texts, path)
    }
}

/// A file of no tree, and its neighbours, which it may include.
struct Lone {
    top: PathBuf,
    path: String,
    listing: Vec<Entry>,
    judging: Arc<Judging>,
}

impl Lone {
    fn new(home: &Home, path: &str) -> Result<Self, String> {
        let files = std::fs::read_dir(&home.top).into_iter().flatten().flatten();
        let entry = |file: std::fs::DirEntry| {
            let path = file.file_name().to_string_lossy().into_owned();
            file.path().is_file().then_some(Entry { path, kind: EntryKind::File })
        };
        let mut listing: Vec<Entry> = files.filter_map(entry).collect();
        listing.push(Entry { path: path.to_owned(), kind: EntryKind::File });
        listing.sort();
        listing.dedup();
        let why = |failure: Failure| failure.why().to_owned();
        let judging = Judging {
            base: Base {
                served: slashes(&home.top),
                current: slashes(&here().map_err(why)?),
                repository: None,
            },
            schema: Cow::Borrowed(Schema::builtin()),
            options: Options { today: options::today().map_err(why)?, ..Options::default() },
            url: None,
        };
        Ok(Self { top: home.top.clone(), path: path.to_owned(), listing, judging: Arc::new(judging) })
    }
}

impl Tree for Lone {
    fn judging(&mut self, _: &Workspace) -> Result<Arc<Judging>, String> {
        Ok(self.last_judging())
    }

    fn last_judging(&self) -> Arc<Judging> {
        Arc::clone(&self.judging)
    }

    fn load(&self, texts: &Texts) -> Workspace {
        let limit = Settings::default().limits.file_bytes;
        let fetch = |location: &Location| match location {
            Location::Tree(path) => Store::Disk.read(&self.top.join(path), limit),
            Location::Url(_) => Err(FetchError::NotFetched),
        };
        load::load(Request {
            listing: self.listing.clone(),
            fetch: &load::over(texts, &fetch),
            roots: Some(Vec::new()),
            server: None,
            assume: Assume::default(),
            names_file: &|name| fvprov::lint::names_file(Schema::builtin(), name),
            named: vec![self.path.clone()],
            excludes: &|_| false,
        })
    }

    fn load_stray(&self, texts: &Texts, _: &str) -> Workspace {
        self.load(texts)
    }
}
