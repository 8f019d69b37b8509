//! An opened tree.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::discover::{path_from, with_case_of_disk};
use super::inventory::Inventory;
use super::loader::Loader;
use super::manifest::Manifest;
use super::settings::Settings;
use super::tool_files::ToolFile;
use super::write::{Before, FileChange, FileIdentity, TreeLock, resolve};
use super::{Error, OpenOptions, Store};
use crate::catalogue::{Model, Schema};
use crate::lint::{Outcome, RunCache};
use crate::text::address::Server;
use crate::text::base::Base;
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::mac::Mac;
use crate::text::path::{below, below_lossy, without_dots};
use crate::text::source::FileId;
use crate::tree::compare::unknown::Equality;
use crate::tree::load::{self, PriorLoad, Request, Texts, Workspace};
use crate::tree::resolve::{self, Phone};
use crate::tree::served_files::{ServedFiles, Source};

/// A loaded tree with its settings, catalogue and inventory.
#[allow(missing_docs)] // the names of the fields are clear
pub struct Opened {
    pub workspace: Workspace,
    pub settings: Settings,
    /// The path to the settings file in the tree.
    pub settings_path: Option<String>,
    /// The inventory, with its path in the tree.
    pub inventory: Option<(String, Inventory)>,
    /// The reason why the tree was opened without its inventory.
    pub inventory_error: Option<String>,
    /// The catalogue, extended by the settings and `--schema`.
    pub schema: Cow<'static, Schema>,
    /// `[server] url`.
    pub server: Option<Server>,
    /// Named directories and files inside a root. Findings are limited to these paths unless the list is
    /// empty.
    pub focus: Vec<String>,
    /// The directory that displayed paths are relative to.
    pub base: Base,
    /// The absolute path or URL of the served tree.
    pub served: PathBuf,
    /// The files that `generate` wrote.
    pub manifest: Manifest,
    /// The lock on the tree, if the tree was opened for writing.
    pub lock: Option<TreeLock>,
    pub(super) loader: Loader,
}

impl Opened {
    /// Loads the tree with the content of some files replaced, by path below the served tree. Other files are not
    /// read again.
    pub fn load(&self, texts: &Texts) -> Workspace {
        self.load_again(&self.workspace, texts)
    }

    /// Like [`Self::load`], but for another state of the tree, in which some of these files are already
    /// replaced.
    pub fn load_again(&self, workspace: &Workspace, texts: &Texts) -> Workspace {
        let base = PriorLoad { workspace, is_same: &|path| !texts.contains_key(path) };
        self.loader.load(&self.schema, workspace.listing.clone(), texts, Some(base), &self.loader.named)
    }

    /// Reads a changed file of a tree without links again, and updates the state of the last run. Returns false if the tree
    /// must be opened again, because the change may affect which files phones read.
    pub fn update_file(&mut self, file: &Path, cache: Option<&mut RunCache>) -> bool {
        let Some(path) = below(&self.served, file) else { return false };
        let is_listed = self.workspace.entry(&path).is_some();
        match (self.workspace.file(&path), self.loader.fetcher.fetch(&Location::Tree(path.clone()))) {
            (Some(file), Ok(text)) if is_listed => {
                if let Some(cache) = cache {
                    cache.update_file(file);
                }
                self.workspace.update_text(file, &text, &|name| crate::lint::names_file(&self.schema, name))
            }
            // A temporary file that no longer exists.
            (None, Err(FetchError::Missing)) => !is_listed,
            _ => false,
        }
    }

    /// Whether a file in the tree may have several paths.
    pub fn has_links(&self) -> bool {
        self.workspace.listing.iter().any(|entry| {
            let path = self.served.join(&entry.path);
            let has_names = || FileIdentity::from_path(&path).is_ok_and(|found| found.names > 1);
            path.symlink_metadata().is_ok_and(|found| found.is_symlink() || found.is_file() && has_names())
        })
    }

    /// Loads the tree with the content of some files replaced and other files omitted.
    pub fn load_without(&self, texts: &Texts, without: &[String]) -> Workspace {
        let base = PriorLoad { workspace: &self.workspace, is_same: &|path| !texts.contains_key(path) };
        let listing = self.workspace.listing.iter().filter(|entry| !without.contains(&entry.path));
        self.loader.load(&self.schema, listing.cloned().collect(), texts, Some(base), &self.loader.named)
    }

    /// Loads the part of the tree that one file requires, with the content of some files replaced.
    pub fn load_named(&self, texts: &Texts, path: &str) -> Workspace {
        let base = PriorLoad { workspace: &self.workspace, is_same: &|path| !texts.contains_key(path) };
        self.loader.load(&self.schema, self.workspace.listing.clone(), texts, Some(base), &[path.to_owned()])
    }

    /// Loads a tree with one file in one root, even if the settings exclude the file.
    pub fn load_only(&self, root: &str, path: String, text: Vec<u8>) -> Workspace {
        let listing = vec![Entry { path: path.clone(), kind: EntryKind::File }];
        let texts = Texts::from([(path, text)]);
        Request::new(listing, &load::over(&texts, &|_| Err(FetchError::NotFetched)))
            .roots(Some(vec![root.to_owned()]))
            .server(self.server.clone())
            .assume(self.loader.assume)
            .names_file(&|name| crate::lint::names_file(&self.schema, name))
            .load()
    }

    /// Removes the fixes of findings in generated files, because `generate` would undo them. Returns the path and the
    /// 1-based line number of each of these findings.
    pub fn withhold_fixes(&self, workspace: &Workspace, outcome: &mut Outcome) -> BTreeSet<(String, usize)> {
        let mut lines = BTreeSet::new();
        for finding in outcome.findings.iter_mut().filter(|finding| finding.diagnostic.fix.is_some()) {
            let source = workspace.sources.get(finding.at.file);
            if self.manifest.files.contains_key(&source.path) {
                finding.diagnostic.fix = None;
                lines.insert((source.path.clone(), source.line_number(finding.at.span.start)));
            }
        }
        lines
    }

    /// Whether the tree is on disk, and therefore writable.
    pub fn is_on_disk(&self) -> bool {
        matches!(*self.loader.fetcher.store, Store::Disk | Store::Sparse(_))
    }

    /// Whether the tree is on a server.
    pub fn is_remote(&self) -> bool {
        self.loader.fetcher.store.is_remote()
    }

    /// Writes either all or none of the files to the tree. If a file has changed since it was read, nothing
    /// is written. `before` contains the content that was read, unless the workspace still contains it.
    pub fn write(&self, texts: &Texts, before: &Texts) -> Result<(), Error> {
        self.write_with(texts, before, Vec::new())
    }

    /// Like [`Self::write`], but also applies changes to other files.
    pub fn write_with<'a>(
        &'a self,
        texts: &'a Texts,
        before: &'a Texts,
        others: Vec<FileChange<'a>>,
    ) -> Result<(), Error> {
        let mut changes: Vec<FileChange<'_>> = texts
            .iter()
            .map(|(path, text)| FileChange {
                // Two paths can refer to the same file.
                path: resolve(&self.served.join(path)),
                displayed: self.base.display_path(path),
                before: match (before.get(path), self.workspace.file(path)) {
                    (Some(text), _) => Before::Text(text),
                    (None, Some(file)) => Before::Text(self.workspace.text(file)),
                    (None, None) => Before::Missing,
                },
                text: Some(text),
            })
            .collect();
        changes.extend(others);
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        changes.dedup_by(|a, b| a.path == b.path);
        match &self.lock {
            Some(lock) => lock.write(&changes)?,
            None => TreeLock::for_tree(&self.served, &|_| {})?.write(&changes)?,
        };
        Ok(())
    }

    /// The number of files that were read from the git index because a sparse checkout omits them.
    pub fn left_out_of_checkout(&self) -> usize {
        self.loader.fetcher.store.left_out(&self.served)
    }

    /// Compares the two versions of a file that exists in both trees.
    pub fn compare_bytes(&self, other: &Self, path: &str) -> Equality {
        let [own, others] = [self, other].map(|opened| &opened.loader.fetcher);
        if others.has_same_content(own, path) {
            return Equality::Equal;
        }
        if own.content_id(path).is_some() && others.content_id(path).is_some() {
            return Equality::Different;
        }
        match (own.read_large(path), others.read_large(path)) {
            (Ok(own), Ok(others)) if own == others => Equality::Equal,
            (Ok(_), Ok(_)) => Equality::Different,
            (Err(why), _) | (_, Err(why)) => Equality::Unknown(why.to_string()),
        }
    }

    /// Finds a file by its path relative to the working directory or to the served tree.
    pub fn file(&self, path: &str) -> Result<FileId, Error> {
        let here = with_case_of_disk(Path::new(&self.base.current).join(path));
        let here = here.strip_prefix(&self.served).ok().map(|_| below_lossy(&self.served, &here));
        let found = here.and_then(|path| self.workspace.file(&path)).or_else(|| self.workspace.file(path));
        let found = found.filter(|file| self.workspace.document(*file).in_scope);
        found.ok_or_else(|| Error::NoFile(path.into()))
    }

    /// The models of all phones that have one, by root and MAC.
    pub fn models(&self) -> Result<FxHashMap<(usize, Mac), String>, Error> {
        self.models_in(&self.workspace)
    }

    /// Like [`Self::models`], but for a different state of the tree.
    pub fn models_in(&self, workspace: &Workspace) -> Result<FxHashMap<(usize, Mac), String>, Error> {
        for (phones, declared) in self.settings.models.iter() {
            self.schema
                .find_model(declared)
                .map_err(|model| Error::DeclaredModel { phones: phones.clone(), model })?;
        }
        let mut models = FxHashMap::default();
        for (at, root) in workspace.roots.iter().enumerate() {
            for mac in root.phones.keys() {
                if let Some(model) = self.model_in(workspace, root, *mac) {
                    models.insert((at, *mac), model.name.clone());
                }
            }
        }
        Ok(models)
    }

    /// The model of a phone, if one is declared and known.
    pub fn model_in(&self, workspace: &Workspace, root: &load::Root, mac: Mac) -> Option<&Model> {
        resolve::model(workspace, root, mac, &self.settings.models, &self.schema)
    }

    /// Whether `[lint] exclude` matches a path in the served tree or one of its parent directories.
    pub fn excludes(&self, path: &str) -> bool {
        self.loader.exclude.matches(path)
    }

    /// The paths in the tree that the user named; an empty path represents the entire tree.
    pub fn named(&self) -> &[String] {
        &self.loader.named
    }

    /// Whether `[lint] exclude` matches everything that the user named.
    pub fn excludes_all(&self) -> bool {
        self.loader.named.iter().all(|path| self.excludes(path))
    }

    /// fvprov's own files that determine how the tree is read: settings, inventory and schemas.
    pub fn tool_files(&self, options: &OpenOptions) -> Vec<PathBuf> {
        let settings = self.settings_path.iter().map(|path| self.served.join(path));
        let inventory = self.settings.inventory.file.iter().map(|path| self.beside_settings(path));
        let schemas = self.settings.schema.extend.iter().map(|path| self.beside_settings(path));
        settings.chain(inventory).chain(schemas).chain(options.schema.clone()).collect()
    }

    /// fvprov's own files.
    pub fn sources(&self) -> &[Source] {
        &self.loader.sources
    }

    /// The store of fvprov's own files.
    pub fn source_store(&self) -> Arc<Store> {
        match self.loader.fetcher.store.is_remote() {
            true => Arc::new(Store::Disk),
            false => Arc::clone(&self.loader.fetcher.store),
        }
    }

    /// The files that phones may download.
    pub fn served_files(&self) -> ServedFiles {
        let also = &self.settings.server.also;
        ServedFiles::new(&self.workspace, self.server.as_ref(), also, self.sources(), &|name| {
            self.schema.repeats(name)
        })
    }

    /// Resolves a path relative to the settings file, or to the served tree if there is none.
    pub fn beside_settings(&self, path: &str) -> PathBuf {
        match &self.settings_path {
            Some(settings) => without_dots(&self.served.join(settings)).with_file_name(path),
            None => self.served.join(path),
        }
    }

    /// The path of a file for display.
    pub fn display_path(&self, file: &Path) -> String {
        self.base.display_path(&path_from(&self.served, file))
    }

    /// Registers a file as one of fvprov's own files, and returns its path in the tree.
    pub fn add_tool_file(&mut self, file: &ToolFile) -> String {
        let path = path_from(&self.served, &file.path);
        let text = file.text.clone().into_bytes();
        self.workspace.add_tool_file(&path, text.clone());
        self.loader.own.push((path.clone(), text));
        path
    }

    /// Fails if the tree contains no file that a phone reads.
    pub fn check_not_empty(&self) -> Result<(), Error> {
        match self.workspace.roots.is_empty() && self.workspace.checked_files().next().is_none() {
            true => {
                let generates = !self.settings.generate.templates.is_empty();
                let (tree, skipped) = (self.base.display_path(""), self.workspace.skipped);
                Err(Error::EmptyTree { tree, skipped, generates })
            }
            false => Ok(()),
        }
    }

    /// Finds the phone with a MAC; `any` is a phone without files of its own.
    pub fn phone(&self, mac: &str) -> Result<FoundPhone<'_>, Error> {
        self.check_not_empty()?;
        let wanted = if mac == "any" { None } else { Some(mac.parse().map_err(Error::Mac)?) };
        let mut found = resolve::find(&self.workspace, wanted);
        if found.len() > 1 {
            return Err(self.in_several_roots(wanted, found.iter().map(|(phone, _)| phone.root)));
        }
        let Some((phone, known)) = found.pop() else {
            return Err(Error::NoPhone { mac: wanted, near: self.nearest_mac(wanted) });
        };
        Ok(FoundPhone { phone, without_files: wanted.filter(|_| !known) })
    }

    /// The error for a phone that several roots serve.
    pub fn in_several_roots<'r>(
        &self,
        mac: Option<Mac>,
        roots: impl Iterator<Item = &'r load::Root>,
    ) -> Error {
        Error::SeveralRoots { mac, roots: roots.map(|root| self.base.display_path(&root.path)).collect() }
    }

    /// The MAC that differs from `wanted` in one digit and belongs to a phone with files or in the inventory.
    /// `None` if several MACs do, which is common because the MACs in one shipment differ only in the last
    /// digits.
    pub fn nearest_mac(&self, wanted: Option<Mac>) -> Option<String> {
        let wanted = wanted?.to_string();
        let with_files = self.workspace.roots.iter().flat_map(|root| root.phones.keys().copied());
        let rows = self.inventory.iter().flat_map(|(_, inventory)| &inventory.rows);
        let known = with_files.chain(rows.map(|row| row.mac)).map(|mac| mac.to_string());
        let mut near: BTreeSet<String> = known
            .filter(|mac| mac.bytes().zip(wanted.bytes()).filter(|(a, b)| a != b).count() == 1)
            .collect();
        if near.len() == 1 { near.pop_first() } else { None }
    }
}

/// A phone in a tree.
#[allow(missing_docs)] // the names of the fields are clear
pub struct FoundPhone<'w> {
    pub phone: Phone<'w>,
    /// The MAC, if the phone has no files of its own and reads only common files.
    pub without_files: Option<Mac>,
}
