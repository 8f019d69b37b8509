//! The tree as phones see it: the files that each phone reads, the served files, and the cfg file for
//! `--rendered`. A loaded state of the tree is used until something that the response depends on changes on disk.
//! The tree is then reloaded, once for all waiting requests.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use super::files::{Stamp, stamp};
use super::refusal::{Refusal, ServerFault, Withheld};
use crate::project::{self, OpenOptions, Opened, SourceFiles};
use crate::text::mac::Mac;
use crate::text::path::{file_name, join, parent};
use crate::tree::load::{NotFollowed, Root, Workspace};
use crate::tree::names::{Kind, Role, file_for};
use crate::tree::resolve::Phone;
use crate::tree::resolve::effective::{self, NameFacts};
use crate::tree::served_files::{ServedFiles, Use, is_private, source_kind};

/// If a file was modified within this time before a check, it may change again without a new modification
/// time, because file-system timestamps are coarse.
const UNSETTLED: Duration = Duration::from_millis(100);

/// If checking the entire tree takes longer than this, the check is not repeated for each request.
const CHEAP_CHECK: Duration = Duration::from_millis(5);

/// Maximum number of files for which the time of the last check is stored.
const MAX_CHECKED: usize = 16_384;

/// A served tree, which is reloaded when it changes.
pub struct ServedTree {
    source: Source,
    state: RwLock<Arc<State>>,
    /// Locked while the tree is checked or loaded.
    loading: Mutex<Loading>,
    /// The time at which each file was last found to be up to date.
    checked: Mutex<HashMap<String, Instant>>,
    reloads: AtomicU64,
}

#[derive(Default)]
struct Loading {
    /// The time at which the last check of the entire tree started, and its duration.
    checked: Option<(Instant, Duration)>,
    /// The last error, which has been reported.
    error: Option<LoadError>,
    /// An error that has not been reported yet.
    unreported: Option<LoadError>,
}

impl Loading {
    /// Stores an error for reporting, unless it is the same as the last error.
    fn report(&mut self, error: Option<LoadError>) {
        if self.error != error {
            self.unreported.clone_from(&error);
        }
        self.error = error;
    }
}

/// A part of the tree that cannot be loaded, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The tree.
    #[error("the tree cannot be reloaded: {0}")]
    Tree(String),
    /// The inventory. The tree was loaded without its inventory.
    #[error("{0}; the tree is served without the inventory")]
    Inventory(String),
}

/// The arguments for opening the tree.
struct Source {
    options: OpenOptions,
    named: Vec<PathBuf>,
    /// The served directory.
    top: PathBuf,
}

/// One state of the tree.
struct State {
    opened: Opened,
    served: ServedFiles,
    /// Facts about the parameter names, for `--rendered`.
    names: OnceLock<NameFacts>,
    /// fvprov's own files that affect the state.
    tool_files: Vec<PathBuf>,
    sources: SourceFiles,
    /// The stamps that files and directories had before the tree was loaded.
    stamps: HashMap<PathBuf, Stamp>,
    at: SystemTime,
    started: Instant,
}

/// The files that a phone should request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Existing files in order, without duplicates.
    pub files: Vec<String>,
    /// Files that do not exist.
    pub missing: Vec<String>,
}

impl ServedTree {
    /// Loads the tree that contains the named paths, with the served directory `top`.
    ///
    /// # Errors
    /// The tree cannot be opened.
    pub fn open(options: OpenOptions, named: Vec<PathBuf>, top: PathBuf) -> Result<Self, project::Error> {
        let source = Source { options, named, top };
        let state = State::load(&source, &[])?;
        Ok(Self {
            source,
            state: RwLock::new(Arc::new(state)),
            loading: Mutex::default(),
            checked: Mutex::default(),
            reloads: AtomicU64::new(0),
        })
    }

    /// The files that a phone in the root at `directory` should request; `None` if the phone finds nothing
    /// there.
    pub fn expected(&self, directory: &str, mac: Mac, rendered: bool) -> Option<Expected> {
        let current = self.current_for(directory, Some(mac), Instant::now());
        let is_current = current.is_ok();
        // If a changed tree cannot be loaded, its last valid state determines which files are served.
        let state = current.unwrap_or_else(|_| self.state());
        let workspace = &state.opened.workspace;
        let phone = phone(workspace, directory, Some(mac))?;
        if rendered {
            let files = [Kind::Boot, Kind::Cfg].map(|kind| join(directory, &file_for(Some(mac), kind)));
            return Some(Expected { files: files.to_vec(), missing: Vec::new() });
        }
        let mut expected = Expected::default();
        // That state may not contain the file that the phone requests first.
        let own = join(directory, &file_for(Some(mac), Kind::Boot));
        if !is_current && self.source.top.join(&own).is_file() {
            expected.files.push(own);
        }
        for read in &phone.chain.reads {
            push_new(&mut expected.files, workspace.path(read.file));
        }
        for path in missing(&phone) {
            push_new(&mut expected.missing, path);
        }
        Some(expected)
    }

    /// The content of a boot or cfg file with `--rendered`; `None` if the path does not belong to a boot or
    /// cfg file.
    pub fn rendered(&self, path: &str, arrived: Instant) -> Result<Option<Vec<u8>>, Refusal> {
        let (mac, kind) = match Role::from_name(file_name(path)) {
            Role::Mac(kind, mac) => (Some(mac), kind),
            Role::Common(kind) => (None, kind),
            // Phones receive only their own two files and resources.
            Role::Custom(_) => return Err(Refusal::NotFound),
            Role::Key | Role::Other => return Ok(None),
        };
        let state = self
            .current_for(parent(path), mac, arrived)
            .map_err(|error| ServerFault::Tree(error.to_string()))?;
        let Some(phone) = phone(&state.opened.workspace, parent(path), mac) else {
            return Err(Refusal::NotFound);
        };
        if let Some(file) = phone.chain.failed.first() {
            return Err(ServerFault::Unreadable(phone.workspace.path(*file).to_owned()).into());
        }
        let mut text = Vec::new();
        match kind {
            Kind::Boot => {
                text.extend_from_slice(crate::text::syntax::HEADER);
                text.extend(format!("\ninclude:config <{}>\n", file_for(mac, Kind::Cfg)).into_bytes());
            }
            Kind::Cfg => {
                let options = effective::RenderOptions { only: &[], origin: false };
                let opened = &state.opened;
                let names = state.names.get_or_init(|| NameFacts::new(&opened.workspace, &opened.schema));
                effective::cfg(&mut text, &phone, names, options)
                    .map_err(|error| ServerFault::System(error.to_string()))?;
            }
        }
        Ok(Some(text))
    }

    /// Fails if an existing file is not on the list of served files. `real` is the path of the file on disk
    /// with links resolved.
    pub fn check_served(&self, path: &str, real: &Path, arrived: Instant) -> Result<(), Refusal> {
        let state = self.state();
        let allows = self.was_checked(path, arrived)
            || state.served.get(path).is_some_and(|by| self.check_use(&state, path, by));
        // If a changed tree cannot be loaded, its last valid state determines the result.
        let state = if allows { state } else { self.current(arrived) };
        let is_source = state.sources.contains(real) || source_kind(path, state.opened.sources()).is_some();
        match state.served.get(path) {
            _ if is_source => Err(Refusal::Withheld(Withheld::Source)),
            Some(_) => Ok(()),
            None if path.split('/').any(is_private) => Err(Refusal::Withheld(Withheld::Private)),
            None => Err(Refusal::Withheld(Withheld::Unused)),
        }
    }

    /// Whether the last check that phones may use a file took place after a request arrived. Many requests
    /// for one file can share a check.
    fn was_checked(&self, path: &str, arrived: Instant) -> bool {
        let checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
        checked.get(path).is_some_and(|checked| *checked >= arrived)
    }

    /// Whether everything that determines how a file is served is unchanged since the tree was loaded.
    fn check_use(&self, state: &State, path: &str, by: Use) -> bool {
        let started = Instant::now();
        let is_current = match by {
            Use::Phone(root, mac) => {
                let root = state.opened.workspace.roots.get(root);
                root.is_some_and(|root| state.is_current_for(&self.source.top, &root.path, mac))
            }
            Use::Also => state.tool_files.iter().all(|file| state.is_unchanged(file)),
        };
        if is_current {
            let mut checked = self.checked.lock().unwrap_or_else(PoisonError::into_inner);
            if checked.len() >= MAX_CHECKED {
                checked.clear();
            }
            checked.insert(path.to_owned(), started);
        }
        is_current
    }

    /// The root that serves a phone: the root that contains files for the phone or, with `any`, the root with
    /// common files.
    pub fn phone_root(&self, mac: Mac, any: bool) -> Option<String> {
        let state = self.state();
        let roots = state.opened.workspace.roots.iter().map(|root| root.path.clone());
        let roots: Vec<String> = roots.collect();
        let own = roots.iter().find(|root| self.root_is(root, mac, |root| root.phones.contains_key(&mac)));
        own.or_else(|| roots.iter().find(|root| any && self.root_is(root, mac, Root::serves_any))).cloned()
    }

    /// Whether the current state of a root satisfies a condition.
    fn root_is(&self, directory: &str, mac: Mac, condition: impl Fn(&Root) -> bool) -> bool {
        let Ok(state) = self.current_for(directory, Some(mac), Instant::now()) else { return false };
        state.opened.workspace.roots.iter().any(|root| root.path == directory && condition(root))
    }

    /// Reloads the tree.
    ///
    /// # Errors
    /// The tree cannot be opened. The last valid state of the tree remains in use.
    pub fn reload(&self) -> Result<(), project::Error> {
        self.load(&mut self.loading()).map(drop)
    }

    /// Number of tree reloads.
    pub fn reloads(&self) -> u64 {
        self.reloads.load(Ordering::Relaxed)
    }

    /// A load error that has not been reported yet.
    pub fn take_error(&self) -> Option<LoadError> {
        // If another thread is loading the tree, that thread reports the error.
        self.loading.try_lock().ok()?.unreported.take()
    }

    fn state(&self) -> Arc<State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn loading(&self) -> std::sync::MutexGuard<'_, Loading> {
        self.loading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A state in which everything that a phone reads matches the files on disk.
    fn current_for(
        &self,
        directory: &str,
        mac: Option<Mac>,
        arrived: Instant,
    ) -> Result<Arc<State>, project::Error> {
        let state = self.state();
        if state.is_current_for(&self.source.top, directory, mac) {
            return Ok(state);
        }
        let mut loading = self.loading();
        let state = self.state();
        // A load that started after the request arrived is recent enough for all requests that waited for it.
        if state.started >= arrived || state.is_current_for(&self.source.top, directory, mac) {
            return Ok(state);
        }
        self.load(&mut loading)
    }

    /// The state of the entire tree as it was on disk when the request arrived, or shortly before if checking
    /// the tree is slow; the last valid state if the tree cannot be loaded.
    fn current(&self, arrived: Instant) -> Arc<State> {
        let mut loading = self.loading();
        let state = self.state();
        if state.started >= arrived {
            return state;
        }
        if let Some((started, took)) = loading.checked
            && (started >= arrived || took > CHEAP_CHECK && started.elapsed() < took * 5)
        {
            return state;
        }
        let started = Instant::now();
        let is_current =
            stamps(&self.source.top).iter().all(|(path, found)| state.is_as_loaded(path, Some(found)))
                && state.stamps.keys().all(|path| std::fs::symlink_metadata(path).is_ok())
                && state.tool_files.iter().all(|file| state.is_unchanged(file));
        loading.checked = Some((started, started.elapsed()));
        if is_current { state } else { self.load(&mut loading).unwrap_or(state) }
    }

    fn load(&self, loading: &mut Loading) -> Result<Arc<State>, project::Error> {
        let known = self.state().tool_files.clone();
        self.reloads.fetch_add(1, Ordering::Relaxed);
        let state = match State::load(&self.source, &known) {
            Ok(state) => Arc::new(state),
            Err(error) => {
                loading.report(Some(LoadError::Tree(error.to_string())));
                return Err(error);
            }
        };
        loading.report(state.opened.inventory_error.clone().map(LoadError::Inventory));
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = state.clone();
        Ok(state)
    }
}

/// The stamps of all files and directories in a tree.
fn stamps(top: &Path) -> HashMap<PathBuf, Stamp> {
    let entries = walkdir::WalkDir::new(top).follow_links(true).into_iter();
    let entries = entries
        .filter_entry(|entry| entry.depth() == 0 || !entry.file_name().to_string_lossy().starts_with('.'));
    let found = entries.filter_map(Result::ok).filter_map(|entry| {
        let metadata = entry.metadata().ok()?;
        Some((entry.into_path(), stamp(&metadata)))
    });
    found.collect()
}

impl State {
    /// Loads the tree. `known` contains the tool files in the last state.
    fn load(source: &Source, known: &[PathBuf]) -> Result<Self, project::Error> {
        let (at, started) = (SystemTime::now(), Instant::now());
        let mut stamps = stamps(&source.top);
        stamps.extend(known.iter().filter_map(|file| Some((file.clone(), read_stamp(file)?))));
        let opened = project::open(&source.options, &source.named)?;
        let tool_files = opened.tool_files(&source.options);
        for file in &tool_files {
            if let (false, Some(found)) = (stamps.contains_key(file), read_stamp(file)) {
                stamps.insert(file.clone(), found);
            }
        }
        let sources = SourceFiles::new(&opened, &source.options, stamps.keys().map(PathBuf::as_path));
        let served = opened.served_files();
        let names = OnceLock::new();
        Ok(Self { opened, served, names, tool_files, sources, stamps, at, started })
    }

    /// Whether everything that a phone reads is unchanged since the tree was loaded.
    fn is_current_for(&self, top: &Path, directory: &str, mac: Option<Mac>) -> bool {
        let workspace = &self.opened.workspace;
        let names = [mac, None].map(|mac| [Kind::Boot, Kind::Cfg].map(|kind| file_for(mac, kind)));
        let mut paths: Vec<String> = names.iter().flatten().map(|name| join(directory, name)).collect();
        if let Some(phone) = phone(workspace, directory, mac) {
            paths.extend(phone.chain.reads.iter().map(|read| workspace.path(read.file).to_owned()));
            paths.extend(phone.chain.failed.iter().map(|file| workspace.path(*file).to_owned()));
            paths.extend(missing(&phone).map(str::to_owned));
        }
        let mut on_disk: Vec<PathBuf> = self.tool_files.clone();
        for path in &paths {
            let mut at = path.as_str();
            while !at.is_empty() {
                on_disk.push(top.join(at));
                at = parent(at);
            }
        }
        on_disk.push(top.to_owned());
        on_disk.sort_unstable();
        on_disk.dedup();
        on_disk.iter().all(|path| self.is_unchanged(path))
    }

    fn is_unchanged(&self, path: &Path) -> bool {
        self.is_as_loaded(path, read_stamp(path).as_ref())
    }

    fn is_as_loaded(&self, path: &Path, now: Option<&Stamp>) -> bool {
        let is_settled =
            now.is_none_or(|stamp| match stamp.0.map(|changed| self.at.duration_since(changed)) {
                Some(Ok(age)) => age > UNSETTLED,
                // A time in the far future was not set by this machine's clock.
                Some(Err(ahead)) => ahead.duration() > Duration::from_secs(60),
                None => true,
            });
        now == self.stamps.get(path) && is_settled
    }
}

fn read_stamp(path: &Path) -> Option<Stamp> {
    std::fs::metadata(path).ok().map(|metadata| stamp(&metadata))
}

/// The phone in a root; `None` if the phone finds no files there.
fn phone<'w>(workspace: &'w Workspace, directory: &str, mac: Option<Mac>) -> Option<Phone<'w>> {
    let root: &Root = workspace.roots.iter().find(|root| root.path == directory)?;
    let is_known = mac.is_some_and(|mac| root.phones.contains_key(&mac));
    (is_known || root.serves_any()).then(|| Phone::new(workspace, root, mac))
}

/// The paths in this tree that a phone requests although they do not exist.
fn missing<'p>(phone: &'p Phone<'_>) -> impl Iterator<Item = &'p str> {
    phone.chain.missing.iter().filter_map(|(file, at)| {
        match &phone.workspace.document(*file).includes[*at as usize].to {
            Err(NotFollowed::Missing(path) | NotFollowed::OtherCase { path, .. }) => Some(path.as_str()),
            _ => None,
        }
    })
}

fn push_new(paths: &mut Vec<String>, path: &str) {
    if !paths.iter().any(|known| known == path) {
        paths.push(path.to_owned());
    }
}
