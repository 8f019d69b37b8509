//! One channel to a phone: a UDP socket that hears this phone only, or a connection, plain or encrypted.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::message::Message;
use super::target::{Host, Target, Transport};
use crate::net::digest::hex;
use crate::net::{Error, SipFault};

/// A socket reads no shorter than this: a timeout of zero would mean none.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// An open channel to a phone.
pub struct Connection {
    /// This end.
    pub own: SocketAddr,
    /// The other end.
    pub peer: SocketAddr,
    channel: Channel,
}

enum Channel {
    Udp(UdpSocket),
    Tcp(TcpStream, Vec<u8>),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>, Vec<u8>),
}

/// What came in.
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something else.
    NotSip(SipFault),
    /// Nothing in the time given.
    Nothing,
}

impl Connection {
    /// Looks up the target and connects to it.
    ///
    /// # Errors
    /// Why the target cannot be reached. Nothing was sent to it then.
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
    /// Why they cannot be sent.
    pub fn send(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let sent = match &mut self.channel {
            Channel::Udp(socket) => socket.send(bytes).map(|_| ()),
            Channel::Tcp(stream, _) => stream.write_all(bytes),
            Channel::Tls(stream, _) => stream.write_all(bytes).and_then(|()| stream.flush()),
        };
        sent.map_err(failure)
    }

    /// Waits for a message until then.
    ///
    /// # Errors
    /// Why nothing more can be received.
    pub fn receive(&mut self, until: Instant) -> Result<Incoming, Error> {
        loop {
            let wait = until.saturating_duration_since(Instant::now());
            if wait.is_zero() {
                return Ok(Incoming::Nothing);
            }
            let heard = match &mut self.channel {
                Channel::Udp(socket) => hear_datagram(socket, wait),
                Channel::Tcp(stream, kept) => set_wait(stream, wait).and_then(|()| hear_stream(stream, kept)),
                Channel::Tls(stream, kept) => {
                    set_wait(&stream.sock, wait).and_then(|()| hear_stream(stream.as_mut(), kept))
                }
            };
            match heard {
                Ok(Ok(Incoming::Nothing)) => {}
                Ok(heard) => return heard.map_err(Error::NoSip),
                Err(error) if is_pause(&error) => {}
                Err(error) => return Err(failure(error)),
            }
        }
    }
}

/// What was received: bytes that are not SIP are noise in a datagram, and the end of a stream.
type Received = io::Result<Result<Incoming, SipFault>>;

fn set_wait(stream: &TcpStream, wait: Duration) -> io::Result<()> {
    stream.set_read_timeout(Some(wait.max(SHORTEST_WAIT)))
}

fn hear_datagram(socket: &UdpSocket, wait: Duration) -> Received {
    socket.set_read_timeout(Some(wait.max(SHORTEST_WAIT)))?;
    let mut buffer = vec![0; usize::from(u16::MAX)];
    let length = socket.recv(&mut buffer)?;
    Ok(Ok(Message::read(&buffer[..length]).map_or_else(Incoming::NotSip, Incoming::Message)))
}

/// Takes a message from what was read before, or reads on.
fn hear_stream(stream: &mut impl Read, kept: &mut Vec<u8>) -> Received {
    match Message::read_from_stream(kept) {
        Ok(None) => {}
        taken => return Ok(taken.map(|message| message.map_or(Incoming::Nothing, Incoming::Message))),
    }
    let mut buffer = [0; 4096];
    match stream.read(&mut buffer)? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        length => {
            kept.extend_from_slice(&buffer[..length]);
            Ok(Message::read_from_stream(kept)
                .map(|message| message.map_or(Incoming::Nothing, Incoming::Message)))
        }
    }
}

fn is_pause(error: &io::Error) -> bool {
    use io::ErrorKind::{Interrupted, TimedOut, WouldBlock};
    matches!(error.kind(), Interrupted | TimedOut | WouldBlock)
}

/// What an error of the network means.
#[allow(clippy::needless_pass_by_value)] // as `map_err` gives it
fn failure(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Error::PortClosed,
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Error::NoConnection,
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => Error::NoRoute,
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            Error::Closed
        }
        // An error of TLS behind the handshake.
        io::ErrorKind::InvalidData => Error::Tls(error.to_string()),
        _ => Error::System(error.to_string().to_lowercase()),
    }
}

/// The TLS handshake, done here so that its errors are told apart from those of SIP.
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
    set_wait(&stream, timeout).map_err(failure)?;
    while connection.is_handshaking() {
        connection.complete_io(&mut stream).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => Error::Handshake(error.to_string()),
            _ => failure(error),
        })?;
    }
    Ok(StreamOwned::new(connection, stream))
}

/// A UDP socket that receives from this address only.
///
/// # Errors
/// Those of the system.
pub fn udp_to(peer: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(if peer.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" })?;
    socket.connect(peer)?;
    Ok(socket)
}

/// Text that nobody can guess, for branches, tags and the like (RFC 3261 §19.3).
///
/// # Errors
/// Where the system has no random numbers.
pub fn random() -> Result<String, Error> {
    let mut bytes = [0; 12];
    let provider = rustls::crypto::ring::default_provider();
    provider.secure_random.fill(&mut bytes).map_err(|_| Error::NoRandomNumbers)?;
    Ok(hex(&bytes))
}
