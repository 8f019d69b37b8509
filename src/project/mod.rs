//! The settings and lists that belong to a tree.

pub mod inventory;
pub mod settings;
