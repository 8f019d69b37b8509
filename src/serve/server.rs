//! What all servers share: the files, the limits, the log, and the end.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_io_timeout::TimeoutWriter;

use super::auth::Login;
use super::event::{Answer, Event};
use super::files::{Content, Files};
use super::protocol::Protocol;
use super::rate_limit::{Guard, Permit};
use super::refusal::{Fault, Refusal};
use super::tree::Tree;

/// A client that reads nothing of what is sent to it for this long is disconnected.
const WRITE_TIMEOUT: Duration = Duration::from_secs(20);

/// What all servers share.
pub struct Server {
    pub files: Files,
    pub tree: Arc<Tree>,
    pub rendered: bool,
    pub login: Option<Login>,
    pub guard: Arc<Guard>,
    pub log: SyncSender<Box<Event>>,
    pub lost: Arc<AtomicUsize>,
    pub stop: watch::Receiver<bool>,
}

impl Server {
    /// The content of a path that `names` gave. It reads the disk: it is to be called where that stops nobody.
    fn get(&self, path: &str) -> Result<Content, Refusal> {
        let rendered = if self.rendered { self.tree.rendered(path)? } else { None };
        rendered.map_or_else(|| self.files.open(path), |bytes| self.files.hold(bytes))
    }

    /// The same for a server that must not wait.
    pub async fn fetch(self: &Arc<Self>, path: &str) -> Result<Content, Refusal> {
        let path = path.to_owned();
        self.aside(move |server| server.get(&path)).await
    }

    /// Does what takes its time where that stops nobody.
    pub async fn aside(
        self: &Arc<Self>,
        act: impl FnOnce(&Self) -> Result<Content, Refusal> + Send + 'static,
    ) -> Result<Content, Refusal> {
        let server = self.clone();
        let got = tokio::task::spawn_blocking(move || act(&server)).await;
        got.unwrap_or_else(|_| Err(Refusal::Failed(Fault::Server)))
    }

    /// Tells of a request. Where the log is read too slowly, the line is lost, and counted.
    pub fn log(&self, event: Event) {
        if self.log.try_send(Box::new(event)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The next connection for which there is room, with its place; none once the server is to stop.
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
                // No more files can be open at the moment.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            if let Some(permit) = self.guard.enter(client.ip()) {
                return Some((stream, client, permit));
            }
            self.log(Event { answer: Answer::Busy, ..Event::new(protocol, client.ip(), "CONNECT", "") });
        }
    }

    /// Ends when the server is to stop.
    pub async fn stopped(&self) {
        let mut stop = self.stop.clone();
        // The sender lives as long as the servers: an error cannot come, and would mean the same.
        let _ = stop.wait_for(|stop| *stop).await;
    }
}

/// A stream whose writes fail after [`WRITE_TIMEOUT`].
pub fn with_write_timeout<S: AsyncWrite>(stream: S) -> Pin<Box<TimeoutWriter<S>>> {
    let mut stream = TimeoutWriter::new(stream);
    stream.set_timeout(Some(WRITE_TIMEOUT));
    Box::pin(stream)
}
