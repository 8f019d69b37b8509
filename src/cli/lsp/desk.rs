//! The files and settings of this machine, as the language server is handed them.

use std::path::Path;
use std::sync::Arc;

use fvprov::lsp::{Home, Host, Judging, Tree};
use fvprov::net::fetch::Store;
use fvprov::project::{self, EditorTree};
use fvprov::tree::load::{Texts, Workspace};

use super::super::out;

/// The files of this machine.
pub struct Desk {
    /// How trees are opened.
    pub options: project::Options,
}

impl Host for Desk {
    fn find(&self, path: &Path) -> (Home, String) {
        project::find_home(&self.options, path)
    }

    fn is_tree(&self, directory: &Path) -> bool {
        project::is_tree(directory)
    }

    fn open(&self, home: &Home) -> Result<Box<dyn Tree>, String> {
        match EditorTree::open(&self.options, home) {
            Ok(tree) => Ok(Box::new(Opened(tree))),
            Err(error) => Err(error.to_string()),
        }
    }

    fn read(&self, path: &Path) -> Option<Vec<u8>> {
        Store::Disk.read(path, u64::from(u32::MAX)).ok()
    }

    fn log(&self, text: &str) {
        out::note("note", text);
    }
}

struct Opened(EditorTree);

impl Tree for Opened {
    fn judging(&mut self, workspace: &Workspace) -> Result<Arc<Judging>, String> {
        self.0.judging(workspace).map_err(|error| error.to_string())
    }

    fn last_judging(&self) -> Arc<Judging> {
        self.0.last_judging()
    }

    fn load(&self, texts: &Texts) -> Workspace {
        self.0.load(texts)
    }

    fn load_stray(&self, texts: &Texts, path: &str) -> Workspace {
        self.0.load_stray(texts, path)
    }
}
