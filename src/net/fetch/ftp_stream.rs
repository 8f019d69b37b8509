//! An FTP connection, plain or with TLS, and the replies from a server.

use std::io::{self, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use super::deadline::{Deadline, TimedTcp};
use crate::net::{Error, tls};

/// Maximum length of a line in a reply, in bytes.
const LONGEST_LINE: usize = 4096;
/// Maximum number of lines in a reply.
const MOST_LINES: usize = 200;

/// An error, and its effect on the connection.
#[derive(Debug)]
pub enum FtpError {
    /// The connection is unusable, but a new connection may work.
    ConnectionLost(Error),
    /// The connection is unusable, and a new connection would also fail.
    Fatal(Error),
    /// The server refused the command. The connection remains usable.
    Refused(Error),
}

impl FtpError {
    pub fn into_error(self) -> Error {
        match self {
            Self::ConnectionLost(error) | Self::Fatal(error) | Self::Refused(error) => error,
        }
    }
}

/// A connection, plain or with TLS.
pub enum Stream {
    Plain(TimedTcp),
    Tls(Box<StreamOwned<ClientConnection, TimedTcp>>),
}

impl Stream {
    /// Encrypts a connection. The handshake occurs when the first bytes are sent or received.
    pub fn encrypt(tcp: TimedTcp, config: &Arc<ClientConfig>, host: &str) -> Result<Self, FtpError> {
        let name = ServerName::try_from(host.to_owned())
            .map_err(|error| FtpError::Fatal(Error::Tls(error.to_string())))?;
        let connection = ClientConnection::new(Arc::clone(config), name)
            .map_err(|error| FtpError::Fatal(Error::Tls(error.to_string())))?;
        Ok(Self::Tls(Box::new(StreamOwned::new(connection, tcp))))
    }

    pub fn tcp(&mut self) -> &mut TimedTcp {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(stream) => &mut stream.sock,
        }
    }

    pub fn set_deadline(&mut self, deadline: Deadline) {
        self.tcp().deadline = deadline;
    }

    /// Reads some bytes. Returns 0 at the end of the stream.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, FtpError> {
        let read = match self {
            Self::Plain(tcp) => tcp.read(buffer),
            Self::Tls(stream) => stream.read(buffer),
        };
        match read {
            // Many servers close a data connection without TLS's `close_notify` alert. The file size and the
            // final reply reveal a truncated file.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(0),
            read => read.map_err(|error| self.error(&error)),
        }
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), FtpError> {
        let written = match self {
            Self::Plain(tcp) => tcp.write_all(bytes),
            Self::Tls(stream) => stream.write_all(bytes).and_then(|()| stream.flush()),
        };
        written.map_err(|error| self.error(&error))
    }

    fn error(&mut self, error: &io::Error) -> FtpError {
        let deadline = self.tcp().deadline;
        match error.kind() {
            _ if deadline.has_passed() => FtpError::Fatal(deadline.error()),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => FtpError::Fatal(Error::Timeout),
            // A TLS error.
            io::ErrorKind::InvalidData => FtpError::Fatal(tls::error(error)),
            _ => FtpError::ConnectionLost(Error::ConnectionLost(error.to_string())),
        }
    }
}

/// A reply from the server.
#[derive(Debug)]
pub struct Reply {
    pub code: u16,
    /// The last line, including the code.
    pub text: String,
}

impl Reply {
    /// The error for a reply that refuses a file. The codes 550 and 551 mean that a file is missing or
    /// forbidden (RFC 959); only the text distinguishes the two.
    pub fn refusal(self) -> FtpError {
        let words = self.text.to_lowercase();
        let is_forbidden =
            ["permission", "denied", "not permitted", "forbidden"].iter().any(|word| words.contains(word));
        match self.code {
            421 => FtpError::ConnectionLost(Error::FtpReply(self.text)),
            550 | 551 if !is_forbidden => FtpError::Refused(Error::Missing),
            _ => FtpError::Refused(Error::FtpReply(self.text)),
        }
    }
}

/// The control connection.
pub struct Control {
    stream: Stream,
    buffer: Vec<u8>,
}

impl Control {
    pub fn new(stream: Stream) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    pub fn stream(&mut self) -> &mut Stream {
        &mut self.stream
    }

    /// Encrypts the control connection after the server has accepted `AUTH TLS`.
    pub fn encrypt(self, config: &Arc<ClientConfig>, host: &str) -> Result<Self, FtpError> {
        match self.stream {
            Stream::Plain(tcp) => Ok(Self::new(Stream::encrypt(tcp, config, host)?)),
            Stream::Tls(_) => Ok(self),
        }
    }

    /// Sends a command and returns the reply.
    pub fn command(&mut self, command: &str) -> Result<Reply, FtpError> {
        self.stream.write(format!("{command}\r\n").as_bytes())?;
        self.reply()
    }

    /// Sends a command that must succeed with one of these reply codes.
    pub fn expect(&mut self, command: &str, codes: &[u16]) -> Result<Reply, FtpError> {
        let reply = self.command(command)?;
        if codes.contains(&reply.code) { Ok(reply) } else { Err(reply.refusal()) }
    }

    /// Reads a reply, which may have several lines (RFC 959, 4.2).
    pub fn reply(&mut self) -> Result<Reply, FtpError> {
        for _ in 0..MOST_LINES {
            let line = self.line()?;
            let code = line.get(..3).and_then(|code| code.parse::<u16>().ok());
            if let Some(code) = code.filter(|code| (100..600).contains(code))
                && !line[3..].starts_with('-')
                && (line.len() == 3 || line[3..].starts_with(' '))
            {
                return Ok(Reply { code, text: line });
            }
        }
        Err(FtpError::Fatal(Error::FtpReplyTooLong))
    }

    fn line(&mut self) -> Result<String, FtpError> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.buffer) {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.buffer.len() > LONGEST_LINE {
                return Err(FtpError::Fatal(Error::FtpReplyTooLong));
            }
            let mut chunk = [0; 1024];
            match self.stream.read(&mut chunk)? {
                0 => {
                    let reason = "the server closed the connection".to_owned();
                    return Err(FtpError::ConnectionLost(Error::ConnectionLost(reason)));
                }
                length => self.buffer.extend_from_slice(&chunk[..length]),
            }
        }
    }
}
