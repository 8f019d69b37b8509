//! HTTP/1.1 and HTTPS: GET and HEAD of one file. Every answer says its length, and none is chunked: phones want it so.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::auth::Access;
use super::files::Content;
use super::guard::Permit;
use super::stall::Stall;
use super::{Answer, Event, Protocol, Refusal, Server, event, names};

/// So long may a client take for the head of a request, and be silent between two.
const HEAD_WITHIN: Duration = Duration::from_secs(15);

/// So long may it take to agree on TLS.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// More bytes than the head of any phone's request.
const LONGEST_HEAD: usize = 16 << 10;

const MOST_HEADERS: usize = 64;

/// What is sent in one piece.
const PIECE: usize = 64 << 10;

type Reply = Response<Sending>;

/// Takes connections until the server stops.
pub async fn serve(
    listener: TcpListener,
    server: Arc<Server>,
    alive: mpsc::Sender<()>,
    tls: Option<Arc<rustls::ServerConfig>>,
) {
    let tls = tls.map(TlsAcceptor::from);
    let protocol = if tls.is_some() { Protocol::Https } else { Protocol::Http };
    while let Some((stream, client, permit)) = server.accept(&listener, protocol).await {
        let (server, alive, tls) = (server.clone(), alive.clone(), tls.clone());
        tokio::spawn(async move {
            connection(stream, client, server, tls).await;
            drop::<(Permit, mpsc::Sender<()>)>((permit, alive));
        });
    }
}

async fn connection(stream: TcpStream, client: SocketAddr, server: Arc<Server>, tls: Option<TlsAcceptor>) {
    // Answers are small; nothing is gained by waiting for more to send. Where it cannot be set, they come later.
    let _ = stream.set_nodelay(true);
    let stream = Stall::new(stream);
    let Some(tls) = tls else { return talk(stream, client, server, Protocol::Http).await };
    match tokio::time::timeout(HANDSHAKE_WITHIN, tls.accept(stream)).await {
        Ok(Ok(stream)) => talk(stream, client, server, Protocol::Https).await,
        Ok(Err(why)) => {
            let answer = Answer::Failed(format!("no TLS was agreed on: {why}"));
            server.log(Event { answer, ..event(Protocol::Https, client.ip(), "CONNECT", "") });
        }
        Err(_) => {
            let answer = Answer::Failed("no TLS was agreed on in time".into());
            server.log(Event { answer, ..event(Protocol::Https, client.ip(), "CONNECT", "") });
        }
    }
}

async fn talk<S>(stream: S, client: SocketAddr, server: Arc<Server>, protocol: Protocol)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = service_fn(|request: Request<Incoming>| {
        let server = server.clone();
        async move { Ok::<_, Infallible>(answer(&server, protocol, client.ip(), &request).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    builder.max_buf_size(LONGEST_HEAD).max_headers(MOST_HEADERS);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // What goes wrong on a connection is the client's affair: its requests are in the log.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = server.stopped() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn answer(
    server: &Arc<Server>,
    protocol: Protocol,
    client: IpAddr,
    request: &Request<Incoming>,
) -> Reply {
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let mut event = event(protocol, client, request.method().as_str(), target);
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    event.agent = text(header::USER_AGENT).map(|agent| agent.chars().take(200).collect());
    if !server.guard.admits(client) {
        return refuse(server, event, Refusal::Busy);
    }
    let is_head = request.method() == Method::HEAD;
    if !is_head && request.method() != Method::GET {
        event.answer = Answer::Refused("this server only reads".into());
        let mut reply = say(server, event, StatusCode::METHOD_NOT_ALLOWED, "this server only reads");
        set(&mut reply, header::ALLOW, "GET, HEAD");
        // What the client wants to send is not waited for.
        set(&mut reply, header::CONNECTION, "close");
        return reply;
    }
    if let Some(refused) = login(server, &event, text(header::AUTHORIZATION), target).await {
        return refused;
    }
    let path = match names::of_url(target) {
        Ok(path) => path,
        Err(refusal) => return refuse(server, event, refusal),
    };
    event.path = Some(path.clone());
    match server.fetch(&path).await {
        Ok(content) => send(server, event, &content, request.headers(), is_head),
        Err(refusal) => refuse(server, event, refusal),
    }
}

/// The answer to a client that may not come in.
async fn login(server: &Arc<Server>, event: &Event, header: Option<&str>, target: &str) -> Option<Reply> {
    let login = server.login.as_ref()?;
    let access = login.judge(header, &event.method, target);
    if access == Access::Granted {
        return None;
    }
    if access == Access::Denied {
        // Guessing takes time.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    // A phone that asks without a password first has done nothing wrong, and asks again.
    let answer = match access {
        Access::Denied => Answer::Refused("wrong user or password".into()),
        _ => Answer::Login,
    };
    let event = Event { answer, ..event.clone() };
    let mut reply = say(server, event, StatusCode::UNAUTHORIZED, "user and password are wanted");
    for challenge in login.challenges(access == Access::Stale) {
        if let Ok(value) = HeaderValue::from_str(&challenge) {
            reply.headers_mut().append(header::WWW_AUTHENTICATE, value);
        }
    }
    Some(reply)
}

fn refuse(server: &Arc<Server>, mut event: Event, refusal: Refusal) -> Reply {
    let (status, text) = match refusal {
        Refusal::Missing => (StatusCode::NOT_FOUND, "there is no such file"),
        Refusal::Refused(_) => (StatusCode::FORBIDDEN, "this is not served"),
        Refusal::Busy => (StatusCode::SERVICE_UNAVAILABLE, "too much at once: ask again later"),
        Refusal::Failed(_) => (StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read"),
    };
    event.answer = refusal.answer();
    let mut reply = say(server, event, status, text);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        set(&mut reply, header::RETRY_AFTER, "5");
    }
    reply
}

/// A short text for a person, and a line of the log.
fn say(server: &Arc<Server>, event: Event, status: StatusCode, text: &str) -> Reply {
    let bytes = Bytes::from(format!("{text}\n"));
    server.log(event);
    let end = bytes.len();
    let mut reply = Response::new(Sending { bytes, sent: 0, log: None });
    *reply.status_mut() = status;
    set(&mut reply, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut reply, header::CONTENT_LENGTH, &end.to_string());
    reply
}

/// A file, or the part of it that is asked for.
fn send(
    server: &Arc<Server>,
    mut event: Event,
    content: &Content,
    asked: &HeaderMap,
    is_head: bool,
) -> Reply {
    let modified = content.modified.and_then(date);
    let asked = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let whole = Bytes::from_owner(content.bytes.clone());
    let size = whole.len();
    // An older file that was put back has another date too: only the very same one is unchanged.
    let is_unchanged = modified.is_some() && asked(header::IF_MODIFIED_SINCE) == modified.as_deref();
    if is_unchanged && asked(header::IF_NONE_MATCH).is_none() {
        event.answer = Answer::Unchanged;
        server.log(event);
        let mut reply = Response::new(Sending { bytes: Bytes::new(), sent: 0, log: None });
        *reply.status_mut() = StatusCode::NOT_MODIFIED;
        if let Some(date) = &modified {
            set(&mut reply, header::LAST_MODIFIED, date);
        }
        return reply;
    }
    let is_same = asked(header::IF_RANGE).is_none_or(|date| modified.as_deref() == Some(date));
    let range = asked(header::RANGE).filter(|_| is_same && !is_head).and_then(|range| part(range, size));
    if range.as_ref().is_some_and(Range::is_empty) {
        event.answer = Answer::Refused("it is shorter than that".into());
        let mut reply =
            say(server, event, StatusCode::RANGE_NOT_SATISFIABLE, "the file is shorter than that");
        set(&mut reply, header::CONTENT_RANGE, &format!("bytes */{size}"));
        return reply;
    }
    let bytes = range.clone().map_or(whole.clone(), |range| whole.slice(range));
    let length = bytes.len();
    event.answer = if is_head { Answer::Told } else { Answer::Sent };
    let content_type = content_type(event.path.as_deref().unwrap_or_default());
    let log = Some((server.clone(), event));
    let mut reply = Response::new(Sending { bytes, sent: 0, log });
    if let Some(range) = range {
        *reply.status_mut() = StatusCode::PARTIAL_CONTENT;
        let text = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
        set(&mut reply, header::CONTENT_RANGE, &text);
    }
    set(&mut reply, header::CONTENT_TYPE, content_type);
    set(&mut reply, header::CONTENT_LENGTH, &length.to_string());
    set(&mut reply, header::ACCEPT_RANGES, "bytes");
    if let Some(date) = &modified {
        set(&mut reply, header::LAST_MODIFIED, date);
    }
    reply
}

/// The one range that is asked for (RFC 9110, 14.1.2): none where it is no such thing or there are several, and an empty
/// one where the file has nothing there.
fn part(range: &str, size: usize) -> Option<Range<usize>> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.trim().parse::<usize>().ok();
    let range = match (from.trim().is_empty(), to.trim().is_empty()) {
        (true, true) => return None,
        (true, false) => size.saturating_sub(number(to)?)..size,
        (false, true) => number(from)?..size,
        (false, false) => {
            let (from, to) = (number(from)?, number(to)?);
            (from <= to).then_some(from..to.saturating_add(1).min(size))?
        }
    };
    Some(range.start.min(size)..range.end)
}

/// RFC 9110, 5.6.7.
fn date(at: SystemTime) -> Option<String> {
    let at = Timestamp::try_from(at).ok()?;
    rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "boot" | "cfg" | "txt" | "csv" => "text/plain; charset=utf-8",
        "xml" => "text/xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "wav" => "audio/wav",
        _ => "application/octet-stream",
    }
}

fn set(reply: &mut Reply, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
}

/// The body of an answer. When it is over, however that comes, the log has its line.
struct Sending {
    bytes: Bytes,
    sent: u64,
    log: Option<(Arc<Server>, Event)>,
}

impl Body for Sending {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.bytes.len().min(PIECE);
        let piece = self.bytes.split_to(length);
        self.sent += length as u64;
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        let Some((server, mut event)) = self.log.take() else { return };
        event.bytes = self.sent;
        if event.answer == Answer::Sent && !self.bytes.is_empty() {
            event.answer = Answer::Cut("the client went away".into());
        }
        server.log(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_those_of_the_rfc() {
        for (range, expected) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=4-", Some(4..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-30", Some(0..10)),
            ("bytes=8-30", Some(8..10)),
            ("bytes=10-", Some(10..10)),
            ("bytes=-0", Some(10..10)),
            ("bytes=99999999999999999999-", None),
            ("bytes=5-4", None),
            ("bytes=0-1,3-4", None),
            ("bytes=-", None),
            ("lines=0-1", None),
        ] {
            assert_eq!(part(range, 10), expected, "{range}");
        }
        assert_eq!(part("bytes=0-", 0), Some(0..0));
    }
}
