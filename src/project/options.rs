//! How trees are opened, whatever is opened.

use std::path::PathBuf;
use std::sync::Arc;

use super::progress::{Progress, Silent};

/// How trees are opened, whatever is opened.
#[derive(Clone)]
pub struct Options {
    /// The settings file, instead of the nearest `fvprov.toml`.
    pub config: Option<PathBuf>,
    /// Whether settings files are ignored.
    pub isolated: bool,
    /// A schema that extends the catalogue after those of the settings.
    pub schema: Option<PathBuf>,
    /// Whether untrusted TLS certificates are accepted.
    pub insecure: bool,
    /// Receives the steps of opening a tree.
    pub progress: Arc<dyn Progress>,
}

impl Default for Options {
    fn default() -> Self {
        Self { config: None, isolated: false, schema: None, insecure: false, progress: Arc::new(Silent) }
    }
}

impl Options {
    /// The same without reports of progress.
    #[must_use]
    pub fn silent(self) -> Self {
        Self { progress: Arc::new(Silent), ..self }
    }
}
