//! From the paths a user names to a loaded tree: settings file, served tree, roots.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fvprov::catalogue::Schema;
use fvprov::lint::Policy;
use fvprov::net::fetch::{Fetcher, Store};
use fvprov::output::findings::Base;
use fvprov::project::inventory::Inventory;
use fvprov::project::settings::{PolicyTable, Settings};
use fvprov::text::address::Server;
use fvprov::text::listing::{Entry, EntryKind};
use fvprov::text::location::FetchError;
use fvprov::text::mac::Mac;
use fvprov::text::nearest::nearest;
use fvprov::text::path;
use fvprov::text::source::FileId;
use fvprov::tree::load::{self, Base as Known, Request, Texts, Workspace};
use fvprov::tree::resolve::{self, Phone};

use rustc_hash::{FxHashMap, FxHashSet};

use super::origin::Origin;
use super::own::{Exclude, Own, OwnFile, find_settings};
use super::place::{self, below, here, repository, seen_from, served_tree, slashes, without_dots};
use super::{Failure, Global, catalogue};

/// A loaded tree and what belongs to it.
pub struct Opened {
    /// The tree.
    pub workspace: Workspace,
    /// Its settings.
    pub settings: Settings,
    /// The path of their file in the tree.
    pub settings_path: Option<String>,
    /// The inventory, with its path in the tree.
    pub inventory: Option<(String, Inventory)>,
    /// The catalogue, with what the settings and `--schema` lay over it.
    pub schema: Cow<'static, Schema>,
    /// `[server] url`.
    pub server: Option<Server>,
    /// Directories and files inside a root that were named: what is said is about them only.
    pub focus: Vec<String>,
    /// From where paths are shown.
    pub base: Base,
    /// The served tree on disk.
    pub served: PathBuf,
    /// The notes that were given: none is given twice.
    pub said: RefCell<FxHashSet<String>>,
    origin: Origin,
}

/// How a tree is read.
#[derive(Default)]
pub struct Reading<'a> {
    /// Whether absolute http(s) includes are fetched.
    pub online: bool,
    /// Text that stands in for a file.
    pub buffer: Option<Buffer>,
    /// Whether what `[lint] exclude` names is left out also where it is named.
    pub force_exclude: bool,
    /// Another state of the tree, with which this one shares what both hold.
    pub after: Option<&'a Opened>,
    /// The phones that are asked about, as they were written: of a server that gives no list, theirs is what is read.
    pub macs: &'a [String],
}

/// Text that stands in for a file, which need not be there.
pub struct Buffer {
    /// The file.
    pub path: PathBuf,
    /// What it would hold.
    pub text: Vec<u8>,
}

/// Opens the tree that holds the named paths (the working directory where none is named).
pub fn open(global: &Global, sources: &[PathBuf], online: bool) -> Result<Opened, Failure> {
    open_with(global, sources, Reading { online, ..Reading::default() })
}

/// The same, read in another way. Where nothing is named, the file whose text is replaced is.
pub fn open_with(global: &Global, sources: &[PathBuf], reading: Reading<'_>) -> Result<Opened, Failure> {
    let Reading { online, buffer, force_exclude, after, macs } = reading;
    if online && !cfg!(feature = "net") {
        return Err(without_network());
    }
    let here = here()?;
    let sources = match &buffer {
        Some(buffer) if sources.is_empty() => std::slice::from_ref(&buffer.path),
        None if sources.is_empty() => &[PathBuf::from(".")],
        _ => sources,
    };
    let (store, named) =
        place::find(global, &here, sources, buffer.as_ref().map(|buffer| buffer.path.as_path()))?;
    let (settings_file, mut settings) = find_settings(global, &store, &named)?;
    let settings_path = settings_file.as_ref().map(|file| file.path.as_path());
    let schema = catalogue::of(global, store.of_own_files(), settings_path, &settings)?;
    let served = served_tree(&store, settings_path, &named)?;
    global.detail(&format!("the served tree is `{}`", served.display()));
    let listing = store
        .list(&served)
        .map_err(|why| Failure::Unable(format!("`{}` cannot be read: {why}", served.display())))?;
    let server = declared_server(&settings, &store, &served)?;
    let named: Vec<String> = named.iter().map(|path| below(&served, path)).collect();
    let texts = buffer.map_or(Ok(Texts::new()), |buffer| stand_in(&here, &served, buffer))?;
    let own = Own::gather(store.of_own_files(), &served, settings_file, &mut settings)?;
    let repository = repository(&store, &served).map(slashes);
    let exclude = Exclude::new(&settings.lint.exclude, &named, force_exclude);
    let origin = Origin {
        own: own.files,
        exclude,
        quiet: global.quiet,
        roots: settings.server.roots.as_ref().map(|roots| declared_roots(roots, &listing)).transpose()?,
        fetcher: Fetcher::new(store, served.clone(), settings.limits.file_bytes, online)
            .insecure(global.insecure),
        server: server.clone(),
        assume: settings.assume,
        named,
    };
    let after = after.map(|after| (&after.workspace, &after.origin));
    let workspace = match origin.fetcher.store.is_site() && listing.is_empty() {
        true => origin.explore(&schema, macs, own.inventory.as_ref())?,
        false => origin.load_first(&schema, listing, &texts, after)?,
    };
    origin.named.iter().try_for_each(|path| readable(&workspace, path))?;
    let focus = focus(&workspace, &origin.named);
    let base = Base { served: slashes(&served), current: slashes(&here), repository };
    Ok(Opened {
        workspace,
        settings,
        settings_path: own.settings_path,
        inventory: own.inventory,
        schema,
        server,
        focus,
        base,
        served,
        said: RefCell::default(),
        origin,
    })
}

fn without_network() -> Failure {
    Failure::Unable("--online: this fvprov was built without the network (feature `net`)".into())
}

/// The text of a file that need not be there, by its path in the tree.
fn stand_in(here: &Path, served: &Path, buffer: Buffer) -> Result<Texts, Failure> {
    let path = place::on_disk(here, &buffer.path, true)?;
    if !path.starts_with(served) {
        let why = format!("`{}` lies outside the tree `{}`", path.display(), served.display());
        return Err(Failure::Unable(why));
    }
    Ok(Texts::from([(below(served, &path), buffer.text)]))
}

/// A path that the user named and that cannot be read is the command's error, not a finding.
fn readable(workspace: &Workspace, path: &str) -> Result<(), Failure> {
    let is_directory = |entry: &Entry| entry.path == path && entry.kind == EntryKind::Directory;
    match workspace.file(path).map(|file| &workspace.document(file).state) {
        Some(load::State::Failed(why)) if !workspace.listing.iter().any(is_directory) => {
            Err(Failure::Unable(format!("`{path}` cannot be read: {why}")))
        }
        _ => Ok(()),
    }
}

/// `[server] url`; of a tree behind a URL, this where nothing else is declared.
fn declared_server(settings: &Settings, store: &Store, served: &Path) -> Result<Option<Server>, Failure> {
    let server = settings.server.url.as_deref().map(Server::parse).transpose();
    if store.is_site() && matches!(server, Ok(None)) {
        return Ok(Server::parse(&slashes(served)).ok());
    }
    server.map_err(|why| Failure::Unable(format!("[server] url: {why}")))
}

fn declared_roots(roots: &[String], listing: &[Entry]) -> Result<Vec<String>, Failure> {
    let one = |root: &String| {
        let path = root.trim_matches('/').trim_start_matches("./");
        let path = if path == "." { "" } else { path };
        let is_directory = |entry: &Entry| entry.path == path && entry.kind == EntryKind::Directory;
        // No listing, no directories to hold it to.
        if path.is_empty() || listing.is_empty() || listing.iter().any(is_directory) {
            return Ok(path.to_owned());
        }
        Err(Failure::Unable(format!("[server] roots: `{root}` is no directory of the served tree")))
    };
    roots.iter().map(one).collect()
}

/// The named paths, if all of them lie inside a root; a path that holds a root is no focus.
fn focus(workspace: &Workspace, named: &[String]) -> Vec<String> {
    let holds_root = |path: &String| workspace.roots.iter().any(|root| path::is_within(&root.path, path));
    if named.iter().any(holds_root) { Vec::new() } else { named.to_vec() }
}

impl Opened {
    /// The same tree with other texts in some of its files, by path below the served tree. Nothing is read again.
    pub fn load(&self, texts: &Texts) -> Workspace {
        self.load_without(texts, &[])
    }

    /// The same, with some files gone.
    pub fn load_without(&self, texts: &Texts, without: &[String]) -> Workspace {
        let base = Known { workspace: &self.workspace, is_same: &|path| !texts.contains_key(path) };
        let listing = self.workspace.listing.iter().filter(|entry| !without.contains(&entry.path));
        self.origin.load(&self.schema, listing.cloned().collect(), texts, Some(base), &self.origin.named)
    }

    /// The same tree with other texts, where only one file of it was named.
    #[cfg(feature = "lsp")]
    pub fn load_named(&self, texts: &Texts, path: &str) -> Workspace {
        let base = Known { workspace: &self.workspace, is_same: &|path| !texts.contains_key(path) };
        self.origin.load(&self.schema, self.workspace.listing.clone(), texts, Some(base), &[path.to_owned()])
    }

    /// A tree of one file in one root, whatever the settings leave out.
    pub fn load_only(&self, root: &str, path: String, text: Vec<u8>) -> Workspace {
        let listing = vec![Entry { path: path.clone(), kind: EntryKind::File }];
        let texts = Texts::from([(path, text)]);
        let schema = &*self.schema;
        let request = Request {
            listing,
            fetch: &load::over(&texts, &|_| Err(FetchError::NotFetched)),
            roots: Some(vec![root.to_owned()]),
            server: self.server.clone(),
            assume: self.origin.assume,
            names_file: &|name| fvprov::lint::names_file(schema, name),
            named: vec![String::new()],
            excludes: &|_| false,
        };
        load::load_after(request, None)
    }

    /// Whether the tree lies on the disk, where it can be changed.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.origin.fetcher.store, Store::Disk)
    }

    /// Opens another state of the tree; what both hold is kept once.
    pub fn open_after(&self, global: &Global, source: &Path, macs: &[String]) -> Result<Self, Failure> {
        open_with(global, &[source.to_owned()], Reading { after: Some(self), macs, ..Reading::default() })
    }

    /// Whether a file that is not of our grammar holds the same here and there.
    pub fn same_bytes(&self, other: &Self, path: &str) -> bool {
        let read = |opened: &Self| {
            let fetcher = &opened.origin.fetcher;
            fetcher.store.read(&fetcher.directory.join(path), u64::from(u32::MAX)).ok()
        };
        match (self.origin.fetcher.object(path), other.origin.fetcher.object(path)) {
            (Some(own), Some(others)) => own == others,
            _ => read(self) == read(other),
        }
    }

    /// The file that is meant by a path from the working directory, or below the served tree.
    pub fn file(&self, path: &str) -> Result<FileId, Failure> {
        let here = Path::new(&self.base.current).join(path);
        let here = here.strip_prefix(&self.served).ok().map(|_| below(&self.served, &here));
        let found = here.and_then(|path| self.workspace.file(&path)).or_else(|| self.workspace.file(path));
        let found = found.filter(|file| self.workspace.document(*file).ours);
        found.ok_or_else(|| Failure::Absent(format!("there is no file `{path}` in this tree")))
    }

    /// The model of every phone for which one is said.
    pub fn models(&self) -> Result<FxHashMap<(usize, Mac), String>, Failure> {
        self.models_in(&self.workspace)
    }

    /// The same in another state of the tree.
    pub fn models_in(&self, workspace: &Workspace) -> Result<FxHashMap<(usize, Mac), String>, Failure> {
        for (phones, model) in &self.settings.models {
            if let Err(Failure::Unable(why)) = known_model(&self.schema, model) {
                return Err(Failure::Unable(format!("{}: {why}", self.sayer(phones, model))));
            }
        }
        let mut models = FxHashMap::default();
        for (at, root) in workspace.roots.iter().enumerate() {
            for mac in root.phones.keys() {
                if let Some(model) = fvprov::output::views::model(workspace, root, *mac, &self.settings) {
                    let model = known_model(&self.schema, &model).map_err(|_| {
                        Failure::Unable(format!("the boot file of {mac} says `model={model}`: no such model"))
                    })?;
                    models.insert((at, *mac), model);
                }
            }
        }
        Ok(models)
    }

    /// Who says the model of a phone, which is an entry of `[models]` or a row of the inventory.
    fn sayer(&self, phones: &str, model: &str) -> String {
        let row = self.inventory.as_ref().and_then(|(path, inventory)| {
            let row = inventory.rows.iter().find(|row| row.mac.to_string() == phones)?;
            let is_here = inventory.value(row, "model") == Some(model);
            is_here.then(|| format!("the inventory `{}`: row {}", self.base.show(path), row.number))
        });
        row.unwrap_or_else(|| format!("[models] `{phones}`"))
    }

    /// Whether `[lint] exclude` names a path of the served tree, or a directory above it.
    pub fn excludes(&self, path: &str) -> bool {
        self.origin.exclude.covers(path)
    }

    /// Whether `[lint] exclude` names all that the user named.
    pub fn excludes_all(&self) -> bool {
        self.origin.named.iter().all(|path| self.excludes(path))
    }

    /// A path that is meant from the settings file, or where there is none from the served tree.
    pub fn beside_settings(&self, path: &str) -> PathBuf {
        match &self.settings_path {
            Some(settings) => without_dots(&self.served.join(settings)).with_file_name(path),
            None => self.served.join(path),
        }
    }

    /// The path of a file as the user sees it.
    pub fn shown(&self, file: &Path) -> String {
        self.base.show(&seen_from(&self.served, file))
    }

    /// Takes in another of fvprov's own files, and gives its path in the tree.
    pub fn add_own(&mut self, file: &OwnFile) -> String {
        let path = seen_from(&self.served, &file.path);
        let text = file.text.clone().into_bytes();
        self.workspace.add_own(&path, text.clone());
        self.origin.own.push((path.clone(), text));
        path
    }

    /// What the settings demand of the phones.
    pub fn policies(&self) -> Vec<Policy> {
        let policies = self.settings.policy.iter().cloned();
        let plain = policies.map(|PolicyTable { name, value, forbids, phones }| Policy {
            name,
            value,
            forbids,
            phones,
        });
        plain.collect()
    }

    /// Fails where there is nothing to look at.
    pub fn check_not_empty(&self) -> Result<(), Failure> {
        if !self.workspace.roots.is_empty() || self.workspace.ours().next().is_some() {
            return Ok(());
        }
        let skipped = match self.workspace.skipped {
            0 => String::new(),
            1 => " (1 other boot or cfg file was skipped)".into(),
            n => format!(" ({n} other boot or cfg files were skipped)"),
        };
        Err(Failure::Unable(format!(
            "nothing to check in `{}`: no boot file, no y000000000000.cfg and no <mac>.cfg{skipped}; name the directory \
             that the phones' URL stands for",
            self.base.show("")
        )))
    }

    /// The phone of a MAC (`any` for one without files of its own), which must be one.
    pub fn phone(&self, global: &Global, mac: &str) -> Result<Phone<'_>, Failure> {
        self.check_not_empty()?;
        let wanted = if mac == "any" { None } else { Some(parse_mac(mac)?) };
        let mut found = resolve::find(&self.workspace, wanted);
        if found.len() > 1 {
            let what = wanted.map_or("any other phone".into(), |mac| mac.to_string());
            return Err(self.in_several_roots(&what, found.iter().map(|(phone, _)| phone.root)));
        }
        let Some((phone, known)) = found.pop() else {
            let what =
                wanted.map_or("a phone without files of its own".into(), |mac| format!("the phone {mac}"));
            let near = self.near(wanted);
            return Err(Failure::Absent(format!(
                "{what} finds nothing here: there are no common files{near}"
            )));
        };
        if let (Some(mac), false) = (wanted, known) {
            let near = self.near(wanted);
            global.note(&format!("{mac} has no files of its own: this is what any other phone gets{near}"));
        }
        self.warn_of_gaps(global, &phone)?;
        Ok(phone)
    }

    /// A phone that is meant once, and served by several roots.
    pub fn in_several_roots<'r>(&self, what: &str, roots: impl Iterator<Item = &'r load::Root>) -> Failure {
        let roots: Vec<String> = roots.map(|root| self.base.show(&root.path)).collect();
        let roots = roots.join("`, `");
        Failure::Unable(format!("{what} is served by several roots: name one of `{roots}` as SOURCE"))
    }

    /// The known MAC that differs in one digit. The phones of one delivery all differ in their last digits: where
    /// several are that near, nobody knows which was meant.
    pub fn near(&self, wanted: Option<Mac>) -> String {
        let Some(wanted) = wanted.map(|mac| mac.to_string()) else { return String::new() };
        let known = self.workspace.roots.iter().flat_map(|root| root.phones.keys()).map(ToString::to_string);
        let distance = |mac: &str| mac.bytes().zip(wanted.bytes()).filter(|(a, b)| a != b).count();
        let near: BTreeSet<String> = known.filter(|mac| distance(mac) == 1).collect();
        match near.first() {
            Some(mac) if near.len() == 1 => format!("; did you mean {mac}?"),
            _ => String::new(),
        }
    }
}

/// The name of a model of the catalogue.
pub fn known_model(schema: &Schema, name: &str) -> Result<String, Failure> {
    if let Some(model) = schema.model(name) {
        return Ok(model.name.clone());
    }
    let lower = name.to_lowercase();
    let near = nearest(&lower, schema.models().iter().map(|model| &model.name), usize::MAX);
    let near = near.map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    Err(Failure::Unable(format!("there is no model `{name}` in the catalogue{near}")))
}

/// A MAC in any spelling.
pub fn parse_mac(text: &str) -> Result<Mac, Failure> {
    text.parse().map_err(Failure::Unable)
}
