//! Loads a tree: selects files, reads them and their includes, and builds the workspace.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::read::{Batch, Entries, OpenInclude, Reader, Target, batch_size};
use super::request::{PriorLoad, Request};
use super::resource;
use super::roots::{Directories, deepest_root, find_directories, is_within_any, requested_roots, root_at};
use super::target::NotFollowed;
use super::template;
use super::workspace::{Document, NameId, Names, Root, State, Workspace};
use crate::text::path::{join, parent};
use crate::text::source::{FileId, Sources};
use crate::tree::names::{COMMON_BOOT, COMMON_CFG, Kind, Role};

impl Request<'_> {
    /// Loads the tree.
    pub fn load(self) -> Workspace {
        self.load_after(None)
    }

    /// Loads the tree, and shares identical files with `base`.
    pub fn load_after(mut self, base: Option<PriorLoad<'_>>) -> Workspace {
        let mut loader = Loader::new(&self, base);
        let found = find_directories(&self, &loader.entries.roles);
        let wanted = loader.wanted(&found);
        loader.read_all(wanted);
        let (roots, is_whole) = loader.choose_roots(&found);
        let mut workspace = loader.finish(roots);
        workspace.is_whole = is_whole;
        let templates = template::paths(&self);
        workspace.listing = std::mem::take(&mut self.listing);
        resource::attach(&mut workspace, self.names_file, self.fetch, self.server.as_ref());
        template::attach(&mut workspace, templates, self.fetch);
        let paths = workspace.sources.iter().map(|(_, source)| source.path.as_str());
        let excluded: Vec<bool> = paths.map(|path| (self.excludes)(path)).collect();
        for (document, excluded) in workspace.documents.iter_mut().zip(excluded) {
            document.excluded = excluded;
        }
        workspace
    }
}

struct Loader<'a> {
    request: &'a Request<'a>,
    base: Option<PriorLoad<'a>>,
    entries: Entries<'a>,
    sources: Sources,
    documents: Vec<Document>,
    names: Names,
    /// The file for each entry in the listing.
    listed: Vec<Option<FileId>>,
    /// The files at URLs or, for URLs without a document, the reason.
    urls: FxHashMap<String, Result<FileId, NotFollowed>>,
}

impl<'a> Loader<'a> {
    fn new(request: &'a Request<'a>, base: Option<PriorLoad<'a>>) -> Self {
        Self {
            request,
            base,
            entries: Entries::new(&request.listing),
            sources: Sources::default(),
            documents: Vec::new(),
            names: base.map(|base| base.workspace.names.clone()).unwrap_or_default(),
            listed: vec![None; request.listing.len()],
            urls: FxHashMap::default(),
        }
    }

    /// The entries to read: everything below a possible root, and named files.
    fn wanted(&self, found: &Directories<'_>) -> Vec<Target> {
        let roots: FxHashSet<&str> =
            found.certain.iter().map(String::as_str).chain(found.by_cfg.keys().copied()).collect();
        let mut known: FxHashMap<&str, (bool, bool)> = FxHashMap::default();
        let mut wanted = Vec::new();
        for (at, entry) in self.request.listing.iter().enumerate() {
            let role = self.entries.roles[at];
            let relevant = self.entries.is_file(at) || role.kind().is_some();
            let directory = parent(&entry.path);
            let (is_root, is_inside) = *known
                .entry(directory)
                .or_insert_with(|| (roots.contains(directory), is_within_any(directory, &roots)));
            // Excluded files are read if a phone requests them by name.
            let is_requested = role.is_requested() && is_root;
            let inside = relevant && is_inside && (is_requested || !(self.request.excludes)(&entry.path));
            if inside || self.request.named.contains(&entry.path) && self.entries.is_file(at) {
                wanted.push(Target::Entry(at));
            }
        }
        wanted
    }

    /// Reads the files and everything that they include.
    fn read_all(&mut self, mut wanted: Vec<Target>) {
        let mut open: Vec<OpenInclude> = Vec::new();
        while !wanted.is_empty() {
            let first = open.len();
            open.extend(self.read(&wanted));
            let targets = open[first..].iter().map(|include| &include.target);
            wanted = targets.filter(|target| self.is_new(target)).cloned().collect();
            wanted.sort_unstable();
            wanted.dedup();
        }
        for OpenInclude { file, include, target } in open {
            let to = self.find(&target);
            self.documents[file].includes[include].to = to;
        }
    }

    /// Reads files. Returns the includes whose targets had no id before.
    fn read(&mut self, wanted: &[Target]) -> Vec<OpenInclude> {
        let (first, size) = (self.documents.len(), batch_size(wanted.len()));
        let count = first + wanted.len();
        for (at, target) in wanted.iter().enumerate() {
            if let Target::Entry(entry) = target {
                self.listed[*entry] = Some(FileId((first + at) as u32));
            }
        }
        self.sources.resize(count);
        self.documents.reserve_exact(wanted.len());
        self.documents.resize_with(count, || Document::new(Role::Other, State::Listed));
        let reader =
            Reader { request: self.request, base: self.base, entries: &self.entries, listed: &self.listed };
        let documents = self.documents[first..].par_chunks_mut(size);
        let files = documents.zip(self.sources.from_mut(first).par_chunks_mut(size));
        let batches = wanted.par_chunks(size).zip(files);
        let batches: Vec<Batch> =
            batches.map(|(wanted, (documents, sources))| reader.read(wanted, documents, sources)).collect();
        let ids: Vec<Vec<NameId>> = batches.iter().map(|batch| self.names.absorb(&batch.names)).collect();
        let documents = self.documents[first..].par_chunks_mut(size);
        documents.zip(&batches).zip(&ids).for_each(|((documents, batch), ids)| batch.rename(documents, ids));
        let (mut open, mut failed) = (Vec::new(), FxHashMap::default());
        for (start, batch) in (first..).step_by(size).zip(batches) {
            let includes = batch.open.into_iter();
            open.extend(includes.map(|include| OpenInclude { file: start + include.file, ..include }));
            failed.extend(batch.failed.into_iter().map(|(at, why)| (start + at, why)));
        }
        self.add_urls(wanted, first, failed, &mut open);
        open
    }

    /// Registers the URLs among the files that were read, which follow all entries. Removes the URLs without a file.
    fn add_urls(
        &mut self,
        wanted: &[Target],
        first: usize,
        mut failed: FxHashMap<usize, NotFollowed>,
        open: &mut [OpenInclude],
    ) {
        let mut removed = 0;
        for (at, target) in (first..).zip(wanted) {
            let Target::Url(url) = target else { continue };
            let file = at - removed;
            let read = if let Some(why) = failed.remove(&at) {
                self.sources.remove(FileId(file as u32));
                self.documents.remove(file);
                removed += 1;
                Err(why)
            } else {
                open.iter_mut().filter(|include| include.file == at).for_each(|include| include.file = file);
                Ok(FileId(file as u32))
            };
            self.urls.insert(url.clone(), read);
        }
    }

    fn is_new(&self, target: &Target) -> bool {
        match target {
            Target::Entry(at) => self.listed[*at].is_none(),
            Target::Url(url) => !self.urls.contains_key(url),
        }
    }

    fn find(&self, target: &Target) -> Result<FileId, NotFollowed> {
        match target {
            Target::Entry(at) => {
                self.listed[*at].ok_or_else(|| NotFollowed::Missing(self.request.listing[*at].path.clone()))
            }
            Target::Url(url) => self.urls.get(url).cloned().unwrap_or(Err(NotFollowed::NotFetched)),
        }
    }

    /// The selected roots, and whether the served tree has no other roots.
    fn choose_roots(&self, found: &Directories<'_>) -> (Vec<String>, bool) {
        let mut is_included = vec![false; self.documents.len()];
        for boot in self.documents.iter().filter(|document| document.role.kind() == Some(Kind::Boot)) {
            for target in boot.includes.iter().filter_map(|include| include.to.as_ref().ok()) {
                is_included[target.0 as usize] = true;
            }
        }
        let mut by_cfg: Vec<&str> = found.by_cfg.keys().copied().collect();
        by_cfg.sort_unstable();
        let mut roots: FxHashSet<&str> = found.certain.iter().map(String::as_str).collect();
        for directory in by_cfg {
            let mut cfgs = found.by_cfg[directory].iter();
            if !is_within_any(directory, &roots)
                && cfgs.any(|at| self.listed[*at].is_none_or(|id| !is_included[id.0 as usize]))
            {
                roots.insert(directory);
            }
        }
        let all = roots.len();
        let requested = requested_roots(roots, &self.request.named);
        let is_whole = requested.len() == all;
        (requested, is_whole)
    }

    fn finish(mut self, roots: Vec<String>) -> Workspace {
        let mut roots: Vec<Root> = roots.into_iter().map(|path| Root { path, ..Root::default() }).collect();
        self.mark_in_scope(&roots);
        self.fill_roots(&mut roots);
        let skipped = (0..self.listed.len())
            .filter(|at| self.entries.is_file(*at) && self.entries.roles[*at].kind().is_some())
            .filter(|at| {
                self.listed[*at].is_none_or(|id| !self.documents[id.0 as usize].in_scope)
                    && !(self.request.excludes)(&self.request.listing[*at].path)
            })
            .count();
        let unlisted = self.urls.into_iter().filter_map(|(url, file)| Some((url, file.ok()?)));
        Workspace {
            sources: self.sources,
            documents: self.documents,
            names: self.names,
            roots,
            resources: Vec::new(),
            assume: self.request.assume,
            skipped,
            listing: Vec::new(),
            is_whole: false,
            is_listed: true,
            listed: self.listed,
            unlisted: unlisted.collect(),
            load: std::sync::Arc::default(),
        }
    }

    /// Marks the files in selected roots, named files, and all files that they include.
    fn mark_in_scope(&mut self, roots: &[Root]) {
        let mut queue = Vec::new();
        for (id, document) in self.documents.iter_mut().enumerate() {
            let path = &self.sources.get(FileId(id as u32)).path;
            document.root = deepest_root(roots, path);
            let is_requested = document.role.is_requested() && root_at(roots, parent(path)).is_some();
            let inside = document.root.is_some() && (is_requested || !(self.request.excludes)(path));
            document.in_scope = inside || self.request.named.contains(path);
            if document.in_scope {
                queue.push(id);
            }
        }
        while let Some(id) = queue.pop() {
            for include in 0..self.documents[id].includes.len() {
                let Ok(target) = self.documents[id].includes[include].to else { continue };
                let document = &mut self.documents[target.0 as usize];
                if !document.in_scope {
                    document.in_scope = true;
                    queue.push(target.0 as usize);
                }
            }
        }
    }

    fn fill_roots(&self, roots: &mut [Root]) {
        for root in roots.iter_mut() {
            root.common_boot = self.readable(&join(&root.path, COMMON_BOOT));
            root.common_cfg = self.readable(&join(&root.path, COMMON_CFG));
        }
        for (at, id) in self.listed.iter().enumerate() {
            let Some(id) = id.filter(|_| self.entries.is_file(at)) else { continue };
            let Role::Mac(kind, mac) = self.entries.roles[at] else { continue };
            let Some(root) = root_at(roots, parent(&self.request.listing[at].path)) else { continue };
            let own = roots[root].phones.entry(mac).or_default();
            match kind {
                Kind::Boot => own.boot = Some(id),
                Kind::Cfg => own.cfg = Some(id),
            }
        }
        let is_taken = self.included_by_others();
        for root in roots {
            root.phones.retain(|mac, own| {
                own.boot.is_some()
                    || mac.is_flyingvoice()
                    || own.cfg.is_some_and(|cfg| !is_taken[cfg.0 as usize])
            });
        }
    }

    fn readable(&self, path: &str) -> Option<FileId> {
        self.entries.file(path).and_then(|at| self.listed[at])
    }

    /// For each file, whether another phone's boot file includes it. In that case, a name of 12 hex digits is
    /// a custom name and not the name of a phone's own file, unless it begins with a Flyingvoice prefix.
    fn included_by_others(&self) -> Vec<bool> {
        let mut is_taken = vec![false; self.documents.len()];
        for boot in self.documents.iter().filter(|document| document.role.kind() == Some(Kind::Boot)) {
            for target in boot.includes.iter().filter_map(|include| include.to.as_ref().ok()) {
                let own = match (boot.role, self.documents[target.0 as usize].role) {
                    (Role::Mac(_, boot), Role::Mac(_, cfg)) => boot == cfg,
                    _ => false,
                };
                is_taken[target.0 as usize] |= !own;
            }
        }
        is_taken
    }
}
