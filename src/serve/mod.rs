//! A provisioning server that only reads: HTTP, HTTPS, TFTP and FTP over one layer that opens files, and the log of
//! what each phone asked for. Knows no findings and no command line; what is said goes to whoever runs it.

mod auth;
mod conditional_headers;
mod event;
mod files;
mod ftp;
mod http;
mod names;
mod rate_limit;
mod sessions;
mod tftp;
pub mod tls;
mod tree;

use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use tokio::io::AsyncWrite;
use tokio::net::{TcpListener as TokioListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_io_timeout::TimeoutWriter;

pub use auth::Login;
pub use event::{Answer, Entry, Event, Verdict};
pub use rate_limit::Limits;
pub use tree::Tree;

use files::{Content, Files};
use rate_limit::{Guard, Permit};
use sessions::Book;

/// Running transfers may take so long to end once the server is told to.
const GRACE: Duration = Duration::from_secs(5);

/// A client that reads nothing of what is sent to it for this long is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// So many lines of the log may wait for a slow reader; the servers never wait for it.
const MOST_WAITING: usize = 65_536;

/// What is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// HTTP/1.1 (RFC 9112).
    Http,
    /// The same in TLS.
    Https,
    /// RFC 1350.
    Tftp,
    /// RFC 959.
    Ftp,
}

impl Protocol {
    /// As a URL begins, and as the option is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Tftp => "tftp",
            Self::Ftp => "ftp",
        }
    }

    /// The port that a URL need not name.
    pub fn usual_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Tftp => crate::net::tftp::PORT,
            Self::Ftp => 21,
        }
    }

    /// The port where none is named, which takes no special right.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Http => 8080,
            Self::Https => 8443,
            Self::Tftp => 6969,
            Self::Ftp => 2121,
        }
    }
}

/// Why a client does not get a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is none.
    Missing,
    /// Nobody gets it, and why.
    Refused(&'static str),
    /// Too much is being sent.
    Busy,
    /// It cannot be read, and why.
    Failed(String),
}

impl Refusal {
    fn answer(self) -> Answer {
        match self {
            Self::Missing => Answer::Missing,
            Self::Refused(why) => Answer::Refused(why.into()),
            Self::Busy => Answer::Busy,
            Self::Failed(why) => Answer::Failed(why),
        }
    }
}

/// What is served, and how.
pub struct Config {
    /// The served tree on disk.
    pub top: PathBuf,
    /// The tree as phones see it.
    pub tree: Arc<Tree>,
    /// Files in the tree that nobody gets.
    pub hidden: Vec<PathBuf>,
    /// Whether each phone gets one cfg.
    pub rendered: bool,
    /// Who may ask over HTTP and FTP; everybody where it is none.
    pub login: Option<Login>,
    /// The certificate of HTTPS.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// See there.
    pub limits: Limits,
}

/// An address that is ours.
pub struct Bound {
    /// What is spoken there.
    pub protocol: Protocol,
    /// The address, with the port that was found where 0 was asked for.
    pub address: SocketAddr,
    socket: Socket,
}

enum Socket {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

impl Bound {
    /// Takes an address.
    ///
    /// # Errors
    /// Says why it cannot be had, and what to do.
    pub fn new(protocol: Protocol, address: SocketAddr) -> Result<Self, String> {
        let bind = || {
            let (socket, address) = if protocol == Protocol::Tftp {
                let socket = UdpSocket::bind(address)?;
                // All phones of a site ask at once when the power comes back. Where the system gives less, they ask again.
                let _ = socket2::SockRef::from(&socket).set_recv_buffer_size(4 << 20);
                socket.set_nonblocking(true)?;
                let address = socket.local_addr()?;
                (Socket::Udp(socket), address)
            } else {
                let socket = TcpListener::bind(address)?;
                socket.set_nonblocking(true)?;
                let address = socket.local_addr()?;
                (Socket::Tcp(socket), address)
            };
            Ok(Self { protocol, address, socket })
        };
        bind().map_err(|error: std::io::Error| {
            let what = format!("--{} {address}", protocol.word());
            let other = protocol.default_port();
            match error.kind() {
                std::io::ErrorKind::AddrInUse => format!(
                    "{what}: another program uses this port: end it, or name another port, as in --{} {}",
                    protocol.word(),
                    SocketAddr::new(address.ip(), address.port().wrapping_add(1).max(1024))
                ),
                std::io::ErrorKind::PermissionDenied => format!(
                    "{what}: ports below 1024 take a special right: use {}, or give the right with `setcap \
                     cap_net_bind_service=+ep` on the program",
                    SocketAddr::new(address.ip(), other)
                ),
                std::io::ErrorKind::AddrNotAvailable => {
                    format!("{what}: this machine does not have this address: 0.0.0.0 means all that it has")
                }
                _ => format!("{what}: {error}"),
            }
        })
    }
}

/// What all servers share.
struct Server {
    files: Files,
    tree: Arc<Tree>,
    rendered: bool,
    login: Option<Login>,
    guard: Arc<Guard>,
    log: SyncSender<Box<Event>>,
    lost: Arc<AtomicUsize>,
    stop: watch::Receiver<bool>,
}

impl Server {
    /// The content of a path that `names` gave. It reads the disk: it is to be called where that stops nobody.
    fn get(&self, path: &str) -> Result<Content, Refusal> {
        let rendered = if self.rendered { self.tree.rendered(path)? } else { None };
        rendered.map_or_else(|| self.files.open(path), |bytes| self.files.hold(bytes))
    }

    /// The same for a server that must not wait.
    async fn fetch(self: &Arc<Self>, path: &str) -> Result<Content, Refusal> {
        let path = path.to_owned();
        self.aside(move |server| server.get(&path)).await
    }

    /// Does what takes its time where that stops nobody.
    async fn aside(
        self: &Arc<Self>,
        act: impl FnOnce(&Self) -> Result<Content, Refusal> + Send + 'static,
    ) -> Result<Content, Refusal> {
        let server = self.clone();
        let got = tokio::task::spawn_blocking(move || act(&server)).await;
        got.unwrap_or_else(|_| Err(Refusal::Failed("the server has a fault".into())))
    }

    /// Tells of a request. Where the log is read too slowly, the line is lost, and counted.
    fn log(&self, event: Event) {
        if self.log.try_send(Box::new(event)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The next connection for which there is room, with its place; none once the server is to stop.
    async fn accept(
        self: &Arc<Self>,
        listener: &TokioListener,
        protocol: Protocol,
    ) -> Option<(TcpStream, SocketAddr, Permit)> {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.stopped() => return None,
            };
            let Ok((stream, client)) = accepted else {
                // No more files can be open at the moment.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            if let Some(permit) = self.guard.enter(client.ip()) {
                return Some((stream, client, permit));
            }
            self.log(Event { answer: Answer::Busy, ..event(protocol, client.ip(), "CONNECT", "") });
        }
    }

    /// Ends when the server is to stop.
    async fn stopped(&self) {
        let mut stop = self.stop.clone();
        // The sender lives as long as the servers: an error cannot come, and would mean the same.
        let _ = stop.wait_for(|stop| *stop).await;
    }
}

/// A stream whose writes fail after [`WRITE_TIMEOUT`].
fn with_write_timeout<S: AsyncWrite>(stream: S) -> Pin<Box<TimeoutWriter<S>>> {
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(WRITE_TIMEOUT));
    Box::pin(stream)
}

/// An event that is being made up.
fn event(protocol: Protocol, client: IpAddr, method: &str, asked: &str) -> Event {
    Event {
        protocol,
        client: client.to_canonical(),
        agent: None,
        method: method.to_owned(),
        asked: asked.chars().take(1024).collect(),
        path: None,
        answer: Answer::Missing,
        bytes: 0,
    }
}

/// Serves until the process is told to end, and then as long as running transfers take, within bounds. `ready` is
/// called when a signal would be heard; `sink` gets every line of the log.
///
/// # Errors
/// Says why no server can run.
pub fn run(
    bound: Vec<Bound>,
    config: Config,
    ready: impl FnOnce(),
    sink: impl FnMut(Entry) + Send + 'static,
) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("no server can run: {error}"))?;
    let (log, events) = sync_channel(MOST_WAITING);
    let (stop, stopping) = watch::channel(false);
    let Config { top, tree, hidden, rendered, login, tls, limits } = config;
    let files = Files::new(top, &hidden);
    let guard = Guard::new(limits);
    let lost = Arc::new(AtomicUsize::new(0));
    let count = lost.clone();
    let server = Arc::new(Server { files, tree, rendered, login, guard, log, lost, stop: stopping });
    let writer = {
        let server = Arc::downgrade(&server);
        let expect = move |directory: &str, mac| {
            let server = server.upgrade()?;
            server.tree.expected(directory, mac, server.rendered)
        };
        std::thread::spawn(move || write_log(&events, &count, &expect, sink))
    };
    let result = runtime.block_on(serve(bound, server, tls, stop, ready));
    runtime.shutdown_timeout(Duration::from_millis(200));
    // The last sender is gone with the servers: what waits is written, within bounds.
    let deadline = Instant::now() + Duration::from_secs(2);
    while !writer.is_finished() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    result
}

async fn serve(
    bound: Vec<Bound>,
    server: Arc<Server>,
    tls: Option<Arc<rustls::ServerConfig>>,
    stop: watch::Sender<bool>,
    ready: impl FnOnce(),
) -> Result<(), String> {
    let mut signals = Signals::new().map_err(|error| format!("signals cannot be heard: {error}"))?;
    // Every task holds an end of this; when all are gone, nothing runs any more.
    let (alive, mut ended) = mpsc::channel::<()>(1);
    for Bound { protocol, socket, .. } in bound {
        let (server, alive, tls) = (server.clone(), alive.clone(), tls.clone());
        let failed = |error: std::io::Error| format!("{}: {error}", protocol.word());
        match socket {
            Socket::Udp(socket) => {
                let socket = tokio::net::UdpSocket::from_std(socket).map_err(failed)?;
                tokio::spawn(tftp::serve(socket, server, alive));
            }
            Socket::Tcp(socket) => {
                let socket = tokio::net::TcpListener::from_std(socket).map_err(failed)?;
                match protocol {
                    Protocol::Ftp => drop(tokio::spawn(ftp::serve(socket, server, alive))),
                    Protocol::Https => drop(tokio::spawn(http::serve(socket, server, alive, tls))),
                    _ => drop(tokio::spawn(http::serve(socket, server, alive, None))),
                }
            }
        }
    }
    drop((alive, server));
    ready();
    signals.next().await;
    // Nobody may be there to hear it.
    let _ = stop.send(true);
    tokio::select! {
        _ = ended.recv() => {}
        () = tokio::time::sleep(GRACE) => {}
        () = signals.next() => {}
    }
    Ok(())
}

/// What tells a process to end.
struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps)] // as on Unix
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) {
        // Where Ctrl-C cannot be heard the process ends at once all the same.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Writes the log and keeps the book of the phones, until all servers are gone.
fn write_log(
    events: &Receiver<Box<Event>>,
    lost: &AtomicUsize,
    expect: &sessions::Expect<'_>,
    mut sink: impl FnMut(Entry),
) {
    let mut book = Book::default();
    let mut looked = Instant::now();
    loop {
        let event = events.recv_timeout(Duration::from_millis(500));
        let now = Instant::now();
        match event {
            Ok(event) => {
                let (mac, verdicts) = book.note(now, &event, expect);
                sink(Entry::Request(event, mac));
                for verdict in verdicts {
                    sink(Entry::Verdict(verdict));
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if now.duration_since(looked) >= Duration::from_millis(500) {
            for verdict in book.close(now, false) {
                sink(Entry::Verdict(verdict));
            }
            let lost = lost.swap(0, Ordering::Relaxed);
            if lost > 0 {
                sink(Entry::Note(format!("{lost} lines were lost: the log is read too slowly")));
            }
            looked = now;
        }
    }
    for verdict in book.close(Instant::now(), true) {
        sink(Entry::Verdict(verdict));
    }
}
