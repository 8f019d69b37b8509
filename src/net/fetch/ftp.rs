//! An FTP client, which also supports TLS on the ordinary port (FTPS with `AUTH TLS`, RFC 4217). It uses
//! passive mode, binary transfers, and one connection.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;

use super::common::{ResponseFlag, Timeouts, addresses, authority, plain_path};
use super::credentials::{Login, is_same_server};
use super::deadline::{Deadline, TimedTcp};
use super::ftp_listing::{ListedFile, parse_list, parse_mlsd};
use super::ftp_stream::{Control, FtpError, Stream};
use crate::net::Error;
use crate::text::listing::{Entry, EntryKind};
use crate::text::path::join;

/// Maximum number of entries in a listing.
const MOST_ENTRIES: usize = 200_000;
/// Maximum number of directories in a listing.
const MOST_DIRECTORIES: usize = 10_000;
/// Maximum total size of the listings of all directories, in bytes.
const MOST_BYTES: u64 = 16 << 20;
/// Maximum directory depth of a listing.
const DEEPEST: usize = 20;

/// A client with at most one connection, to the server of the last request.
pub struct Client {
    timeouts: Timeouts,
    tls: Arc<rustls::ClientConfig>,
    session: Mutex<Option<Session>>,
    responded: ResponseFlag,
}

struct Session {
    server: Url,
    login: Option<Login>,
    connection: Connection,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ftp::Client")
    }
}

impl Client {
    /// A client that is not connected yet.
    pub fn new(timeouts: Timeouts, tls: rustls::ClientConfig, responded: ResponseFlag) -> Self {
        Self { timeouts, tls: Arc::new(tls), session: Mutex::default(), responded }
    }

    /// Reads a file of at most `limit` bytes.
    pub fn get(
        &self,
        url: &Url,
        login: Option<Login>,
        limit: u64,
        deadline: Deadline,
    ) -> Result<Vec<u8>, Error> {
        let path = plain_path(url)?;
        if path.is_empty() || path.ends_with('/') {
            return Err(Error::Missing);
        }
        self.with_session(url, login, deadline, |connection| connection.retrieve(&path, limit))
    }

    /// Lists everything below a directory, sorted; `None` if the server does not list it.
    ///
    /// # Errors
    /// The server cannot be reached, or the listing exceeds a limit.
    pub fn list(
        &self,
        url: &Url,
        login: Option<Login>,
        deadline: Deadline,
    ) -> Result<Option<Vec<Entry>>, Error> {
        let top = plain_path(url)?;
        let listed = self.with_session(url, login, deadline, |connection| {
            let mut listing = Listing { entries: BTreeSet::new(), directories: 0, bytes_left: MOST_BYTES };
            connection.walk(top.trim_end_matches('/'), "", 0, &mut listing)?;
            Ok(listing.entries)
        });
        match listed {
            // Servers list a missing directory as an empty one.
            Ok(entries) => Ok((!entries.is_empty()).then(|| entries.into_iter().collect())),
            Err(error @ (Error::ListingTooLarge(_) | Error::TransferTimeout(_))) => Err(error),
            // The files themselves may be readable.
            Err(_) => Ok(None),
        }
    }

    /// Runs an exchange on the stored connection or on a new one. If the server has closed the stored
    /// connection, tries once more on a new one.
    fn with_session<T>(
        &self,
        url: &Url,
        login: Option<Login>,
        deadline: Deadline,
        exchange: impl Fn(&mut Connection) -> Result<T, FtpError>,
    ) -> Result<T, Error> {
        let mut stored = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut session) = stored.take()
            && is_same_server(&session.server, url)
            && session.login == login
        {
            session.connection.set_deadline(deadline);
            match exchange(&mut session.connection) {
                Err(FtpError::ConnectionLost(_)) => {}
                Err(FtpError::Fatal(error)) => return Err(error),
                result => {
                    *stored = Some(session);
                    return result.map_err(FtpError::into_error);
                }
            }
        }
        let mut connection = self.connect(url, login.as_ref(), deadline)?;
        let result = exchange(&mut connection);
        if !matches!(result, Err(FtpError::ConnectionLost(_) | FtpError::Fatal(_))) {
            *stored = Some(Session { server: url.clone(), login, connection });
        }
        result.map_err(FtpError::into_error)
    }

    fn connect(&self, url: &Url, login: Option<&Login>, deadline: Deadline) -> Result<Connection, Error> {
        let (host, port) = authority(url);
        let mut last = Error::Missing;
        for address in addresses(&host, port)? {
            match TimedTcp::connect(address, &self.timeouts, deadline) {
                Ok(tcp) => return self.log_in(tcp, url, host, login).map_err(FtpError::into_error),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn log_in(
        &self,
        tcp: TimedTcp,
        url: &Url,
        host: String,
        login: Option<&Login>,
    ) -> Result<Connection, FtpError> {
        let peer = tcp.peer().map_err(|error| FtpError::Fatal(Error::ConnectionLost(error.to_string())))?;
        let mut control = Control::new(Stream::Plain(tcp));
        let greeting = control.reply()?;
        self.responded.set();
        if greeting.code != 220 {
            return Err(greeting.refusal());
        }
        let is_tls = url.scheme() == "ftps";
        if is_tls {
            control.expect("AUTH TLS", &[234])?;
            control = control.encrypt(&self.tls, &host)?;
            control.expect("PBSZ 0", &[200])?;
            control.expect("PROT P", &[200])?;
        }
        let (user, password) = match login {
            Some(login) => (login.user.as_str(), login.password.as_deref()),
            None => ("anonymous", Some("fvprov@")),
        };
        if [Some(user), password].into_iter().flatten().any(|text| text.contains(char::is_control)) {
            return Err(FtpError::Fatal(Error::LoginControlCharacter));
        }
        if control.expect(&format!("USER {user}"), &[230, 331])?.code == 331 {
            let Some(password) = password else {
                return Err(FtpError::Fatal(Error::NoPassword(user.to_owned())));
            };
            control.expect(&format!("PASS {password}"), &[200, 202, 230])?;
        }
        control.expect("TYPE I", &[200])?;
        let tls = is_tls.then(|| Arc::clone(&self.tls));
        Ok(Connection { control, peer, host, tls, timeouts: self.timeouts })
    }
}

/// An open connection that is logged in.
struct Connection {
    control: Control,
    peer: SocketAddr,
    host: String,
    tls: Option<Arc<rustls::ClientConfig>>,
    timeouts: Timeouts,
}

/// A listing in progress.
struct Listing {
    entries: BTreeSet<Entry>,
    directories: usize,
    bytes_left: u64,
}

impl Connection {
    fn set_deadline(&mut self, deadline: Deadline) {
        self.control.stream().set_deadline(deadline);
    }

    fn deadline(&mut self) -> Deadline {
        self.control.stream().tcp().deadline
    }

    /// Opens a data connection to the server's own address and ignores the address in its reply, because
    /// servers behind NAT return a private address.
    fn open_data(&mut self) -> Result<Stream, FtpError> {
        let reply = match self.peer.is_ipv6() {
            true => self.control.expect("EPSV", &[229])?,
            false => self.control.expect("PASV", &[227])?,
        };
        let port = if self.peer.is_ipv6() { extended_port(&reply.text) } else { passive_port(&reply.text) };
        let port = port.ok_or(FtpError::Fatal(Error::FtpReply(reply.text)))?;
        let address = SocketAddr::new(self.peer.ip(), port);
        let deadline = self.deadline();
        let tcp = TimedTcp::connect(address, &self.timeouts, deadline).map_err(FtpError::Fatal)?;
        match &self.tls {
            None => Ok(Stream::Plain(tcp)),
            // With the same configuration, TLS resumes the session of the control connection, which many
            // servers require.
            Some(config) => Stream::encrypt(tcp, config, &self.host),
        }
    }

    fn retrieve(&mut self, path: &str, limit: u64) -> Result<Vec<u8>, FtpError> {
        // SIZE makes truncated files detectable, but not every server supports it.
        let size = self.control.command(&format!("SIZE {path}"))?;
        let size = if size.code == 213 { size.text[3..].trim().parse::<u64>().ok() } else { None };
        if size.is_some_and(|size| size > limit) {
            return Err(FtpError::Refused(Error::TooLarge(limit)));
        }
        let bytes = self.transfer(&format!("RETR {path}"), limit, Error::TooLarge(limit))?;
        match size {
            Some(announced) if announced != bytes.len() as u64 => {
                Err(FtpError::Fatal(Error::WrongSize { announced, received: bytes.len() as u64 }))
            }
            _ => Ok(bytes),
        }
    }

    /// Sends a command and reads at most `limit` bytes of its data.
    fn transfer(&mut self, command: &str, limit: u64, too_large: Error) -> Result<Vec<u8>, FtpError> {
        let mut data = self.open_data()?;
        self.control.expect(command, &[125, 150])?;
        let mut bytes = Vec::new();
        let mut buffer = [0; 1 << 14];
        loop {
            let read = data.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            bytes.extend_from_slice(&buffer[..read]);
            if bytes.len() as u64 > limit {
                return Err(FtpError::Fatal(too_large));
            }
        }
        drop(data);
        let reply = self.control.reply()?;
        match reply.code {
            226 | 250 => Ok(bytes),
            // If a transfer fails after it began, the file is not missing.
            _ => Err(FtpError::Fatal(Error::FtpTransfer(reply.text))),
        }
    }

    /// Adds everything below a directory to a listing.
    fn walk(&mut self, top: &str, below: &str, depth: usize, listing: &mut Listing) -> Result<(), FtpError> {
        listing.directories += 1;
        if listing.directories > MOST_DIRECTORIES {
            return Err(FtpError::Fatal(Error::ListingTooLarge("directories")));
        }
        for ListedFile { name, is_directory } in self.list_directory(&join(top, below), listing)? {
            if matches!(name.as_str(), "" | "." | "..")
                || name.contains(['/', '\\'])
                || name.contains(char::is_control)
            {
                continue;
            }
            let path = join(below, &name);
            let kind = if is_directory { EntryKind::Directory } else { EntryKind::File };
            listing.entries.insert(Entry { path: path.clone(), kind });
            if listing.entries.len() > MOST_ENTRIES {
                return Err(FtpError::Fatal(Error::ListingTooLarge("entries")));
            }
            if is_directory && depth < DEEPEST {
                self.walk(top, &path, depth + 1, listing)?;
            }
        }
        Ok(())
    }

    /// The entries in one directory. All servers support LIST, but its format is not standardized.
    fn list_directory(
        &mut self,
        directory: &str,
        listing: &mut Listing,
    ) -> Result<Vec<ListedFile>, FtpError> {
        let argument = if directory.is_empty() { String::new() } else { format!(" {directory}") };
        let limit = listing.bytes_left;
        let too_large = Error::ListingTooLarge("bytes");
        let (text, parse): (_, fn(&str) -> Option<ListedFile>) =
            match self.transfer(&format!("MLSD{argument}"), limit, too_large.clone()) {
                Err(FtpError::Refused(_)) => {
                    (self.transfer(&format!("LIST{argument}"), limit, too_large)?, parse_list)
                }
                text => (text?, parse_mlsd),
            };
        listing.bytes_left -= text.len() as u64;
        let text = String::from_utf8_lossy(&text);
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with("total "));
        // A listing in an unknown format is unusable.
        lines.map(parse).collect::<Option<_>>().ok_or(FtpError::Refused(Error::Missing))
    }
}

/// The port in `227 Entering Passive Mode (10,0,0,1,4,1)`.
fn passive_port(text: &str) -> Option<u16> {
    let inside = text.get(4..)?;
    let start = inside.find(|c: char| c.is_ascii_digit())?;
    let end = inside[start..]
        .find(|c: char| !(c.is_ascii_digit() || c == ','))
        .map_or(inside.len(), |at| start + at);
    let numbers: Vec<u16> = inside[start..end].split(',').map_while(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        [_, _, _, _, high @ 0..=255, low @ 0..=255] => Some(high << 8 | low),
        _ => None,
    }
}

/// The port in `229 Entering Extended Passive Mode (|||1025|)` (RFC 2428).
fn extended_port(text: &str) -> Option<u16> {
    let inside = text.rsplit_once('(')?.1.split(')').next()?;
    inside.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_data_connections_are_read() {
        assert_eq!(passive_port("227 Entering Passive Mode (10,0,0,1,4,1)."), Some(1025));
        assert_eq!(passive_port("227 10,0,0,1,0,80"), Some(80));
        assert_eq!(extended_port("229 Entering Extended Passive Mode (|||1025|)"), Some(1025));
        for text in ["227", "227 ok", "227 (1,2,3,4,5)", "227 (1,2,3,4,256,1)", "227 (1,2,3,4,5,6,7)"] {
            assert_eq!(passive_port(text), None, "{text}");
        }
        assert_eq!(extended_port("229 (|||70000|)"), None);
    }
}
