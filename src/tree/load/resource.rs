//! Files named in settings by URL, such as phonebooks: locates them in the tree and reads their text
//! if required. The caller passes in which parameters name files.

use std::net::Ipv4Addr;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::request::{Fetch, FileRequirement, NamesFile};
use super::roots::deepest_root;
use super::target::{MACROS, NotFollowed, relative};
use super::workspace::{Assignment, Document, Resource, State, Workspace};
use crate::text::address::{Server, is_phone_scheme, split_url};
use crate::text::listing::EntryKind;
use crate::text::location::{FetchError, Location};
use crate::text::path::{file_name, normal_path};
use crate::text::source::FileId;
use crate::tree::names::{Kind, Role};

/// A setting that names a file, with the requirement for the file and its location.
type Named = (Assignment, FileRequirement, Result<Location, NotFollowed>);

/// Locates the files that settings in scope name, and reads them if required.
pub fn attach(
    workspace: &mut Workspace,
    names_file: &NamesFile<'_>,
    fetch: &Fetch<'_>,
    server: Option<&Server>,
) {
    let named = named(workspace, names_file, server);
    let mut finder = Finder { workspace, folded: None };
    let mut texts: FxHashSet<FileId> = FxHashSet::default();
    let mut resources = Vec::with_capacity(named.len());
    for (at, want, to) in named {
        let Some(to) = to.map_or_else(|why| Some(Err(why)), |location| finder.find(location)) else {
            continue;
        };
        if let (Ok(file), FileRequirement::Text) = (&to, want) {
            texts.insert(*file);
        }
        resources.push(Resource { at, to });
    }
    read(workspace, texts, fetch);
    for (index, resource) in resources.iter().enumerate() {
        if let Ok(file) = resource.to {
            let document = &mut workspace.documents[file.0 as usize];
            document.named_by.push(index as u32);
            // A cfg file outside the selected roots belongs to another root and is not checked.
            document.in_scope |= document.role.kind().is_none();
        }
    }
    workspace.resources = resources;
}

/// The settings that name a file, in order.
fn named(workspace: &Workspace, names_file: &NamesFile<'_>, server: Option<&Server>) -> Vec<Named> {
    let names = workspace.names.ids();
    let wants: Vec<Option<FileRequirement>> =
        names.map(|name| names_file(&workspace.names.text(name))).collect();
    if wants.iter().all(Option::is_none) {
        return Vec::new();
    }
    let mut named = Vec::new();
    for (file, document) in workspace.checked_files() {
        if document.role.kind() != Some(Kind::Cfg) || document.state != State::Read {
            continue;
        }
        let root = match (document.root, workspace.roots.as_slice()) {
            (Some(root), roots) => roots.get(root).map(|root| root.path.as_str()),
            // The file is outside the only root, and the phones of this root read it.
            (None, [only]) => Some(only.path.as_str()),
            (None, _) => None,
        };
        for (at, setting) in document.settings.iter().enumerate() {
            let Some(want) = wants.get(setting.name.0 as usize).copied().flatten() else { continue };
            let at = Assignment { file, setting: at as u32 };
            let value = workspace.value_text(at);
            if let Some(to) = locate(&value, root, server) {
                named.push((at, want, to));
            }
        }
    }
    named
}

/// Finds files in the tree, and adds documents for files that have none.
struct Finder<'a> {
    workspace: &'a mut Workspace,
    /// Paths by their lowercase form. Created when a file is first found to be missing.
    folded: Option<FxHashMap<String, String>>,
}

impl Finder<'_> {
    /// The document at a location; `None` for a directory, because in that case the value is a server
    /// address.
    fn find(&mut self, location: Location) -> Option<Result<FileId, NotFollowed>> {
        let Location::Tree(path) = location else { return Some(Err(NotFollowed::NotFetched)) };
        let state = match self.workspace.entry(&path).map(|at| &self.workspace.listing[at].kind) {
            Some(EntryKind::Directory) => return None,
            Some(EntryKind::File) => State::Listed,
            Some(EntryKind::Unreadable(why)) => State::Failed(why.clone()),
            None if path.is_empty() => return None,
            None => {
                return Some(Err(match self.in_other_case(&path) {
                    Some(other) => NotFollowed::OtherCase { path, other },
                    None => NotFollowed::Missing(path),
                }));
            }
        };
        if let Some(known) = self.workspace.file(&path) {
            return Some(Ok(known));
        }
        let mut document = Document::new(Role::from_name(file_name(&path)), state);
        document.root = deepest_root(&self.workspace.roots, &path);
        let file = self.workspace.sources.add(path.clone(), Vec::new());
        self.workspace.documents.push(document);
        self.workspace.register(&path, file);
        Some(Ok(file))
    }

    fn in_other_case(&mut self, path: &str) -> Option<String> {
        let listing = &self.workspace.listing;
        let folded = self.folded.get_or_insert_with(|| {
            let files = listing.iter().filter(|entry| entry.kind != EntryKind::Directory);
            files.map(|entry| (entry.path.to_lowercase(), entry.path.clone())).collect()
        });
        folded.get(&path.to_lowercase()).cloned()
    }
}

/// Reads the content of files that have only been listed so far.
fn read(workspace: &mut Workspace, files: FxHashSet<FileId>, fetch: &Fetch<'_>) {
    let listed = files.into_iter().filter(|file| workspace.document(*file).state == State::Listed);
    let listed: Vec<(FileId, Location)> =
        listed.map(|file| (file, Location::Tree(workspace.path(file).to_owned()))).collect();
    let read: Vec<_> = listed.into_par_iter().map(|(file, location)| (file, fetch(&location))).collect();
    for (file, text) in read {
        let state = match text {
            Ok(text) => {
                workspace.sources.fill(file, text);
                State::Read
            }
            Err(FetchError::TooLarge(limit)) => State::TooLarge(limit),
            Err(FetchError::Failed(why)) => State::Failed(why),
            Err(FetchError::Missing) => State::Failed("it was removed while it was being read".into()),
            Err(FetchError::NotFetched) => State::Listed,
        };
        workspace.documents[file.0 as usize].state = state;
    }
}

/// The location that a value names; `None` if it names no file or cannot be located.
fn locate(value: &str, root: Option<&str>, server: Option<&Server>) -> Option<Result<Location, NotFollowed>> {
    if value.is_empty() || value.ends_with('/') || MACROS.iter().any(|m| value.contains(m)) {
        return None;
    }
    if value.contains('\\') {
        return Some(Err(NotFollowed::Unusable("a backslash: paths on a server are written with `/`")));
    }
    if let Some((scheme, rest)) = split_url(value) {
        let (authority, path) = rest.split_once('/')?;
        let host = authority.rsplit('@').next()?.split(':').next()?;
        if path.is_empty() || (host == "localhost" && path == "all") {
            return None; // A server's address, or the templates' default `http://localhost/all`.
        }
        if !is_phone_scheme(&scheme) {
            let why = "a scheme that phones do not support: use http, https, ftp or tftp";
            return Some(Err(NotFollowed::Unusable(why)));
        }
        // The meaning of a query depends on the server.
        let below = server.filter(|_| !value.contains(['?', '#'])).and_then(|s| s.tree_path(value));
        return Some(below.map_or(Err(NotFollowed::NotFetched), |path| Ok(Location::Tree(path))));
    }
    if value.as_bytes().get(1) == Some(&b':') {
        let why = "a drive letter: phones use paths on the server, not on a disk";
        return Some(Err(NotFollowed::Unusable(why)));
    }
    if value.contains(['?', '#']) {
        return Some(Err(NotFollowed::NotFetched));
    }
    if begins_with_host(value) {
        return Some(Err(NotFollowed::Unusable("no scheme such as `http://`")));
    }
    if value.starts_with('/') {
        return Some(relative(value, &Location::Tree(String::new()), server));
    }
    let Some(root) = root else { return Some(Err(NotFollowed::NotFetched)) };
    Some(normal_path(root, value).map(Location::Tree).ok_or(NotFollowed::Outside))
}

/// `10.0.0.1:8080/book.xml`, `pbx.example.com/book.xml`: probably a URL without a scheme.
fn begins_with_host(value: &str) -> bool {
    let (first, rest) = value.split_once('/').unwrap_or((value, ""));
    let is_name = first
        .rsplit_once('.')
        .is_some_and(|(_, last)| last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic()));
    first.contains(':') || (!rest.is_empty() && (is_name || first.parse::<Ipv4Addr>().is_ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(value: &str) -> Option<Result<String, NotFollowed>> {
        let server = Server::parse("http://10.20.0.88/prov/").unwrap();
        let located = locate(value, Some("sites/a"), Some(&server))?;
        Some(located.map(|location| match location {
            Location::Tree(path) => path,
            Location::Url(url) => format!("URL {url}"),
        }))
    }

    #[test]
    fn values_are_located_in_the_tree() {
        for (value, path) in [
            ("book.xml", "sites/a/book.xml"),
            ("../book.xml", "sites/book.xml"),
            ("/book.xml", "book.xml"),
            ("/prov/b/book.xml", "b/book.xml"),
            ("http://u:p@10.20.0.88/prov/a%20b.xml", "a b.xml"),
        ] {
            assert_eq!(lead(value), Some(Ok(path.into())), "{value}");
        }
    }

    #[test]
    fn values_outside_the_tree_are_not_located() {
        for value in [
            "",
            "http://localhost/all",
            "http://10.20.0.88/prov/",
            "http://10.20.0.88",
            "books/$MAC.xml",
            "https://",
        ] {
            assert_eq!(lead(value), None, "{value}");
        }
        for value in [
            "http://10.20.0.88/prov/?file=directory.xml",
            "http://10.20.0.88/prov/app?file=directory.xml",
            "http://10.20.0.88/other/book.xml",
            "https://10.20.0.88/prov/book.xml",
            "book.xml?a=b",
        ] {
            assert_eq!(lead(value), Some(Err(NotFollowed::NotFetched)), "{value}");
        }
        for value in [
            "sftp://10.20.0.88/book.xml",
            "file:///book.xml",
            "C:/book.xml",
            "a\\book.xml",
            "10.20.0.88:8080/book.xml",
            "pbx:8080/book.xml",
            "pbx.example.com/book.xml",
        ] {
            assert!(matches!(lead(value), Some(Err(NotFollowed::Unusable(_)))), "{value}");
        }
        assert_eq!(lead("../../../book.xml"), Some(Err(NotFollowed::Outside)));
    }
}
