//! A provisioning server that only reads: HTTP, HTTPS, TFTP and FTP over one layer that opens files, and the log of
//! what each phone asked for. Knows no findings and no command line; what is said goes to whoever runs it.

mod auth;
mod bound;
mod conditional_headers;
mod error;
mod event;
mod files;
mod ftp;
mod http;
mod log;
mod names;
mod protocol;
mod rate_limit;
mod refusal;
mod server;
mod sessions;
mod signals;
mod tftp;
pub mod tls;
mod tree;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

pub use auth::Login;
pub use bound::Bound;
pub use error::Error;
pub use event::{Answer, Entry, Event, Verdict};
pub use protocol::Protocol;
pub use rate_limit::Limits;
pub use tree::Tree;

use bound::Socket;
use files::Files;
use rate_limit::Guard;
use server::Server;
use signals::Signals;

/// Running transfers may take so long to end once the server is told to.
const GRACE: Duration = Duration::from_secs(5);

/// So many lines of the log may wait for a slow reader; the servers never wait for it.
const MOST_WAITING: usize = 65_536;

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

/// Serves until the process is told to end, and then as long as running transfers take, within bounds. `ready` is
/// called when a signal would be heard; `sink` gets every line of the log.
///
/// # Errors
/// See [`Error`].
pub fn run(
    bound: Vec<Bound>,
    config: Config,
    ready: impl FnOnce(),
    sink: impl FnMut(Entry) + Send + 'static,
) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(Error::Runtime)?;
    let (sender, events) = sync_channel(MOST_WAITING);
    let (stop, stopping) = watch::channel(false);
    let Config { top, tree, hidden, rendered, login, tls, limits } = config;
    let files = Files::new(top, &hidden);
    let guard = Guard::new(limits);
    let lost = Arc::new(AtomicUsize::new(0));
    let count = lost.clone();
    let server = Arc::new(Server { files, tree, rendered, login, guard, log: sender, lost, stop: stopping });
    let writer = {
        let server = Arc::downgrade(&server);
        let expect = move |directory: &str, mac| {
            let server = server.upgrade()?;
            server.tree.expected(directory, mac, server.rendered)
        };
        std::thread::spawn(move || log::write(&events, &count, &expect, sink))
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
) -> Result<(), Error> {
    let mut signals = Signals::new().map_err(Error::Signals)?;
    // Every task holds an end of this; when all are gone, nothing runs any more.
    let (alive, mut ended) = mpsc::channel::<()>(1);
    for Bound { protocol, socket, .. } in bound {
        let (server, alive, tls) = (server.clone(), alive.clone(), tls.clone());
        let failed = |error| Error::Socket { protocol, error };
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
