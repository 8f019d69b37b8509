//! The addresses at which the servers listen.

use std::net::{SocketAddr, TcpListener, UdpSocket};

use super::error::Error;
use super::protocol::Protocol;

/// An address that is ours.
pub struct Bound {
    /// What is spoken there.
    pub protocol: Protocol,
    /// The address, with the port that was found where 0 was asked for.
    pub address: SocketAddr,
    pub(super) socket: Socket,
}

pub(super) enum Socket {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

impl Bound {
    /// Takes an address.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub fn new(protocol: Protocol, address: SocketAddr) -> Result<Self, Error> {
        let bind = || {
            let (socket, address) = if protocol == Protocol::Tftp {
                let socket = UdpSocket::bind(address)?;
                // All phones of a site ask at once when the power comes back. Where the system gives less, they ask again.
                let _ = socket2::SockRef::from(&socket).set_recv_buffer_size(4 << 20);
                socket.set_nonblocking(true)?;
                let address = socket.local_addr()?;
                (Socket::Udp(socket), address)
            } else {
                let socket = TcpListener::bind(address)?;
                socket.set_nonblocking(true)?;
                let address = socket.local_addr()?;
                (Socket::Tcp(socket), address)
            };
            Ok(Self { protocol, address, socket })
        };
        bind().map_err(|error| Error::bind(protocol, address, error))
    }
}
