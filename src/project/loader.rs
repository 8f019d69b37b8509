//! Loads a tree from its store according to the settings.

use std::sync::Arc;

use rayon::prelude::*;

use super::crawl::{self, Exploration};
use super::inventory::Inventory;
use super::phone_selection::PhoneSelection;
use super::store::Fetcher;
use super::tool_files::Exclude;
use super::{Error, Progress, sources};
use crate::catalogue::Schema;
use crate::templates::recognize::is_template_name;
use crate::text::address::Server;
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::Location;
use crate::text::path;
use crate::text::source::FileId;
use crate::tree::assumptions::Assume;
use crate::tree::load::{self, PriorLoad, Request, State, Texts, Workspace};
use crate::tree::names::Role;
use crate::tree::served_files::Source;

/// Loads a tree, and can load it again with replaced files.
pub struct Loader {
    pub fetcher: Fetcher,
    pub roots: Option<Vec<String>>,
    pub server: Option<Server>,
    pub assume: Assume,
    pub named: Vec<String>,
    /// Paths and content of fvprov's own files.
    pub own: Vec<(String, Vec<u8>)>,
    pub exclude: Exclude,
    /// fvprov's own files.
    pub sources: Vec<Source>,
    /// Globs for templates, as paths in the tree.
    pub templates: Vec<String>,
    /// Templates outside the served tree, with their text.
    pub outside: Vec<(String, Vec<u8>)>,
    /// Receives the progress.
    pub progress: Arc<dyn Progress>,
}

impl Loader {
    /// Loads the tree. Files that are known to be identical in `after`, a different state of the tree, are not
    /// read again.
    pub fn load_first(
        &self,
        schema: &Schema,
        listing: Vec<Entry>,
        texts: &Texts,
        after: Option<(&Workspace, &Self, &Schema)>,
    ) -> Result<Workspace, Error> {
        let other = after.map(|(_, loader, _)| &loader.fetcher);
        let is_same = |path: &str| other.is_some_and(|other| self.fetcher.has_same_content(other, path));
        let wanted = listing.iter().filter(|entry| {
            let is_ours = Role::from_name(path::file_name(&entry.path)).kind().is_some();
            is_ours && entry.kind == EntryKind::File && !is_same(&entry.path)
        });
        let wanted = wanted.map(|entry| self.fetcher.directory.join(&entry.path));
        self.fetcher.store.read_ahead(wanted, self.fetcher.limit).map_err(Error::Git)?;
        let Some((workspace, loader, other_schema)) = after else {
            return Ok(self.load(schema, listing, texts, None, &self.named));
        };
        let is_alike = texts.is_empty()
            && std::ptr::eq(schema, other_schema)
            && self.loads_like(loader)
            && listing == workspace.listing;
        let changed = is_alike.then(|| self.changed_texts(workspace, &is_same)).flatten();
        let Some(changed) = changed else {
            let base = PriorLoad { workspace, is_same: &is_same };
            return Ok(self.load(schema, listing, texts, Some(base), &self.named));
        };
        let names_file = |name: &str| crate::lint::names_file(schema, name);
        Ok(workspace.with_texts(&changed, &names_file).unwrap_or_else(|| {
            let base = PriorLoad { workspace, is_same: &|path| !changed.contains_key(path) };
            self.load(schema, listing, &changed, Some(base), &self.named)
        }))
    }

    /// Whether both loaders load the same tree from the same files.
    fn loads_like(&self, other: &Self) -> bool {
        self.roots == other.roots
            && self.server == other.server
            && self.assume == other.assume
            && self.named == other.named
            && self.own == other.own
            && self.exclude == other.exclude
            && self.sources == other.sources
            && self.templates == other.templates
            && self.outside == other.outside
    }

    /// The files whose text differs from their text in another state of the tree. `None` if a file cannot be read, or was
    /// not read there.
    fn changed_texts(&self, workspace: &Workspace, is_same: &(dyn Fn(&str) -> bool + Sync)) -> Option<Texts> {
        let on_read = self.progress.reading(workspace.documents.len());
        let documents = (0..workspace.documents.len() as u32).into_par_iter().with_min_len(64);
        let changed = documents.map(|file| {
            let (path, document) = (workspace.path(FileId(file)), workspace.document(FileId(file)));
            match &document.state {
                State::Read if document.is_tool_file || is_same(path) => Ok(None),
                State::Listed => Ok(None),
                State::Read if !path::is_url(path) => {
                    on_read();
                    let text = self.fetcher.fetch(&Location::Tree(path.to_owned())).map_err(|_| ())?;
                    Ok((*text != *workspace.text(FileId(file))).then(|| (path.to_owned(), text)))
                }
                _ => Err(()),
            }
        });
        changed.filter_map(Result::transpose).collect::<Result<Texts, ()>>().ok()
    }

    /// Loads the files of these phones from a server that does not list its files. If no phones are selected
    /// by MAC or name, loads the files of all phones in the inventory.
    pub fn explore(
        &self,
        schema: &Schema,
        phones: &PhoneSelection,
        inventory: Option<&(String, Inventory)>,
    ) -> Result<Workspace, Error> {
        let macs = phones.requested_macs(inventory.map(|(_, inventory)| inventory))?;
        let is_whole = macs.is_empty();
        let macs = &crawl::phones(&self.fetcher.directory, &macs, inventory)?;
        let exploration = Exploration {
            fetcher: &self.fetcher,
            roots: self.roots.clone().unwrap_or_else(|| vec![String::new()]),
            named: &self.named,
            macs,
            is_whole,
            load: &|listing| self.load(schema, listing, &Texts::new(), None, &self.named),
        };
        exploration.run()
    }

    /// Whether a file is a template, according to its name or the settings.
    fn is_template(&self, path: &str) -> bool {
        is_template_name(path) || self.templates.iter().any(|glob| path::covers(glob, path))
    }

    /// Loads the part of the tree that the named paths require, from a listing and with the content of some
    /// files replaced.
    pub fn load(
        &self,
        schema: &Schema,
        mut listing: Vec<Entry>,
        texts: &Texts,
        base: Option<PriorLoad<'_>>,
        named: &[String],
    ) -> Workspace {
        let on_read = self.progress.reading(listing.len());
        for path in texts.keys() {
            let entry = Entry { path: path.clone(), kind: EntryKind::File };
            if let Err(at) = listing.binary_search_by(|other| other.path.cmp(path)) {
                listing.insert(at, entry);
            }
        }
        let fetch: &load::Fetch<'_> = &|location| {
            on_read();
            self.fetcher.fetch(location)
        };
        let mut workspace = Request::new(listing, &load::over(texts, fetch))
            .roots(self.roots.clone())
            .server(self.server.clone())
            .assume(self.assume)
            .names_file(&|name| crate::lint::names_file(schema, name))
            .named(named.to_vec())
            .excludes(&|path| self.exclude.excludes(path))
            .templates(&|path| self.is_template(path))
            .load_after(base);
        for (path, text) in &self.outside {
            let text = texts.get(path).unwrap_or(text);
            workspace.add_template(path, text.clone());
        }
        for (path, text) in &self.own {
            workspace.add_tool_file(path, text.clone());
        }
        sources::register(&mut workspace, &self.sources);
        workspace
    }
}
