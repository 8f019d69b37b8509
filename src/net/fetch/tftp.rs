//! TFTP over UDP (RFC 1350) with options (RFC 2347). Repeats a request without options if the server
//! does not respond to them or rejects them.

use std::io::ErrorKind;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use reqwest::Url;

use super::common::{ResponseFlag, Timeouts, addresses, authority, plain_path};
use crate::net::Error;
use crate::net::tftp::{Code, Mode, Packet, Received, Receiver, Request, TransferOptions};

/// Block size in bytes that fits an Ethernet frame.
const BLOCK_SIZE: u16 = 1428;

/// Maximum number of times that a request is sent: with options, and then without.
const TRIES_TO_BEGIN: [u32; 2] = [3, 3];
/// Maximum number of timeouts for one block.
const TRIES: u32 = 6;
/// Maximum wait for a packet, as a multiple of the first wait.
const LONGEST_WAIT: u32 = 8;

/// Why a transfer ended without a file.
enum End {
    /// The server did not respond.
    Silent,
    /// The server rejected the request before the first block. It may accept it without options.
    Refused(Error),
    /// Any other reason: the transfer would fail again.
    For(Error),
}

/// Reads a file of at most `limit` bytes.
pub fn get(url: &Url, limit: u64, timeouts: Timeouts, responded: &ResponseFlag) -> Result<Vec<u8>, Error> {
    let file = plain_path(url)?;
    let (host, port) = authority(url);
    let server = *addresses(&host, port)?.first().ok_or(Error::Missing)?;
    let begun = Instant::now();
    let asked = TransferOptions { block_size: Some(BLOCK_SIZE), timeout: None, size: Some(0) };
    let mut last = End::Silent;
    for (options, tries) in [asked, TransferOptions::default()].into_iter().zip(TRIES_TO_BEGIN) {
        let request = Request { file: file.clone(), mode: Mode::Octet, options };
        let mut transfer = Transfer::new(server, request, limit, timeouts, begun)?;
        let ended = transfer.run(tries);
        if !matches!(ended, Err(End::Silent)) {
            responded.set();
        }
        last = match ended {
            Ok(bytes) => return Ok(bytes),
            Err(End::For(error)) => return Err(error),
            // The server may accept the request without options.
            Err(end) => end,
        };
    }
    Err(match last {
        End::Refused(error) => error,
        _ => Error::TftpSilent(server),
    })
}

/// The transfer of one file, on a local port of its own.
struct Transfer {
    socket: UdpSocket,
    server: SocketAddr,
    /// The server's port for this transfer (its TID), which its first response determines.
    peer: Option<SocketAddr>,
    asked: TransferOptions,
    /// The packet that is retransmitted until the next block arrives.
    sent: Vec<u8>,
    receiver: Receiver,
    limit: u64,
    timeouts: Timeouts,
    begun: Instant,
}

/// The effect of one packet.
enum Step {
    /// The transfer progressed.
    On,
    /// The packet had no effect.
    Ignored,
    /// The file is complete.
    Whole,
}

impl Transfer {
    fn new(
        server: SocketAddr,
        request: Request,
        limit: u64,
        timeouts: Timeouts,
        begun: Instant,
    ) -> Result<Self, Error> {
        let any = if server.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(any).map_err(|error| Error::System(error.to_string()))?;
        let asked = request.options;
        let sent = Packet::Read(request).write();
        let receiver = Receiver::new(TransferOptions::default(), limit);
        Ok(Self { socket, server, peer: None, asked, sent, receiver, limit, timeouts, begun })
    }

    fn run(&mut self, tries_to_begin: u32) -> Result<Vec<u8>, End> {
        let mut buffer = vec![0; usize::from(u16::MAX)];
        let mut tries = 0;
        self.send()?;
        let mut wait_until = Instant::now() + self.timeouts.packet;
        loop {
            if self.begun.elapsed() > self.timeouts.whole {
                return Err(End::For(Error::TransferTimeout(self.timeouts.whole.as_secs())));
            }
            let Some((length, from)) = self.receive(&mut buffer, wait_until)? else {
                tries += 1;
                match self.peer {
                    None if tries >= tries_to_begin => return Err(End::Silent),
                    Some(_) if tries >= TRIES => {
                        let error = Packet::error(Code::UNDEFINED, "no response").write();
                        self.tell(&error);
                        return Err(End::For(Error::TftpStopped));
                    }
                    _ => {}
                }
                self.send()?;
                wait_until = Instant::now() + self.timeouts.packet * (1 << tries).min(LONGEST_WAIT);
                continue;
            };
            match self.packet(&buffer[..length], from)? {
                Step::Ignored => {}
                Step::On => {
                    tries = 0;
                    wait_until = Instant::now() + self.timeouts.packet;
                }
                Step::Whole => {
                    let receiver = Receiver::new(TransferOptions::default(), 0);
                    return Ok(std::mem::replace(&mut self.receiver, receiver).into_bytes());
                }
            }
        }
    }

    /// The next datagram; `None` if none arrives in time.
    fn receive(&self, buffer: &mut [u8], until: Instant) -> Result<Option<(usize, SocketAddr)>, End> {
        let left = until.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let received = self.socket.set_read_timeout(Some(left)).and_then(|()| self.socket.recv_from(buffer));
        match received {
            Ok(received) => Ok(Some(received)),
            // Windows reports a closed port as a connection reset.
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(None),
            Err(error) => match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted => Ok(None),
                _ => Err(End::For(Error::System(error.to_string()))),
            },
        }
    }

    fn send(&self) -> Result<(), End> {
        let to = self.peer.unwrap_or(self.server);
        let sent = self.socket.send_to(&self.sent, to);
        let unreachable =
            |error: std::io::Error| Error::AddressUnreachable { address: to, reason: error.to_string() };
        sent.map(|_| ()).map_err(|error| End::For(unreachable(error)))
    }

    /// Sends a packet without retransmitting it. If it is lost, the server ends the transfer after its
    /// own timeout.
    fn tell(&self, packet: &[u8]) {
        let _ = self.socket.send_to(packet, self.peer.unwrap_or(self.server));
    }

    fn packet(&mut self, bytes: &[u8], from: SocketAddr) -> Result<Step, End> {
        if self.peer.is_some_and(|peer| peer != from) {
            // RFC 1350, 4: the packet belongs to another transfer, and this one continues.
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
            Ok(Packet::OptionAck(options)) if !self.asked.is_empty() && self.receiver.is_empty() => {
                self.agreed(options, from)
            }
            Ok(Packet::Data { block, bytes }) => {
                if is_first && block != 1 {
                    return Ok(Step::Ignored);
                }
                self.peer = Some(from);
                self.data(block, bytes)
            }
            Err(malformed) if is_first && bytes.starts_with(&[0, 6]) => {
                self.peer = Some(from);
                self.tell(&Packet::error(Code::OPTIONS, "malformed options").write());
                Err(End::Refused(Error::TftpMalformed(malformed.0)))
            }
            _ => Ok(Step::Ignored),
        }
    }

    /// The error for an ERROR packet of the server, which ends the transfer.
    fn refused(&self, is_first: bool, code: Code, message: &str) -> End {
        match code {
            Code::NOT_FOUND if is_first => End::For(Error::Missing),
            Code(number) => {
                let error = Error::TftpError { code: number, message: message.to_owned() };
                let may_be_options = matches!(code, Code::UNDEFINED | Code::ILLEGAL | Code::OPTIONS);
                if self.receiver.is_empty() && may_be_options { End::Refused(error) } else { End::For(error) }
            }
        }
    }

    /// Handles an OACK. The server must not accept options that were not requested, or larger values.
    fn agreed(&mut self, options: TransferOptions, from: SocketAddr) -> Result<Step, End> {
        let is_again = self.peer.replace(from).is_some();
        if options.block_size > self.asked.block_size || options.timeout.is_some() {
            self.tell(
                &Packet::error(Code::OPTIONS, "option not requested, or larger than requested").write(),
            );
            return Err(End::Refused(Error::TftpOptions));
        }
        if options.size.is_some_and(|size| size > self.limit) {
            return Err(self.too_large());
        }
        self.receiver = Receiver::new(options, self.limit);
        self.sent = Packet::Ack(0).write();
        self.send()?;
        Ok(if is_again { Step::Ignored } else { Step::On })
    }

    fn data(&mut self, block: u16, bytes: &[u8]) -> Result<Step, End> {
        match self.receiver.handle_data(block, bytes) {
            Received::Next(block) => {
                self.sent = Packet::Ack(block).write();
                self.send()?;
                Ok(Step::On)
            }
            Received::Again(_) => {
                self.send()?;
                Ok(Step::Ignored)
            }
            Received::Stray => Ok(Step::Ignored),
            Received::Last(block) => {
                // Not retransmitted: the file is complete, and only the server depends on this ACK.
                self.tell(&Packet::Ack(block).write());
                Ok(Step::Whole)
            }
            Received::TooLarge => Err(self.too_large()),
            Received::TooLong => {
                self.tell(&Packet::error(Code::ILLEGAL, "block larger than agreed").write());
                Err(End::For(Error::TftpBlock))
            }
            Received::WrongSize { announced, received } => {
                self.tell(&Packet::error(Code::UNDEFINED, "size differs from tsize").write());
                Err(End::For(Error::WrongSize { announced, received }))
            }
        }
    }

    fn too_large(&self) -> End {
        self.tell(&Packet::error(Code::FULL, "file larger than the limit").write());
        End::For(Error::TooLarge(self.limit))
    }
}
