//! Loads a [`Workspace`] from a listing and a fetch function: finds the roots, reads the files, and resolves
//! all includes. This module performs no I/O itself; the workspace records unreadable files.

mod loader;
mod read;
mod request;
mod resource;
mod roots;
mod target;
mod template;
mod update_text;
mod workspace;

pub use request::{Excludes, Fetch, FileRequirement, NamesFile, PriorLoad, Request, Texts, over};
pub use target::{NotFollowed, locate};
pub use workspace::{
    Assignment, Document, Include, NameId, Names, OwnFiles, Resource, Root, Setting, Settings, State,
    Workspace,
};
