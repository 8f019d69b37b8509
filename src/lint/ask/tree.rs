//! The view of a check on the whole tree.

use super::common::Common;
use super::phone::MemberCx;
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
    /// The rest of the world.
    pub common: Common<'a>,
}

impl<'a> TreeCx<'a> {
    /// The phones that have files of their own, by root and MAC.
    pub fn phones(&self) -> impl Iterator<Item = (Mac, MemberCx<'a>)> {
        let common = self.common;
        common.fleet.members.iter().zip(common.models).filter_map(move |(member, model)| {
            let root = &common.workspace.roots[member.root];
            Some((member.mac?, MemberCx { common, member, root, model: *model }))
        })
    }

    /// The files that are judged and lie in a root, with id, document and path.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &'a Document, &'a str)> {
        let workspace = self.common.workspace;
        workspace.ours().map(|(file, document)| (file, document, workspace.path(file)))
    }

    /// What is wrong with the name of a file, of the rules about names the one that speaks. A file that some
    /// chain reads has the name that its include says, whatever it looks like.
    pub fn misnomer(&self, file: FileId, document: &Document, path: &str) -> Option<Misnomer> {
        if self.is_read(file) {
            return None;
        }
        let root = &self.common.workspace.roots[document.root?];
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
    pub fn stands_beside(&self, path: &str, name: &str) -> bool {
        let beside = join(parent(path), name);
        self.common.workspace.file(&beside).is_some()
    }

    /// Whether some phone (any other phone included) reads a file.
    pub fn is_read(&self, file: FileId) -> bool {
        !self.common.fleet.readers[file.0 as usize].is_empty()
    }
}
