//! A check's view of the whole tree.

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

/// Problem with the name of a file that no phone reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misnomer {
    /// A leftover extension. Contains the name without the extension.
    Stray(String),
    /// The name of a file that a phone uploaded.
    Exported,
    /// The name is similar to a file name that phones request.
    Near(NearMiss),
}

/// The view of the whole tree.
#[derive(Clone, Copy)]
pub struct TreeCx<'a> {
    /// The tree, its phones, and the settings.
    pub world: &'a World<'a>,
    /// The data of `world` in the form that facts use. Recording private reads has no effect here.
    pub common: Common<'a>,
}

impl<'a> TreeCx<'a> {
    /// Creates the view of the tree.
    pub fn new(world: &'a World<'a>, reads: &'a PrivateReads) -> Self {
        Self { world, common: Common::new(world, reads) }
    }

    /// Phones that have files of their own, sorted by root and MAC.
    pub fn phones(&self) -> impl Iterator<Item = (Mac, MemberCx<'a>)> {
        let (world, reads) = (self.world, self.common.reads);
        (0..)
            .zip(&world.fleet.members)
            .filter_map(move |(id, member)| Some((member.mac?, MemberCx::new(world, reads, id))))
    }

    /// View of one file.
    pub fn file(&self, file: FileId) -> FileCx<'a> {
        FileCx::new(self.world, self.common.reads, file, &[], None)
    }

    /// Files to check, each with its id, document and path.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &'a Document, &'a str)> {
        let workspace = self.world.workspace;
        workspace.checked_files().map(|(file, document)| (file, document, workspace.path(file)))
    }

    /// Problem with a file's name, as reported by the rules about file names. A file that a phone reads has
    /// no such problem, because an include refers to it by that name.
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
        // Phones request files by fixed names only from the directory of the provisioning URL.
        let here = parent(path) == root.path && document.role.kind().is_some();
        here.then(|| near_miss(name)).flatten().map(Misnomer::Near)
    }

    /// Whether the directory of a file contains a file with the given name.
    pub fn has_sibling(&self, path: &str, name: &str) -> bool {
        let beside = join(parent(path), name);
        self.world.workspace.file(&beside).is_some()
    }

    /// Whether a phone, including "any other phone", reads a file.
    pub fn is_read(&self, file: FileId) -> bool {
        !self.world.fleet.readers[file.0 as usize].is_empty()
    }
}
