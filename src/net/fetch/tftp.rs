//! TFTP over UDP (RFC 1350; RFC 2347). First requests a file with options, and then without options if the
//! server refuses them or does not respond.

use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use reqwest::Url;

use super::common::{ResponseFlag, addresses, authority, plain_path};
use super::deadline::Deadline;
use crate::net::Error;
use crate::net::tftp::{Code, Mode, Packet, Received, Receiver, Request, TransferOptions};

/// A block of this size fits into an Ethernet frame.
const BLOCK_SIZE: u16 = 1428;

/// Number of attempts to send a request, first with options and then without options.
const TRIES_TO_BEGIN: [u32; 2] = [3, 3];
/// Number of additional attempts to request a block.
const TRIES: u32 = 6;
/// Maximum time to wait for one packet, as a multiple of the initial time.
const LONGEST_WAIT: u32 = 8;

/// The reason why a transfer ended without a file.
enum TransferEnd {
    /// The server did not respond.
    Silent,
    /// The server refused the request before the first block. It may accept the request without options.
    Refused(Error),
    /// Repeating the request would fail again.
    Fatal(Error),
}

/// Reads a file of at most `limit` bytes.
pub fn get(
    url: &Url,
    limit: u64,
    wait: Duration,
    deadline: Deadline,
    responded: &ResponseFlag,
) -> Result<Vec<u8>, Error> {
    let file = plain_path(url)?;
    let (host, port) = authority(url);
    let server = *addresses(&host, port)?.first().ok_or(Error::Missing)?;
    let requested = TransferOptions { block_size: Some(BLOCK_SIZE), timeout: None, size: Some(0) };
    let mut last = TransferEnd::Silent;
    for (options, tries) in [requested, TransferOptions::default()].into_iter().zip(TRIES_TO_BEGIN) {
        let request = Request { file: file.clone(), mode: Mode::Octet, options };
        let mut transfer = Transfer::new(server, request, limit, wait, deadline)?;
        let ended = transfer.run(tries);
        if !matches!(ended, Err(TransferEnd::Silent)) {
            responded.set();
        }
        last = match ended {
            Ok(bytes) => return Ok(bytes),
            Err(TransferEnd::Fatal(error)) => return Err(error),
            Err(end) => end,
        };
    }
    Err(match last {
        TransferEnd::Refused(error) => error,
        _ => Error::TftpSilent(server),
    })
}

/// A request and the resulting transfer, on a separate port.
struct Transfer {
    socket: UdpSocket,
    server: SocketAddr,
    /// The server's port for this transfer (its TID), fixed by its first response.
    peer: Option<SocketAddr>,
    requested: TransferOptions,
    /// The last packet, which is retransmitted until the next block arrives.
    sent: Vec<u8>,
    receiver: Receiver,
    limit: u64,
    /// The initial time to wait for a packet.
    wait: Duration,
    deadline: Deadline,
}

/// The effect of a received packet.
enum Step {
    /// The transfer continues.
    Progress,
    /// The packet is ignored.
    Ignored,
    /// The file is complete.
    Complete,
}

impl Transfer {
    fn new(
        server: SocketAddr,
        request: Request,
        limit: u64,
        wait: Duration,
        deadline: Deadline,
    ) -> Result<Self, Error> {
        let any = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any).map_err(|error| Error::System(error.to_string()))?;
        let requested = request.options;
        let sent = Packet::Read(request).write();
        let receiver = Receiver::new(TransferOptions::default(), limit);
        Ok(Self { socket, server, peer: None, requested, sent, receiver, limit, wait, deadline })
    }

    fn run(&mut self, tries_to_begin: u32) -> Result<Vec<u8>, TransferEnd> {
        let mut buffer = vec![0; usize::from(u16::MAX)];
        let mut tries = 0;
        self.send()?;
        let mut wait_until = Instant::now() + self.wait;
        loop {
            self.deadline.remaining().map_err(TransferEnd::Fatal)?;
            let Some((length, from)) = self.receive(&mut buffer, wait_until)? else {
                tries += 1;
                match self.peer {
                    None if tries >= tries_to_begin => return Err(TransferEnd::Silent),
                    Some(_) if tries >= TRIES => {
                        self.send_once(&Packet::error(Code::UNDEFINED, "no response").write());
                        return Err(TransferEnd::Fatal(Error::TftpStopped));
                    }
                    _ => {}
                }
                self.send()?;
                wait_until = Instant::now() + self.wait * (1 << tries).min(LONGEST_WAIT);
                continue;
            };
            match self.handle_packet(&buffer[..length], from)? {
                Step::Ignored => {}
                Step::Progress => {
                    tries = 0;
                    wait_until = Instant::now() + self.wait;
                }
                Step::Complete => {
                    let receiver = Receiver::new(TransferOptions::default(), 0);
                    return Ok(std::mem::replace(&mut self.receiver, receiver).into_bytes());
                }
            }
        }
    }

    /// The next datagram; `None` if none arrives in time.
    fn receive(&self, buffer: &mut [u8], until: Instant) -> Result<Option<(usize, SocketAddr)>, TransferEnd> {
        let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let received = self.socket.set_read_timeout(Some(left)).and_then(|()| self.socket.recv_from(buffer));
        match received {
            Ok(received) => Ok(Some(received)),
            // Windows reports a closed port as a reset.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(None),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => Ok(None),
                _ => Err(TransferEnd::Fatal(Error::System(error.to_string()))),
            },
        }
    }

    fn send(&self) -> Result<(), TransferEnd> {
        let to = self.peer.unwrap_or(self.server);
        match self.socket.send_to(&self.sent, to) {
            Ok(_) => Ok(()),
            Err(error) => {
                let reason = error.to_string();
                Err(TransferEnd::Fatal(Error::AddressUnreachable { address: to, reason }))
            }
        }
    }

    /// Sends a packet without retransmission. If the packet is lost, the server times out.
    fn send_once(&self, packet: &[u8]) {
        let _ = self.socket.send_to(packet, self.peer.unwrap_or(self.server));
    }

    fn handle_packet(&mut self, bytes: &[u8], from: SocketAddr) -> Result<Step, TransferEnd> {
        if self.peer.is_some_and(|peer| peer != from) {
            // The sender does not belong to this transfer, which continues (RFC 1350, 4).
            let error = Packet::error(Code::UNKNOWN_TRANSFER, "unknown transfer").write();
            let _ = self.socket.send_to(&error, from);
            return Ok(Step::Ignored);
        }
        if from.ip() != self.server.ip() {
            return Ok(Step::Ignored);
        }
        let is_first = self.peer.is_none();
        match Packet::read(bytes) {
            Ok(Packet::Error { code, message }) => Err(self.refused(is_first, code, &message)),
            Ok(Packet::OptionAck(options)) if !self.requested.is_empty() && self.receiver.is_empty() => {
                self.handle_option_ack(options, from)
            }
            Ok(Packet::Data { block, bytes }) => {
                if is_first && block != 1 {
                    return Ok(Step::Ignored);
                }
                self.peer = Some(from);
                self.handle_data(block, bytes)
            }
            Err(malformed) if is_first && bytes.starts_with(&[0, 6]) => {
                self.peer = Some(from);
                self.send_once(&Packet::error(Code::OPTIONS, "options not understood").write());
                Err(TransferEnd::Refused(Error::TftpMalformed(malformed.0)))
            }
            _ => Ok(Step::Ignored),
        }
    }

    /// The reason for the end of a transfer that the server refused or aborted.
    fn refused(&self, is_first: bool, code: Code, message: &str) -> TransferEnd {
        match code {
            Code::NOT_FOUND if is_first => TransferEnd::Fatal(Error::Missing),
            Code(number) => {
                let error = Error::TftpError { code: number, message: message.to_owned() };
                let may_be_options = matches!(code, Code::UNDEFINED | Code::ILLEGAL | Code::OPTIONS);
                if self.receiver.is_empty() && may_be_options {
                    TransferEnd::Refused(error)
                } else {
                    TransferEnd::Fatal(error)
                }
            }
        }
    }

    /// Handles the options that the server accepts. The server may accept only requested options, with values
    /// no larger than requested.
    fn handle_option_ack(&mut self, options: TransferOptions, from: SocketAddr) -> Result<Step, TransferEnd> {
        let is_again = self.peer.replace(from).is_some();
        if options.block_size > self.requested.block_size || options.timeout.is_some() {
            self.send_once(&Packet::error(Code::OPTIONS, "not what was requested").write());
            return Err(TransferEnd::Refused(Error::TftpOptions));
        }
        if options.size.is_some_and(|size| size > self.limit) {
            return Err(self.too_large());
        }
        self.receiver = Receiver::new(options, self.limit);
        self.sent = Packet::Ack(0).write();
        self.send()?;
        Ok(if is_again { Step::Ignored } else { Step::Progress })
    }

    fn handle_data(&mut self, block: u16, bytes: &[u8]) -> Result<Step, TransferEnd> {
        match self.receiver.handle_data(block, bytes) {
            Received::Next(block) => {
                self.sent = Packet::Ack(block).write();
                self.send()?;
                Ok(Step::Progress)
            }
            Received::Again(_) => {
                self.send()?;
                Ok(Step::Ignored)
            }
            Received::Stray => Ok(Step::Ignored),
            Received::Last(block) => {
                // The file is complete even if this ACK is lost.
                self.send_once(&Packet::Ack(block).write());
                Ok(Step::Complete)
            }
            Received::TooLarge => Err(self.too_large()),
            Received::TooLong => {
                self.send_once(&Packet::error(Code::ILLEGAL, "a block that is larger than agreed").write());
                Err(TransferEnd::Fatal(Error::TftpBlock))
            }
            Received::WrongSize { announced, received } => {
                self.send_once(&Packet::error(Code::UNDEFINED, "not the announced size").write());
                Err(TransferEnd::Fatal(Error::WrongSize { announced, received }))
            }
        }
    }

    fn too_large(&self) -> TransferEnd {
        self.send_once(&Packet::error(Code::FULL, "too large").write());
        TransferEnd::Fatal(Error::TooLarge(self.limit))
    }
}
