//! Opens a project: from the paths a user names (on a disk, `git:`, a URL, standard input, unsaved buffers) to a
//! loaded tree with its settings, its catalogue and its inventory. The command line, the language server, the
//! servers and the tests open trees through this room and in no other way. It prints nothing.

pub mod catalogue;
mod crawl;
pub mod discover;
mod editor;
mod error;
pub mod inventory;
mod known_names;
pub mod lint_options;
mod loader;
mod memory;
mod open;
mod opened;
mod options;
mod progress;
pub mod settings;
mod store;
pub mod tool_files;
mod what_if;
pub mod write;

pub use editor::{EditorTree, Home, Judging, find_home, is_tree};
pub use error::{Error, FileError, UnknownModel};
pub use memory::Memory;
pub use open::{Buffer, Reading, open, open_memory, open_with};
pub use opened::{Found, Opened};
pub use options::Options;
pub use progress::{OnRead, Progress, Silent, Step};
pub use store::Store;
pub use what_if::Addition;
