//! What a caller learns while a tree is opened. The room itself prints nothing.

use std::path::Path;

/// A step of opening a tree.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// This settings file applies.
    Settings(&'a Path),
    /// This schema extends the catalogue.
    Schema(&'a Path),
    /// This is the served tree.
    Tree(&'a Path),
}

/// Is called for every file that is read, from several threads; reading has ended when it is dropped.
pub type OnRead = Box<dyn Fn() + Send + Sync>;

/// Receives the steps of opening a tree. Every method does nothing unless it is implemented.
pub trait Progress: Send + Sync {
    /// A step begins.
    fn step(&self, _: Step<'_>) {}

    /// Files are about to be read, about this many.
    fn reading(&self, _files: usize) -> OnRead {
        Box::new(|| {})
    }
}

/// Reports no progress.
pub struct Silent;

impl Progress for Silent {}
