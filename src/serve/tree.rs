//! The tree as its phones see it: what a phone reads from first to last, and the one cfg of `--rendered`. Both are made
//! from the state on the disk: before they are, what the phone reads is looked at, and the tree is loaded again where
//! something is not as it was.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::files::{Stamp, stamp};
use super::names;
use super::refusal::{Fault, Refusal};
use crate::project::{self, OpenOptions, Opened};
use crate::text::mac::Mac;
use crate::text::path::{file_name, join, parent};
use crate::tree::load::{NotFollowed, Root, Workspace};
use crate::tree::names::{Kind, Role, file_for};
use crate::tree::resolve::{Phone, effective};

/// Clocks of disks are coarse: what changed so shortly before the look may change again unseen.
const TOO_FRESH: Duration = Duration::from_millis(100);

/// The tree, read again where it changed.
pub struct Tree {
    source: Source,
    state: Mutex<Arc<State>>,
}

/// What is opened.
struct Source {
    options: OpenOptions,
    named: Vec<PathBuf>,
    /// The served tree that holds what was named.
    top: PathBuf,
}

/// One state of the tree.
pub struct State {
    opened: Opened,
    /// fvprov's own files that said how it is read.
    own: Vec<PathBuf>,
    /// How files and directories stood before it was read.
    stamps: HashMap<PathBuf, Stamp>,
    at: SystemTime,
}

/// What a phone should ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// The files that are there, in order, each once.
    pub files: Vec<String>,
    /// Those that it will ask for in vain.
    pub missing: Vec<String>,
}

impl Tree {
    /// Reads the tree that holds what was named, and whose top is known.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn open(options: OpenOptions, named: Vec<PathBuf>, top: PathBuf) -> Result<Self, project::Error> {
        let source = Source { options, named, top };
        let state = State::read(&source, &[])?;
        Ok(Self { source, state: Mutex::new(Arc::new(state)) })
    }

    /// What a phone of the root at `directory` should ask for; none where no root is there or it finds nothing.
    pub fn expected(&self, directory: &str, mac: Mac, rendered: bool) -> Option<Expected> {
        let state = self.fresh(directory, Some(mac)).ok()?;
        let workspace = &state.opened.workspace;
        let phone = phone(workspace, directory, Some(mac))?;
        if rendered {
            let files = [Kind::Boot, Kind::Cfg].map(|kind| join(directory, &file_for(Some(mac), kind)));
            return Some(Expected { files: files.to_vec(), missing: Vec::new() });
        }
        let mut expected = Expected::default();
        for read in &phone.chain.reads {
            push_new(&mut expected.files, workspace.path(read.file));
        }
        for path in missing(&phone) {
            push_new(&mut expected.missing, path);
        }
        Some(expected)
    }

    /// What `--rendered` serves at a path: a boot file or cfg of a phone; none where the path means no such file.
    pub fn rendered(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let (mac, kind) = match Role::from_name(file_name(path)) {
            Role::Mac(kind, mac) => (Some(mac), kind),
            Role::Common(kind) => (None, kind),
            // The phones get nothing but their own two files, and resources.
            Role::Custom(_) => return Err(Refusal::Missing),
            Role::Key | Role::Other => return Ok(None),
        };
        let state = self.fresh(parent(path), mac).map_err(|error| Fault::Tree(error.to_string()))?;
        let Some(phone) = phone(&state.opened.workspace, parent(path), mac) else {
            return Err(Refusal::Missing);
        };
        if let Some(file) = phone.chain.failed.first() {
            let path = phone.workspace.path(*file);
            return Err(Fault::Unreadable(path.to_owned()).into());
        }
        let mut text = Vec::new();
        match kind {
            Kind::Boot => {
                text.extend_from_slice(crate::text::syntax::HEADER);
                text.extend(format!("\ninclude:config <{}>\n", file_for(mac, Kind::Cfg)).into_bytes());
            }
            Kind::Cfg => {
                let options = effective::RenderOptions { only: &[], origin: false };
                let written = effective::cfg(&mut text, &phone, &state.opened.schema, options);
                written.map_err(|error| Fault::System(error.to_string()))?;
            }
        }
        Ok(Some(text))
    }

    /// The root that serves a phone: the one with files of its own, else, with `any`, one with files for all.
    pub fn root_of(&self, mac: Mac, any: bool) -> Option<String> {
        let roots = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let roots: Vec<&str> = roots.opened.workspace.roots.iter().map(|root| root.path.as_str()).collect();
        let is = |directory: &str, fits: &dyn Fn(&Root) -> bool| {
            let state = self.fresh(directory, Some(mac)).ok();
            let mut roots = state.iter().flat_map(|state| &state.opened.workspace.roots);
            roots.any(|root| root.path == directory && fits(root))
        };
        let own = roots.iter().find(|directory| is(directory, &|root| root.phones.contains_key(&mac)));
        let common = || roots.iter().find(|directory| any && is(directory, &Root::serves_any));
        own.or_else(common).map(|directory| (*directory).to_owned())
    }

    /// A state in which all that this phone reads is as it is on the disk.
    fn fresh(&self, directory: &str, mac: Option<Mac>) -> Result<Arc<State>, project::Error> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.holds(&self.source.top, directory, mac) {
            *state = Arc::new(State::read(&self.source, &state.own)?);
        }
        Ok(state.clone())
    }
}

impl State {
    /// Looks at all that is there, and at the own files that were known last, and then reads the tree.
    fn read(source: &Source, known: &[PathBuf]) -> Result<Self, project::Error> {
        let at = SystemTime::now();
        let is_shown = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || !names::is_hidden(&entry.file_name().to_string_lossy())
        };
        let entries =
            walkdir::WalkDir::new(&source.top).follow_links(true).into_iter().filter_entry(is_shown);
        let found = entries.filter_map(Result::ok).filter_map(|entry| {
            let found = entry.metadata().ok()?;
            Some((entry.into_path(), stamp(&found)))
        });
        let known = known.iter().filter_map(|file| Some((file.clone(), look(file)?)));
        let mut stamps: HashMap<PathBuf, Stamp> = found.chain(known).collect();
        let opened = project::open(&source.options, &source.named)?;
        let own = opened.tool_files(&source.options);
        for file in &own {
            if let (false, Some(found)) = (stamps.contains_key(file), look(file)) {
                stamps.insert(file.clone(), found);
            }
        }
        Ok(Self { opened, own, stamps, at })
    }

    /// Whether what a phone reads is still as it was read.
    fn holds(&self, top: &Path, directory: &str, mac: Option<Mac>) -> bool {
        let workspace = &self.opened.workspace;
        let names = [mac, None].map(|mac| [Kind::Boot, Kind::Cfg].map(|kind| file_for(mac, kind)));
        let mut paths: Vec<String> = names.iter().flatten().map(|name| join(directory, name)).collect();
        if let Some(phone) = phone(workspace, directory, mac) {
            paths.extend(phone.chain.reads.iter().map(|read| workspace.path(read.file).to_owned()));
            paths.extend(phone.chain.failed.iter().map(|file| workspace.path(*file).to_owned()));
            paths.extend(missing(&phone).map(str::to_owned));
        }
        let mut seen: Vec<PathBuf> = self.own.clone();
        for path in &paths {
            let mut at = path.as_str();
            while !at.is_empty() {
                seen.push(top.join(at));
                at = parent(at);
            }
        }
        seen.push(top.to_owned());
        seen.sort_unstable();
        seen.dedup();
        seen.iter().all(|path| self.is_as_read(path))
    }

    fn is_as_read(&self, path: &Path) -> bool {
        let now = look(path);
        let is_old = |stamp: &Stamp| match stamp.0.map(|changed| self.at.duration_since(changed)) {
            Some(Ok(age)) => age > TOO_FRESH,
            // A date in the far future says nothing of when it was set.
            Some(Err(ahead)) => ahead.duration() > Duration::from_secs(60),
            None => true,
        };
        now.as_ref() == self.stamps.get(path) && now.as_ref().is_none_or(is_old)
    }
}

fn look(path: &Path) -> Option<Stamp> {
    std::fs::metadata(path).ok().map(|found| stamp(&found))
}

/// The phone of a root, if it finds anything there.
fn phone<'w>(workspace: &'w Workspace, directory: &str, mac: Option<Mac>) -> Option<Phone<'w>> {
    let root: &Root = workspace.roots.iter().find(|root| root.path == directory)?;
    let is_known = mac.is_some_and(|mac| root.phones.contains_key(&mac));
    (is_known || root.serves_any()).then(|| Phone::new(workspace, root, mac))
}

/// The paths in this tree that a phone asks for in vain.
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
