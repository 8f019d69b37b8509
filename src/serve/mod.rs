//! A read-only provisioning server: HTTP, HTTPS, TFTP and FTP on top of one layer that opens files, and a log
//! of each phone's requests. The server does not depend on `lint` or the command line; it passes log entries
//! to the caller.

mod auth;
mod bound;
mod conditional_headers;
mod error;
mod event;
mod files;
mod ftp;
mod http;
mod http_input;
mod log;
mod metrics;
mod metrics_endpoint;
mod names;
mod protocol;
mod rate_limit;
mod refusal;
mod server;
mod sessions;
mod signals;
mod tftp;
mod tftp_transfers;
pub mod tls;
mod tree;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};

pub use auth::Login;
pub use bound::Bound;
pub use error::Error;
pub use event::{Event, LogEntry, RequestOutcome, Verdict};
pub use protocol::Protocol;
pub use rate_limit::{DEFAULT_RATE, ServerLimits};
pub use tree::{LoadError, ServedTree};

use bound::{Socket, open_tcp};
use files::Files;
use metrics::Metrics;
use rate_limit::{LoginDelays, Pool, RateLimiter};
use server::Server;
use signals::{Received, Signals};

/// The time that active transfers have to finish after the server is stopped.
const GRACE: Duration = Duration::from_secs(5);

/// Maximum number of log entries in the queue for a slow reader. The servers never wait for the reader.
const MAX_LOG_ENTRIES: usize = 65_536;

/// The options of a server.
pub struct Config {
    /// The served directory.
    pub top: PathBuf,
    /// The tree as phones see it.
    pub tree: Arc<ServedTree>,
    /// Files that are never served, in addition to the files named in the settings.
    pub hidden: Vec<PathBuf>,
    /// Whether each phone receives its entire configuration as one cfg file.
    pub rendered: bool,
    /// The login that HTTP and FTP require.
    pub login: Option<Login>,
    /// The TLS configuration with the certificate for HTTPS.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// The limits.
    pub limits: ServerLimits,
    /// Addresses of proxies whose `X-Forwarded-For` header is trusted.
    pub trusted_proxies: Vec<IpAddr>,
    /// The address for the metrics.
    pub metrics: Option<SocketAddr>,
}

/// Serves until the process receives a signal to stop, and then lets active transfers finish. Calls `ready`
/// as soon as signals are handled, and `sink` with each log entry.
///
/// # Errors
/// See [`Error`].
pub fn run(
    bound: Vec<Bound>,
    config: Config,
    ready: impl FnOnce(),
    sink: impl FnMut(LogEntry) + Send + 'static,
) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)?;
    let metrics_listener = config.metrics.map(open_metrics).transpose()?;
    let (sender, messages) = sync_channel(MAX_LOG_ENTRIES);
    let (stop, stopping) = watch::channel(false);
    let metrics = Arc::new(Metrics::default());
    let server = Arc::new(Server {
        files: Files::new(config.top, &config.hidden),
        tree: config.tree,
        rendered: config.rendered,
        login: config.login,
        login_delays: LoginDelays::default(),
        limits: config.limits,
        connections: Pool::new(config.limits.connections, config.limits.connections_per_address),
        rate: RateLimiter::new(config.limits.rate),
        trusted_proxies: config.trusted_proxies,
        metrics: metrics.clone(),
        log: sender,
        stop: stopping,
    });
    let (tree, rendered) = (server.tree.clone(), server.rendered);
    let writer = std::thread::spawn(move || {
        log::write(&messages, &metrics, &|directory, mac| tree.expected(directory, mac, rendered), sink);
    });
    let result = runtime.block_on(serve(bound, metrics_listener, server, config.tls, stop, ready));
    runtime.shutdown_timeout(Duration::from_millis(200));
    // The servers have dropped their senders, so the writer ends after the entries that are still in the
    // queue.
    let deadline = Instant::now() + Duration::from_secs(2);
    while !writer.is_finished() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(5));
    }
    result
}

fn open_metrics(address: SocketAddr) -> Result<std::net::TcpListener, Error> {
    if !address.ip().is_loopback() {
        return Err(Error::MetricsNotLoopback(address));
    }
    open_tcp(address).map(|(listener, _)| listener).map_err(|error| Error::Metrics { address, error })
}

async fn serve(
    bound: Vec<Bound>,
    metrics: Option<std::net::TcpListener>,
    server: Arc<Server>,
    tls: Option<Arc<rustls::ServerConfig>>,
    stop: watch::Sender<bool>,
    ready: impl FnOnce(),
) -> Result<(), Error> {
    let mut signals = Signals::new().map_err(Error::Signals)?;
    // Every task has a sender, so when the receiver ends, no task is running any more.
    let (alive, mut ended) = mpsc::channel::<()>(1);
    for Bound { protocol, socket, .. } in bound {
        let (server, alive, tls) = (server.clone(), alive.clone(), tls.clone());
        let spawned = match socket {
            Socket::Udp(socket) => tokio::net::UdpSocket::from_std(socket)
                .map(|socket| drop(tokio::spawn(tftp::serve(socket, server, alive)))),
            Socket::Tcp(socket) => tokio::net::TcpListener::from_std(socket).map(|socket| match protocol {
                Protocol::Ftp => drop(tokio::spawn(ftp::serve(socket, server, alive))),
                Protocol::Https => drop(tokio::spawn(http::serve(socket, server, alive, tls))),
                _ => drop(tokio::spawn(http::serve(socket, server, alive, None))),
            }),
        };
        spawned.map_err(|error| Error::Socket { protocol, error })?;
    }
    if let Some(listener) = metrics {
        let listener = tokio::net::TcpListener::from_std(listener).map_err(Error::Runtime)?;
        tokio::spawn(metrics_endpoint::serve(listener, server.clone()));
    }
    drop(alive);
    ready();
    while signals.next().await == Received::Reload {
        reload(&server).await;
    }
    drop(server);
    // The receivers may already be gone.
    let _ = stop.send(true);
    tokio::select! {
        _ = ended.recv() => {}
        () = tokio::time::sleep(GRACE) => {}
        _ = signals.next() => {}
    }
    Ok(())
}

/// Reloads the tree after SIGHUP.
async fn reload(server: &Arc<Server>) {
    let result =
        server.run_blocking(|server| Ok(server.tree.reload().map_err(|error| error.to_string()))).await;
    server.note(match result {
        Ok(Err(error)) => format!("reload failed, and the last valid state remains in use: {error}"),
        _ => "the tree was reloaded".into(),
    });
}
