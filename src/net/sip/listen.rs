//! Hears phones that ask for their server by multicast, and answers them: the sockets and the memory of [`super::pnp`].

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

/// A Call-ID is known so long; a phone has stopped repeating itself by then (64 times T1, twice).
const MEMORY: Duration = Duration::from_secs(64);
/// So many Call-IDs are kept, and so many NOTIFYs repeated, at once.
const MOST_CALLS: usize = 4096;
/// How soon `stop` is seen.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// Where to listen.
#[derive(Clone, Copy, Debug)]
pub enum ListenOn {
    /// For multicast on every interface.
    Everywhere,
    /// For multicast on the interface of this address.
    Interface(Ipv4Addr),
    /// At this address only, without multicast.
    Address(SocketAddr),
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PnpEvent {
    /// A phone was told this URL.
    Answered(Mac, SocketAddr, String),
    /// A phone asked that is none of ours.
    Stranger(Mac, SocketAddr),
    /// A phone answered with another status than 2xx.
    Refused(Mac, u16),
    /// An answer could not be sent.
    Failed(Mac, Error),
}

impl fmt::Display for PnpEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(mac, to, url) => write!(f, "pnp: {mac} at {to} was told {url}"),
            Self::Stranger(mac, from) => {
                write!(f, "pnp: {mac} at {from} has no files here and got no answer")
            }
            Self::Refused(mac, status) => write!(f, "pnp: {mac} answered the URL with {status}"),
            Self::Failed(mac, why) => write!(f, "pnp: {mac} could not be answered: {why}"),
        }
    }
}

/// Who is told what.
pub struct Service<'a> {
    /// The URL for a phone that reaches this machine at an address; none for a phone that gets no answer.
    pub url: &'a (dyn Fn(Mac, IpAddr) -> Option<String> + Sync),
    /// Hears what happens.
    pub log: &'a (dyn Fn(&PnpEvent) + Sync),
}

/// PendingNotify sockets.
pub struct Pnp {
    /// Hears.
    listener: UdpSocket,
    /// Answers, where that is another socket.
    sender_socket: Option<UdpSocket>,
    /// The addresses of the interfaces on which it listens.
    pub interfaces: Vec<IpAddr>,
}

impl Pnp {
    /// Opens the sockets.
    ///
    /// # Errors
    /// Why they cannot be opened.
    pub fn open(hear: ListenOn) -> Result<Self, Error> {
        let wanted = match hear {
            ListenOn::Address(address) => {
                let listener = UdpSocket::bind(address)
                    .map_err(|error| Error::PnpAddress { address, reason: error.to_string() })?;
                return Ok(Self { listener, sender_socket: None, interfaces: vec![address.ip()] });
            }
            ListenOn::Interface(address) => vec![address],
            ListenOn::Everywhere => own_addresses()?,
        };
        let (listener, sender_socket) = sockets()?;
        let join = |own: &Ipv4Addr| listener.join_multicast_v4(&GROUP, own).map_err(|error| (*own, error));
        let (joined, failed): (Vec<_>, Vec<_>) =
            wanted.iter().map(|own| join(own).map(|()| IpAddr::V4(*own))).partition(Result::is_ok);
        let interfaces: Vec<IpAddr> = joined.into_iter().flatten().collect();
        if interfaces.is_empty() {
            let failed = failed.into_iter().filter_map(Result::err);
            return Err(Error::PnpMulticast(failed.map(|(own, error)| (own, error.to_string())).collect()));
        }
        Ok(Self { listener, sender_socket, interfaces })
    }

    /// The address at which it hears.
    ///
    /// # Errors
    /// Those of the socket.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers phones until `stop` is true.
    ///
    /// # Errors
    /// Those of the sockets.
    pub fn run(&self, service: &Service<'_>, stop: &AtomicBool) -> Result<(), Error> {
        let broken = |error: io::Error| Error::PnpSocket(error.to_string());
        let sender_socket = self.sender_socket.as_ref().unwrap_or(&self.listener);
        let port = sender_socket.local_addr().map_err(broken)?.port();
        let sockets = [Some(&self.listener), self.sender_socket.as_ref()];
        for socket in sockets.into_iter().flatten() {
            socket.set_read_timeout(Some(POLL_INTERVAL)).map_err(broken)?;
        }
        let (sender, receiver) = sync_channel(64);
        std::thread::scope(|scope| {
            for socket in sockets.into_iter().flatten() {
                let sender = sender.clone();
                scope.spawn(move || hear(socket, &sender, stop));
            }
            Responder { sender_socket, port, service, calls: HashMap::new(), pending: Vec::new() }
                .work(&receiver, stop);
            // A reader that waits to hand over what it heard would wait for ever.
            drop(receiver);
        });
        Ok(())
    }
}

/// Hands over every datagram.
fn hear(socket: &UdpSocket, sender: &SyncSender<(Vec<u8>, SocketAddr)>, stop: &AtomicBool) {
    let mut buffer = vec![0; usize::from(u16::MAX)];
    while !stop.load(Ordering::Relaxed) {
        match socket.recv_from(&mut buffer) {
            Ok((length, from)) => {
                if sender.send((buffer[..length].to_vec(), from)).is_err() {
                    return;
                }
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
            // That a phone went away is told here on some systems.
            Err(_) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// The listener and, where it must be another, the sender_socket.
///
/// Where nobody else has the port, one socket does both. Where a SIP server of this machine has it, taking it too would take
/// away that server's calls: then only what is sent to the group is heard, and answers come from another port.
fn sockets() -> Result<(UdpSocket, Option<UdpSocket>), Error> {
    let bind = |address: Ipv4Addr, port: u16, is_shared: bool| -> io::Result<UdpSocket> {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, Some(Protocol::UDP))?;
        socket.set_reuse_address(is_shared)?;
        socket.bind(&SocketAddr::from((address, port)).into())?;
        Ok(socket.into())
    };
    match bind(Ipv4Addr::UNSPECIFIED, PORT, false) {
        Ok(socket) => return Ok((socket, None)),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
        Err(error) => return Err(Error::PnpPort { port: PORT, reason: error.to_string() }),
    }
    let listener = bind(GROUP, PORT, true);
    let both = listener.and_then(|listener| {
        bind(Ipv4Addr::UNSPECIFIED, 0, false).map(|sender_socket| (listener, Some(sender_socket)))
    });
    both.map_err(|_| Error::PnpPortInUse(PORT))
}

/// The IPv4 addresses of this machine; its own loop only where there is nothing else.
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

/// What is remembered while phones are answered.
struct Responder<'a> {
    sender_socket: &'a UdpSocket,
    port: u16,
    service: &'a Service<'a>,
    /// When each Call-ID may be forgotten: every interface and every repetition brings the same.
    calls: HashMap<String, Instant>,
    pending: Vec<PendingNotify>,
}

/// A NOTIFY that no phone has answered yet.
struct PendingNotify {
    branch: String,
    mac: Mac,
    to: SocketAddr,
    bytes: Vec<u8>,
    timers: Timers,
}

impl Responder<'_> {
    fn work(&mut self, heard: &Receiver<(Vec<u8>, SocketAddr)>, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            let now = Instant::now();
            let until = self.repeat(now).min(now + POLL_INTERVAL);
            match heard.recv_timeout(until.saturating_duration_since(now)) {
                Ok((bytes, from)) => self.handle(&bytes, from),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Sends again what is due, forgets what is over, and says when to look again.
    fn repeat(&mut self, now: Instant) -> Instant {
        let sender_socket = self.sender_socket;
        let mut next = now + POLL_INTERVAL;
        self.pending.retain_mut(|open| {
            loop {
                match open.timers.due(now) {
                    Due::Wait(until) => {
                        next = next.min(until);
                        return true;
                    }
                    // A phone that does not answer may have taken the URL all the same.
                    Due::Over => return false,
                    Due::Resend => {
                        let _ = sender_socket.send_to(&open.bytes, open.to);
                    }
                }
            }
        });
        next
    }

    fn handle(&mut self, bytes: &[u8], from: SocketAddr) {
        let Ok(message) = Message::read(bytes) else { return };
        if message.status().is_some() {
            return self.close(&message, from);
        }
        let Some(ask) = ProfileRequest::read(message, from) else { return };
        if !self.is_new(&ask.call_id) {
            return;
        }
        if let Err(why) = self.answer(&ask, from) {
            (self.service.log)(&PnpEvent::Failed(ask.mac, why));
        }
    }

    /// A phone answered our NOTIFY.
    fn close(&mut self, response: &Message, from: SocketAddr) {
        let (branch, status) = (response.branch(), response.status().unwrap_or_default());
        let is_it = |open: &PendingNotify| Some(open.branch.as_str()) == branch && open.to.ip() == from.ip();
        let Some(at) = self.pending.iter().position(is_it) else { return };
        if status < 200 {
            return self.pending[at].timers.slow_down(Instant::now());
        }
        let open = self.pending.swap_remove(at);
        if status >= 300 {
            (self.service.log)(&PnpEvent::Refused(open.mac, status));
        }
    }

    /// Whether a Call-ID was not heard before; it is now.
    fn is_new(&mut self, call: &str) -> bool {
        let now = Instant::now();
        if self.calls.get(call).is_some_and(|end| *end > now) {
            return false;
        }
        if self.calls.len() >= MOST_CALLS {
            self.calls.retain(|_, end| *end > now);
        }
        if self.calls.len() >= MOST_CALLS {
            // Somebody floods us: to answer a phone twice does less harm than to answer none.
            self.calls.clear();
        }
        self.calls.insert(call.to_owned(), now + MEMORY);
        true
    }

    fn answer(&mut self, ask: &ProfileRequest, from: SocketAddr) -> Result<(), Error> {
        let own = SocketAddr::new(own_address_to(ask.notify_to)?, self.port);
        let Some(url) = (self.service.url)(ask.mac, own.ip()) else {
            (self.service.log)(&PnpEvent::Stranger(ask.mac, from));
            return Ok(());
        };
        let (branch, tag) = (format!("z9hG4bK{}", random()?), random()?);
        let (ok, notify) = ask.answers(&url, &Identifiers { own, branch: &branch, tag: &tag });
        let bytes = notify.write();
        let send = |bytes: &[u8], to| {
            self.sender_socket.send_to(bytes, to).map_err(|error| Error::System(error.to_string()))
        };
        send(&ok.write(), ask.reply_to)?;
        send(&bytes, ask.notify_to)?;
        if self.pending.len() < MOST_CALLS {
            let timers = Timers::start(Instant::now(), TIMER_F, false);
            self.pending.push(PendingNotify { branch, mac: ask.mac, to: ask.notify_to, bytes, timers });
        }
        (self.service.log)(&PnpEvent::Answered(ask.mac, ask.notify_to, url));
        Ok(())
    }
}

/// The address of this machine that is on the way to another: nothing is sent for that.
fn own_address_to(other: SocketAddr) -> Result<IpAddr, Error> {
    let own = udp_to(other).and_then(|socket| socket.local_addr());
    own.map(|own| own.ip()).map_err(|error| Error::System(error.to_string()))
}
