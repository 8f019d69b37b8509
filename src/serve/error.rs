//! Errors that prevent the server from starting.

use std::io;
use std::net::SocketAddr;

use super::protocol::Protocol;

/// The reason why the server does not start. The text is the error message of the command.
#[allow(missing_docs)] // the names of the fields are clear
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A different program uses the port; the next port may be free.
    #[error(
        "--{} {address}: another program uses this port: stop that program, or use a different port, for example --{} {next}",
        .protocol.word(), .protocol.word()
    )]
    PortInUse { protocol: Protocol, address: SocketAddr, next: SocketAddr },
    /// The port requires elevated privileges, unlike the default port.
    #[error(
        "--{} {address}: ports below 1024 need elevated privileges: use {default}, or run `setcap \
         cap_net_bind_service=+ep` on the program",
        .protocol.word()
    )]
    PortNeedsPrivilege { protocol: Protocol, address: SocketAddr, default: SocketAddr },
    /// No interface on this machine has the address.
    #[error(
        "--{} {address}: this machine does not have this address: use 0.0.0.0 for all of its addresses",
        .protocol.word()
    )]
    OtherAddress { protocol: Protocol, address: SocketAddr },
    /// The address cannot be opened for a different reason.
    #[error("--{} {address}: {error}", .protocol.word())]
    Address { protocol: Protocol, address: SocketAddr, error: io::Error },
    /// An open socket cannot be used.
    #[error("{}: {error}", .protocol.word())]
    Socket { protocol: Protocol, error: io::Error },
    /// The server's threads cannot be started.
    #[error("the server cannot start: {0}")]
    Runtime(io::Error),
    /// The server cannot register for the signals that stop it.
    #[error("signals cannot be received: {0}")]
    Signals(io::Error),
    /// The limit on open files leaves too few files for connections.
    #[error(
        "this process may open only {files} files at once, but `serve` needs at least {needed}: run `ulimit -n 1024` first, or set LimitNOFILE= in the systemd unit"
    )]
    TooFewFiles { files: usize, needed: usize },
    /// The `--metrics` address is reachable from other machines.
    #[error("--metrics {0}: metrics are served only on a loopback address, for example 127.0.0.1:9464")]
    MetricsNotLoopback(SocketAddr),
    /// The `--metrics` address cannot be opened.
    #[error("--metrics {address}: {error}")]
    Metrics { address: SocketAddr, error: io::Error },

    /// The `--cert` file cannot be parsed.
    #[error("--cert: not a PEM file: {0}")]
    CertificatePem(rustls::pki_types::pem::Error),
    /// The `--cert` file contains no certificate.
    #[error("--cert: the file contains no certificate: it must be PEM with BEGIN CERTIFICATE")]
    NoCertificate,
    /// The `--key` file contains no private key.
    #[error("--key: the file contains no private key: it must be PEM with BEGIN PRIVATE KEY")]
    NoPrivateKey,
    /// The certificate does not match the key.
    #[error("--cert and --key are not a pair: {0}")]
    KeyMismatch(rustls::Error),
    /// No certificate can be created.
    #[error("no certificate could be created: {0}")]
    CertificateNotCreated(rcgen::Error),
    /// The private key of the created certificate cannot be used.
    #[error("{0}")]
    PrivateKey(&'static str),
    /// TLS cannot be set up.
    #[error("{0}")]
    Tls(rustls::Error),
}

impl Error {
    /// The reason why an address cannot be opened.
    pub(super) fn bind(protocol: Protocol, address: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                let next = SocketAddr::new(address.ip(), address.port().wrapping_add(1).max(1024));
                Self::PortInUse { protocol, address, next }
            }
            io::ErrorKind::PermissionDenied => {
                let default = SocketAddr::new(address.ip(), protocol.default_port());
                Self::PortNeedsPrivilege { protocol, address, default }
            }
            io::ErrorKind::AddrNotAvailable => Self::OtherAddress { protocol, address },
            _ => Self::Address { protocol, address, error },
        }
    }
}
