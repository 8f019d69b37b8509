//! The manifest of the files that `generate` wrote: `generated.json` in the tree's private folder. The
//! manifest contains hashes but no values. If it is missing, fvprov cannot identify the generated files until
//! `generate` runs again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::memory::TOP;
use super::store::Store;
use super::write::{self, PrivateFolder, hash};
use crate::text::base::Base;
use crate::text::path::STATE_DIRECTORY;

const FILE_NAME: &str = "generated.json";

const VERSION: u32 = 1;

/// Maximum size of the manifest in bytes.
const MOST_BYTES: u64 = 64 << 20;

/// The files that `generate` wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    version: u32,
    /// The files, by path in the served tree.
    pub files: BTreeMap<String, ManifestEntry>,
}

/// A generated file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestEntry {
    /// The hash of its content.
    pub hash: String,
    /// The path of the template, relative to the served tree.
    pub template: String,
    /// The path of the list, relative to the served tree; `None` if it was read from standard input.
    pub list: Option<String>,
    /// The phone's MAC, if the file is generated only from that phone's row.
    pub mac: Option<String>,
}

impl ManifestEntry {
    /// Whether `text` is identical to the content that `generate` wrote.
    pub fn matches(&self, text: &[u8]) -> bool {
        hash(text) == self.hash
    }

    /// The path of the list, for messages.
    pub fn display_list(&self, base: &Base) -> String {
        self.list.as_ref().map_or_else(|| "standard input".into(), |list| base.display_path(list))
    }

    /// The path of the template, for messages.
    pub fn display_template(&self, base: &Base) -> String {
        base.display_path(&self.template)
    }
}

impl Manifest {
    /// The manifest of a served tree; empty if there is none, or if another version of fvprov wrote it.
    pub fn read(store: &Store, served: &Path) -> Self {
        let text = match store {
            Store::Disk | Store::Sparse(_) => {
                Self::path(served).and_then(|path| Store::Disk.read(&path, MOST_BYTES).ok())
            }
            Store::Memory(files) => {
                files.read(&Path::new(TOP).join(STATE_DIRECTORY).join(FILE_NAME), MOST_BYTES).ok()
            }
            Store::Git(_) => None,
            #[cfg(feature = "net")]
            Store::Remote(_) => None,
        };
        let manifest = text.and_then(|text| serde_json::from_slice::<Self>(&text).ok());
        manifest.filter(|manifest| manifest.version == VERSION).unwrap_or_default()
    }

    /// The file on the disk that contains the manifest of a served tree; `None` if there is none.
    pub fn path(served: &Path) -> Option<PathBuf> {
        PrivateFolder::find(served, "", FILE_NAME).map(|folder| folder.file(FILE_NAME))
    }

    /// The text of the manifest's file.
    pub fn text(&mut self) -> String {
        self.version = VERSION;
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Writes the manifest of a served tree to disk. The caller must have locked the tree.
    pub fn write(&mut self, served: &Path) -> Result<(), write::Error> {
        PrivateFolder::create(served, "")?.write(FILE_NAME, self.text().as_bytes())
    }
}
