//! An opened tree, and what it holds.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::catalogue::known_model;
use super::discover::seen_from;
use super::inventory::Inventory;
use super::loader::Origin;
use super::settings::Settings;
use super::tool_files::OwnFile;
use super::{Error, Options, Store};
use crate::catalogue::Schema;
use crate::text::address::Server;
use crate::text::base::Base;
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::FetchError;
use crate::text::mac::Mac;
use crate::text::path::{below_lossy, without_dots};
use crate::text::source::FileId;
use crate::tree::load::{self, Base as Known, Request, Texts, Workspace};
use crate::tree::resolve::{self, Phone};

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
    pub(super) origin: Origin,
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
    pub fn load_named(&self, texts: &Texts, path: &str) -> Workspace {
        let base = Known { workspace: &self.workspace, is_same: &|path| !texts.contains_key(path) };
        self.origin.load(&self.schema, self.workspace.listing.clone(), texts, Some(base), &[path.to_owned()])
    }

    /// A tree of one file in one root, whatever the settings leave out.
    pub fn load_only(&self, root: &str, path: String, text: Vec<u8>) -> Workspace {
        let listing = vec![Entry { path: path.clone(), kind: EntryKind::File }];
        let texts = Texts::from([(path, text)]);
        Request::new(listing, &load::over(&texts, &|_| Err(FetchError::NotFetched)))
            .roots(Some(vec![root.to_owned()]))
            .server(self.server.clone())
            .assume(self.origin.assume)
            .names_file(&|name| crate::lint::names_file(&self.schema, name))
            .load()
    }

    /// Whether the tree lies on the disk, where it can be changed.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.origin.fetcher.store, Store::Disk)
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
    pub fn file(&self, path: &str) -> Result<FileId, Error> {
        let here = Path::new(&self.base.current).join(path);
        let here = here.strip_prefix(&self.served).ok().map(|_| below_lossy(&self.served, &here));
        let found = here.and_then(|path| self.workspace.file(&path)).or_else(|| self.workspace.file(path));
        let found = found.filter(|file| self.workspace.document(*file).ours);
        found.ok_or_else(|| Error::NoFile(path.into()))
    }

    /// The model of every phone for which one is said.
    pub fn models(&self) -> Result<FxHashMap<(usize, Mac), String>, Error> {
        self.models_in(&self.workspace)
    }

    /// The same in another state of the tree.
    pub fn models_in(&self, workspace: &Workspace) -> Result<FxHashMap<(usize, Mac), String>, Error> {
        for (phones, declared) in &self.settings.models {
            known_model(&self.schema, declared)
                .map_err(|model| Error::DeclaredModel { place: self.sayer(phones, declared), model })?;
        }
        let mut models = FxHashMap::default();
        for (at, root) in workspace.roots.iter().enumerate() {
            for mac in root.phones.keys() {
                if let Some(model) = resolve::model(workspace, root, *mac, &self.settings.models) {
                    let model = known_model(&self.schema, &model)
                        .map_err(|_| Error::BootModel { mac: *mac, model })?;
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

    /// The files that said how the tree is read: the settings, the inventory and the schemas.
    pub fn tool_files(&self, options: &Options) -> Vec<PathBuf> {
        let settings = self.settings_path.iter().map(|path| self.served.join(path));
        let inventory = self.inventory.iter().map(|(path, _)| self.served.join(path));
        let schemas = self.settings.schema.extend.iter().map(|path| self.beside_settings(path));
        settings.chain(inventory).chain(schemas).chain(options.schema.clone()).collect()
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

    /// Fails where there is nothing to look at.
    pub fn check_not_empty(&self) -> Result<(), Error> {
        match self.workspace.roots.is_empty() && self.workspace.ours().next().is_none() {
            true => Err(Error::Nothing { tree: self.base.show(""), skipped: self.workspace.skipped }),
            false => Ok(()),
        }
    }

    /// The phone of a MAC (`any` for one without files of its own), which must be one.
    pub fn phone(&self, mac: &str) -> Result<Found<'_>, Error> {
        self.check_not_empty()?;
        let wanted = if mac == "any" { None } else { Some(mac.parse().map_err(Error::Mac)?) };
        let mut found = resolve::find(&self.workspace, wanted);
        if found.len() > 1 {
            return Err(self.in_several_roots(wanted, found.iter().map(|(phone, _)| phone.root)));
        }
        let Some((phone, known)) = found.pop() else {
            return Err(Error::NoPhone { mac: wanted, near: self.near(wanted) });
        };
        Ok(Found { phone, without_files: wanted.filter(|_| !known) })
    }

    /// A phone that is meant once, and served by several roots.
    pub fn in_several_roots<'r>(
        &self,
        mac: Option<Mac>,
        roots: impl Iterator<Item = &'r load::Root>,
    ) -> Error {
        Error::SeveralRoots { mac, roots: roots.map(|root| self.base.show(&root.path)).collect() }
    }

    /// The known MAC that differs in one digit. The phones of one delivery all differ in their last digits: where
    /// several are that near, nobody knows which was meant.
    pub fn near(&self, wanted: Option<Mac>) -> Option<String> {
        let wanted = wanted?.to_string();
        let known = self.workspace.roots.iter().flat_map(|root| root.phones.keys()).map(ToString::to_string);
        let distance = |mac: &str| mac.bytes().zip(wanted.bytes()).filter(|(a, b)| a != b).count();
        let mut near: BTreeSet<String> = known.filter(|mac| distance(mac) == 1).collect();
        if near.len() == 1 { near.pop_first() } else { None }
    }
}

/// A phone of a tree.
pub struct Found<'w> {
    /// The phone.
    pub phone: Phone<'w>,
    /// Its MAC, where it has no files of its own and reads what any other phone reads.
    pub without_files: Option<Mac>,
}
