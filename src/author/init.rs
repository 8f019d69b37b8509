//! The files of a new tree.
