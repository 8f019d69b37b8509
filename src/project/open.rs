//! Opens a tree: finds the settings file, the served tree and the roots, and loads the files.

use std::path::{Path, PathBuf};
use std::slice;
use std::sync::Arc;

use super::discover::{self, repository, served_tree, working_directory};
use super::inventory::Inventory;
use super::loader::Loader;
use super::manifest::Manifest;
use super::memory::{Memory, TOP};
use super::open_options::InvalidInventory;
use super::phone_selection::PhoneSelection;
use super::settings::{Settings, in_directory};
use super::store::{Fetcher, Store};
use super::tool_files::{Exclude, ToolFiles, find_settings};
use super::write::TreeLock;
use super::{Error, OpenOptions, Opened, Step, catalogue, sources, templates};
use crate::text::address::Server;
use crate::text::base::Base;
use crate::text::listing::{Entry, EntryKind};
use crate::text::path::{self, below_lossy, slashes, without_dots};
use crate::text::temporary::creator;
use crate::tree::load::{self, Texts, Workspace};

/// Options that control how a tree is read.
#[derive(Default)]
pub struct Reading<'a> {
    /// Whether to fetch absolute http(s) includes.
    pub online: bool,
    /// The text that replaces the content of a file.
    pub buffer: Option<Buffer>,
    /// Whether `[lint] exclude` also applies to named files.
    pub force_exclude: bool,
    /// Another state of the tree, with which identical files are shared.
    pub after: Option<&'a Opened>,
    /// The phones that the user selects. On a server that does not list its files, only the files of these phones
    /// are read.
    pub phones: PhoneSelection,
    /// `[server] url` of another state of the tree. A tree on a server also has this address.
    pub alias: Option<Server>,
    /// Whether to lock the tree before it is read, because the command writes to it.
    pub write: bool,
}

/// The text that replaces the content of a file, which need not exist.
#[allow(missing_docs)] // the names of the fields are clear
pub struct Buffer {
    pub path: PathBuf,
    /// The content.
    pub text: Vec<u8>,
}

/// Opens the tree that contains the named paths (default: the working directory).
pub fn open(options: &OpenOptions, sources: &[PathBuf]) -> Result<Opened, Error> {
    open_with(options, sources, Reading::default())
}

/// Like [`open`], with options. Without named paths, opens the tree of the file whose text is replaced.
pub fn open_with(options: &OpenOptions, sources: &[PathBuf], reading: Reading<'_>) -> Result<Opened, Error> {
    if reading.online && !cfg!(feature = "net") {
        return Err(Error::WithoutNetwork("--online".into()));
    }
    let here = working_directory()?;
    let sources = match &reading.buffer {
        Some(buffer) if sources.is_empty() => slice::from_ref(&buffer.path),
        None if sources.is_empty() => &[PathBuf::from(".")],
        _ => sources,
    };
    let new = reading.buffer.as_ref().map(|buffer| buffer.path.as_path());
    let (store, named) = discover::find(options, &here, sources, new)?;
    open_in(options, store, &here, &named, reading)
}

impl Opened {
    /// Opens another state of the tree. Both states share the files that are identical.
    pub fn open_after(
        &self,
        options: &OpenOptions,
        source: &Path,
        phones: &PhoneSelection,
    ) -> Result<Self, Error> {
        let alias = self.server.clone();
        let reading = Reading { after: Some(self), phones: phones.clone(), alias, ..Reading::default() };
        open_with(options, &[source.to_owned()], reading)
    }
}

/// Opens a tree in memory.
pub fn open_memory(options: &OpenOptions, files: Memory) -> Result<Opened, Error> {
    open_in(options, Store::Memory(files), Path::new(TOP), &[TOP.into()], Reading::default())
}

/// Locks a tree on disk.
fn lock(options: &OpenOptions, store: &Store, served: &Path) -> Result<Option<TreeLock>, Error> {
    match store {
        Store::Disk | Store::Sparse(_) => {
            Ok(Some(TreeLock::for_tree(served, &|error| options.progress.step(Step::Waiting(error)))?))
        }
        _ => Ok(None),
    }
}

/// Opens the tree that contains the named absolute paths in a store.
fn open_in(
    options: &OpenOptions,
    store: Store,
    here: &Path,
    named: &[PathBuf],
    reading: Reading<'_>,
) -> Result<Opened, Error> {
    let Reading { online, buffer, force_exclude, after, phones, alias, write } = reading;
    let (settings_file, mut settings) = find_settings(options, &store, named)?;
    let settings_path = settings_file.as_ref().map(|file| file.path.as_path());
    let schema = catalogue::load(options, store.for_tool_files(), settings_path, &settings)?;
    let served = served_tree(&store, settings_path, named)?;
    let named: Vec<&Path> = named.iter().map(|path| or_served(path, &served)).collect();
    options.progress.step(Step::Tree(&served));
    let lock = if write { lock(options, &store, &served)? } else { None };
    let (temporary, listing) = list(&store, &served, &settings)?;
    let manifest = Manifest::read(&store, &served);
    let server = declared_server(&settings, &store, &served, alias)?;
    let named: Vec<String> = named.iter().map(|path| below_lossy(&served, path)).collect();
    let texts = buffer.map_or(Ok(Texts::new()), |buffer| replaced_text(here, &served, buffer))?;
    let tool_files = ToolFiles::read(store.for_tool_files(), &served, settings_file, &mut settings, &schema);
    let (inventory, inventory_error) = check_inventory(options, &served, tool_files.inventory)?;
    let repository = repository(&store, &served).map(slashes);
    let exclude = Exclude::new(&globs_in_directory(&settings, &settings.lint.exclude), &named, force_exclude);
    let settings_at = tool_files.settings_path.as_deref();
    let mut sources = sources::sources(&settings, settings_at, &served);
    sources.extend(sources::lists(&store, &served, &listing, &sources));
    let loader = Loader {
        sources,
        own: tool_files.files.into_iter().chain(left_over(temporary)).collect(),
        exclude,
        templates: globs_in_directory(&settings, settings.templates.globs()),
        outside: templates::outside(store.for_tool_files(), &settings, settings_at, &served),
        progress: Arc::clone(&options.progress),
        roots: settings.server.roots.as_ref().map(|roots| declared_roots(roots, &listing)).transpose()?,
        fetcher: Fetcher::new(store, served.clone(), settings.limits.file_bytes, online)
            .insecure(options.insecure),
        server: server.clone(),
        assume: settings.assume,
        named,
    };
    let after = after.map(|after| (&after.workspace, &after.loader, &*after.schema));
    let workspace = match loader.fetcher.store.is_remote() && listing.is_empty() {
        true => loader.explore(&schema, &phones, inventory.as_ref())?,
        false => loader.load_first(&schema, listing, &texts, after)?,
    };
    loader.named.iter().try_for_each(|path| check_readable(&workspace, path))?;
    let focus = focus(&workspace, &loader.named);
    let base = Base { served: slashes(&served), current: slashes(here), repository };
    Ok(Opened {
        workspace,
        settings,
        settings_path: tool_files.settings_path,
        inventory,
        inventory_error,
        schema,
        server,
        focus,
        base,
        served,
        manifest,
        lock,
        loader,
    })
}

/// Converts globs in the settings to globs on paths in the tree.
fn globs_in_directory<'g>(settings: &Settings, globs: impl IntoIterator<Item = &'g String>) -> Vec<String> {
    globs.into_iter().map(|glob| in_directory(settings, glob)).collect()
}

/// A named path, or the served tree if the path contains it.
fn or_served<'p>(path: &'p Path, served: &'p Path) -> &'p Path {
    if served.starts_with(path) { served } else { path }
}

/// Whether a served tree does not exist on disk or in a revision.
fn is_absent(store: &Store, served: &Path) -> bool {
    !store.is_remote() && !store.is_directory(served) && !store.is_file(served)
}

/// Lists the served tree: the temporary files of other programs, and all other entries.
fn list(store: &Store, served: &Path, settings: &Settings) -> Result<(Vec<Entry>, Vec<Entry>), Error> {
    // No files have been generated into the directory yet.
    if !settings.generate.templates.is_empty() && is_absent(store, served) {
        return Ok((Vec::new(), Vec::new()));
    }
    let listing = store.list(served).map_err(|reason| Error::Unreadable {
        path: served.display().to_string(),
        reason: reason.to_string(),
    })?;
    Ok(listing.into_iter().partition(|entry| entry.path.split('/').any(|name| creator(name).is_some())))
}

/// The inventory with its path in the tree.
type FoundInventory = Option<(String, Inventory)>;

/// Reports the problems in the inventory. If the tree may be opened without its inventory, returns the error
/// as text instead of failing.
fn check_inventory(
    options: &OpenOptions,
    served: &Path,
    inventory: Result<FoundInventory, Error>,
) -> Result<(FoundInventory, Option<String>), Error> {
    let inventory = match inventory {
        Err(error) if options.invalid_inventory == InvalidInventory::Ignored => {
            return Ok((None, Some(error.to_string())));
        }
        inventory => inventory?,
    };
    if let Some((path, list)) = inventory.as_ref().filter(|(_, list)| !list.problems.is_empty()) {
        let (file, problems) = (&without_dots(&served.join(path)), list.problems.as_slice());
        options.progress.step(Step::InventoryProblems { file, problems });
    }
    Ok((inventory, None))
}

/// The temporary files, as files in the tree that no phone reads. For a temporary directory, only the directory
/// itself is included.
fn left_over(temporary: Vec<Entry>) -> impl Iterator<Item = (String, Vec<u8>)> {
    let paths = temporary.into_iter().map(|entry| entry.path);
    paths
        .filter(|path| !path::parent(path).split('/').any(|name| creator(name).is_some()))
        .map(|path| (path, Vec::new()))
}

/// Locks the tree on disk that contains a directory, for a command that writes to it.
pub fn lock_tree(options: &OpenOptions, directory: &Path) -> Result<TreeLock, Error> {
    let served = find_tree(options, directory)?;
    Ok(TreeLock::for_tree(&served, &|error| options.progress.step(Step::Waiting(error)))?)
}

/// The served tree on disk that contains a directory.
pub fn find_tree(options: &OpenOptions, directory: &Path) -> Result<PathBuf, Error> {
    let named = [discover::on_disk(&working_directory()?, directory, false)?];
    let settings = discover::settings_file(options, &Store::Disk, &named)?;
    served_tree(&Store::Disk, settings.as_deref(), &named)
}

/// The text of the buffer, by its path in the tree.
fn replaced_text(here: &Path, served: &Path, buffer: Buffer) -> Result<Texts, Error> {
    let path = discover::on_disk(here, &buffer.path, true)?;
    if !path.starts_with(served) {
        let (path, tree) = (path.display().to_string(), served.display().to_string());
        return Err(Error::OutsideTree { path, tree });
    }
    Ok(Texts::from([(below_lossy(served, &path), buffer.text)]))
}

/// Fails if a named path cannot be read, because this is an error in the command rather than a finding.
fn check_readable(workspace: &Workspace, path: &str) -> Result<(), Error> {
    match workspace.file(path).map(|file| &workspace.document(file).state) {
        Some(load::State::Failed(why)) if !lists_directory(&workspace.listing, path) => {
            Err(Error::Unreadable { path: path.into(), reason: why.clone() })
        }
        _ => Ok(()),
    }
}

/// Returns `[server] url` or, if it is not set, the URL of a tree on a server. A tree on a server also has
/// the address of `alias`.
fn declared_server(
    settings: &Settings,
    store: &Store,
    served: &Path,
    alias: Option<Server>,
) -> Result<Option<Server>, Error> {
    let declared = settings
        .server
        .url
        .as_ref()
        .map(|url| Server::parse(url.get_ref()))
        .transpose()
        .map_err(Error::ServerUrl)?;
    if !store.is_remote() {
        return Ok(declared);
    }
    let server = declared.or_else(|| Server::parse(&slashes(served)).ok());
    Ok(match (server, alias) {
        (Some(server), Some(alias)) => Some(server.with_alias(alias)),
        (server, _) => server,
    })
}

fn declared_roots(roots: &[String], listing: &[Entry]) -> Result<Vec<String>, Error> {
    let mut paths = Vec::new();
    for root in roots {
        let path = root.trim_matches('/').trim_start_matches("./");
        let path = if path == "." { "" } else { path };
        // Without a listing, the directories are unknown.
        if !path.is_empty() && !listing.is_empty() && !lists_directory(listing, path) {
            return Err(Error::ServerRoot(root.clone()));
        }
        paths.push(path.to_owned());
    }
    Ok(paths)
}

fn lists_directory(listing: &[Entry], path: &str) -> bool {
    listing.iter().any(|entry| entry.path == path && entry.kind == EntryKind::Directory)
}

/// The named paths, if all of them are inside roots. If one of the named paths contains a root, findings are
/// not limited, and the result is empty.
fn focus(workspace: &Workspace, named: &[String]) -> Vec<String> {
    let contains_root =
        named.iter().any(|path| workspace.roots.iter().any(|root| path::is_within(&root.path, path)));
    if contains_root { Vec::new() } else { named.to_vec() }
}
