//! The input of loading.

use std::collections::BTreeMap;

use super::workspace::Workspace;
use crate::text::address::Server;
use crate::text::listing::Entry;
use crate::text::location::{FetchError, Location};
use crate::tree::assumptions::Assume;

/// Reads one file.
pub type Fetch<'a> = dyn Fn(&Location) -> Result<Vec<u8>, FetchError> + Sync + 'a;

/// Whether `[lint] exclude` matches a path below the served tree.
pub type Excludes<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// Content that replaces files, by path below the served tree: an editor's buffers, or changes that are not yet
/// written.
pub type Texts = BTreeMap<String, Vec<u8>>;

/// Reads replaced files from `texts`, and all other files with `fetch`.
pub fn over<'a>(
    texts: &'a Texts,
    fetch: &'a Fetch<'a>,
) -> impl Fn(&Location) -> Result<Vec<u8>, FetchError> + Sync + 'a {
    move |location| match location {
        Location::Tree(path) if texts.contains_key(path) => Ok(texts[path].clone()),
        _ => fetch(location),
    }
}

/// An earlier load of the same tree, or of a different state of the tree. Identical texts are shared.
#[derive(Clone, Copy)]
pub struct PriorLoad<'a> {
    /// The loaded tree.
    pub workspace: &'a Workspace,
    /// Whether a path is known to contain the same bytes in `workspace`. In that case, a file at this path is not read
    /// again.
    pub is_same: &'a (dyn Fn(&str) -> bool + Sync),
}

/// Requirements for the files that a parameter's values name; `None` if the values name no files that phones
/// download.
pub type NamesFile<'a> = dyn Fn(&str) -> Option<FileRequirement> + Sync + 'a;

/// Whether a file named in a setting need only exist, or whether its text is also needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileRequirement {
    /// The file must exist.
    Presence,
    /// The file's text is needed.
    Text,
}

/// A request to load a tree. By default, a request loads the whole tree and excludes nothing.
pub struct Request<'a> {
    pub(super) listing: Vec<Entry>,
    pub(super) fetch: &'a Fetch<'a>,
    pub(super) roots: Option<Vec<String>>,
    pub(super) server: Option<Server>,
    pub(super) assume: Assume,
    pub(super) names_file: &'a NamesFile<'a>,
    pub(super) named: Vec<String>,
    pub(super) excludes: &'a Excludes<'a>,
    pub(super) templates: &'a Excludes<'a>,
}

impl<'a> Request<'a> {
    /// Creates a request for an entire tree. The listing is sorted by path; `fetch` reads a file.
    pub fn new(listing: Vec<Entry>, fetch: &'a Fetch<'a>) -> Self {
        Self {
            listing,
            fetch,
            roots: None,
            server: None,
            assume: Assume::default(),
            names_file: &|_| None,
            named: vec![String::new()],
            excludes: &|_| false,
            templates: &|_| false,
        }
    }

    /// `[server] roots`: the roots to use instead of detecting them.
    #[must_use]
    pub fn roots(self, roots: Option<Vec<String>>) -> Self {
        Self { roots, ..self }
    }

    /// `[server] url`.
    #[must_use]
    pub fn server(self, server: Option<Server>) -> Self {
        Self { server, ..self }
    }

    /// `[assume]`.
    #[must_use]
    pub fn assume(self, assume: Assume) -> Self {
        Self { assume, ..self }
    }

    /// The parameters that name files for phones to download; none by default.
    #[must_use]
    pub fn names_file(self, names_file: &'a NamesFile<'a>) -> Self {
        Self { names_file, ..self }
    }

    /// The named directories or files below the served tree; an empty path represents the entire tree.
    #[must_use]
    pub fn named(self, named: Vec<String>) -> Self {
        Self { named, ..self }
    }

    /// Paths that cannot be roots and are read only if a phone requests them.
    #[must_use]
    pub fn excludes(self, excludes: &'a Excludes<'a>) -> Self {
        Self { excludes, ..self }
    }

    /// Paths of templates, which are read although no phone requests them.
    #[must_use]
    pub fn templates(self, templates: &'a Excludes<'a>) -> Self {
        Self { templates, ..self }
    }
}
