//! The protocols that the server supports.

use crate::net::tftp;

/// A protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// HTTP/1.1 (RFC 9112).
    Http,
    /// HTTP/1.1 over TLS.
    Https,
    /// RFC 1350.
    Tftp,
    /// RFC 959.
    Ftp,
}

impl Protocol {
    /// The scheme of the protocol's URLs, and the name of its option.
    pub fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Tftp => "tftp",
            Self::Ftp => "ftp",
        }
    }

    /// The port that applies if a URL contains none.
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Tftp => tftp::PORT,
            Self::Ftp => 21,
        }
    }

    /// The server's default port, which requires no elevated privileges.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 8080,
            Self::Https => 8443,
            Self::Tftp => 6969,
            Self::Ftp => 2121,
        }
    }
}
