//! The HTTP client: users, redirects, sizes, patience, and certificates.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fvprov::net::digest::{Algorithm, Answer, Challenge};
use fvprov::net::fetch::Manner;
use fvprov::text::location::FetchError;

use super::{LIMIT, get, net, noise, why};

/// A server, and the heads of the requests that it got.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let kept = Arc::clone(&kept);
                std::thread::spawn(move || answer(stream, &kept));
            }
        });
        Self { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }

    fn with_user(&self, path: &str) -> String {
        format!("http://me:Kranich%401@127.0.0.1:{}/{path}", self.port)
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn head(stream: &mut impl Read) -> String {
    let mut head = String::new();
    let mut lines = BufReader::new(stream);
    while lines.read_line(&mut head).is_ok_and(|read| read > 2) {}
    head
}

/// One request a connection; a failure is the client's business.
fn answer(mut stream: TcpStream, kept: &Mutex<Vec<String>>) {
    let head = head(&mut stream);
    let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    kept.lock().unwrap().push(head.clone());
    let authorization =
        head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
    let challenge = |algorithm, stale| Challenge {
        realm: "prov".into(),
        nonce: if stale { "new".into() } else { "old".into() },
        opaque: Some("o".into()),
        algorithm,
        counts: true,
        stale,
    };
    let is_right = |nonce: &str| {
        Answer::read(authorization).is_some_and(|answer| {
            answer.user == "me"
                && answer.nonce == nonce
                && answer.uri == path
                && answer.opaque.as_deref() == Some("o")
                && answer.fits("Kranich@1", "GET")
        })
    };
    let who =
        |challenge: &str| ("401 Unauthorized", format!("WWW-Authenticate: {challenge}\r\n"), Vec::new());
    let to = |url: &str| ("302 Found", format!("Location: {url}\r\n"), Vec::new());
    let (status, more, body) = match path.as_str() {
        "/a%20b.cfg" => ("200 OK", String::new(), noise(1000)),
        // me:Kranich@1
        "/basic" if authorization == "Basic bWU6S3JhbmljaEAx" => ("200 OK", String::new(), noise(7)),
        "/basic" => who("Basic realm=\"prov\""),
        "/digest" | "/digest2?a=b" if is_right("old") => ("200 OK", String::new(), noise(8)),
        "/digest" | "/digest2?a=b" => {
            let [md5, sha] = [Algorithm::Md5, Algorithm::Sha256].map(|a| challenge(a, false).write());
            who(&format!("Basic realm=\"prov\", {md5}\r\nWWW-Authenticate: {sha}"))
        }
        "/stale" if is_right("new") => ("200 OK", String::new(), noise(9)),
        "/stale" => who(&challenge(Algorithm::Md5, authorization.contains("\"old\"")).write()),
        "/negotiate" => who("Negotiate"),
        "/forbidden" => ("403 Forbidden", String::new(), Vec::new()),
        "/loop" => to("/loop"),
        "/relative" => to("a%20b.cfg"),
        "/away" => to("ftp://127.0.0.1/x"),
        "/large" => ("200 OK", String::new(), noise(LIMIT as usize + 1)),
        "/cut" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it");
            return;
        }
        "/chunked" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            return;
        }
        "/endless" => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
            while stream.write_all(&[b'x'; 4096]).is_ok() {}
            return;
        }
        "/slow" => {
            std::thread::sleep(Duration::from_secs(5));
            return;
        }
        path if path.starts_with("/to/") => to(&format!("http://127.0.0.1:{}/basic", &path[4..])),
        _ => ("404 Not Found", String::new(), b"<html>".to_vec()),
    };
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{more}Connection: close\r\n\r\n");
    let _ = stream.write_all(&[head.into_bytes(), body].concat());
}

#[test]
fn files_come_and_go_missing() {
    let server = Server::start();
    for path in ["a b.cfg", "a%20b.cfg", "relative"] {
        assert_eq!(get(&server.url(path)), Ok(noise(1000)), "{path}");
    }
    assert_eq!(get(&server.url("none.cfg")), Err(FetchError::Missing));
    assert_eq!(get(&server.url("large")), Err(FetchError::TooLarge(LIMIT)));
    assert_eq!(get(&server.url("endless")), Err(FetchError::TooLarge(LIMIT)));
}

#[test]
fn what_fails_is_not_missing() {
    let server = Server::start();
    let of = |path: &str| why(get(&server.url(path)));
    assert_eq!(of("forbidden"), "the server answered 403 Forbidden");
    assert_eq!(of("loop"), "too many redirects");
    assert_eq!(server.asked().iter().filter(|head| head.starts_with("GET /loop")).count(), 6);
    assert_eq!(of("away"), "the server sends elsewhere, to what is no http or https address");
    server.asked();
    for path in ["cut", "chunked"] {
        assert!(of(path).starts_with("the file came in part only"), "{path}");
        assert_eq!(server.asked().len(), 2, "{path}: tried once more");
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(why(get(&format!("http://127.0.0.1:{port}/a.cfg"))).to_lowercase().contains("refused"));
}

#[test]
fn a_slow_server_is_not_waited_for_without_end() {
    let server = Server::start();
    let patience = fvprov::net::fetch::Patience { whole: Duration::from_millis(300), ..Default::default() };
    let net = fvprov::net::fetch::Net::new(Manner { patience, ..Manner::default() }).unwrap();
    assert!(why(net.get(&server.url("slow"), LIMIT)).contains("does not answer in time"));
}

#[test]
fn users_are_named_as_the_server_wants_it_and_only_when_it_asks() {
    let server = Server::start();
    let client = net(Manner::default());
    assert_eq!(client.get(&server.with_user("basic"), LIMIT), Ok(noise(7)));
    let is_named = |head: &String| head.contains("\nauthorization: ");
    assert_eq!(server.asked().iter().map(is_named).collect::<Vec<_>>(), [false, true]);
    assert_eq!(client.get(&server.with_user("basic"), LIMIT), Ok(noise(7)));
    assert_eq!(server.asked().len(), 1, "known by now");
    for path in ["digest", "digest2?a=b", "digest"] {
        let client = net(Manner::default());
        assert_eq!(client.get(&server.with_user(path), LIMIT), Ok(noise(8)), "{path}");
        assert_eq!(client.get(&server.with_user(path), LIMIT), Ok(noise(8)), "{path}");
    }
    let asked = server.asked();
    assert!(asked.iter().any(|head| head.contains("nc=00000002")), "{asked:?}");
    assert!(asked.iter().all(|head| !head.contains("Basic")), "{asked:?}");
    assert!(asked.iter().filter(|head| is_named(head)).all(|head| head.contains("algorithm=SHA-256")));
    assert_eq!(client.get(&server.with_user("stale"), LIMIT), Ok(noise(9)));
    for path in ["basic", "digest", "negotiate"] {
        let said = why(get(&server.url(path)));
        assert!(said.contains("a user and a password are needed (FVPROV_USER"), "{said}");
        let said = why(get(&server.with_user(path).replace("me:", "you:")));
        assert!(said.ends_with("does not take this user and password"), "{said}");
    }
}

#[test]
fn a_password_goes_to_no_other_server() {
    let (server, other) = (Server::start(), Server::start());
    let said = why(get(&server.with_user(&format!("to/{}", other.port))));
    assert!(said.contains("401"), "{said}");
    let asked = other.asked();
    assert_eq!(asked.len(), 1);
    assert!(!asked[0].contains("authorization"), "{asked:?}");
}

#[test]
fn the_user_agent_is_what_was_asked_for() {
    let server = Server::start();
    let agent = "Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1";
    let manner = Manner { user_agent: agent.into(), ..Manner::default() };
    assert!(net(manner).get(&server.url("a b.cfg"), LIMIT).is_ok());
    assert!(server.asked()[0].contains(&format!("user-agent: {agent}\r\n")));
    let odd = Manner { user_agent: "a\r\nX-Evil: 1".into(), ..Manner::default() };
    assert!(fvprov::net::fetch::Net::new(odd).is_err());
}

/// A server with a certificate of its own making that answers everything, and sends `/down` to http.
fn secure(down: String) -> u16 {
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let head = head(&mut stream);
            let text = match head.starts_with("GET /down ") {
                true => format!("HTTP/1.1 301 Moved\r\nLocation: {down}\r\nContent-Length: 0\r\n\r\n"),
                false => "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello".into(),
            };
            let _ = stream.write_all(text.as_bytes());
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    port
}

#[test]
fn certificates_of_ones_own_making_are_taken_only_when_asked() {
    let server = Server::start();
    let port = secure(server.url("a%20b.cfg"));
    let url = |path: &str| format!("https://127.0.0.1:{port}/{path}");
    let said = why(get(&url("x.cfg")));
    assert!(said.contains("certificate") && said.contains("--insecure"), "{said}");
    let insecure = net(Manner { insecure: true, ..Manner::default() });
    assert_eq!(insecure.get(&url("x.cfg"), LIMIT), Ok(b"hello".to_vec()));
    assert_eq!(insecure.get(&url("down"), LIMIT), Ok(noise(1000)));
    let with_user = url("down").replace("https://", "https://me:x@");
    let said = why(insecure.get(&with_user, LIMIT));
    assert_eq!(said, "the server sends from https to http, where a password could be read on the way");
}
