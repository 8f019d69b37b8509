//! A provisioning tree: loading it, resolving each phone's effective configuration, and comparing two states.

pub mod assumptions;
pub mod compare;
pub mod graph;
pub mod load;
pub mod names;
pub mod resolve;
pub mod served_files;
pub mod simulate;
pub mod walk;
