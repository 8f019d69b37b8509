//! The connection to one phone: a UDP socket that receives from this phone only, TCP, or TLS.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::message::Message;
use super::target::{Host, Target, Transport};
use crate::net::causes::root_cause;
use crate::net::digest::hex;
use crate::net::{Error, SipFault, tls};

/// Minimum read timeout, because a timeout of zero is not allowed.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// An open connection to a phone.
pub struct Connection {
    /// The local address.
    pub own: SocketAddr,
    /// The address of the phone.
    pub peer: SocketAddr,
    channel: Channel,
}

enum Channel {
    Udp(UdpSocket),
    Tcp(TcpStream, Vec<u8>),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>, Vec<u8>),
}

/// The result of waiting for a message.
pub enum Incoming {
    /// A SIP message was received.
    Message(Message),
    /// The received bytes are not SIP.
    NotSip(SipFault),
    /// Nothing arrived in time.
    Nothing,
}

impl Connection {
    /// Resolves the target and connects to it.
    ///
    /// # Errors
    /// The target cannot be reached. No SIP message was sent.
    pub fn open(
        target: &Target,
        transport: Transport,
        tls: &Arc<ClientConfig>,
        timeout: Duration,
    ) -> Result<Self, Error> {
        let port = target.port.unwrap_or(transport.port());
        let peer = match &target.host {
            Host::Address(address) => SocketAddr::new(*address, port),
            Host::Name(name) => (name.as_str(), port)
                .to_socket_addrs()
                .map_err(|_| Error::PhoneUnknown)?
                .next()
                .ok_or(Error::PhoneWithoutAddress)?,
        };
        if transport == Transport::Udp {
            let socket = udp_to(peer).map_err(failure)?;
            let own = socket.local_addr().map_err(failure)?;
            return Ok(Self { own, peer, channel: Channel::Udp(socket) });
        }
        let stream = TcpStream::connect_timeout(&peer, timeout).map_err(failure)?;
        let own = stream.local_addr().map_err(failure)?;
        stream.set_write_timeout(Some(timeout)).map_err(failure)?;
        let channel = match transport {
            Transport::Tls => Channel::Tls(Box::new(encrypt(stream, target, tls, timeout)?), Vec::new()),
            _ => Channel::Tcp(stream, Vec::new()),
        };
        Ok(Self { own, peer, channel })
    }

    /// Sends the bytes of one message.
    ///
    /// # Errors
    /// The message cannot be sent.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let sent = match &mut self.channel {
            Channel::Udp(socket) => socket.send(bytes).map(|_| ()),
            Channel::Tcp(stream, _) => stream.write_all(bytes),
            Channel::Tls(stream, _) => stream.write_all(bytes).and_then(|()| stream.flush()),
        };
        sent.map_err(failure)
    }

    /// Waits for a message until the given time.
    ///
    /// # Errors
    /// The connection failed.
    pub fn receive(&mut self, until: Instant) -> Result<Incoming, Error> {
        loop {
            let wait = until.saturating_duration_since(Instant::now());
            if wait.is_zero() {
                return Ok(Incoming::Nothing);
            }
            let received = match &mut self.channel {
                Channel::Udp(socket) => receive_datagram(socket, wait),
                Channel::Tcp(stream, buffer) => {
                    set_wait(stream, wait).and_then(|()| receive_stream(stream, buffer))
                }
                Channel::Tls(stream, buffer) => {
                    set_wait(&stream.sock, wait).and_then(|()| receive_stream(stream.as_mut(), buffer))
                }
            };
            match received {
                Ok(Ok(Incoming::Nothing)) => {}
                Ok(received) => return received.map_err(Error::NoSip),
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(failure(error)),
            }
        }
    }
}

/// A received message. Bytes that are not SIP are ignored in a datagram and end a stream.
type Received = io::Result<Result<Incoming, SipFault>>;

fn set_wait(stream: &TcpStream, wait: Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(wait.max(SHORTEST_WAIT)))
}

fn receive_datagram(socket: &UdpSocket, wait: Duration) -> Received {
    socket.set_read_timeout(Some(wait.max(SHORTEST_WAIT)))?;
    let mut buffer = vec![0; usize::from(u16::MAX)];
    let length = socket.recv(&mut buffer)?;
    Ok(Ok(Message::read(&buffer[..length]).map_or_else(Incoming::NotSip, Incoming::Message)))
}

/// Returns a message from the buffer, or else reads more.
fn receive_stream(stream: &mut impl Read, buffer: &mut Vec<u8>) -> Received {
    match Message::read_from_stream(buffer) {
        Ok(None) => {}
        taken => return Ok(taken.map(|message| message.map_or(Incoming::Nothing, Incoming::Message))),
    }
    let mut chunk = [0; 4096];
    match stream.read(&mut chunk)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        length => {
            buffer.extend_from_slice(&chunk[..length]);
            Ok(Message::read_from_stream(buffer)
                .map(|message| message.map_or(Incoming::Nothing, Incoming::Message)))
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

/// Converts a network error.
#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn failure(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Error::PortClosed,
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Error::NoConnection,
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => Error::NoRoute,
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            Error::Closed
        }
        // A TLS error after the handshake.
        io::ErrorKind::InvalidData => Error::Tls(error.to_string()),
        _ => Error::System(error.to_string().to_lowercase()),
    }
}

/// Performs the TLS handshake. A separate step distinguishes handshake errors from SIP errors.
fn encrypt(
    mut stream: TcpStream,
    target: &Target,
    tls: &Arc<ClientConfig>,
    timeout: Duration,
) -> Result<StreamOwned<ClientConnection, TcpStream>, Error> {
    let name = match &target.host {
        Host::Address(address) => ServerName::from(*address),
        Host::Name(name) => {
            ServerName::try_from(name.clone()).map_err(|error| Error::Tls(error.to_string()))?
        }
    };
    let mut connection =
        ClientConnection::new(Arc::clone(tls), name).map_err(|error| Error::Tls(error.to_string()))?;
    let end = Instant::now() + timeout;
    while connection.is_handshaking() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::NoConnection);
        }
        set_wait(&stream, left).map_err(failure)?;
        let step = match connection.wants_write() {
            true => connection.write_tls(&mut stream).map(|_| ()),
            false => connection.read_tls(&mut stream).and_then(|read| match read {
                0 => Err(io::ErrorKind::UnexpectedEof.into()),
                _ => connection.process_new_packets().map(|_| ()).map_err(io::Error::other),
            }),
        };
        step.map_err(handshake_failure)?;
    }
    Ok(StreamOwned::new(connection, stream))
}

fn handshake_failure(error: io::Error) -> Error {
    match tls::handshake_error(&error) {
        Some(error) => error,
        None if error.kind() == io::ErrorKind::Other => Error::Handshake(root_cause(&error)),
        None => failure(error),
    }
}

/// A UDP socket that receives from this address only.
///
/// # Errors
/// The system cannot open or connect the socket.
pub fn udp_to(peer: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(if peer.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" })?;
    socket.connect(peer)?;
    Ok(socket)
}

/// Unpredictable text for branches and tags (RFC 3261 §19.3).
///
/// # Errors
/// The system provides no random numbers.
pub fn random() -> Result<String, Error> {
    let mut bytes = [0; 12];
    let provider = rustls::crypto::ring::default_provider();
    provider.secure_random.fill(&mut bytes).map_err(|_| Error::NoRandomNumbers)?;
    Ok(hex(&bytes))
}
