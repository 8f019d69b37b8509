//! The steps of loading: selects files, reads them and their includes, and builds the workspace.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::read::{BATCH, Batch, FileRead, LocatedInclude, ParsedFile, Reader};
use super::request::{PriorLoad, Request};
use super::resource;
use super::roots::{Directories, deepest_root, find_directories, is_within_any, requested_roots, root_at};
use super::target::NotFollowed;
use super::template;
use super::workspace::{Document, Include, NameId, Names, Root, Workspace};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::Location;
use crate::text::path::{file_name, join, parent};
use crate::text::source::{FileId, Sources};
use crate::tree::names::{COMMON_BOOT, COMMON_CFG, Kind, Role};

impl Request<'_> {
    /// Loads the tree.
    pub fn load(self) -> Workspace {
        self.load_after(None)
    }

    /// Loads the tree, and shares equal files with `base`.
    pub fn load_after(mut self, base: Option<PriorLoad<'_>>) -> Workspace {
        let found = find_directories(&self);
        let mut loader = Loader::new(&self, base);
        let wanted = loader.wanted(&found);
        loader.read_all(wanted);
        loader.link();
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
    kinds: FxHashMap<&'a str, (&'a EntryKind, Role)>,
    /// Paths by their lower-case form, to find files in another case. The index is created when the first
    /// target is missing.
    folded: std::cell::OnceCell<FxHashMap<String, &'a str>>,
    sources: Sources,
    documents: Vec<Document>,
    names: Names,
    ids: FxHashMap<String, FileId>,
    /// URLs without a document, with the reason.
    refused: FxHashMap<String, NotFollowed>,
    /// For each document: the lines of its includes and their targets.
    located: Vec<Vec<LocatedInclude>>,
}

fn kind_and_role(entry: &Entry) -> (&str, (&EntryKind, Role)) {
    (&entry.path, (&entry.kind, Role::from_name(file_name(&entry.path))))
}

impl<'a> Loader<'a> {
    fn new(request: &'a Request<'a>, base: Option<PriorLoad<'a>>) -> Self {
        Self {
            request,
            base,
            kinds: request.listing.iter().map(kind_and_role).collect(),
            folded: std::cell::OnceCell::new(),
            sources: Sources::default(),
            documents: Vec::new(),
            names: base.map(|base| base.workspace.names.clone()).unwrap_or_default(),
            ids: FxHashMap::default(),
            refused: FxHashMap::default(),
            located: Vec::new(),
        }
    }

    /// The locations to read: everything below a possible root, and named files.
    fn wanted(&self, found: &Directories) -> Vec<Location> {
        let roots: FxHashSet<&str> =
            found.certain.iter().chain(found.by_cfg.keys()).map(String::as_str).collect();
        let mut known: FxHashMap<&str, bool> = FxHashMap::default();
        let mut wanted = Vec::new();
        for entry in &self.request.listing {
            let role = self.kinds.get(entry.path.as_str()).map_or(Role::Other, |(_, role)| *role);
            let relevant = entry.kind != EntryKind::Directory || role.kind().is_some();
            let directory = parent(&entry.path);
            let inside =
                relevant && *known.entry(directory).or_insert_with(|| is_within_any(directory, &roots));
            // Excluded files are read if a phone requests them by name.
            let is_requested = role.is_requested() && roots.contains(directory);
            let inside = inside && (is_requested || !(self.request.excludes)(&entry.path));
            if inside || self.request.named.contains(&entry.path) && entry.kind != EntryKind::Directory {
                wanted.push(Location::Tree(entry.path.clone()));
            }
        }
        wanted
    }

    fn read_all(&mut self, mut wanted: Vec<Location>) {
        while !wanted.is_empty() {
            let first = self.documents.len();
            let reader = Reader { request: self.request, base: self.base, kinds: &self.kinds };
            let batches: Vec<Batch> = wanted.par_chunks(BATCH).map(|part| reader.batch(part)).collect();
            let ids: Vec<Vec<NameId>> = batches.iter().map(|batch| self.names.absorb(&batch.names)).collect();
            let renamed = batches.into_par_iter().zip(ids).map(|(batch, ids)| batch.renamed(&ids));
            let read: Vec<Vec<FileRead>> = renamed.collect();
            for (path, read) in read.into_iter().flatten() {
                match read {
                    Ok(found) => self.add(path, found),
                    Err(refusal) => {
                        self.refused.insert(path, refusal);
                    }
                }
            }
            let leads = self.located[first..].iter().flatten().filter_map(|(_, to)| to.as_ref().ok());
            let mut next: Vec<Location> = leads.filter(|to| self.is_new(to)).cloned().collect();
            next.sort_unstable();
            next.dedup();
            wanted = next;
        }
    }

    fn is_new(&self, location: &Location) -> bool {
        match location {
            Location::Tree(path) => !self.ids.contains_key(path) && self.exists(path),
            Location::Url(url) => !self.ids.contains_key(url) && !self.refused.contains_key(url),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.kinds.get(path).is_some_and(|(kind, _)| **kind != EntryKind::Directory)
    }

    fn add(&mut self, path: String, found: ParsedFile) {
        let id = self.sources.add(path.clone(), found.text);
        self.ids.insert(path, id);
        self.documents.push(found.document);
        self.located.push(found.includes);
    }

    /// Replaces locations with file ids. Every file already has an id.
    fn link(&mut self) {
        let leads = std::mem::take(&mut self.located);
        for (at, leads) in leads.into_iter().enumerate() {
            let includes =
                leads.into_iter().map(|(line, to)| Include { line, to: to.and_then(|to| self.find(&to)) });
            let includes: Vec<Include> = includes.collect();
            self.documents[at].includes = includes;
            self.documents[at].split_segments();
        }
    }

    fn find(&self, location: &Location) -> Result<FileId, NotFollowed> {
        match location {
            Location::Tree(path) => match self.ids.get(path) {
                Some(&id) if self.exists(path) => Ok(id),
                _ => Err(match self.in_other_case(path) {
                    Some(other) => NotFollowed::OtherCase { path: path.clone(), other: other.into() },
                    None => NotFollowed::Missing(path.clone()),
                }),
            },
            Location::Url(url) => match self.ids.get(url) {
                Some(&id) => Ok(id),
                None => Err(self.refused.get(url).cloned().unwrap_or(NotFollowed::NotFetched)),
            },
        }
    }

    fn in_other_case(&self, path: &str) -> Option<&'a str> {
        let folded = self.folded.get_or_init(|| {
            let paths = self.request.listing.iter().map(|entry| entry.path.as_str());
            paths.map(|path| (path.to_lowercase(), path)).collect()
        });
        let other = folded.get(path.to_lowercase().as_str()).copied();
        other.filter(|other| *other != path && self.exists(other))
    }

    /// The selected roots, and whether these are all roots in the served tree.
    fn choose_roots(&self, found: &Directories) -> (Vec<String>, bool) {
        let boots = self.documents.iter().filter(|document| document.role.kind() == Some(Kind::Boot));
        let included: FxHashSet<FileId> = boots
            .flat_map(|boot| boot.includes.iter().filter_map(|include| include.to.as_ref().ok().copied()))
            .collect();
        let mut by_cfg: Vec<&String> = found.by_cfg.keys().collect();
        by_cfg.sort_unstable();
        let mut roots: FxHashSet<&str> = found.certain.iter().map(String::as_str).collect();
        for directory in by_cfg {
            let mut cfgs = found.by_cfg[directory].iter();
            if !is_within_any(directory, &roots)
                && cfgs.any(|path| self.ids.get(path).is_none_or(|id| !included.contains(id)))
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
        let skipped = self
            .kinds
            .iter()
            .filter(|(_, (kind, role))| **kind != EntryKind::Directory && role.kind().is_some())
            .filter(|(path, _)| {
                self.ids.get(**path).is_none_or(|id| !self.documents[id.0 as usize].in_scope)
                    && !(self.request.excludes)(path)
            })
            .count();
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
            ids: self.ids,
        }
    }

    /// Marks the files in a selected root, named files, and all files that these include.
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
            let targets: Vec<FileId> =
                self.documents[id].includes.iter().filter_map(|i| i.to.clone().ok()).collect();
            for target in targets {
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
        for (id, document) in self.documents.iter().enumerate() {
            let id = FileId(id as u32);
            let Role::Mac(kind, mac) = document.role else { continue };
            let path = &self.sources.get(id).path;
            let Some(root) = root_at(roots, parent(path)).filter(|_| self.exists(path)) else { continue };
            let own = roots[root].phones.entry(mac).or_default();
            match kind {
                Kind::Boot => own.boot = Some(id),
                Kind::Cfg => own.cfg = Some(id),
            }
        }
        let taken = self.included_by_others();
        for root in roots {
            root.phones.retain(|mac, own| {
                own.boot.is_some() || mac.is_flyingvoice() || own.cfg.is_some_and(|cfg| !taken.contains(&cfg))
            });
        }
    }

    fn readable(&self, path: &str) -> Option<FileId> {
        self.ids.get(path).copied().filter(|_| self.exists(path))
    }

    /// Files that the boot file of another phone includes. Among these files, a name of 12 hex digits is a
    /// custom name, not a phone's own file, unless it begins with a Flyingvoice prefix.
    fn included_by_others(&self) -> FxHashSet<FileId> {
        let mut taken = FxHashSet::default();
        for boot in self.documents.iter().filter(|document| document.role.kind() == Some(Kind::Boot)) {
            for target in boot.includes.iter().filter_map(|include| include.to.as_ref().ok()) {
                let own = match (boot.role, self.documents[target.0 as usize].role) {
                    (Role::Mac(_, boot), Role::Mac(_, cfg)) => boot == cfg,
                    _ => false,
                };
                if !own {
                    taken.insert(*target);
                }
            }
        }
        taken
    }
}
