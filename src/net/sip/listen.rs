//! Receives the multicast requests that phones send to find their provisioning server, and responds to them. Contains
//! the sockets and the state; see [`super::pnp`] for the messages.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket, Type};

use super::connection::{random, udp_to};
use super::message::Message;
use super::pnp::{GROUP, Identifiers, PORT, ProfileRequest};
use super::timers::{Due, TIMER_F, Timers};
use crate::net::Error;
use crate::text::mac::Mac;

/// The time for which a Call-ID is stored. Phones stop retransmitting within this time (two times 64 T1).
const MEMORY: Duration = Duration::from_secs(64);
/// Maximum number of stored Call-IDs and of pending NOTIFY requests.
const MOST_CALLS: usize = 4096;
/// Interval at which `stop` is checked.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// The addresses to listen on.
#[derive(Clone, Copy, Debug)]
pub enum ListenOn {
    /// Multicast on every interface.
    Everywhere,
    /// Multicast on the interface with this address.
    Interface(Ipv4Addr),
    /// This address only, without multicast.
    Address(SocketAddr),
}

/// An event for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PnpEvent {
    /// The service sent this URL to a phone.
    Answered(Mac, SocketAddr, String),
    /// An unknown phone sent a request.
    UnknownPhone(Mac, SocketAddr),
    /// A phone responded with a status other than 2xx.
    Refused(Mac, u16),
    /// A response could not be sent.
    Failed(Mac, Error),
}

impl fmt::Display for PnpEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(mac, to, url) => write!(f, "pnp: {mac} at {to}: sent {url}"),
            Self::UnknownPhone(mac, from) => {
                write!(f, "pnp: {mac} at {from}: no response sent, because the phone has no files here")
            }
            Self::Refused(mac, status) => write!(f, "pnp: {mac}: the phone responded {status} to the URL"),
            Self::Failed(mac, why) => write!(f, "pnp: {mac}: the response could not be sent: {why}"),
        }
    }
}

/// The URLs to send, and the log.
pub struct Service<'a> {
    /// Returns the URL for a phone that reaches this machine at an address; `None` to send no response.
    pub url: &'a (dyn Fn(Mac, IpAddr) -> Option<String> + Sync),
    /// Receives the events.
    pub log: &'a (dyn Fn(&PnpEvent) + Sync),
}

/// The open sockets.
pub struct Pnp {
    listener: UdpSocket,
    /// The socket that sends responses, if it differs from the receiving socket.
    send_socket: Option<UdpSocket>,
    /// The addresses of the interfaces that the service listens on.
    pub interfaces: Vec<IpAddr>,
}

impl Pnp {
    /// Opens the sockets.
    ///
    /// # Errors
    /// The sockets cannot be opened.
    pub fn open(listen_on: ListenOn) -> Result<Self, Error> {
        let wanted = match listen_on {
            ListenOn::Address(address) => {
                let listener = UdpSocket::bind(address)
                    .map_err(|error| Error::PnpAddress { address, reason: error.to_string() })?;
                return Ok(Self { listener, send_socket: None, interfaces: vec![address.ip()] });
            }
            ListenOn::Interface(address) => vec![address],
            ListenOn::Everywhere => own_addresses()?,
        };
        let (listener, send_socket) = sockets()?;
        let (mut interfaces, mut failed) = (Vec::new(), Vec::new());
        for own in wanted {
            match listener.join_multicast_v4(&GROUP, &own) {
                Ok(()) => interfaces.push(IpAddr::V4(own)),
                Err(error) => failed.push((own, error.to_string())),
            }
        }
        if interfaces.is_empty() {
            return Err(Error::PnpMulticast(failed));
        }
        Ok(Self { listener, send_socket, interfaces })
    }

    /// The address that the service listens on.
    ///
    /// # Errors
    /// The socket failed.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Responds to phones until `stop` is true.
    ///
    /// # Errors
    /// A socket failed.
    pub fn run(&self, service: &Service<'_>, stop: &AtomicBool) -> Result<(), Error> {
        let send_socket = self.send_socket.as_ref().unwrap_or(&self.listener);
        let sockets = [Some(&self.listener), self.send_socket.as_ref()];
        let port =
            prepare_sockets(&sockets, send_socket).map_err(|error| Error::PnpSocket(error.to_string()))?;
        let (sender, receiver) = sync_channel(64);
        std::thread::scope(|scope| {
            for socket in sockets.into_iter().flatten() {
                let sender = sender.clone();
                scope.spawn(move || forward_datagrams(socket, &sender, stop));
            }
            Responder { send_socket, port, service, calls: HashMap::new(), pending: Vec::new() }
                .work(&receiver, stop);
            // Dropping the receiver ends readers that are blocked in `send`.
            drop(receiver);
        });
        Ok(())
    }
}

/// Forwards every datagram to the channel.
fn forward_datagrams(socket: &UdpSocket, sender: &SyncSender<(Vec<u8>, SocketAddr)>, stop: &AtomicBool) {
    let mut buffer = vec![0; usize::from(u16::MAX)];
    while !stop.load(Ordering::Relaxed) {
        match socket.recv_from(&mut buffer) {
            Ok((length, from)) => {
                if sender.send((buffer[..length].to_vec(), from)).is_err() {
                    return;
                }
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            // Some systems report here that a phone is unreachable.
            Err(_) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The receiving socket, and the sending socket if it is a different one.
///
/// One socket is used for both if no other program uses the port. If a SIP server on this machine uses the
/// port, sharing it would divert calls from that server. In that case, the receiving socket accepts only
/// multicast, and responses are sent from a different port.
fn sockets() -> Result<(UdpSocket, Option<UdpSocket>), Error> {
    match bind(Ipv4Addr::UNSPECIFIED, PORT, false) {
        Ok(socket) => return Ok((socket, None)),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
        Err(error) => return Err(Error::PnpPort { port: PORT, reason: error.to_string() }),
    }
    let listener = bind(GROUP, PORT, true);
    let both = listener.and_then(|listener| {
        bind(Ipv4Addr::UNSPECIFIED, 0, false).map(|send_socket| (listener, Some(send_socket)))
    });
    both.map_err(|_| Error::PnpPortInUse(PORT))
}

fn bind(address: Ipv4Addr, port: u16, is_shared: bool) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
    socket.set_reuse_address(is_shared)?;
    socket.bind(&SocketAddr::from((address, port)).into())?;
    Ok(socket.into())
}

/// Sets the timeouts of the sockets, and returns the sending port.
fn prepare_sockets(sockets: &[Option<&UdpSocket>], send_socket: &UdpSocket) -> io::Result<u16> {
    for socket in sockets.iter().flatten() {
        socket.set_read_timeout(Some(POLL_INTERVAL))?;
    }
    Ok(send_socket.local_addr()?.port())
}

/// The IPv4 addresses of this machine; the loopback address only if there is no other address.
fn own_addresses() -> Result<Vec<Ipv4Addr>, Error> {
    let found = if_addrs::get_if_addrs().map_err(|error| Error::PnpInterfaces(error.to_string()))?;
    let mut own: Vec<Ipv4Addr> = found
        .iter()
        .filter_map(|interface| match interface.ip() {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        })
        .collect();
    own.sort();
    own.dedup();
    if own.iter().any(|address| !address.is_loopback()) {
        own.retain(|address| !address.is_loopback());
    }
    Ok(own)
}

/// The state of the service.
struct Responder<'a> {
    send_socket: &'a UdpSocket,
    port: u16,
    service: &'a Service<'a>,
    /// The expiry time of each Call-ID. Retransmissions, and copies received on several interfaces, have the
    /// same Call-ID.
    calls: HashMap<String, Instant>,
    pending: Vec<PendingNotify>,
}

/// A NOTIFY that has not received a response yet.
struct PendingNotify {
    branch: String,
    mac: Mac,
    to: SocketAddr,
    bytes: Vec<u8>,
    timers: Timers,
}

impl Responder<'_> {
    fn work(&mut self, datagrams: &Receiver<(Vec<u8>, SocketAddr)>, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let now = Instant::now();
            let until = self.retransmit(now).min(now + POLL_INTERVAL);
            match datagrams.recv_timeout(until.saturating_duration_since(now)) {
                Ok((bytes, from)) => self.handle(&bytes, from),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Retransmits requests that are due and removes requests that timed out. Returns the time at which to
    /// call this again.
    fn retransmit(&mut self, now: Instant) -> Instant {
        let send_socket = self.send_socket;
        let mut next = now + POLL_INTERVAL;
        self.pending.retain_mut(|notify| {
            loop {
                match notify.timers.due(now) {
                    Due::Wait(until) => {
                        next = next.min(until);
                        return true;
                    }
                    // A phone that does not respond may still use the URL.
                    Due::Over => return false,
                    Due::Resend => {
                        let _ = send_socket.send_to(&notify.bytes, notify.to);
                    }
                }
            }
        });
        next
    }

    fn handle(&mut self, bytes: &[u8], from: SocketAddr) {
        let Ok(message) = Message::read(bytes) else { return };
        if message.status().is_some() {
            return self.handle_response(&message, from);
        }
        let Some(request) = ProfileRequest::read(message, from) else { return };
        if !self.is_new(&request.call_id) {
            return;
        }
        if let Err(why) = self.answer(&request, from) {
            (self.service.log)(&PnpEvent::Failed(request.mac, why));
        }
    }

    /// Handles a phone's response to a NOTIFY.
    fn handle_response(&mut self, response: &Message, from: SocketAddr) {
        let (branch, status) = (response.branch(), response.status().unwrap_or_default());
        let mut pending = self.pending.iter();
        let at =
            pending.position(|notify| Some(notify.branch.as_str()) == branch && notify.to.ip() == from.ip());
        let Some(at) = at else { return };
        if status < 200 {
            return self.pending[at].timers.slow_down(Instant::now());
        }
        let notify = self.pending.swap_remove(at);
        if status >= 300 {
            (self.service.log)(&PnpEvent::Refused(notify.mac, status));
        }
    }

    /// Stores a Call-ID. Returns whether the Call-ID is new.
    fn is_new(&mut self, call: &str) -> bool {
        let now = Instant::now();
        if self.calls.get(call).is_some_and(|end| *end > now) {
            return false;
        }
        if self.calls.len() >= MOST_CALLS {
            self.calls.retain(|_, end| *end > now);
        }
        if self.calls.len() >= MOST_CALLS {
            // This is a flood of requests. Responding to a phone twice is better than not responding at all.
            self.calls.clear();
        }
        self.calls.insert(call.to_owned(), now + MEMORY);
        true
    }

    fn answer(&mut self, request: &ProfileRequest, from: SocketAddr) -> Result<(), Error> {
        let own = SocketAddr::new(own_address_to(request.notify_to)?, self.port);
        let Some(url) = (self.service.url)(request.mac, own.ip()) else {
            (self.service.log)(&PnpEvent::UnknownPhone(request.mac, from));
            return Ok(());
        };
        let (branch, tag) = (format!("z9hG4bK{}", random()?), random()?);
        let (ok, notify) = request.answers(&url, &Identifiers { own, branch: &branch, tag: &tag });
        let bytes = notify.write();
        let sent = self.send_socket.send_to(&ok.write(), request.reply_to);
        sent.and_then(|_| self.send_socket.send_to(&bytes, request.notify_to))
            .map_err(|error| Error::System(error.to_string()))?;
        if self.pending.len() < MOST_CALLS {
            let timers = Timers::start(Instant::now(), TIMER_F, false);
            self.pending.push(PendingNotify {
                branch,
                mac: request.mac,
                to: request.notify_to,
                bytes,
                timers,
            });
        }
        (self.service.log)(&PnpEvent::Answered(request.mac, request.notify_to, url));
        Ok(())
    }
}

/// The local address from which packets to a given host are sent. Sends nothing.
fn own_address_to(other: SocketAddr) -> Result<IpAddr, Error> {
    let own = udp_to(other).and_then(|socket| socket.local_addr());
    own.map(|own| own.ip()).map_err(|error| Error::System(error.to_string()))
}
