//! What to load, and how files are read.

use std::collections::BTreeMap;

use super::workspace::Workspace;
use crate::text::address::Server;
use crate::text::listing::Entry;
use crate::text::location::{FetchError, Location};
use crate::tree::assumptions::Assume;

/// Reads one file.
pub type Fetch<'a> = dyn Fn(&Location) -> Result<Vec<u8>, FetchError> + Sync + 'a;

/// Tells of a path below the served tree whether `[lint] exclude` names it.
pub type Excludes<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// Texts that stand in for files, by path below the served tree: what an editor holds, what is not yet written.
pub type Texts = BTreeMap<String, Vec<u8>>;

/// Gives what stands in `texts`, and everything else by `fetch`.
pub fn over<'a>(
    texts: &'a Texts,
    fetch: &'a Fetch<'a>,
) -> impl Fn(&Location) -> Result<Vec<u8>, FetchError> + Sync + 'a {
    move |location| match location {
        Location::Tree(path) if texts.contains_key(path) => Ok(texts[path].clone()),
        _ => fetch(location),
    }
}

/// Another load of the same tree, or of another state of it: what both hold is kept once.
#[derive(Clone, Copy)]
pub struct Base<'a> {
    /// What was loaded.
    pub workspace: &'a Workspace,
    /// Whether a path is known to hold the same bytes as there, so that it need not be read.
    pub is_same: &'a (dyn Fn(&str) -> bool + Sync),
}

/// Tells of a parameter's name whether its values name files that phones download, and what of these is wanted.
pub type NamesFile<'a> = dyn Fn(&str) -> Option<Want> + Sync + 'a;

/// What is wanted of a file that a setting names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// Whether it is there.
    Presence,
    /// Its text too.
    Text,
}

/// What to load. The whole tree is named and nothing is excluded, unless it says otherwise.
pub struct Request<'a> {
    pub(super) listing: Vec<Entry>,
    pub(super) fetch: &'a Fetch<'a>,
    pub(super) roots: Option<Vec<String>>,
    pub(super) server: Option<Server>,
    pub(super) assume: Assume,
    pub(super) names_file: &'a NamesFile<'a>,
    pub(super) named: Vec<String>,
    pub(super) excludes: &'a Excludes<'a>,
}

impl<'a> Request<'a> {
    /// A request for a whole tree: its listing, sorted by path, and a function that reads a file.
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
        }
    }

    /// `[server] roots`: the roots, instead of those that are found.
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

    /// Which parameters name files that phones download; none by default.
    #[must_use]
    pub fn names_file(self, names_file: &'a NamesFile<'a>) -> Self {
        Self { names_file, ..self }
    }

    /// The directories or files that were named, below the served tree; an empty path is all of it.
    #[must_use]
    pub fn named(self, named: Vec<String>) -> Self {
        Self { named, ..self }
    }

    /// Paths that make no root and are read only where a phone reads them.
    #[must_use]
    pub fn excludes(self, excludes: &'a Excludes<'a>) -> Self {
        Self { excludes, ..self }
    }
}
