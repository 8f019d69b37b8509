//! The world as the language server is handed it: trees, their settings, files.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::lint::Options;
use crate::load::{Texts, Workspace};
use crate::report::Base;
use crate::schema::Schema;

/// What is judged together: a served tree, or a file of no tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home {
    /// The served tree, or the directory of the file.
    pub top: PathBuf,
    /// The file of no tree.
    pub only: Option<String>,
}

/// The world as the server is handed it.
pub trait Host: Send + Sync {
    /// The home of a path, and its path there.
    fn find(&self, path: &Path) -> (Home, String);
    /// Whether a directory is the top of a tree.
    fn is_tree(&self, directory: &Path) -> bool;
    /// Reads the settings of a home, and what they name, and everything below it.
    ///
    /// # Errors
    /// Says in one line why that cannot be done.
    fn open(&self, home: &Home) -> Result<Box<dyn Tree>, String>;
    /// Reads a file.
    fn read(&self, path: &Path) -> Option<Vec<u8>>;
    /// Says something where no client sees it.
    fn log(&self, text: &str);
}

/// An opened tree.
pub trait Tree {
    /// How a state of it is judged: its own files say the models of phones.
    ///
    /// # Errors
    /// Says in one line why that cannot be known.
    fn judging(&mut self, workspace: &Workspace) -> Result<Arc<Judging>, String>;
    /// How it was judged last.
    fn last_judging(&self) -> Arc<Judging>;
    /// Its files, with texts in place of some.
    fn load(&self, texts: &Texts) -> Workspace;
    /// The same, where only this file is asked about, which lies in no root.
    fn load_stray(&self, texts: &Texts, path: &str) -> Workspace;
}

/// How a tree is judged and shown.
pub struct Judging {
    /// From where paths are shown.
    pub base: Base,
    /// The catalogue.
    pub schema: Cow<'static, Schema>,
    /// What the settings say.
    pub options: Options,
    /// `[server] url`.
    pub url: Option<String>,
}
