//! Allowed locations for a destination: outside the tree and its private files.

use std::path::{Path, PathBuf};

use super::super::Opened;
use super::super::write::{PrivateFolder, resolve};
use super::error::DestinationFault;
use crate::text::path::{slashes, without_dots};

/// Fails if a directory contains sources of the tree or is part of the tree.
pub fn check_place(directory: &Path, tree: &Opened) -> Result<(), DestinationFault> {
    let served = resolve(&tree.served);
    if directory.starts_with(&served) {
        return Err(DestinationFault::InsideTree(slashes(&served)));
    }
    let sources = tree.sources().iter().map(|source| without_dots(&served.join(&source.path)));
    let private = PrivateFolder::candidates(&served, "");
    let mut own: Vec<PathBuf> = [served.clone()].into_iter().chain(sources).chain(private).collect();
    own.sort();
    match own.iter().find(|path| path.starts_with(directory)) {
        Some(path) => Err(DestinationFault::ContainsSource(slashes(path))),
        None => Ok(()),
    }
}
