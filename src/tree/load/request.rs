//! What to load.

use super::{Base, Excludes, Fetch, NamesFile, Workspace, load_after};
use crate::text::address::Server;
use crate::text::listing::Entry;
use crate::tree::assumptions::Assume;

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

    /// Loads the tree.
    pub fn load(self) -> Workspace {
        load_after(self, None)
    }

    /// Loads the tree, and shares with `base` what both hold.
    pub fn load_after(self, base: Option<Base<'_>>) -> Workspace {
        load_after(self, base)
    }
}
