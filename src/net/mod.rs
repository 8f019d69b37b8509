//! The protocols that phones and servers speak, and the stores that a tree is read from.

mod error;

pub use error::{Error, Option66Fault, RevisionFault, SipFault, TargetFault, UrlFault, os_message};
