//! The view of a check on the whole tree.

use super::common::Common;
use super::file::FileCx;
use super::phone::MemberCx;
use super::private::PrivateReads;
use super::world::World;
use crate::text::mac::Mac;
use crate::text::path::{join, parent};
use crate::text::source::FileId;
use crate::tree::load::Document;
use crate::tree::names::{NearMiss, is_exported, near_miss, stray};

/// What is wrong with the name of a file that no phone reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misnomer {
    /// A left-over ending; holds the name without it.
    Stray(String),
    /// What a phone uploads.
    Exported,
    /// Nearly a name that phones ask for.
    Near(NearMiss),
}

/// The whole tree.
#[derive(Clone, Copy)]
pub struct TreeCx<'a> {
    /// The tree, its phones, and the settings.
    pub world: &'a World<'a>,
    /// The same as facts ask for it. What is private does not matter here.
    pub common: Common<'a>,
}

impl<'a> TreeCx<'a> {
    /// The tree.
    pub fn new(world: &'a World<'a>, reads: &'a PrivateReads) -> Self {
        Self { world, common: Common::new(world, reads) }
    }

    /// The phones that have files of their own, by root and MAC.
    pub fn phones(&self) -> impl Iterator<Item = (Mac, MemberCx<'a>)> {
        let (world, reads) = (self.world, self.common.reads);
        (0..)
            .zip(&world.fleet.members)
            .filter_map(move |(id, member)| Some((member.mac?, MemberCx::new(world, reads, id))))
    }

    /// The view on one file.
    pub fn file(&self, file: FileId) -> FileCx<'a> {
        FileCx::new(self.world, self.common.reads, file, &[], None)
    }

    /// The files that are judged and lie in a root, with id, document and path.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &'a Document, &'a str)> {
        let workspace = self.world.workspace;
        workspace.checked_files().map(|(file, document)| (file, document, workspace.path(file)))
    }

    /// What is wrong with the name of a file, of the rules about names the one that reports. A file that some
    /// chain reads has the name that its include says, whatever it looks like.
    pub fn misnomer(&self, file: FileId, document: &Document, path: &str) -> Option<Misnomer> {
        if self.is_read(file) {
            return None;
        }
        let root = &self.world.workspace.roots[document.root?];
        let name = crate::text::path::file_name(path);
        if let Some(right) = stray(name) {
            return Some(Misnomer::Stray(right));
        }
        if is_exported(name) {
            return Some(Misnomer::Exported);
        }
        // Only beside the server's URL does a phone ask for names of its own accord.
        let here = parent(path) == root.path && document.role.kind().is_some();
        here.then(|| near_miss(name)).flatten().map(Misnomer::Near)
    }

    /// Whether a file of this name stands beside another one.
    pub fn has_sibling(&self, path: &str, name: &str) -> bool {
        let beside = join(parent(path), name);
        self.world.workspace.file(&beside).is_some()
    }

    /// Whether some phone (any other phone included) reads a file.
    pub fn is_read(&self, file: FileId) -> bool {
        !self.world.fleet.readers[file.0 as usize].is_empty()
    }
}
