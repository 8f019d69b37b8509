//! HTTP and TFTP servers in this process that serve trees from memory.

use std::collections::BTreeMap;

use super::tftp_server::{self, Behaviour};
use crate::support::http::{self, Request, response};

/// A server on the loopback interface that records its requests.
pub struct Server {
    pub url: String,
    requests: Box<dyn Fn() -> Vec<String>>,
}

impl Server {
    /// The requested paths since the last call, in order. Over HTTP, each is followed by the User-Agent.
    pub fn requests(&self) -> Vec<String> {
        (self.requests)()
    }
}

fn files(files: &[(&str, String)]) -> BTreeMap<String, Vec<u8>> {
    files.iter().map(|(path, text)| ((*path).to_owned(), text.clone().into_bytes())).collect()
}

/// The path of a request below `/prov/`.
fn path(request: &Request) -> String {
    let path = request.path.replace("%20", " ");
    path.strip_prefix("/prov/").unwrap_or(&path).to_owned()
}

/// Serves files over HTTP below `/prov/`. `status` contains the status of some paths. `user` is required, if
/// set.
pub fn http(tree: &[(&str, String)], status: &[(&str, &'static str)], user: Option<&'static str>) -> Server {
    let files = files(tree);
    let status: BTreeMap<String, &'static str> =
        status.iter().map(|(path, status)| ((*path).to_owned(), *status)).collect();
    let server = http::Server::start(move |request, stream| {
        let path = path(request);
        let is_known = user.is_none_or(|user| request.header("authorization") == format!("Basic {user}"));
        let (status, body) = match (status.get(&path), files.get(&path)) {
            _ if !is_known => ("401 Unauthorized", &b""[..]),
            (Some(status), _) => (*status, &b""[..]),
            (None, Some(text)) => ("200 OK", text.as_slice()),
            (None, None) => ("404 Not Found", &b""[..]),
        };
        let _ = stream.write_all(&response(status, "WWW-Authenticate: Basic realm=\"x\"\r\n", body));
    });
    let url = server.url("prov/");
    let line = |request: &Request| format!("{} {}", path(request), request.header("user-agent"));
    Server { url, requests: Box::new(move || server.requests().iter().map(line).collect()) }
}

/// Serves files over TFTP.
pub fn tftp(tree: &[(&str, String)]) -> Server {
    let server = tftp_server::serve(Behaviour::Good, files(tree));
    Server { url: server.url(""), requests: Box::new(move || server.requests()) }
}
