//! The addresses on which the servers listen.

use std::net::{SocketAddr, TcpListener, UdpSocket};

use super::error::Error;
use super::protocol::Protocol;

/// An address that a server listens on.
pub struct Bound {
    /// The protocol.
    pub protocol: Protocol,
    /// The address. Port 0 is replaced by the port that the system has assigned.
    pub address: SocketAddr,
    pub(super) socket: Socket,
}

pub(super) enum Socket {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

impl Bound {
    /// Starts to listen on an address.
    ///
    /// # Errors
    /// The reason why the address cannot be opened.
    pub fn new(protocol: Protocol, address: SocketAddr) -> Result<Self, Error> {
        let (socket, address) = match protocol {
            Protocol::Tftp => open_udp(address),
            _ => open_tcp(address).map(|(socket, address)| (Socket::Tcp(socket), address)),
        }
        .map_err(|error| Error::bind(protocol, address, error))?;
        Ok(Self { protocol, address, socket })
    }
}

fn open_udp(address: SocketAddr) -> std::io::Result<(Socket, SocketAddr)> {
    let socket = UdpSocket::bind(address)?;
    // After a power failure, all phones at a site send requests at once. If the system only allows a smaller
    // buffer, the phones retry.
    let _ = socket2::SockRef::from(&socket).set_recv_buffer_size(4 << 20);
    socket.set_nonblocking(true)?;
    let address = socket.local_addr()?;
    Ok((Socket::Udp(socket), address))
}

/// Opens a TCP address for tokio.
pub(super) fn open_tcp(address: SocketAddr) -> std::io::Result<(TcpListener, SocketAddr)> {
    let socket = TcpListener::bind(address)?;
    socket.set_nonblocking(true)?;
    let address = socket.local_addr()?;
    Ok((socket, address))
}
