//! Deadlines for exchanges with a server, from connecting to the last byte.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::common::Timeouts;
use crate::net::Error;

/// Minimum socket timeout, because a timeout of zero means no timeout.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// The time at which an exchange ends, regardless of the amount of data that the server sends.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    end: Instant,
    total: Duration,
}

impl Deadline {
    /// A deadline after this duration.
    pub fn after(total: Duration) -> Self {
        Self { end: Instant::now() + total, total }
    }

    /// The earlier of two deadlines.
    #[must_use]
    pub fn earlier(self, other: Self) -> Self {
        if other.end < self.end { other } else { self }
    }

    /// The remaining time.
    ///
    /// # Errors
    /// The deadline has passed.
    pub fn remaining(&self) -> Result<Duration, Error> {
        let left = self.end.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(self.error()) } else { Ok(left) }
    }

    /// The error to return after the deadline.
    pub fn error(&self) -> Error {
        Error::TransferTimeout(self.total.as_secs())
    }

    /// Whether the deadline has passed.
    pub fn has_passed(&self) -> bool {
        Instant::now() >= self.end
    }
}

/// A TCP connection whose reads and writes fail at a deadline, or earlier if the server is silent.
#[derive(Debug)]
pub struct TimedTcp {
    tcp: TcpStream,
    /// Maximum time without a byte.
    idle: Duration,
    pub deadline: Deadline,
}

impl TimedTcp {
    /// Connects to an address.
    ///
    /// # Errors
    /// The connection fails, or the deadline passes.
    pub fn connect(address: SocketAddr, timeouts: &Timeouts, deadline: Deadline) -> Result<Self, Error> {
        let wait = timeouts.connect.min(deadline.remaining()?).max(SHORTEST_WAIT);
        match TcpStream::connect_timeout(&address, wait) {
            Ok(tcp) => Ok(Self { tcp, idle: timeouts.response, deadline }),
            Err(_) if deadline.has_passed() => Err(deadline.error()),
            Err(error) => Err(Error::AddressUnreachable { address, reason: error.to_string() }),
        }
    }

    /// The address of the server.
    ///
    /// # Errors
    /// The socket failed.
    pub fn peer(&self) -> io::Result<SocketAddr> {
        self.tcp.peer_addr()
    }

    fn wait(&self) -> io::Result<Duration> {
        let left = self.deadline.remaining().map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?;
        Ok(left.min(self.idle).max(SHORTEST_WAIT))
    }
}

impl Read for TimedTcp {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(Some(self.wait()?))?;
        self.tcp.read(buffer)
    }
}

impl Write for TimedTcp {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(Some(self.wait()?))?;
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}
