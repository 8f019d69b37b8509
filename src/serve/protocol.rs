//! What the servers speak.

use crate::net::tftp;

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// HTTP/1.1 (RFC 9112).
    Http,
    /// The same in TLS.
    Https,
    /// RFC 1350.
    Tftp,
    /// RFC 959.
    Ftp,
}

impl Protocol {
    /// As a URL begins, and as the option is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Tftp => "tftp",
            Self::Ftp => "ftp",
        }
    }

    /// The port that a URL need not name.
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Tftp => tftp::PORT,
            Self::Ftp => 21,
        }
    }

    /// The port where none is named, which takes no special right.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 8080,
            Self::Https => 8443,
            Self::Tftp => 6969,
            Self::Ftp => 2121,
        }
    }
}
