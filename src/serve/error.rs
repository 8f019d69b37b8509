//! Why the server does not start.

use std::io;
use std::net::SocketAddr;

use super::protocol::Protocol;

/// Why the server does not start. Callers match on the variants; their text is what the command line prints.
#[allow(missing_docs)] // of fields, whose names say what they are
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program uses the port; the next one may be free.
    #[error(
        "--{} {address}: another program uses this port: end it, or name another port, as in --{} {next}",
        .protocol.word(), .protocol.word()
    )]
    PortInUse { protocol: Protocol, address: SocketAddr, next: SocketAddr },
    /// The port needs a privilege; the default port needs none.
    #[error(
        "--{} {address}: ports below 1024 take a special right: use {default}, or give the right with `setcap \
         cap_net_bind_service=+ep` on the program",
        .protocol.word()
    )]
    PortNeedsPrivilege { protocol: Protocol, address: SocketAddr, default: SocketAddr },
    /// No interface of this machine has the address.
    #[error(
        "--{} {address}: this machine does not have this address: 0.0.0.0 means all that it has",
        .protocol.word()
    )]
    OtherAddress { protocol: Protocol, address: SocketAddr },
    /// The address cannot be opened for another reason.
    #[error("--{} {address}: {error}", .protocol.word())]
    Address { protocol: Protocol, address: SocketAddr, error: io::Error },
    /// An open socket cannot be used.
    #[error("{}: {error}", .protocol.word())]
    Socket { protocol: Protocol, error: io::Error },
    /// No thread of the servers can run.
    #[error("no server can run: {0}")]
    Runtime(io::Error),
    /// The signals that end the server cannot be received.
    #[error("signals cannot be heard: {0}")]
    Signals(io::Error),

    /// The file of `--cert` cannot be parsed.
    #[error("--cert: this is no PEM: {0}")]
    CertificatePem(rustls::pki_types::pem::Error),
    /// The file of `--cert` contains no certificate.
    #[error("--cert: there is no certificate in it: PEM is needed, with BEGIN CERTIFICATE")]
    NoCertificate,
    /// The file of `--key` contains no private key.
    #[error("--key: there is no private key in it: PEM is needed, with BEGIN PRIVATE KEY")]
    NoPrivateKey,
    /// The certificate and the key are not a pair.
    #[error("--cert and --key do not belong together: {0}")]
    KeyMismatch(rustls::Error),
    /// No certificate can be created.
    #[error("no certificate could be made: {0}")]
    CertificateNotCreated(rcgen::Error),
    /// The private key of the created certificate cannot be used.
    #[error("{0}")]
    PrivateKey(&'static str),
    /// TLS cannot be set up.
    #[error("{0}")]
    Tls(rustls::Error),
}

impl Error {
    /// Why an address cannot be opened.
    pub(super) fn bind(protocol: Protocol, address: SocketAddr, error: io::Error) -> Self {
        let with_port = |port| SocketAddr::new(address.ip(), port);
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                let next = with_port(address.port().wrapping_add(1).max(1024));
                Self::PortInUse { protocol, address, next }
            }
            io::ErrorKind::PermissionDenied => {
                let default = with_port(protocol.default_port());
                Self::PortNeedsPrivilege { protocol, address, default }
            }
            io::ErrorKind::AddrNotAvailable => Self::OtherAddress { protocol, address },
            _ => Self::Address { protocol, address, error },
        }
    }
}
