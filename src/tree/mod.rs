//! A provisioning tree: loading it, resolving what each phone ends up with, and comparing two states of it.

pub mod assumptions;
pub mod compare;
pub mod load;
pub mod names;
pub mod resolve;
pub mod simulate;
pub mod walk;
