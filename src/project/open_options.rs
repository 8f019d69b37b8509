//! Options for opening trees.

use std::path::PathBuf;
use std::sync::Arc;

use super::progress::{Progress, Silent};

/// What happens if the inventory is missing or none of its rows can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InvalidInventory {
    /// The tree is not opened.
    #[default]
    Error,
    /// The tree is opened without the inventory.
    Ignored,
}

/// Options for opening trees.
#[allow(clippy::struct_excessive_bools)] // independent options
#[derive(Clone)]
pub struct OpenOptions {
    /// A settings file to use instead of the nearest `fvprov.toml`.
    pub config: Option<PathBuf>,
    /// Whether to ignore settings files.
    pub isolated: bool,
    /// A schema that extends the catalogue after the schemas in the settings.
    pub schema: Option<PathBuf>,
    /// Whether to accept untrusted TLS certificates.
    pub insecure: bool,
    /// Whether to read files that a sparse checkout omits from the git index.
    pub with_index: bool,
    /// Whether a git revision is compared with its working tree: files that are unchanged according to git's
    /// index are read only once.
    pub with_worktree: bool,
    /// The effect of an invalid inventory.
    pub invalid_inventory: InvalidInventory,
    /// Receives the steps of opening a tree.
    pub progress: Arc<dyn Progress>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            config: None,
            isolated: false,
            schema: None,
            insecure: false,
            with_index: false,
            with_worktree: false,
            invalid_inventory: InvalidInventory::default(),
            progress: Arc::new(Silent),
        }
    }
}

impl OpenOptions {
    /// The same options without progress.
    #[must_use]
    pub fn silent(self) -> Self {
        Self { progress: Arc::new(Silent), ..self }
    }
}
