//! The signals that stop the server or reload the tree.

/// A received signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    Stop,
    /// SIGHUP.
    Reload,
}

/// Receives signals for the process.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    pub async fn next(&mut self) -> Received {
        tokio::select! {
            _ = self.interrupt.recv() => Received::Stop,
            _ = self.terminate.recv() => Received::Stop,
            _ = self.hangup.recv() => Received::Reload,
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps)] // as on Unix
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    pub async fn next(&mut self) -> Received {
        // If Ctrl-C cannot be received, it ends the process immediately.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Received::Stop
    }
}
