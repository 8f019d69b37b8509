//! HTTP/1.1 and HTTPS: GET and HEAD requests for one file. Every response has a Content-Length and no
//! response is chunked, because phones require this.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Version};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::auth::Access;
use super::conditional_headers::{Selection, http_date};
use super::event::{Event, RequestOutcome};
use super::files::Content;
use super::http_input::{Recorded, RequestStart};
use super::names;
use super::protocol::Protocol;
use super::rate_limit::Permit;
use super::refusal::{Interruption, Reason, Refusal, ServerFault};
use super::server::{Pending, Server, with_write_timeout};

/// A client must send the header of each request within this time.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

const TLS_HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum size of a request header in bytes.
const MAX_HEADER_SIZE: usize = 16 << 10;

const MAX_HEADERS: usize = 64;

/// Number of bytes to send at once.
const CHUNK_SIZE: usize = 64 << 10;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

type FileResponse = Response<FileBody>;

/// Accepts connections until the server stops.
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
            serve_connection(stream, client, server, tls).await;
            drop::<(Permit, mpsc::Sender<()>)>((permit, alive));
        });
    }
}

async fn serve_connection(
    stream: TcpStream,
    client: SocketAddr,
    server: Arc<Server>,
    tls: Option<TlsAcceptor>,
) {
    // Responses are small, so waiting for more bytes would only delay them. Errors are ignored.
    let _ = stream.set_nodelay(true);
    let stream = with_write_timeout(stream);
    let Some(tls) = tls else { return serve_requests(stream, client, server, Protocol::Http).await };
    let fault = match tokio::time::timeout(TLS_HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
        Ok(Ok(stream)) => return serve_requests(stream, client, server, Protocol::Https).await,
        Ok(Err(error)) => ServerFault::Tls(error.to_string()),
        Err(_) => ServerFault::TlsTimeout,
    };
    let outcome = RequestOutcome::Failed(fault);
    server.log(Event { outcome, ..Event::new(Protocol::Https, client.ip(), "CONNECT", "") });
}

async fn serve_requests<S>(stream: S, client: SocketAddr, server: Arc<Server>, protocol: Protocol)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let start = RequestStart::default();
    let stream = Recorded::new(stream, start.clone());
    let service = service_fn(|request: Request<Incoming>| {
        start.clear();
        let (server, client) = (server.clone(), client_address(&server, client.ip(), request.headers()));
        async move { Ok::<_, Infallible>(respond(&server, protocol, client, &request).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT);
    builder.max_buf_size(MAX_HEADER_SIZE).max_headers(MAX_HEADERS);
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = server.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // Requests that hyper rejects do not reach the service, so log them here.
    if let Err(error) = result
        && let Some((method, target)) = start.request_line()
    {
        let outcome = match &error {
            error if error.is_parse_too_large() => {
                RequestOutcome::Refused(Reason::Malformed("header too large"))
            }
            error if error.is_parse() => RequestOutcome::Refused(Reason::Malformed("not HTTP/1.1")),
            error if error.is_timeout() => RequestOutcome::Interrupted(Interruption::Silent),
            _ if server.is_stopping() => RequestOutcome::Interrupted(Interruption::ServerStopped),
            _ => RequestOutcome::Interrupted(Interruption::ClientClosed),
        };
        server.log(Event { outcome, ..Event::new(protocol, client.ip(), &method, &target) });
    }
}

/// The client's address: the connection's address or, behind trusted proxies, the last address in
/// `X-Forwarded-For` that is not a trusted proxy.
fn client_address(server: &Server, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut client = peer.to_canonical();
    let lists = headers.get_all(X_FORWARDED_FOR).iter().filter_map(|list| list.to_str().ok());
    let mut forwarded: Vec<&str> = lists.flat_map(|list| list.split(',')).map(str::trim).collect();
    while server.trusted_proxies.contains(&client)
        && let Some(next) = forwarded.pop().and_then(|text| text.parse::<IpAddr>().ok())
    {
        client = next.to_canonical();
    }
    client
}

async fn respond(
    server: &Arc<Server>,
    protocol: Protocol,
    client: IpAddr,
    request: &Request<Incoming>,
) -> FileResponse {
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    let headers = request.headers();
    let agent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    let event = Event::new(protocol, client, request.method().as_str(), target).agent(agent);
    let mut pending = Pending::new(server, event);
    if !server.allows(client) {
        return refuse(pending, Refusal::Busy);
    }
    if request.version() == Version::HTTP_11 && headers.get_all(header::HOST).iter().count() != 1 {
        pending
            .finish(RequestOutcome::Refused(Reason::Malformed("HTTP/1.1 without exactly one Host header")));
        return text_response(
            StatusCode::BAD_REQUEST,
            "Bad Request: HTTP/1.1 requires exactly one Host header",
        );
    }
    let is_head = request.method() == Method::HEAD;
    if !is_head && request.method() != Method::GET {
        pending.finish(RequestOutcome::Refused(Reason::ReadOnly));
        let text = "Method Not Allowed: this server is read-only";
        let mut response = text_response(StatusCode::METHOD_NOT_ALLOWED, text);
        set(&mut response, header::ALLOW, "GET, HEAD");
        // The server does not read the request body.
        set(&mut response, header::CONNECTION, "close");
        return response;
    }
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    pending = match authenticate(server, pending, client, authorization, request.method(), target).await {
        Ok(pending) => pending,
        Err(response) => return *response,
    };
    let path = match names::from_url(target) {
        Ok(path) => path,
        Err(reason) => return refuse(pending, reason.into()),
    };
    pending.update(|event| event.path = Some(path.clone()));
    match server.fetch(&path).await {
        Ok(content) => send(server, pending, &content, headers, is_head),
        Err(refusal) => refuse(pending, refusal),
    }
}

/// Checks the credentials of a request. Responses to wrong credentials are delayed.
async fn authenticate(
    server: &Arc<Server>,
    pending: Pending,
    client: IpAddr,
    header: Option<&str>,
    method: &Method,
    target: &str,
) -> Result<Pending, Box<FileResponse>> {
    let Some(login) = &server.login else { return Ok(pending) };
    let access = login.authenticate(header, method.as_str(), target);
    let outcome = match access {
        Access::Granted => return Ok(pending),
        Access::NoCredentials | Access::Stale => RequestOutcome::LoginRequired,
        Access::Denied => {
            let Some(delay) = server.login_delays.delay(client, Instant::now()) else {
                pending.finish(RequestOutcome::Refused(Reason::TooManyLogins));
                let mut response = text_response(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable");
                set(&mut response, header::RETRY_AFTER, "5");
                set(&mut response, header::CONNECTION, "close");
                return Err(Box::new(response));
            };
            tokio::time::sleep(delay).await;
            RequestOutcome::Refused(Reason::WrongLogin)
        }
    };
    pending.finish(outcome);
    let mut response = text_response(StatusCode::UNAUTHORIZED, "Unauthorized");
    for challenge in login.challenges(access == Access::Stale) {
        if let Ok(value) = HeaderValue::from_str(&challenge) {
            response.headers_mut().append(header::WWW_AUTHENTICATE, value);
        }
    }
    Err(Box::new(response))
}

fn refuse(pending: Pending, refusal: Refusal) -> FileResponse {
    let (status, text) = match &refusal {
        Refusal::NotFound => (StatusCode::NOT_FOUND, "Not Found"),
        Refusal::Refused(_) | Refusal::Withheld(_) => (StatusCode::FORBIDDEN, "Forbidden"),
        Refusal::Busy | Refusal::Failed(ServerFault::ChangedWhileRead) => {
            (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
        }
        Refusal::Failed(_) => (StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
    };
    pending.finish(refusal.into());
    let mut response = text_response(status, text);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        set(&mut response, header::RETRY_AFTER, "5");
    }
    response
}

/// A response with a short message.
fn text_response(status: StatusCode, text: &str) -> FileResponse {
    let bytes = Bytes::from(format!("{text}\n"));
    let length = bytes.len();
    let mut response = Response::new(FileBody { bytes, pending: None });
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut response, header::CONTENT_LENGTH, &length.to_string());
    response
}

/// A response with the entire file or the requested part.
fn send(
    server: &Arc<Server>,
    mut pending: Pending,
    content: &Content,
    request: &HeaderMap,
    is_head: bool,
) -> FileResponse {
    let whole = Bytes::from_owner(content.bytes.clone());
    let size = whole.len();
    let modified = content.modified.and_then(http_date);
    let selection = Selection::read(request, modified.as_deref(), size, is_head);
    let range = match &selection {
        Selection::Unchanged => return unchanged(pending, modified.as_deref()),
        Selection::BeyondEnd => return beyond_end(pending, size),
        Selection::Whole => 0..size,
        Selection::Part(range) => range.clone(),
    };
    let outcome = if is_head { RequestOutcome::Described } else { RequestOutcome::Sent };
    let mut content_type = "";
    pending.update(|event| {
        event.outcome = outcome;
        content_type = content_type_for(event.path.as_deref().unwrap_or_default());
    });
    let length = range.len();
    let body = FileBody { bytes: whole.slice(range), pending: Some((server.clone(), pending)) };
    let mut response = Response::new(body);
    if let Selection::Part(range) = selection {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let text = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
        set(&mut response, header::CONTENT_RANGE, &text);
    }
    set(&mut response, header::CONTENT_TYPE, content_type);
    set(&mut response, header::CONTENT_LENGTH, &length.to_string());
    set(&mut response, header::ACCEPT_RANGES, "bytes");
    if let Some(date) = &modified {
        set(&mut response, header::LAST_MODIFIED, date);
    }
    response
}

fn unchanged(pending: Pending, modified: Option<&str>) -> FileResponse {
    pending.finish(RequestOutcome::Unchanged);
    let mut response = Response::new(FileBody { bytes: Bytes::new(), pending: None });
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    if let Some(date) = modified {
        set(&mut response, header::LAST_MODIFIED, date);
    }
    response
}

fn beyond_end(pending: Pending, size: usize) -> FileResponse {
    pending.finish(RequestOutcome::Refused(Reason::BeyondEnd));
    let mut response = text_response(StatusCode::RANGE_NOT_SATISFIABLE, "Range Not Satisfiable");
    set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"));
    response
}

fn content_type_for(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "boot" | "cfg" | "txt" | "csv" => "text/plain; charset=utf-8",
        "xml" => "text/xml; charset=utf-8",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "wav" => "audio/wav",
        _ => "application/octet-stream",
    }
}

fn set(response: &mut FileResponse, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// The body of a response. The request is logged when the body is dropped.
struct FileBody {
    bytes: Bytes,
    pending: Option<(Arc<Server>, Pending)>,
}

impl Body for FileBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.bytes.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.bytes.len().min(CHUNK_SIZE);
        let chunk = self.bytes.split_to(length);
        if let Some((_, pending)) = &mut self.pending {
            pending.update(|event| event.bytes += length as u64);
        }
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

impl Drop for FileBody {
    fn drop(&mut self) {
        let Some((server, mut pending)) = self.pending.take() else { return };
        let mut is_description = false;
        pending.update(|event| is_description = event.outcome == RequestOutcome::Described);
        // If not all bytes were sent, the transfer was interrupted. Dropping `pending` logs this.
        if (self.bytes.is_empty() || is_description)
            && let Some(event) = pending.into_event()
        {
            server.log(event);
        }
    }
}
