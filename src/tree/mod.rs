//! Provisioning trees: loading a tree, resolving each phone's effective configuration, and comparing two
//! states of a tree.

pub mod assumptions;
pub mod compare;
pub mod graph;
pub mod load;
pub mod names;
pub mod resolve;
pub mod served_files;
pub mod simulate;
pub mod walk;
