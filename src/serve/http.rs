//! HTTP/1.1 and HTTPS: GET and HEAD of one file. Every answer says its length, and none is chunked: phones want it so.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::auth::Access;
use super::conditional_headers::{Wanted, http_date};
use super::event::{Answer, Event};
use super::files::Content;
use super::names;
use super::protocol::Protocol;
use super::rate_limit::Permit;
use super::refusal::{Break, Fault, Reason, Refusal};
use super::server::{Server, with_write_timeout};

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
    let stream = with_write_timeout(stream);
    let Some(tls) = tls else { return talk(stream, client, server, Protocol::Http).await };
    match tokio::time::timeout(HANDSHAKE_WITHIN, tls.accept(stream)).await {
        Ok(Ok(stream)) => talk(stream, client, server, Protocol::Https).await,
        Ok(Err(error)) => no_tls(&server, client, Fault::Tls(error.to_string())),
        Err(_) => no_tls(&server, client, Fault::TlsTimeout),
    }
}

fn no_tls(server: &Server, client: SocketAddr, fault: Fault) {
    let answer = Answer::Failed(fault);
    server.log(Event { answer, ..Event::new(Protocol::Https, client.ip(), "CONNECT", "") });
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
    let mut event = Event::new(protocol, client, request.method().as_str(), target);
    let text = |name: HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    event.agent = text(header::USER_AGENT).map(|agent| agent.chars().take(200).collect());
    if !server.guard.admits(client) {
        return refuse(server, event, Refusal::Busy);
    }
    let is_head = request.method() == Method::HEAD;
    if !is_head && request.method() != Method::GET {
        event.answer = Answer::Refused(Reason::ReadOnly);
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
        Err(reason) => return refuse(server, event, reason.into()),
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
        Access::Denied => Answer::Refused(Reason::WrongLogin),
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
    let (status, text) = match &refusal {
        Refusal::Missing => (StatusCode::NOT_FOUND, refusal.public_text()),
        Refusal::Refused(_) => (StatusCode::FORBIDDEN, "this is not served".into()),
        Refusal::Busy => (StatusCode::SERVICE_UNAVAILABLE, refusal.public_text()),
        Refusal::Failed(_) => (StatusCode::INTERNAL_SERVER_ERROR, refusal.public_text()),
    };
    event.answer = refusal.into();
    let mut reply = say(server, event, status, &text);
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
    let whole = Bytes::from_owner(content.bytes.clone());
    let size = whole.len();
    let modified = content.modified.and_then(http_date);
    let wanted = Wanted::read(asked, modified.as_deref(), size, is_head);
    let range = match wanted {
        Wanted::Nothing => return unchanged(server, event, modified.as_deref()),
        Wanted::BeyondEnd => return beyond_end(server, event, size),
        Wanted::Whole => 0..size,
        Wanted::Part(ref range) => range.clone(),
    };
    event.answer = if is_head { Answer::Told } else { Answer::Sent };
    let content_type = content_type(event.path.as_deref().unwrap_or_default());
    let log = Some((server.clone(), event));
    let length = range.len();
    let mut reply = Response::new(Sending { bytes: whole.slice(range), sent: 0, log });
    if let Wanted::Part(range) = wanted {
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

/// The client has the file already.
fn unchanged(server: &Arc<Server>, mut event: Event, modified: Option<&str>) -> Reply {
    event.answer = Answer::Unchanged;
    server.log(event);
    let mut reply = Response::new(Sending { bytes: Bytes::new(), sent: 0, log: None });
    *reply.status_mut() = StatusCode::NOT_MODIFIED;
    if let Some(date) = modified {
        set(&mut reply, header::LAST_MODIFIED, date);
    }
    reply
}

/// The file ends before the range that is asked for.
fn beyond_end(server: &Arc<Server>, mut event: Event, size: usize) -> Reply {
    event.answer = Answer::Refused(Reason::BeyondEnd);
    let mut reply = say(server, event, StatusCode::RANGE_NOT_SATISFIABLE, "the file is shorter than that");
    set(&mut reply, header::CONTENT_RANGE, &format!("bytes */{size}"));
    reply
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
            event.answer = Answer::Cut(Break::Gone);
        }
        server.log(event);
    }
}
