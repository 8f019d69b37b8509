//! A stream that stores the beginning of each request, so that requests that cannot be parsed can be logged.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Number of bytes to store.
const LENGTH: usize = 512;

/// The beginning of the request being read.
#[derive(Clone, Debug, Default)]
pub struct RequestStart(Arc<Mutex<Vec<u8>>>);

impl RequestStart {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Discards the beginning of a request that has been parsed.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The received part of the request line's method and target; `None` if nothing was received.
    pub fn request_line(&self) -> Option<(String, String)> {
        let start = self.lock();
        let line = start.split(|byte| matches!(byte, b'\r' | b'\n')).find(|line| !line.is_empty())?;
        let line = String::from_utf8_lossy(line);
        let (method, target) = line.split_once(' ').unwrap_or((&line, ""));
        let target = target.rsplit_once(" HTTP/").map_or(target, |(target, _)| target);
        Some((method.to_owned(), target.to_owned()))
    }
}

/// A stream that stores the beginning of each request.
pub struct Recorded<S> {
    stream: S,
    start: RequestStart,
}

impl<S> Recorded<S> {
    pub fn new(stream: S, start: RequestStart) -> Self {
        Self { stream, start }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Recorded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        let mut start = self.start.lock();
        let free = LENGTH.saturating_sub(start.len());
        start.extend(buffer.filled().iter().skip(before).take(free));
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Recorded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
