//! Servers in this process for trees behind a URL: http and tftp, from files in memory.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};

use fvprov::net::tftp::{Code, Options, Packet, Sender, Sent};

type Files = Arc<BTreeMap<String, Vec<u8>>>;

/// A server on the loopback interface, and what it was asked for.
pub struct Server {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// What was asked for since the last time, in order.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

fn files(files: &[(&str, String)]) -> Files {
    Arc::new(files.iter().map(|(path, text)| ((*path).to_owned(), text.clone().into_bytes())).collect())
}

/// Files over http, below `/prov/`; `status` answers for paths that it knows; with a user where there is one.
pub fn http(tree: &[(&str, String)], status: &[(&str, &'static str)], user: Option<&'static str>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://127.0.0.1:{}/prov/", listener.local_addr().unwrap().port());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (files, kept) = (files(tree), Arc::clone(&asked));
    let status: Arc<Vec<(String, &'static str)>> =
        Arc::new(status.iter().map(|(path, status)| ((*path).to_owned(), *status)).collect());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (files, kept, status) = (Arc::clone(&files), Arc::clone(&kept), Arc::clone(&status));
            std::thread::spawn(move || answer(stream, &files, &kept, &status, user));
        }
    });
    Server { url, asked }
}

fn answer(
    mut stream: TcpStream,
    files: &Files,
    kept: &Mutex<Vec<String>>,
    status: &[(String, &'static str)],
    user: Option<&str>,
) {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
    let path = head.split_whitespace().nth(1).unwrap_or_default().replace("%20", " ");
    let path = path.strip_prefix("/prov/").unwrap_or(&path).to_owned();
    let agent = head.lines().find_map(|line| line.strip_prefix("user-agent: ")).unwrap_or_default();
    kept.lock().unwrap().push(format!("{path} {agent}"));
    let is_known =
        user.is_none_or(|user| head.lines().any(|line| line == format!("authorization: Basic {user}")));
    let said = status.iter().find(|(known, _)| *known == path).map(|(_, status)| *status);
    let (status, body) = match (said, files.get(&path)) {
        _ if !is_known => ("401 Unauthorized", &b""[..]),
        (Some(status), _) => (status, &b""[..]),
        (None, Some(text)) => ("200 OK", text.as_slice()),
        (None, None) => ("404 Not Found", &b""[..]),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\nWWW-Authenticate: Basic realm=\"x\"\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(&[head.as_bytes(), body].concat());
}

/// Files over tftp, plainly.
pub fn tftp(tree: &[(&str, String)]) -> Server {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let url = format!("tftp://127.0.0.1:{}/", socket.local_addr().unwrap().port());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (files, kept) = (files(tree), Arc::clone(&asked));
    std::thread::spawn(move || {
        let mut buffer = [0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let Ok(Packet::Read(request)) = Packet::read(&buffer[..length]) else { continue };
            kept.lock().unwrap().push(request.file.clone());
            let own = UdpSocket::bind("127.0.0.1:0").unwrap();
            let Some(text) = files.get(&request.file) else {
                let _ = own.send_to(&Packet::error(Code::NOT_FOUND, "no").write(), from);
                continue;
            };
            let mut sender = Sender::new(text.clone(), Options::default());
            std::thread::spawn(move || {
                let mut buffer = [0; 2048];
                let _ = own.send_to(&sender.packet(), from);
                while let Ok((length, _)) = own.recv_from(&mut buffer) {
                    match Packet::read(&buffer[..length]) {
                        Ok(Packet::Ack(block)) if sender.acked(block) == Sent::Next => {
                            let _ = own.send_to(&sender.packet(), from);
                        }
                        _ => return,
                    }
                }
            });
        }
    });
    Server { url, asked }
}
