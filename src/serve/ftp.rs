//! FTP (RFC 959, RFC 2428, RFC 3659) as far as phones need it: log in, change the directory, get a file. The server
//! only waits for data connections and opens none, so that nobody can send it elsewhere; it lists nothing and writes
//! nothing.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutWriter;

use super::event::{Answer, Event};
use super::files::Content;
use super::names;
use super::protocol::Protocol;
use super::refusal::{Break, Reason, Refusal};
use super::server::{Server, with_write_timeout};

/// So long may a client be silent between two commands.
const IDLE: Duration = Duration::from_secs(120);

/// The same before it has logged in.
const LOGIN_WITHIN: Duration = Duration::from_secs(20);

/// So long is the data connection waited for.
const DATA_WITHIN: Duration = Duration::from_secs(20);

/// Longer than any command of a phone.
const LONGEST_LINE: u64 = 2048;

const TRIES: u32 = 3;

/// Takes connections until the server stops.
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
                    is_in: false,
                    failed: 0,
                    directory: Vec::new(),
                    data: None,
                };
                // What goes wrong on a connection is the client's affair: its requests are in the log.
                let _ = session.talk(BufReader::new(input)).await;
            }
            drop((permit, alive));
        });
    }
}

struct Session {
    server: Arc<Server>,
    client: IpAddr,
    own: IpAddr,
    output: Pin<Box<TimeoutWriter<OwnedWriteHalf>>>,
    user: Option<String>,
    is_in: bool,
    failed: u32,
    /// The directory, as parts that were looked at.
    directory: Vec<String>,
    /// Where the client may fetch the next file.
    data: Option<TcpListener>,
}

/// What a command says to the loop.
type Go = std::io::Result<bool>;

impl Session {
    async fn talk(&mut self, mut input: BufReader<OwnedReadHalf>) -> std::io::Result<()> {
        if !self.server.guard.admits(self.client) {
            return self.say("421 Too much at once, come again later.").await.map(drop);
        }
        self.say("220 fvprov serves files to phones; it only reads.").await?;
        loop {
            let within = if self.is_in { IDLE } else { LOGIN_WITHIN };
            let mut line = Vec::new();
            let server = self.server.clone();
            let mut limited = (&mut input).take(LONGEST_LINE);
            let read = tokio::select! {
                read = timeout(within, limited.read_until(b'\n', &mut line)) => read,
                () = server.stopped() => return self.say("421 This server ends.").await.map(drop),
            };
            match read {
                Err(_) => return self.say("421 Nothing was heard for too long.").await.map(drop),
                Ok(Ok(_)) if line.ends_with(b"\n") => {}
                Ok(_) => return Ok(()),
            }
            let Ok(line) = std::str::from_utf8(&line) else {
                self.say("501 This is no UTF-8.").await?;
                continue;
            };
            let line = line.trim_end_matches(['\r', '\n']);
            let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
            if !self.command(&verb.to_ascii_uppercase(), rest).await? {
                return Ok(());
            }
        }
    }

    async fn say(&mut self, line: &str) -> Go {
        self.output.write_all(format!("{line}\r\n").as_bytes()).await.map(|()| true)
    }

    async fn command(&mut self, verb: &str, rest: &str) -> Go {
        match verb {
            "USER" => self.user(rest).await,
            "PASS" => self.pass(rest).await,
            "QUIT" => self.say("221 Good bye.").await.map(|_| false),
            "NOOP" | "OPTS" => self.say("200 Well.").await,
            "SYST" => self.say("215 UNIX Type: L8").await,
            "FEAT" => self.say("211-These:\r\n EPSV\r\n MDTM\r\n SIZE\r\n UTF8\r\n211 And no more.").await,
            "AUTH" | "PBSZ" | "PROT" => self.say("502 There is no TLS here.").await,
            _ if !self.is_in => self.say("530 Log in first.").await,
            "TYPE" | "MODE" | "STRU" | "ALLO" => self.carry(verb, rest).await,
            "PWD" | "XPWD" => {
                self.say(&format!("257 \"/{}\"", self.directory.join("/").replace('"', "\"\""))).await
            }
            "CWD" | "XCWD" => self.change(rest).await,
            "CDUP" | "XCUP" => {
                self.directory.pop();
                self.say("250 Well.").await
            }
            "PASV" | "EPSV" => self.passive(verb, rest).await,
            "PORT" | "EPRT" => self.say("502 Data goes over passive connections only: PASV or EPSV.").await,
            "SIZE" | "MDTM" => self.tell(verb, rest).await,
            "RETR" => self.retrieve(rest).await,
            "LIST" | "NLST" | "MLSD" | "MLST" | "STAT" => {
                self.refused(verb, rest, Reason::NoList).await?;
                self.say("550 Nothing is listed here.").await
            }
            "STOR" | "STOU" | "APPE" | "DELE" | "RMD" | "XRMD" | "MKD" | "XMKD" | "RNFR" | "RNTO"
            | "SITE" | "MFMT" => {
                self.refused(verb, rest, Reason::ReadOnly).await?;
                self.say("550 This server only reads.").await
            }
            _ => self.say("502 This command is not known here.").await,
        }
    }

    async fn refused(&mut self, verb: &str, rest: &str, reason: Reason) -> std::io::Result<()> {
        if !self.server.guard.admits(self.client) {
            // Slower than the log would grow.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let answer = Answer::Refused(reason);
        self.server.log(Event { answer, ..Event::new(Protocol::Ftp, self.client, verb, rest) });
        Ok(())
    }

    async fn user(&mut self, name: &str) -> Go {
        self.is_in = false;
        self.user = Some(name.to_owned());
        self.say("331 And the password?").await
    }

    async fn pass(&mut self, password: &str) -> Go {
        let Some(user) = self.user.take() else { return self.say("503 The user comes first.").await };
        self.is_in = self.server.login.as_ref().is_none_or(|login| login.is(&user, password));
        if self.is_in {
            return self.say("230 Come in.").await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.refused("USER", &user, Reason::WrongLogin).await?;
        self.failed += 1;
        self.say("530 Wrong user or password.").await.map(|_| self.failed < TRIES)
    }

    /// How files are carried: as they are. `TYPE A` is taken and changes nothing, as many servers have it.
    async fn carry(&mut self, verb: &str, rest: &str) -> Go {
        let is_known = match verb {
            "TYPE" => matches!(rest.to_ascii_uppercase().as_str(), "I" | "A" | "A N" | "L 8"),
            "MODE" => rest.eq_ignore_ascii_case("S"),
            "STRU" => rest.eq_ignore_ascii_case("F"),
            _ => true,
        };
        self.say(if is_known { "200 Well." } else { "504 This is not done here." }).await
    }

    /// The path that a name means from here.
    fn path(&self, name: &str) -> Result<String, Reason> {
        if name.starts_with('/') || self.directory.is_empty() {
            return names::of_name(name);
        }
        names::of_name(&format!("{}/{name}", self.directory.join("/")))
    }

    async fn change(&mut self, name: &str) -> Go {
        let name = name.trim_end_matches('/');
        if name.is_empty() || name == "~" {
            self.directory.clear();
            return self.say("250 Well.").await;
        }
        let path = match self.path(name) {
            Ok(path) => path,
            Err(reason) => {
                self.refused("CWD", name, Reason::NoDirectory(Box::new(reason))).await?;
                return self.say("550 There is no such directory.").await;
            }
        };
        let (server, asked) = (self.server.clone(), path.clone());
        let is_there =
            tokio::task::spawn_blocking(move || server.files.is_directory(&asked)).await.unwrap_or(false);
        if !is_there {
            return self.say("550 There is no such directory.").await;
        }
        self.directory = path.split('/').map(str::to_owned).collect();
        self.say("250 Well.").await
    }

    async fn passive(&mut self, verb: &str, rest: &str) -> Go {
        if rest.eq_ignore_ascii_case("ALL") {
            return self.say("200 Well.").await;
        }
        let listener = TcpListener::bind(SocketAddr::new(self.own, 0)).await;
        let Some((listener, port)) =
            listener.ok().and_then(|at| at.local_addr().ok().map(|own| (at, own.port())))
        else {
            return self.say("425 There is no port for the data.").await;
        };
        let reply = match (verb, self.own.to_canonical()) {
            ("EPSV", _) => format!("229 Here (|||{port}|)."),
            (_, IpAddr::V4(own)) => {
                let [a, b, c, d] = own.octets();
                format!("227 Here ({a},{b},{c},{d},{},{}).", port >> 8, port & 255)
            }
            (_, IpAddr::V6(_)) => return self.say("425 Over IPv6 it is EPSV.").await,
        };
        self.data = Some(listener);
        self.say(&reply).await
    }

    /// The file of a name, with the event of asking for it.
    async fn file(&mut self, verb: &str, name: &str) -> (Event, Result<Content, Refusal>) {
        let mut event = Event::new(Protocol::Ftp, self.client, verb, name);
        if !self.server.guard.admits(self.client) {
            return (event, Err(Refusal::Busy));
        }
        let path = match self.path(name) {
            Ok(path) => path,
            Err(reason) => return (event, Err(reason.into())),
        };
        event.asked = format!("/{path}");
        event.path = Some(path.clone());
        let got = self.server.fetch(&path).await;
        (event, got)
    }

    async fn refuse(&mut self, mut event: Event, refusal: Refusal) -> Go {
        let reply = match &refusal {
            Refusal::Missing => "550 There is no such file.",
            Refusal::Refused(_) => "550 This is not served.",
            Refusal::Busy => "450 Too much at once, ask again later.",
            Refusal::Failed(_) => "451 The file cannot be read.",
        };
        event.answer = refusal.into();
        self.server.log(event);
        self.say(reply).await
    }

    /// SIZE and MDTM (RFC 3659, 3 and 4).
    async fn tell(&mut self, verb: &str, name: &str) -> Go {
        let (mut event, got) = self.file(verb, name).await;
        let content = match got {
            Ok(content) => content,
            Err(refusal) => return self.refuse(event, refusal).await,
        };
        event.answer = Answer::Told;
        self.server.log(event);
        if verb == "SIZE" {
            return self.say(&format!("213 {}", content.bytes.as_ref().len())).await;
        }
        let at = content.modified.and_then(|at| Timestamp::try_from(at).ok()).unwrap_or_else(Timestamp::now);
        self.say(&format!("213 {}", at.strftime("%Y%m%d%H%M%S"))).await
    }

    async fn retrieve(&mut self, name: &str) -> Go {
        let Some(listener) = self.data.take() else { return self.say("425 First PASV or EPSV.").await };
        let (mut event, got) = self.file("RETR", name).await;
        let content = match got {
            Ok(content) => content,
            Err(refusal) => return self.refuse(event, refusal).await,
        };
        self.say("150 Here it comes.").await?;
        let Some(stream) = self.data_connection(&listener).await else {
            event.answer = Answer::Cut(Break::NoDataConnection);
            self.server.log(event);
            return self.say("425 No data connection came.").await;
        };
        let mut stream = with_write_timeout(stream);
        let mut result = Ok(());
        for piece in content.bytes.as_ref().chunks(64 << 10) {
            result = stream.write_all(piece).await;
            if result.is_err() {
                break;
            }
            event.bytes += piece.len() as u64;
        }
        let result = if result.is_ok() { stream.shutdown().await } else { result };
        event.answer = if result.is_ok() { Answer::Sent } else { Answer::Cut(Break::Gone) };
        self.server.log(event);
        self.say(if result.is_ok() { "226 That was all." } else { "426 The data connection broke." }).await
    }

    /// The data connection, from the address that commands come from.
    async fn data_connection(&self, listener: &TcpListener) -> Option<TcpStream> {
        let client = self.client;
        let wait = async {
            loop {
                let (stream, from) = listener.accept().await.ok()?;
                if from.ip() == client {
                    return Some(stream);
                }
            }
        };
        timeout(DATA_WITHIN, wait).await.ok().flatten()
    }
}
