//! From a listing and a fetch function to a [`Workspace`]: which directories are roots, which files are
//! read, and where every include leads. Does no I/O of its own; what cannot be read becomes data.

mod loader;
mod read;
mod request;
mod resource;
mod roots;
mod target;
mod update_text;
mod workspace;

pub use request::{Base, Excludes, Fetch, NamesFile, Request, Texts, Want, over};
pub use target::{NotFollowed, locate};
pub use workspace::{
    Assignment, Document, Include, NameId, Names, OwnFiles, Resource, Root, Segment, Setting, State,
    Workspace,
};
