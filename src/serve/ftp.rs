//! The part of FTP (RFC 959, RFC 2428, RFC 3659) that phones need: log in, change the directory, download a
//! file. The server accepts data connections but never opens any, so that clients cannot direct it to other
//! machines. It supports neither listings nor commands that write files.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutWriter;

use super::event::{Event, RequestOutcome};
use super::files::Content;
use super::names;
use super::protocol::Protocol;
use super::refusal::{Interruption, Reason, Refusal, ServerFault};
use super::server::{Pending, Server, with_write_timeout};

/// A client that sends no command for this time is disconnected.
const IDLE_TIMEOUT: Duration = Duration::from_secs(120);

/// A client that has not logged in is disconnected after this time.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(20);

/// Maximum time to wait for the data connection.
const DATA_TIMEOUT: Duration = Duration::from_secs(20);

/// Maximum length of a command in bytes.
const MAX_LINE: u64 = 2048;

/// A client is disconnected after this number of wrong passwords.
const MAX_FAILED_LOGINS: u32 = 3;

const CHUNK_SIZE: usize = 64 << 10;

const NOT_SERVED: &str = "550 Requested action not taken. File unavailable (not served).";
const NO_DIRECTORY: &str = "550 Requested action not taken. No such directory.";
const PASSIVE_ONLY: &str = "502 Command not implemented. Use PASV or EPSV.";

/// Accepts connections until the server stops.
pub async fn serve(listener: TcpListener, server: Arc<Server>, alive: mpsc::Sender<()>) {
    while let Some((stream, client, permit)) = server.accept(&listener, Protocol::Ftp).await {
        let (server, alive) = (server.clone(), alive.clone());
        tokio::spawn(async move {
            if let Ok(own) = stream.local_addr() {
                let (input, output) = stream.into_split();
                let mut session = Session {
                    server,
                    client: client.ip(),
                    own: own.ip(),
                    output: with_write_timeout(output),
                    user: None,
                    is_logged_in: false,
                    failed_logins: 0,
                    directory: String::new(),
                    data: DataMode::None,
                    restart: 0,
                };
                // A connection error concerns only this client, and its requests are in the log.
                let _ = session.run(BufReader::new(input)).await;
            }
            drop((permit, alive));
        });
    }
}

/// The data connection for the next transfer.
enum DataMode {
    None,
    /// The listener that the client connects to.
    Passive(TcpListener),
    /// The client requested that the server open the connection, which was refused.
    Active,
}

struct Session {
    server: Arc<Server>,
    client: IpAddr,
    own: IpAddr,
    output: Pin<Box<TimeoutWriter<OwnedWriteHalf>>>,
    user: Option<String>,
    is_logged_in: bool,
    failed_logins: u32,
    /// The working directory; empty for the top directory.
    directory: String,
    data: DataMode,
    /// The offset at which the next transfer starts, set by REST.
    restart: usize,
}

/// Whether the session continues after a command.
type Continues = std::io::Result<bool>;

impl Session {
    async fn run(&mut self, mut input: BufReader<OwnedReadHalf>) -> std::io::Result<()> {
        if !self.server.allows(self.client) {
            let event = Event::new(Protocol::Ftp, self.client, "CONNECT", "");
            self.server.log(Event { outcome: RequestOutcome::Busy, ..event });
            return self.reply("421 Service not available: too many requests.").await.map(drop);
        }
        self.reply("220 Service ready for new user. This server is read-only.").await?;
        loop {
            let within = if self.is_logged_in { IDLE_TIMEOUT } else { LOGIN_TIMEOUT };
            let mut line = Vec::new();
            let server = self.server.clone();
            let mut limited = (&mut input).take(MAX_LINE);
            let read = tokio::select! {
                read = timeout(within, limited.read_until(b'\n', &mut line)) => read,
                () = server.stopped() => {
                    return self.reply("421 Service not available: the server stops.").await.map(drop);
                }
            };
            match read {
                Err(_) => return self.reply("421 Timeout: closing control connection.").await.map(drop),
                Ok(Ok(_)) if line.ends_with(b"\n") => {}
                Ok(_) => {
                    if line.len() as u64 >= MAX_LINE {
                        self.log_refused(&command_name(&line), "", Reason::Malformed("command too long"))
                            .await;
                    }
                    return Ok(());
                }
            }
            let Ok(line) = std::str::from_utf8(&line) else {
                self.log_refused(&command_name(&line), "", Reason::NotUtf8).await;
                self.reply("501 Syntax error in parameters or arguments: not UTF-8.").await?;
                continue;
            };
            let line = line.trim_end_matches(['\r', '\n']);
            let (command, argument) = line.split_once(' ').unwrap_or((line, ""));
            if !self.handle(&command.to_ascii_uppercase(), argument).await? {
                return Ok(());
            }
        }
    }

    async fn reply(&mut self, line: &str) -> Continues {
        self.output.write_all(format!("{line}\r\n").as_bytes()).await.map(|()| true)
    }

    async fn handle(&mut self, command: &str, argument: &str) -> Continues {
        match command {
            "USER" => {
                self.is_logged_in = false;
                self.user = Some(argument.to_owned());
                self.reply("331 User name okay, need password.").await
            }
            "PASS" => self.log_in(argument).await,
            "QUIT" => self.reply("221 Service closing control connection.").await.map(|_| false),
            "NOOP" | "OPTS" => self.reply("200 Command okay.").await,
            "SYST" => self.reply("215 UNIX Type: L8").await,
            "FEAT" => {
                self.reply("211-Features:\r\n EPSV\r\n MDTM\r\n REST STREAM\r\n SIZE\r\n UTF8\r\n211 End")
                    .await
            }
            "AUTH" | "PBSZ" | "PROT" => {
                self.log_refused(command, argument, Reason::NoTls).await;
                self.reply("502 Command not implemented: no TLS.").await
            }
            _ if !self.is_logged_in => {
                self.log(command, argument, RequestOutcome::LoginRequired).await;
                self.reply("530 Not logged in.").await
            }
            "TYPE" | "MODE" | "STRU" | "ALLO" => self.set_transfer_parameter(command, argument).await,
            "PWD" | "XPWD" => {
                let directory = self.directory.replace('"', "\"\"");
                self.reply(&format!("257 \"/{directory}\" is the current directory.")).await
            }
            "CWD" | "XCWD" => self.change_directory(argument).await,
            "CDUP" | "XCUP" => {
                self.directory.truncate(crate::text::path::parent(&self.directory).len());
                self.reply("250 Requested file action okay, completed.").await
            }
            "PASV" | "EPSV" => self.open_data_listener(command, argument).await,
            "PORT" | "EPRT" => {
                self.data = DataMode::Active;
                self.log_refused(command, argument, Reason::ActiveMode).await;
                self.reply(PASSIVE_ONLY).await
            }
            "REST" => self.set_restart(argument).await,
            "ABOR" => self.reply("226 Closing data connection.").await,
            "SIZE" | "MDTM" => self.describe(command, argument).await,
            "RETR" => self.retrieve(argument).await,
            _ => self.refuse_command(command, argument).await,
        }
    }

    async fn refuse_command(&mut self, command: &str, argument: &str) -> Continues {
        let (reason, reply) = match command {
            "LIST" | "NLST" | "MLSD" | "MLST" | "STAT" => {
                (Reason::NoListing, "550 Requested action not taken. There are no listings.")
            }
            "STOR" | "STOU" | "APPE" | "DELE" | "RMD" | "XRMD" | "MKD" | "XMKD" | "RNFR" | "RNTO"
            | "SITE" | "MFMT" => {
                (Reason::ReadOnly, "550 Requested action not taken. This server is read-only.")
            }
            _ => (Reason::UnknownCommand, "502 Command not implemented."),
        };
        self.log_refused(command, argument, reason).await;
        self.reply(reply).await
    }

    async fn log_refused(&mut self, command: &str, argument: &str, reason: Reason) {
        self.log(command, argument, RequestOutcome::Refused(reason)).await;
    }

    /// Logs a command that names no file. Adds a delay if the client sends too many commands.
    async fn log(&mut self, command: &str, argument: &str, outcome: RequestOutcome) {
        if !self.server.allows(self.client) {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        self.server.log(Event { outcome, ..Event::new(Protocol::Ftp, self.client, command, argument) });
    }

    async fn log_in(&mut self, password: &str) -> Continues {
        let Some(user) = self.user.take() else {
            self.log_refused("PASS", "", Reason::Malformed("PASS without USER")).await;
            return self.reply("503 Bad sequence of commands: send USER first.").await;
        };
        let login = self.server.login.as_ref();
        self.is_logged_in = login.is_none_or(|login| login.matches(&user, password));
        if self.is_logged_in {
            return self.reply("230 User logged in, proceed.").await;
        }
        // A name that is not the user's may be a password entered in the wrong place.
        let name =
            if login.is_some_and(|login| login.is_user(&user)) { user.as_str() } else { "(another name)" };
        let Some(delay) = self.server.login_delays.delay(self.client, Instant::now()) else {
            self.log_refused("USER", name, Reason::TooManyLogins).await;
            return self.reply("421 Service not available: too many wrong passwords.").await.map(|_| false);
        };
        tokio::time::sleep(delay).await;
        self.log_refused("USER", name, Reason::WrongLogin).await;
        self.failed_logins += 1;
        self.reply("530 Not logged in: wrong user or password.")
            .await
            .map(|_| self.failed_logins < MAX_FAILED_LOGINS)
    }

    /// Files are always sent unchanged. `TYPE A` is accepted and has no effect, as in many servers.
    async fn set_transfer_parameter(&mut self, command: &str, argument: &str) -> Continues {
        let is_supported = match command {
            "TYPE" => matches!(argument.to_ascii_uppercase().as_str(), "I" | "A" | "A N" | "L 8"),
            "MODE" => argument.eq_ignore_ascii_case("S"),
            "STRU" => argument.eq_ignore_ascii_case("F"),
            _ => true,
        };
        if is_supported {
            return self.reply("200 Command okay.").await;
        }
        self.log_refused(command, argument, Reason::Malformed("unknown parameter")).await;
        self.reply("504 Command not implemented for that parameter.").await
    }

    /// The full name, resolved from the working directory.
    fn full_name(&self, name: &str) -> String {
        if name.starts_with('/') { name.to_owned() } else { format!("{}/{name}", self.directory) }
    }

    async fn change_directory(&mut self, name: &str) -> Continues {
        let name = if name == "~" { "/" } else { name };
        // As on other servers, the top directory is its own parent directory.
        let is_upwards = name.split('/').all(|part| matches!(part, "" | "." | ".."));
        let path = match names::directory_from_name(&self.full_name(name)) {
            Ok(path) => path,
            Err(Reason::OutsideTree) if is_upwards => String::new(),
            Err(reason) => {
                self.log_refused("CWD", name, Reason::NoDirectory(Box::new(reason))).await;
                return self.reply(NO_DIRECTORY).await;
            }
        };
        let directory = path.clone();
        let exists = self.server.run_blocking(move |server| Ok(server.files.is_directory(&directory))).await;
        if exists != Ok(true) {
            let event = Event::new(Protocol::Ftp, self.client, "CWD", name);
            self.server.log(Event { outcome: RequestOutcome::NotFound, ..event });
            return self.reply(NO_DIRECTORY).await;
        }
        self.directory = path;
        self.reply("250 Requested file action okay, completed.").await
    }

    async fn open_data_listener(&mut self, command: &str, argument: &str) -> Continues {
        if argument.eq_ignore_ascii_case("ALL") {
            return self.reply("200 Command okay.").await;
        }
        let opened = TcpListener::bind(SocketAddr::new(self.own, 0)).await;
        let opened = opened.and_then(|listener| listener.local_addr().map(|own| (listener, own.port())));
        let Ok((listener, port)) = opened else {
            self.log(command, argument, RequestOutcome::Failed(ServerFault::NoPort)).await;
            return self.reply("425 Can't open data connection: no free port.").await;
        };
        let reply = match (command, self.own.to_canonical()) {
            ("EPSV", _) => format!("229 Entering Extended Passive Mode (|||{port}|)."),
            (_, IpAddr::V4(own)) => {
                let [a, b, c, d] = own.octets();
                format!("227 Entering Passive Mode ({a},{b},{c},{d},{},{}).", port >> 8, port & 255)
            }
            (_, IpAddr::V6(_)) => {
                return self.reply("425 Can't open data connection: use EPSV over IPv6.").await;
            }
        };
        self.data = DataMode::Passive(listener);
        self.reply(&reply).await
    }

    async fn set_restart(&mut self, argument: &str) -> Continues {
        let is_number = argument.bytes().all(|byte| byte.is_ascii_digit());
        let Some(offset) = argument.parse().ok().filter(|_| is_number) else {
            self.log_refused("REST", argument, Reason::Malformed("REST without a number")).await;
            return self.reply("501 Syntax error in parameters or arguments.").await;
        };
        self.restart = offset;
        self.reply(&format!("350 Restarting at {offset}. Send RETR.")).await
    }

    /// The file with a given name, and the pending request for the log.
    async fn file(&mut self, command: &str, name: &str) -> (Pending, Result<Content, Refusal>) {
        let mut event = Event::new(Protocol::Ftp, self.client, command, name);
        let path = match names::from_name(&self.full_name(name)) {
            _ if !self.server.allows(self.client) => Err(Refusal::Busy),
            Ok(path) => Ok(path),
            Err(reason) => Err(reason.into()),
        };
        if let Ok(path) = &path {
            event.target = format!("/{path}");
            event.path = Some(path.clone());
        }
        let pending = Pending::new(&self.server, event);
        match path {
            Ok(path) => (pending, self.server.fetch(&path).await),
            Err(refusal) => (pending, Err(refusal)),
        }
    }

    async fn refuse(&mut self, pending: Pending, refusal: Refusal) -> Continues {
        let reply = match &refusal {
            Refusal::NotFound => "550 Requested action not taken. File not found.",
            Refusal::Refused(_) | Refusal::Withheld(_) => NOT_SERVED,
            Refusal::Busy => "450 Requested file action not taken: too many requests, retry later.",
            Refusal::Failed(_) => "451 Requested action aborted: local error in processing.",
        };
        pending.finish(refusal.into());
        self.reply(reply).await
    }

    /// SIZE and MDTM (RFC 3659, 3 and 4).
    async fn describe(&mut self, command: &str, name: &str) -> Continues {
        let (pending, content) = self.file(command, name).await;
        let content = match content {
            Ok(content) => content,
            Err(refusal) => return self.refuse(pending, refusal).await,
        };
        pending.finish(RequestOutcome::Described);
        if command == "SIZE" {
            return self.reply(&format!("213 {}", content.bytes.as_ref().len())).await;
        }
        let at = content.modified.and_then(|at| Timestamp::try_from(at).ok()).unwrap_or_else(Timestamp::now);
        self.reply(&format!("213 {}", at.strftime("%Y%m%d%H%M%S"))).await
    }

    async fn retrieve(&mut self, name: &str) -> Continues {
        let (data, start) =
            (std::mem::replace(&mut self.data, DataMode::None), std::mem::take(&mut self.restart));
        let (pending, content) = self.file("RETR", name).await;
        let listener = match data {
            DataMode::Passive(listener) => listener,
            DataMode::Active => {
                pending.finish(RequestOutcome::Refused(Reason::ActiveMode));
                return self.reply("425 Can't open data connection: use PASV or EPSV.").await;
            }
            DataMode::None => {
                pending
                    .finish(RequestOutcome::Refused(Reason::Malformed("RETR requires PASV or EPSV first")));
                return self.reply("425 Can't open data connection: send PASV or EPSV first.").await;
            }
        };
        let content = match content {
            Ok(content) => content,
            Err(refusal) => return self.refuse(pending, refusal).await,
        };
        let Some(bytes) = content.bytes.as_ref().get(start..) else {
            pending.finish(RequestOutcome::Refused(Reason::BeyondEnd));
            return self.reply("554 Requested action not taken: invalid REST parameter.").await;
        };
        self.reply("150 File status okay; about to open data connection.").await?;
        let Some(stream) = self.accept_data_connection(&listener).await else {
            pending.finish(RequestOutcome::Interrupted(Interruption::NoDataConnection));
            return self.reply("425 Can't open data connection.").await;
        };
        if send(stream, bytes, pending).await {
            self.reply("226 Closing data connection.").await
        } else {
            self.reply("426 Connection closed; transfer aborted.").await
        }
    }

    /// Accepts the data connection, which must come from the same address as the control connection.
    async fn accept_data_connection(&self, listener: &TcpListener) -> Option<TcpStream> {
        let accept = async {
            loop {
                let (stream, from) = listener.accept().await.ok()?;
                if from.ip() == self.client {
                    return Some(stream);
                }
            }
        };
        timeout(DATA_TIMEOUT, accept).await.ok().flatten()
    }
}

/// Sends the bytes of a file and logs the request. Returns whether all bytes were sent.
async fn send(stream: TcpStream, bytes: &[u8], mut pending: Pending) -> bool {
    let mut stream = with_write_timeout(stream);
    for chunk in bytes.chunks(CHUNK_SIZE) {
        if stream.write_all(chunk).await.is_err() {
            return false;
        }
        pending.update(|event| event.bytes += chunk.len() as u64);
    }
    let is_complete = stream.shutdown().await.is_ok();
    if is_complete {
        pending.finish(RequestOutcome::Sent);
    }
    is_complete
}

/// The command name in an invalid line, for the log.
fn command_name(line: &[u8]) -> String {
    let word = line.split(|byte| !byte.is_ascii_alphabetic()).next().unwrap_or_default();
    String::from_utf8_lossy(&word[..word.len().min(8)]).to_ascii_uppercase()
}
