//! Data and functions shared by all servers: files, limits, the log, and stopping.

use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use tokio::io::AsyncWrite;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_io_timeout::TimeoutWriter;

use super::auth::Login;
use super::event::{Event, RequestOutcome};
use super::files::{Content, Files};
use super::log::Message;
use super::metrics::Metrics;
use super::protocol::Protocol;
use super::rate_limit::{LoginDelays, Permit, Pool, RateLimiter, ServerLimits};
use super::refusal::{Interruption, Refusal, ServerFault};
use super::tree::{LoadError, ServedTree};

/// A client that reads nothing for this time is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// The state shared by all servers.
pub struct Server {
    pub files: Files,
    pub tree: Arc<ServedTree>,
    pub rendered: bool,
    pub login: Option<Login>,
    pub login_delays: LoginDelays,
    pub limits: ServerLimits,
    pub connections: Arc<Pool>,
    pub rate: RateLimiter,
    /// Addresses of proxies whose `X-Forwarded-For` header is trusted.
    pub trusted_proxies: Vec<IpAddr>,
    pub metrics: Arc<Metrics>,
    pub log: SyncSender<Message>,
    pub stop: watch::Receiver<bool>,
}

impl Server {
    /// The content of a path that [`names`](super::names) returned. Reads files, so it must not run in an async task.
    fn get(&self, path: &str, arrived: Instant) -> Result<Content, Refusal> {
        if self.rendered
            && let Some(bytes) = self.tree.rendered(path, arrived)?
        {
            return self.files.content(bytes);
        }
        self.files.read(path, &|found| self.tree.check_served(path, &found.real, arrived))
    }

    /// The content of a path, for async tasks.
    pub async fn fetch(self: &Arc<Self>, path: &str) -> Result<Content, Refusal> {
        let (path, arrived) = (path.to_owned(), Instant::now());
        self.run_blocking(move |server| server.get(&path, arrived)).await
    }

    /// Runs a function in a thread that may block.
    pub async fn run_blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let server = self.clone();
        let result = tokio::task::spawn_blocking(move || work(&server)).await;
        result.unwrap_or(Err(Refusal::Failed(ServerFault::Internal)))
    }

    /// Whether a client may send another request now.
    pub fn allows(&self, client: IpAddr) -> bool {
        self.rate.allows(client, Instant::now())
    }

    /// Logs a request. If the log is read too slowly, the line is dropped and counted.
    pub fn log(&self, event: Event) {
        self.metrics.add_request(&event);
        self.send(Message::Request(Box::new(event)));
        if let Some(error) = self.tree.take_error() {
            self.note(match &error {
                LoadError::Inventory(_) => error.to_string(),
                LoadError::Tree(_) if self.rendered => {
                    format!("{error}; phones get no rendered files until the tree can be reloaded")
                }
                LoadError::Tree(_) => format!("{error}; the last valid state remains in use"),
            });
        }
    }

    /// Logs a message.
    pub fn note(&self, text: String) {
        self.send(Message::Note(text));
    }

    fn send(&self, message: Message) {
        if self.log.try_send(message).is_err() {
            self.metrics.add_lost_line();
        }
    }

    /// Accepts the next connection within the limits; `None` when the server stops.
    pub async fn accept(
        self: &Arc<Self>,
        listener: &TcpListener,
        protocol: Protocol,
    ) -> Option<(TcpStream, SocketAddr, Permit)> {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.stopped() => return None,
            };
            let Ok((stream, client)) = accepted else {
                // The process cannot open any more files at the moment.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let address = client.ip().to_canonical();
            if let Some(permit) = self.connections.enter(address, self.trusted_proxies.contains(&address)) {
                return Some((stream, client, permit));
            }
            self.log(Event { outcome: RequestOutcome::Busy, ..Event::new(protocol, address, "CONNECT", "") });
        }
    }

    /// Returns when the server stops.
    pub async fn stopped(&self) {
        let mut stop = self.stop.clone();
        // The sender lives as long as the servers. An error would also mean that the server stops.
        let _ = stop.wait_for(|stop| *stop).await;
    }

    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }
}

/// A request in progress. If the request is dropped before it is finished, the log records that it was interrupted.
pub struct Pending {
    server: Arc<Server>,
    event: Option<Event>,
}

impl Pending {
    pub fn new(server: &Arc<Server>, event: Event) -> Self {
        Self { server: server.clone(), event: Some(event) }
    }

    /// Changes the event to be logged.
    pub fn update(&mut self, change: impl FnOnce(&mut Event)) {
        if let Some(event) = &mut self.event {
            change(event);
        }
    }

    /// Returns the event, so that it is not logged when this value is dropped.
    pub fn into_event(mut self) -> Option<Event> {
        self.event.take()
    }

    /// Logs the outcome.
    pub fn finish(mut self, outcome: RequestOutcome) {
        if let Some(event) = self.event.take() {
            self.server.log(Event { outcome, ..event });
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let Some(event) = self.event.take() else { return };
        let why =
            if self.server.is_stopping() { Interruption::ServerStopped } else { Interruption::ClientClosed };
        self.server.log(Event { outcome: RequestOutcome::Interrupted(why), ..event });
    }
}

/// A stream whose writes fail after [`WRITE_TIMEOUT`].
pub fn with_write_timeout<S: AsyncWrite>(stream: S) -> Pin<Box<TimeoutWriter<S>>> {
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(WRITE_TIMEOUT));
    Box::pin(stream)
}
