//! The protocols that phones and servers use, and access to the locations of trees.

#[cfg(feature = "net")]
mod causes;
pub mod dhcp;
#[cfg(feature = "net")]
pub mod digest;
mod error;
pub mod fetch;
pub mod sip;
pub mod tftp;
#[cfg(feature = "net")]
pub mod tls;

pub use error::{Error, Option66Fault, RevisionFault, SipFault, TargetFault, UrlFault, os_message};
