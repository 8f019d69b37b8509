//! The HTTP client: authentication, redirects, size limits, timeouts, and certificates.

use std::io::Write;
use std::net::TcpListener;
use std::time::Duration;

use fvprov::net::Error;
use fvprov::net::digest::{Algorithm, Authorization, Challenge};
use fvprov::net::fetch::ClientOptions;

use super::{LIMIT, get, net, noise, why};
use crate::support::http::{Request, Server, response};
use crate::support::tls::Certificate;

/// A server whose behavior depends on the path of the request.
fn server() -> Server {
    Server::start(answer)
}

fn with_user(server: &Server, path: &str) -> String {
    server.url(path).replace("http://", "http://me:Kranich%401@")
}

/// Writes the response. Failures are checked in the client.
fn answer(request: &Request, stream: &mut dyn Write) {
    let path = request.path.as_str();
    let authorization = request.header("authorization");
    let challenge = |algorithm, stale| Challenge {
        realm: "prov".into(),
        nonce: if stale { "new".into() } else { "old".into() },
        opaque: Some("o".into()),
        algorithm,
        counts: true,
        stale,
    };
    let is_right = |nonce: &str| {
        Authorization::read(authorization).is_some_and(|answer| {
            answer.user == "me"
                && answer.nonce == nonce
                && answer.uri == path
                && answer.opaque.as_deref() == Some("o")
                && answer.matches("Kranich@1", "GET")
        })
    };
    let who =
        |challenge: &str| ("401 Unauthorized", format!("WWW-Authenticate: {challenge}\r\n"), Vec::new());
    let to = |url: &str| ("302 Found", format!("Location: {url}\r\n"), Vec::new());
    let (status, more, body) = match path {
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
    let _ = stream.write_all(&response(status, &more, body));
}

#[test]
fn files_are_downloaded_and_missing_ones_reported() {
    let server = server();
    for path in ["a b.cfg", "a%20b.cfg", "relative"] {
        assert_eq!(get(&server.url(path)), Ok(noise(1000)), "{path}");
    }
    assert_eq!(get(&server.url("none.cfg")), Err(Error::Missing));
    assert_eq!(get(&server.url("large")), Err(Error::TooLarge(LIMIT)));
    assert_eq!(get(&server.url("endless")), Err(Error::TooLarge(LIMIT)));
}

#[test]
fn failures_are_not_reported_as_missing() {
    let server = server();
    let of = |path: &str| why(get(&server.url(path)));
    assert_eq!(of("forbidden"), "the server responded 403 Forbidden");
    assert_eq!(of("loop"), "too many redirects");
    assert_eq!(server.requests().iter().filter(|request| request.path == "/loop").count(), 6);
    assert_eq!(of("away"), "the server redirects to an address that is neither http nor https");
    server.requests();
    for path in ["cut", "chunked"] {
        assert!(of(path).starts_with("the connection failed during the transfer"), "{path}");
        assert_eq!(server.requests().len(), 2, "{path}: tried once more");
    }
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(why(get(&format!("http://127.0.0.1:{port}/a.cfg"))).to_lowercase().contains("refused"));
}

#[test]
fn slow_servers_time_out() {
    let server = server();
    let timeouts = fvprov::net::fetch::Timeouts { total: Duration::from_millis(300), ..Default::default() };
    let net = fvprov::net::fetch::Net::new(ClientOptions { timeouts, ..ClientOptions::default() }).unwrap();
    assert!(why(net.get(&server.url("slow"), LIMIT)).contains("no response in time"));
}

#[test]
fn credentials_are_sent_only_after_a_challenge_and_in_its_scheme() {
    let server = server();
    let client = net(ClientOptions::default());
    assert_eq!(client.get(&with_user(&server, "basic"), LIMIT), Ok(noise(7)));
    let is_named = |request: &Request| !request.header("authorization").is_empty();
    assert_eq!(server.requests().iter().map(is_named).collect::<Vec<_>>(), [false, true]);
    assert_eq!(client.get(&with_user(&server, "basic"), LIMIT), Ok(noise(7)));
    assert_eq!(server.requests().len(), 1, "known by now");
    for path in ["digest", "digest2?a=b", "digest"] {
        let client = net(ClientOptions::default());
        assert_eq!(client.get(&with_user(&server, path), LIMIT), Ok(noise(8)), "{path}");
        assert_eq!(client.get(&with_user(&server, path), LIMIT), Ok(noise(8)), "{path}");
    }
    let requests = server.requests();
    assert!(requests.iter().any(|request| request.head.contains("nc=00000002")), "{requests:?}");
    assert!(requests.iter().all(|request| !request.head.contains("Basic")), "{requests:?}");
    let mut named = requests.iter().filter(|request| is_named(request));
    assert!(named.all(|request| request.head.contains("algorithm=SHA-256")), "{requests:?}");
    assert_eq!(client.get(&with_user(&server, "stale"), LIMIT), Ok(noise(9)));
    for path in ["basic", "digest", "negotiate"] {
        let said = why(get(&server.url(path)));
        assert!(said.contains("requires a user name and a password (FVPROV_USER"), "{said}");
        let said = why(get(&with_user(&server, path).replace("me:", "you:")));
        assert!(said.ends_with("rejects this user name or password"), "{said}");
    }
}

#[test]
fn passwords_are_not_sent_to_other_servers() {
    let (server, other) = (server(), server());
    let said = why(get(&with_user(&server, &format!("to/{}", other.port))));
    assert!(said.contains("401"), "{said}");
    let requests = other.requests();
    assert_eq!(requests.len(), 1);
    assert!(!requests[0].head.contains("authorization"), "{requests:?}");
}

#[test]
fn the_configured_user_agent_is_sent() {
    let server = server();
    let agent = "Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1";
    let manner = ClientOptions { user_agent: agent.into(), ..ClientOptions::default() };
    assert!(net(manner).get(&server.url("a b.cfg"), LIMIT).is_ok());
    assert_eq!(server.requests()[0].header("user-agent"), agent);
    let odd = ClientOptions { user_agent: "a\r\nX-Evil: 1".into(), ..ClientOptions::default() };
    assert!(fvprov::net::fetch::Net::new(odd).is_err());
}

/// An HTTPS server with a self-signed certificate that responds to every request and redirects `/down` to
/// HTTP.
fn secure(down: String) -> Server {
    Server::start_tls(&Certificate::new(), move |request, stream| {
        let reply = match request.path.as_str() {
            "/down" => response("301 Moved", &format!("Location: {down}\r\n"), ""),
            _ => response("200 OK", "", "hello"),
        };
        let _ = stream.write_all(&reply);
    })
}

#[test]
fn self_signed_certificates_are_accepted_only_on_request() {
    let server = server();
    let secure = secure(server.url("a%20b.cfg"));
    let url = |path: &str| secure.url(path);
    let said = why(get(&url("x.cfg")));
    assert!(said.contains("certificate") && said.contains("--insecure"), "{said}");
    let insecure = net(ClientOptions { insecure: true, ..ClientOptions::default() });
    assert_eq!(insecure.get(&url("x.cfg"), LIMIT), Ok(b"hello".to_vec()));
    assert_eq!(insecure.get(&url("down"), LIMIT), Ok(noise(1000)));
    let with_user = url("down").replace("https://", "https://me:x@");
    let said = why(insecure.get(&with_user, LIMIT));
    assert_eq!(said, "the server redirects from https to http, which would send the password unencrypted");
}
