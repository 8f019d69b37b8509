//! Opens a tree from the paths that the user names: on disk, in a git revision, at a URL, on standard
//! input, or in unsaved buffers. The result is a loaded tree with its settings, catalogue and
//! inventory. The command line, the language server, the servers and the tests use only this module to
//! open trees. It prints nothing.

pub mod catalogue;
pub mod columns;
mod crawl;
pub mod destination;
pub mod discover;
mod draft;
mod editor;
mod error;
pub mod inventory;
pub mod inventory_error;
mod known_names;
pub mod lint_options;
mod loader;
pub mod manifest;
mod memory;
#[cfg(feature = "xlsx")]
mod ods_size;
mod open;
mod open_options;
mod opened;
pub mod phone_selection;
mod progress;
pub mod received_files;
pub mod remote_phones;
mod selection;
mod served_contents;
pub mod settings;
mod shared_files;
mod source_files;
mod sources;
pub mod spreadsheet;
mod store;
mod templates;
pub mod tool_files;
mod what_if;
pub mod write;

pub use draft::{Draft, DraftFile};
pub use editor::{EditorTree, Home, LintContext, find_home, is_tree};
pub use error::{Error, FileError};
pub use memory::{Memory, ReadFile};
pub use open::{Buffer, Reading, find_tree, lock_tree, open, open_memory, open_with};
pub use open_options::{InvalidInventory, OpenOptions};
pub use opened::{FoundPhone, Opened};
pub use phone_selection::PhoneSelection;
pub use progress::{OnRead, Progress, Silent, Step};
pub use selection::SelectedPhone;
pub use served_contents::Contents;
pub use source_files::SourceFiles;
pub use store::Store;
pub use what_if::Addition;
