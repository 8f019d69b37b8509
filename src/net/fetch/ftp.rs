//! FTP, and FTPS with explicit TLS on the default port (`AUTH TLS`, RFC 4217). Uses passive mode,
//! binary transfers, and one connection.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use reqwest::Url;
use suppaftp::list::ListParser;
use suppaftp::types::{FileType, Response};
use suppaftp::{FtpError, FtpResult, Mode, RustlsConnector, RustlsFtpStream, Status};

use super::common::{ResponseFlag, Timeouts, addresses, authority, plain_path};
use super::credentials::{Login, is_same_server};
use crate::net::Error;
use crate::text::listing::{Entry, EntryKind};
use crate::text::path::join;

/// Maximum number of entries of a listing. A longer listing is discarded.
const MOST_ENTRIES: usize = 200_000;
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
    stream: RustlsFtpStream,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ftp::Client")
    }
}

impl Client {
    /// A client without a connection.
    pub fn new(timeouts: Timeouts, tls: rustls::ClientConfig, responded: ResponseFlag) -> Self {
        Self { timeouts, tls: Arc::new(tls), session: Mutex::default(), responded }
    }

    /// Reads a file of at most `limit` bytes.
    pub fn get(&self, url: &Url, login: Option<Login>, limit: u64) -> Result<Vec<u8>, Error> {
        let path = plain_path(url)?;
        if path.is_empty() || path.ends_with('/') {
            return Err(Error::Missing);
        }
        self.with_session(url, login, |stream| retrieve(stream, &path, limit, self.timeouts))
    }

    /// Lists everything below a directory, sorted; `None` if the server provides no listing.
    pub fn list(&self, url: &Url, login: Option<Login>) -> Option<Vec<Entry>> {
        let top = plain_path(url).ok()?;
        let listed = self.with_session(url, login, |stream| {
            let mut entries = BTreeSet::new();
            let listed = walk(stream, top.trim_end_matches('/'), "", 0, &mut entries);
            Ok(listed.map(|()| entries)?)
        });
        // Some servers return an empty listing for a missing directory.
        listed.ok().filter(|entries| !entries.is_empty()).map(|entries| entries.into_iter().collect())
    }

    /// Calls `act` with the stored connection, or with a new one if the stored connection is closed.
    fn with_session<T>(
        &self,
        url: &Url,
        login: Option<Login>,
        act: impl Fn(&mut RustlsFtpStream) -> Result<T, Trouble>,
    ) -> Result<T, Error> {
        let mut kept = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = |session: &Session| is_same_server(&session.server, url) && session.login == login;
        if let Some(mut session) = kept.take().filter(is_right) {
            match act(&mut session.stream) {
                Err(Trouble::Dead(_)) => {}
                Err(Trouble::Spoiled(error)) => return Err(error),
                done => {
                    *kept = Some(session);
                    return done.map_err(Trouble::into_error);
                }
            }
        }
        let mut stream = self.connect(url, login.as_ref())?;
        let done = act(&mut stream);
        if !matches!(done, Err(Trouble::Dead(_) | Trouble::Spoiled(_))) {
            *kept = Some(Session { server: url.clone(), login, stream });
        }
        done.map_err(Trouble::into_error)
    }

    fn connect(&self, url: &Url, login: Option<&Login>) -> Result<RustlsFtpStream, Error> {
        let (host, port) = authority(url);
        let mut last = Error::Missing;
        for address in addresses(&host, port)? {
            let timeouts = self.timeouts;
            match TcpStream::connect_timeout(&address, timeouts.connect) {
                Ok(stream) => {
                    return self.open(stream, url, &host, login).map_err(Trouble::into_error);
                }
                Err(error) => last = Error::AddressUnreachable { address, reason: error.to_string() },
            }
        }
        Err(last)
    }

    fn open(
        &self,
        tcp: TcpStream,
        url: &Url,
        host: &str,
        login: Option<&Login>,
    ) -> Result<RustlsFtpStream, Trouble> {
        let timeouts = self.timeouts;
        patient(&tcp, timeouts)?;
        let is_v6 = tcp.peer_addr().is_ok_and(|peer| peer.is_ipv6());
        let mut stream = RustlsFtpStream::connect_with_stream(tcp)?.passive_stream_builder(move |address| {
            let stream = TcpStream::connect_timeout(&address, timeouts.connect);
            let stream = stream.and_then(|stream| patient(&stream, timeouts).map(|()| stream));
            stream.map_err(FtpError::ConnectionError)
        });
        self.responded.set();
        if url.scheme() == "ftps" {
            stream = stream.into_secure(RustlsConnector::from(Arc::clone(&self.tls)), host)?;
        }
        stream.set_mode(if is_v6 { Mode::ExtendedPassive } else { Mode::Passive });
        // Data is always read from the server itself, whatever address its reply contains.
        stream.set_passive_nat_workaround(true);
        let anonymous = || Login { user: "anonymous".into(), password: "fvprov@".into() };
        let login = login.cloned().unwrap_or_else(anonymous);
        if [&login.user, &login.password].iter().any(|text| text.contains(char::is_control)) {
            return Err(Trouble::Spoiled(Error::LoginControlCharacter));
        }
        stream.login(&login.user, &login.password)?;
        stream.transfer_type(FileType::Binary)?;
        Ok(stream)
    }
}

fn patient(stream: &TcpStream, timeouts: Timeouts) -> std::io::Result<()> {
    stream.set_read_timeout(Some(timeouts.answer))?;
    stream.set_write_timeout(Some(timeouts.answer))
}

/// A failure, with its consequence for the connection.
enum Trouble {
    /// The connection is unusable. The request may succeed over a new one.
    Dead(Error),
    /// The connection is unusable. The request would also fail over a new one.
    Spoiled(Error),
    /// The server rejected the request. The connection remains usable.
    Refused(Error),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut => Self::Spoiled(Error::Timeout),
            _ => Self::Dead(Error::ConnectionLost(error.to_string())),
        }
    }
}

impl From<FtpError> for Trouble {
    fn from(error: FtpError) -> Self {
        match error {
            FtpError::UnexpectedResponse(response) if response.status == Status::NotAvailable => {
                Self::Dead(Error::FtpReply(text(&response)))
            }
            FtpError::UnexpectedResponse(response) => Self::Refused(refusal(&response)),
            FtpError::ConnectionError(error) => error.into(),
            // Certificates are checked when the first bytes are sent, and then cause an error of the
            // connection.
            FtpError::SecureError(reason) => Self::Spoiled(Error::Tls(reason)),
            error => Self::Dead(Error::ConnectionLost(error.to_string())),
        }
    }
}

impl Trouble {
    fn into_error(self) -> Error {
        match self {
            Self::Dead(error) | Self::Spoiled(error) | Self::Refused(error) => error,
        }
    }
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).trim().to_owned()
}

/// Servers reply 550 for both missing and forbidden files (RFC 959 has one code for both), and only the
/// text differs.
fn refusal(response: &Response) -> Error {
    let text = text(response);
    let words = text.to_lowercase();
    let is_forbidden =
        ["permission", "denied", "not permitted", "forbidden"].iter().any(|word| words.contains(word));
    match response.status {
        Status::FileUnavailable if !is_forbidden => Error::Missing,
        _ => Error::FtpReply(text),
    }
}

fn retrieve(
    stream: &mut RustlsFtpStream,
    path: &str,
    limit: u64,
    timeouts: Timeouts,
) -> Result<Vec<u8>, Trouble> {
    // Not every server reports the size, which reveals an incomplete file.
    let size = stream.size(path).ok().map(|size| size as u64);
    if size.is_some_and(|size| size > limit) {
        return Err(Trouble::Refused(Error::TooLarge(limit)));
    }
    let begun = Instant::now();
    let mut transfer = stream.retr_as_stream(path)?;
    let mut bytes = Vec::new();
    let mut buffer = [0; 1 << 14];
    loop {
        let read = transfer.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        bytes.extend_from_slice(&buffer[..read]);
        if bytes.len() as u64 > limit {
            return Err(Trouble::Spoiled(Error::TooLarge(limit)));
        }
        if begun.elapsed() > timeouts.whole {
            return Err(Trouble::Spoiled(Error::TransferTimeout(timeouts.whole.as_secs())));
        }
    }
    match transfer.finish() {
        // The server aborted a transfer that had started, so the file exists.
        Err(FtpError::UnexpectedResponse(response)) => {
            Err(Trouble::Spoiled(Error::FtpTransfer(text(&response))))
        }
        Err(error) => Err(error.into()),
        Ok(()) => match size {
            Some(size) if size != bytes.len() as u64 => {
                let received = bytes.len() as u64;
                Err(Trouble::Spoiled(Error::WrongSize { announced: size, received }))
            }
            _ => Ok(bytes),
        },
    }
}

/// Adds the content of a directory, at any depth, to the entries.
fn walk(
    stream: &mut RustlsFtpStream,
    top: &str,
    below: &str,
    depth: usize,
    entries: &mut BTreeSet<Entry>,
) -> FtpResult<()> {
    let directory = [top, below].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
    let asked = (!directory.is_empty()).then_some(directory.as_str());
    // LIST is older than MLSD and meant for people, but every server supports it.
    let files: Option<Vec<_>> = match stream.mlsd(asked) {
        Ok(lines) => lines.iter().map(|line| ListParser::parse_mlsd(line).ok()).collect(),
        Err(FtpError::UnexpectedResponse(_)) => {
            let lines = stream.list(asked)?;
            let lines = lines.iter().filter(|line| !line.starts_with("total "));
            let file = |line| ListParser::parse_posix(line).or_else(|_| ListParser::parse_dos(line)).ok();
            lines.map(|line: &String| file(line)).collect()
        }
        Err(error) => return Err(error),
    };
    // A listing with an unreadable line is discarded.
    for file in files.ok_or(FtpError::BadResponse)? {
        let name = file.name();
        if matches!(name, "" | "." | "..") || name.contains(['/', '\\']) || name.contains(char::is_control) {
            continue;
        }
        let path = join(below, name);
        if file.is_directory() {
            entries.insert(Entry { path: path.clone(), kind: EntryKind::Directory });
            if depth < DEEPEST && entries.len() < MOST_ENTRIES {
                walk(stream, top, &path, depth + 1, entries)?;
            }
        } else {
            entries.insert(Entry { path, kind: EntryKind::File });
        }
    }
    if entries.len() < MOST_ENTRIES { Ok(()) } else { Err(FtpError::BadResponse) }
}
