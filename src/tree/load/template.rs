//! Reads templates, which no phone requests.

use super::request::{Fetch, Request};
use super::roots::deepest_root;
use super::workspace::{Document, State, Workspace};
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::path::is_within;
use crate::text::source::FileId;
use crate::text::syntax;
use crate::tree::names::{Kind, Role};

/// The paths of the templates in the named directories.
pub(super) fn paths(request: &Request<'_>) -> Vec<String> {
    let is_wanted = |entry: &&Entry| {
        entry.kind == EntryKind::File
            && Kind::split(&entry.path).is_none()
            && (request.templates)(&entry.path)
            && request.named.iter().any(|named| is_within(&entry.path, named))
            && (request.named.contains(&entry.path) || !(request.excludes)(&entry.path))
    };
    request.listing.iter().filter(is_wanted).map(|entry| entry.path.clone()).collect()
}

/// Adds the text of templates to a loaded tree.
pub(super) fn attach(workspace: &mut Workspace, paths: Vec<String>, fetch: &Fetch<'_>) {
    for path in paths {
        let (state, text) = match fetch(&Location::Tree(path.clone())) {
            Ok(text) => (State::Read, text),
            Err(FetchError::TooLarge(limit)) => (State::TooLarge(limit), Vec::new()),
            Err(FetchError::Failed(why)) => (State::Failed(why), Vec::new()),
            Err(FetchError::Missing | FetchError::NotFetched) => continue,
        };
        let file = workspace.add_template(&path, text);
        workspace.documents[file.0 as usize].state = state;
    }
}

impl Workspace {
    /// Adds the text of a template, so that rules can check it.
    pub fn add_template(&mut self, path: &str, text: Vec<u8>) -> FileId {
        let file = self.file(path).unwrap_or_else(|| {
            let file = self.sources.add(path.to_owned(), Vec::new());
            self.documents.push(Document::new(Role::Other, State::Listed));
            self.register(path, file);
            file
        });
        let document = &mut self.documents[file.0 as usize];
        document.state = State::Read;
        document.tree = syntax::parse(&text);
        document.root = deepest_root(&self.roots, path);
        document.in_scope = true;
        self.sources.fill(file, text);
        file
    }
}
