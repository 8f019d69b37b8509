//! The sources of a tree on disk, under any of their names. These files are never served or published.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::write::FileIdentity;
use super::{OpenOptions, Opened};
use crate::tree::served_files::{SourceKind, source_kind};

/// The sources of a tree on disk.
#[derive(Debug)]
pub struct SourceFiles {
    /// The paths of the sources, with links resolved.
    paths: HashSet<PathBuf>,
    /// The files named in the settings, except templates with columns in their names.
    named: Vec<PathBuf>,
}

impl SourceFiles {
    /// The sources of a tree, some of which are among its files.
    pub fn new<'p>(opened: &Opened, options: &OpenOptions, files: impl Iterator<Item = &'p Path>) -> Self {
        let files = files.filter(|path| {
            let below = path.strip_prefix(&opened.served).ok();
            let below = below.map(|path| path.to_string_lossy().replace('\\', "/"));
            below.is_some_and(|path| {
                source_kind(&path, opened.sources()).is_some_and(|kind| kind != SourceKind::Settings)
            })
        });
        let tool_files = opened.tool_files(options);
        let tool_files = tool_files.iter().filter_map(|file| file.canonicalize().ok());
        Self {
            paths: files.filter_map(|file| file.canonicalize().ok()).chain(tool_files).collect(),
            named: opened.sources().iter().map(|named| opened.served.join(&named.path)).collect(),
        }
    }

    /// Whether a path, with links resolved, is a source or a hard link to a source.
    pub fn contains(&self, file: &Path) -> bool {
        self.paths.contains(file) || self.has_hard_link(file)
    }

    fn has_hard_link(&self, file: &Path) -> bool {
        let Some(found) = FileIdentity::from_path(file).ok().filter(|found| found.names > 1) else {
            return false;
        };
        let mut sources = self.named.iter().chain(&self.paths);
        sources.any(|path| FileIdentity::from_path(path).is_ok_and(|other| other.id == found.id))
    }
}
