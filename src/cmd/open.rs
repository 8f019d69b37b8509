//! From the paths a user names to a loaded tree: settings file, served tree, roots.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use fvprov::assume::Assume;
use fvprov::fetch::{self, Fetcher};
use fvprov::lint::Policy;
use fvprov::load::{self, Base as Known, Entry, EntryKind, Mac, Request, Server, Texts, Workspace};
use fvprov::report::Base;
use fvprov::resolve::{self, Phone};
use fvprov::schema::Schema;
use fvprov::settings::{self, PolicyTable, Settings};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Failure, Global, catalogue};

/// A loaded tree and what belongs to it.
pub struct Opened {
    /// The tree.
    pub workspace: Workspace,
    /// Its settings.
    pub settings: Settings,
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

/// Text that stands in for a file, which need not be there.
pub struct Buffer {
    /// The file.
    pub path: PathBuf,
    /// What it would hold.
    pub text: Vec<u8>,
}

/// Opens the tree that holds the named paths (the working directory where none is named).
pub fn open(global: &Global, sources: &[PathBuf], online: bool) -> Result<Opened, Failure> {
    open_with(global, sources, online, None)
}

/// The same with the text of one file replaced; where nothing is named, that file is.
pub fn open_with(
    global: &Global,
    sources: &[PathBuf],
    online: bool,
    buffer: Option<Buffer>,
) -> Result<Opened, Failure> {
    if online && !cfg!(feature = "net") {
        return Err(Failure::Unable(
            "--online: this fvprov was built without the network (feature `net`)".into(),
        ));
    }
    let here = std::env::current_dir()
        .map_err(|error| Failure::Unable(format!("the working directory: {error}")))?;
    let sources = match &buffer {
        Some(buffer) if sources.is_empty() => std::slice::from_ref(&buffer.path),
        None if sources.is_empty() => &[PathBuf::from(".")],
        _ => sources,
    };
    let is_buffer = |path: &PathBuf| buffer.as_ref().is_some_and(|buffer| buffer.path == *path);
    let named: Vec<PathBuf> = sources
        .iter()
        .map(|source| named_path(&here, source, is_buffer(source)))
        .collect::<Result<_, _>>()?;
    let (settings_file, settings) = find_settings(global, &named)?;
    let schema = catalogue::of(global, settings_file.as_deref(), &settings)?;
    let served = served_tree(settings_file.as_deref(), &named)?;
    global.detail(&format!("the served tree is `{}`", served.display()));
    let listing = fetch::list(&served)
        .map_err(|why| Failure::Unable(format!("`{}` cannot be read: {why}", served.display())))?;
    let url = settings.server.url.as_deref();
    let server =
        url.map(Server::parse).transpose().map_err(|why| Failure::Unable(format!("[server] url: {why}")))?;
    let named: Vec<String> = named.iter().map(|path| below(&served, path)).collect();
    let texts: Texts = match buffer {
        Some(Buffer { path, text }) => {
            let path = named_path(&here, &path, true)?;
            if !path.starts_with(&served) {
                let why = format!("`{}` lies outside the tree `{}`", path.display(), served.display());
                return Err(Failure::Unable(why));
            }
            Texts::from([(below(&served, &path), text)])
        }
        None => Texts::new(),
    };
    let origin = Origin {
        fetcher: Fetcher::new(served.clone(), settings.limits.file_bytes, online),
        roots: settings.server.roots.as_ref().map(|roots| declared_roots(roots, &listing)).transpose()?,
        server: server.clone(),
        assume: settings.assume,
        named,
    };
    let workspace = origin.load(&schema, listing, &texts, None);
    origin.named.iter().try_for_each(|path| readable(&workspace, path))?;
    let focus = focus(&workspace, &origin.named);
    let base = Base { served: slashes(&served), current: slashes(&here) };
    Ok(Opened { workspace, settings, schema, server, focus, base, served, said: RefCell::default(), origin })
}

/// What a tree is loaded from, as often as other texts stand in for its files.
struct Origin {
    fetcher: Fetcher,
    roots: Option<Vec<String>>,
    server: Option<Server>,
    assume: Assume,
    named: Vec<String>,
}

impl Origin {
    fn load(
        &self,
        schema: &Schema,
        mut listing: Vec<Entry>,
        texts: &Texts,
        base: Option<Known<'_>>,
    ) -> Workspace {
        let fetch = |location: &load::Location| self.fetcher.fetch(location);
        for path in texts.keys() {
            let entry = Entry { path: path.clone(), kind: EntryKind::File };
            if let Err(at) = listing.binary_search_by(|other| other.path.cmp(path)) {
                listing.insert(at, entry);
            }
        }
        let request = Request {
            listing,
            fetch: &load::over(texts, &fetch),
            roots: self.roots.clone(),
            server: self.server.clone(),
            assume: self.assume,
            names_file: &|name| fvprov::lint::names_file(schema, name),
            named: self.named.clone(),
        };
        load::load_after(request, base)
    }
}

/// A path below the served tree, with `/`.
fn below(served: &Path, path: &Path) -> String {
    let parts = path.strip_prefix(served).unwrap_or(Path::new("")).components();
    parts.map(|part| part.as_os_str().to_string_lossy().into_owned()).collect::<Vec<_>>().join("/")
}

/// An absolute path, `.` and `..` taken out, that is there, or of which only the directory must be.
fn named_path(here: &Path, source: &Path, may_be_new: bool) -> Result<PathBuf, Failure> {
    let shown = source.display();
    let text = source.to_string_lossy();
    if text.starts_with("git:") || text.contains("://") {
        let why =
            format!("`{shown}`: this version reads directories and files only, no git revisions and no URLs");
        return Err(Failure::Unable(why));
    }
    let mut path = PathBuf::new();
    for part in here.join(source).components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                path.pop();
            }
            part => path.push(part),
        }
    }
    let directory = path.parent().filter(|_| may_be_new);
    match std::fs::metadata(directory.unwrap_or(&path)) {
        Ok(_) => Ok(path),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Failure::Unable(format!(
            "`{shown}` does not exist: name the directory that the phones' URL stands for"
        ))),
        Err(error) => Err(Failure::Unable(format!("`{shown}` cannot be read: {error}"))),
    }
}

/// The settings file of the named paths, which must be one.
pub fn find_settings(global: &Global, named: &[PathBuf]) -> Result<(Option<PathBuf>, Settings), Failure> {
    let nearest = |path: &PathBuf| {
        up_to_repository(path).map(|above| above.join(settings::FILE_NAME)).find(|file| file.is_file())
    };
    let file = match &global.config {
        Some(file) => Some(file.clone()),
        None if global.isolated => None,
        None => {
            let mut files: Vec<Option<PathBuf>> = named.iter().map(nearest).collect();
            files.dedup();
            let [one] = files.as_slice() else {
                let why = "the named paths lie under different fvprov.toml files: lint them one at a time";
                return Err(Failure::Unable(why.into()));
            };
            one.clone()
        }
    };
    let Some(file) = file else { return Ok((None, Settings::default())) };
    global.detail(&format!("settings from `{}`", file.display()));
    let unable = |why: String| Failure::Unable(format!("`{}`: {why}", file.display()));
    let text = std::fs::read_to_string(&file).map_err(|error| unable(error.to_string()))?;
    let mut settings = Settings::parse(&text).map_err(unable)?;
    if let Some(inventory) = &settings.inventory.file {
        let path = file.with_file_name(inventory);
        let unable = |why: String| Failure::Unable(format!("the inventory `{}`: {why}", path.display()));
        let text = std::fs::read_to_string(&path).map_err(|error| unable(error.to_string()))?;
        settings.add_inventory(&text).map_err(unable)?;
    }
    Ok((Some(file), settings))
}

/// The directory of the settings file if it holds what was named; else the top of the tree that was named or
/// that holds it. Of several named paths, one tree must hold all: in a directory that they merely
/// have in common, `/x.cfg` and `../x.cfg` would mean something else than to the phones.
fn served_tree(settings_file: Option<&Path>, named: &[PathBuf]) -> Result<PathBuf, Failure> {
    let above = settings_file.and_then(|file| std::path::absolute(file).ok());
    let above = above.as_deref().and_then(Path::parent);
    if let Some(directory) = above.filter(|above| named.iter().all(|path| path.starts_with(above))) {
        return Ok(directory.into());
    }
    let tops: Vec<PathBuf> = named.iter().map(|path| top_of(path)).collect();
    let holds_all = |top: &&PathBuf| tops.iter().all(|other| other.starts_with(top));
    tops.iter().find(holds_all).cloned().ok_or_else(|| {
        let why = "the named paths lie in different trees, and no fvprov.toml above them makes them one: lint them \
                   one at a time";
        Failure::Unable(why.into())
    })
}

/// The top of the git repository in which a path lies.
fn repository(path: &Path) -> Option<&Path> {
    path.ancestors().find(|above| above.join(".git").exists())
}

/// A path and the directories above it, up to the top of its git repository.
fn up_to_repository(path: &Path) -> impl Iterator<Item = &Path> {
    let top = repository(path);
    path.ancestors().take_while(move |above| top.is_none_or(|top| above.starts_with(top)))
}

/// A named directory with something of a phone's in it; else the one above whose boot file, or, for a
/// file, common or MAC cfg, what was named most likely stands under.
fn top_of(named: &Path) -> PathBuf {
    let directory = if named.is_dir() { named } else { named.parent().unwrap_or(named) };
    // What cannot be listed is said later, by its name.
    let is_phone_file = |name: &str| load::phone_file_kind(name).is_some();
    if named.is_dir() && fetch::holds(named, &is_phone_file) {
        return named.into();
    }
    let holds = |directory: &Path, kind: load::Kind| {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let mut names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.any(|name| load::phone_file_kind(&name) == Some(kind))
    };
    let mut boots = up_to_repository(directory).filter(|above| holds(above, load::Kind::Boot));
    // In a repository the outermost, as a root may lie in another one's tree; elsewhere nobody knows where the
    // user's own files end.
    let boot = if repository(directory).is_some() { boots.last() } else { boots.next() };
    // A stray cfg above makes no tree of what lies beside a directory: it could be all of a disk.
    let cfg = || up_to_repository(directory).find(|above| !named.is_dir() && holds(above, load::Kind::Cfg));
    boot.or_else(cfg).unwrap_or(directory).into()
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

fn declared_roots(roots: &[String], listing: &[Entry]) -> Result<Vec<String>, Failure> {
    let one = |root: &String| {
        let path = root.trim_matches('/').trim_start_matches("./");
        let path = if path == "." { "" } else { path };
        let is_directory = |entry: &Entry| entry.path == path && entry.kind == EntryKind::Directory;
        if path.is_empty() || listing.iter().any(is_directory) {
            return Ok(path.to_owned());
        }
        Err(Failure::Unable(format!("[server] roots: `{root}` is no directory of the served tree")))
    };
    roots.iter().map(one).collect()
}

/// The named paths, if all of them lie inside a root; a path that holds a root is no focus.
fn focus(workspace: &Workspace, named: &[String]) -> Vec<String> {
    let holds_root = |path: &String| workspace.roots.iter().any(|root| load::is_within(&root.path, path));
    if named.iter().any(holds_root) { Vec::new() } else { named.to_vec() }
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Opened {
    /// The same tree with other texts in some of its files, by path below the served tree. Nothing is read again.
    pub fn load(&self, texts: &Texts) -> Workspace {
        let base = Known { workspace: &self.workspace, is_same: &|path| !texts.contains_key(path) };
        self.origin.load(&self.schema, self.workspace.listing.clone(), texts, Some(base))
    }

    /// The model of every phone for which one is said.
    pub fn models(&self) -> Result<FxHashMap<(usize, Mac), String>, Failure> {
        self.settings.models.values().try_for_each(|model| known_model(&self.schema, model).map(drop))?;
        let mut models = FxHashMap::default();
        for (at, root) in self.workspace.roots.iter().enumerate() {
            for mac in root.phones.keys() {
                if let Some(model) = fvprov::views::model(&self.workspace, root, *mac, &self.settings) {
                    let model = known_model(&self.schema, &model).map_err(|_| {
                        Failure::Unable(format!("the boot file of {mac} says `model={model}`: no such model"))
                    })?;
                    models.insert((at, *mac), model);
                }
            }
        }
        Ok(models)
    }

    /// Whether `[lint] exclude` names a path of the served tree.
    pub fn excludes(&self, path: &str) -> bool {
        self.settings.lint.exclude.iter().any(|glob| fast_glob::glob_match(glob, path))
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
            let roots: Vec<String> =
                found.iter().map(|(phone, _)| self.base.show(&phone.root.path)).collect();
            let (what, roots) =
                (wanted.map_or("any other phone".into(), |mac| mac.to_string()), roots.join("`, `"));
            return Err(Failure::Unable(format!(
                "{what} is served by several roots: name one of `{roots}` as SOURCE"
            )));
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
    let near =
        schema.models().iter().map(|model| (strsim::osa_distance(&model.name, &lower), &model.name)).min();
    let near = near.map_or(String::new(), |(_, near)| format!("; did you mean `{near}`?"));
    Err(Failure::Unable(format!("there is no model `{name}` in the catalogue{near}")))
}

/// A MAC in any spelling.
pub fn parse_mac(text: &str) -> Result<Mac, Failure> {
    text.parse().map_err(Failure::Unable)
}
