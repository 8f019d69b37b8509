//! Progress of opening a tree, reported to the caller. `project` itself prints nothing.

use std::path::Path;

use super::inventory_error::Problem;

/// A step of opening a tree.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// This settings file from the working directory does not apply to a tree at a URL, because its `[server]
    /// url` is a different URL.
    UnusedSettings {
        /// The settings file.
        file: &'a Path,
        /// The URL of the tree.
        url: &'a str,
    },
    /// This settings file applies.
    Settings(&'a Path),
    /// A settings file uses the former name of a key.
    FormerKey {
        /// The settings file.
        file: &'a Path,
        /// The former name.
        former: &'static str,
        /// The current name.
        current: &'static str,
    },
    /// Some rows in the inventory have errors. These rows, or their models, are ignored.
    InventoryProblems {
        /// The inventory.
        file: &'a Path,
        /// The errors; never empty.
        problems: &'a [Problem],
    },
    /// This schema extends the catalogue.
    Schema(&'a Path),
    /// This is the served tree.
    Tree(&'a Path),
    /// Another process has locked the tree, as this error describes, and fvprov waits for the lock.
    Waiting(&'a super::write::Error),
}

/// Called for each file that is read, from several threads. Dropped when reading ends.
pub type OnRead = Box<dyn Fn() + Send + Sync>;

/// Receives the steps of opening a tree. By default, the methods do nothing.
pub trait Progress: Send + Sync {
    /// Called when a step begins.
    fn step(&self, _: Step<'_>) {}

    /// Called before files are read, with their approximate number.
    fn reading(&self, _files: usize) -> OnRead {
        Box::new(|| {})
    }
}

/// Ignores all progress.
pub struct Silent;

impl Progress for Silent {}
