//! An HTTP server in the process of the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A request: its head as the client sent it, and the path in it.
#[derive(Clone, Debug)]
pub struct Request {
    pub head: String,
    pub path: String,
}

impl Request {
    fn read(stream: &mut impl Read) -> Self {
        let mut head = String::new();
        let mut lines = BufReader::new(stream);
        while lines.read_line(&mut head).is_ok_and(|read| read > 2) {}
        let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
        Self { head, path }
    }

    /// The value of a header; empty if the client did not send it.
    pub fn header(&self, name: &str) -> &str {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }
}

/// A whole response. `headers` are lines that end in CR LF.
pub fn response(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A server on the loopback interface, until the test ends. It reads one request per connection.
pub struct Server {
    pub port: u16,
    scheme: &'static str,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Starts a server. `answer` writes what it likes: a response, a part of one, or nothing.
    pub fn start(answer: impl Fn(&Request, &mut dyn Write) + Send + Sync + 'static) -> Self {
        Self::listen("http", move |mut stream, keep| {
            let request = Request::read(&mut stream);
            keep(&request);
            answer(&request, &mut stream);
        })
    }

    /// Starts a server for HTTPS.
    #[cfg(feature = "net")]
    pub fn start_tls(
        certificate: &super::tls::Certificate,
        answer: impl Fn(&Request, &mut dyn Write) + Send + Sync + 'static,
    ) -> Self {
        let config = certificate.server_config();
        Self::listen("https", move |stream, keep| {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let request = Request::read(&mut stream);
            keep(&request);
            answer(&request, &mut stream);
            stream.conn.send_close_notify();
            let _ = stream.flush();
        })
    }

    fn listen(
        scheme: &'static str,
        serve: impl Fn(std::net::TcpStream, &dyn Fn(&Request)) + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, serve) = (Arc::clone(&requests), Arc::new(serve));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, serve) = (Arc::clone(&kept), Arc::clone(&serve));
                std::thread::spawn(move || {
                    serve(stream, &|request| kept.lock().unwrap().push(request.clone()));
                });
            }
        });
        Self { port, scheme, requests }
    }

    /// The URL of a path without its leading slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}://127.0.0.1:{}/{path}", self.scheme, self.port)
    }

    /// The requests since the last call, in their order.
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}
