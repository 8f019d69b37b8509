//! HTTP and HTTPS as phones and others speak it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use fvprov::net::digest::Challenge;

use super::peer::{ANY, Reply, Server, command, get, path, read_reply, request_http, tree};
use crate::support;
use crate::support::tls::Certificate;
use crate::support::tree::write;

#[test]
fn every_response_has_a_content_length() {
    let tree = tree();
    write(tree.path(), "empty.cfg", b"");
    let server = Server::new(tree.path(), &["--http", ANY]);
    let at = server.address("http");
    for (method, target, status, length) in [
        ("GET", "/common.cfg", 200, Some(37)),
        ("GET", "/common.cfg?a=b", 200, Some(37)),
        ("GET", "/HTTP%20Directory/sip.cfg", 200, Some(18)),
        ("GET", "/empty.cfg", 200, Some(0)),
        ("HEAD", "/common.cfg", 200, None),
        ("GET", "/gone.cfg", 404, None),
        ("HEAD", "/gone.cfg", 404, None),
        ("GET", "/", 403, None),
        ("GET", "/HTTP%20Directory", 403, None),
        ("GET", "/common.CFG", 404, None),
        ("POST", "/common.cfg", 405, None),
        ("PUT", "/0021f2000001.cfg", 405, None),
        ("DELETE", "/0021f2000001.cfg", 405, None),
        ("PROPFIND", "/", 405, None),
        ("OPTIONS", "*", 405, None),
    ] {
        let reply = request_http(at, method, target.as_bytes(), "");
        assert_eq!(reply.status, status, "{method} {target}");
        let said: usize = reply.header("content-length").unwrap().parse().unwrap();
        assert_eq!(reply.header("transfer-encoding"), None, "{method} {target}");
        let sent = reply.body.len();
        assert_eq!(sent, if method == "HEAD" { 0 } else { said }, "{method} {target}");
        assert!(length.is_none_or(|length| length == said), "{method} {target}: {said}");
    }
    assert_eq!(
        request_http(at, "PUT", b"/x", "Content-Length: 2000000\r\n").header("allow"),
        Some("GET, HEAD")
    );
    let head = request_http(at, "HEAD", b"/common.cfg", "");
    assert_eq!(head.header("content-length"), Some("37"));
    assert_eq!(server.answers(2, "/0021f2000001.cfg"), ["refused", "refused"]);
    // Old clients use HTTP/1.0.
    let mut stream = TcpStream::connect(at).unwrap();
    stream.write_all(b"GET /common.cfg HTTP/1.0\r\n\r\n").unwrap();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    assert_eq!(read_reply(&text).header("content-length"), Some("37"));
}

#[test]
fn ranges_and_dates_are_supported() {
    let tree = tree();
    write(tree.path(), "x.bin", b"0123456789");
    let server = Server::new(tree.path(), &["--http", ANY]);
    let at = server.address("http");
    let part = |headers: &str| request_http(at, "GET", b"/x.bin", headers);
    let reply = part("Range: bytes=2-4\r\n");
    assert_eq!((reply.status, &reply.body[..]), (206, &b"234"[..]));
    assert_eq!(reply.header("content-range"), Some("bytes 2-4/10"));
    assert_eq!(part("Range: bytes=10-\r\n").status, 416);
    assert_eq!(part("Range: bytes=1-2,4-5\r\n").body.len(), 10);
    let date = part("").header("last-modified").unwrap().to_owned();
    assert!(date.ends_with(" GMT"));
    let same = part(&format!("If-Modified-Since: {date}\r\n"));
    assert_eq!((same.status, same.body.len()), (304, 0));
    assert_eq!(part("If-Modified-Since: Fri, 01 Jan 2999 00:00:00 GMT\r\n").status, 200);
    assert_eq!(part(&format!("Range: bytes=2-4\r\nIf-Range: {date}\r\n")).status, 206);
    assert_eq!(part("Range: bytes=2-4\r\nIf-Range: \"x\"\r\n").status, 200);
}

#[test]
fn edits_take_effect_immediately() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    for text in ["lang.gui = French\n", "lang.gui = German\n", "lang.gui = Danish\n"] {
        write(tree.path(), "common.cfg", text.as_bytes());
        assert_eq!(get(server.address("http"), "/common.cfg").body, text.as_bytes());
    }
    std::fs::remove_file(path(&tree, "common.cfg")).unwrap();
    assert_eq!(get(server.address("http"), "/common.cfg").status, 404);
}

/// Sends a request that answers a challenge.
fn authorize(at: SocketAddr, reply: &Reply, password: &str, method: &str) -> Reply {
    let challenge = reply.all("www-authenticate").flat_map(Challenge::read).next().unwrap();
    let header = challenge.authorize(("prov", password), (method, "/common.cfg"), 1, "abc").write();
    request_http(at, method, b"/common.cfg", &format!("Authorization: {header}\r\n"))
}

#[test]
fn a_login_is_required_with_a_user() {
    let tree = tree();
    let mut command = command(tree.path(), &["--http", ANY, "--user", "prov"]);
    let server = Server::run(command.env("FVPROV_PASSWORD", "hunter22"));
    let at = server.address("http");
    let reply = get(at, "/common.cfg");
    assert_eq!(reply.status, 401);
    let said: usize = reply.header("content-length").unwrap().parse().unwrap();
    assert_eq!(said, reply.body.len());
    assert!(reply.all("www-authenticate").any(|header| header.starts_with("Basic ")));
    assert_eq!(authorize(at, &reply, "hunter22", "GET").status, 200);
    let replayed = authorize(at, &reply, "hunter22", "GET");
    assert_eq!(replayed.status, 401, "a nonce count is accepted once");
    assert!(replayed.header("www-authenticate").unwrap().contains("stale=true"));
    assert_eq!(authorize(at, &replayed, "hunter22", "HEAD").status, 200);
    assert_eq!(authorize(at, &reply, "hunter23", "GET").status, 401);
    let basic =
        |coded: &str| request_http(at, "GET", b"/common.cfg", &format!("Authorization: Basic {coded}\r\n"));
    assert_eq!(basic("cHJvdjpodW50ZXIyMg==").status, 200);
    assert_eq!(basic("cHJvdjpodW50ZXIyMw==").status, 401);
    // Without a login, the server does not reveal which files exist.
    assert_eq!(get(at, "/fvprov.toml").status, 401);
    assert_eq!(get(at, "/gone.cfg").status, 401);
    let lines = server.wait(7, |line| line["event"] == "request" && line["asked"] == "/common.cfg");
    assert!(!format!("{lines:?}").contains("hunter2"), "{lines:?}");
}

#[test]
fn https_uses_a_self_signed_or_a_given_certificate() {
    let tree = tree();
    let made = Certificate::new();
    let keys = support::tree::tree(&[("cert.pem", &made.certificate), ("key.pem", &made.key)]);
    let (cert, key) = (keys.path().join("cert.pem"), keys.path().join("key.pem"));
    let given = ["--https", ANY, "--cert", cert.to_str().unwrap(), "--key", key.to_str().unwrap()];
    let _ = rustls::crypto::ring::default_provider().install_default();
    for (arguments, checks) in [(&["--https", ANY][..], false), (&given[..], true)] {
        let server = Server::new(tree.path(), arguments);
        let builder = reqwest::blocking::Client::builder();
        let builder = match checks {
            true => {
                builder.tls_certs_only([reqwest::Certificate::from_pem(made.certificate.as_bytes()).unwrap()])
            }
            false => builder.tls_danger_accept_invalid_certs(true),
        };
        let reply = builder.build().unwrap().get(server.url("https") + "common.cfg").send().unwrap();
        assert_eq!(reply.bytes().unwrap().len(), 37);
        // A client without TLS does not block others.
        let mut stream = TcpStream::connect(server.address("https")).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let mut end = Vec::new();
        let _ = stream.read_to_end(&mut end);
        assert!(!end.starts_with(b"HTTP"));
    }
}

#[test]
fn request_headers_are_limited_in_size_and_time() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    let at = server.address("http");
    let long = format!("X-Long: {}\r\n", "x".repeat(40_000));
    assert_eq!(request_http(at, "GET", b"/common.cfg", &long).status, 431);
    assert_eq!(request_http(at, "GET", b"/common.cfg", &"X: y\r\n".repeat(100)).status, 431);
    // A header that arrives byte by byte times out.
    let mut stream = TcpStream::connect(at).unwrap();
    stream.write_all(b"GET /common.cfg HTTP/1.1\r\nX: ").unwrap();
    let start = Instant::now();
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut byte = [0];
    while start.elapsed() < Duration::from_secs(40) {
        let _ = stream.write_all(b"x");
        match stream.read(&mut byte) {
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
            Ok(_) | Err(_) => break,
        }
    }
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

#[test]
fn one_address_cannot_use_all_connections() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    let at = server.address("http");
    let held: Vec<TcpStream> = (0..512).map(|_| TcpStream::connect(at).unwrap()).collect();
    let busy = |line: &serde_json::Value| line["answer"] == "busy";
    let mut one_more = TcpStream::connect(at).unwrap();
    one_more.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    assert!(matches!(one_more.read(&mut [0]), Ok(0) | Err(_)));
    server.wait(1, busy);
    drop(held);
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(get(at, "/common.cfg").status, 200);
}
