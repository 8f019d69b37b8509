//! A server under test, and its clients.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::fvprov;
use crate::support::tree;

pub const ANY: &str = "127.0.0.1:0";

/// The settings of [`tree`].
pub const SETTINGS: &str = "[server]\nalso = [\"*.bin\", \"*.xml\", \"empty.cfg\", \"leads-inside.cfg\", \"HTTP Directory/**\"]\n\
                            [inventory]\nfile = \"phones.csv\"\n";

/// A running `fvprov serve`, which is stopped when this is dropped.
pub struct Server {
    pub child: Child,
    pub start: Value,
    log: Arc<Mutex<Vec<Value>>>,
}

/// A tree of two phones in one root.
pub fn tree() -> TempDir {
    tree::tree(&[
        ("y000000000000.boot", "#!version:1.0.0.1\ninclude:config <common.cfg>\n"),
        ("common.cfg", "#!version:1.0.0.1\nlang.gui = English\n"),
        (
            "0021f2000001.boot",
            "#!version:1.0.0.1\ninclude:config <common.cfg>\ninclude:config <0021f2000001.cfg>\n",
        ),
        ("0021f2000001.cfg", "#!version:1.0.0.1\naccount.1.label = Öne\r\n"),
        ("0021f2000002.boot", "#!version:1.0.0.1\ninclude:config <common.cfg>\ninclude:config <gone.cfg>\n"),
        ("fvprov.toml", SETTINGS),
        ("phones.csv", "mac\n0021f2000001\n"),
        ("HTTP Directory/sip.cfg", "#!version:1.0.0.1\n"),
        (".git/config", "secret\n"),
        (".htpasswd", "secret\n"),
    ])
}

pub fn command(tree: &Path, arguments: &[&str]) -> Command {
    let mut command = fvprov(Path::new("."), &["serve"]);
    command.arg(tree).args(arguments);
    command
}

impl Server {
    pub fn new(tree: &Path, arguments: &[&str]) -> Self {
        Self::run(&mut command(tree, arguments))
    }

    pub fn run(command: &mut Command) -> Self {
        let mut child = command.args(["--quiet", "--format", "json"]).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let start = lines.next().expect("the server prints its URLs").unwrap();
        let start = serde_json::from_str(&start).unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().unwrap().push(serde_json::from_str(&line).unwrap());
            }
        });
        Self { child, start, log }
    }

    pub fn url(&self, scheme: &str) -> String {
        let urls = self.start["urls"].as_array().unwrap().iter().map(|url| url.as_str().unwrap());
        urls.into_iter().find(|url| url.starts_with(&format!("{scheme}://"))).unwrap().to_owned()
    }

    pub fn address(&self, scheme: &str) -> SocketAddr {
        let url = self.url(scheme);
        url.split('/').nth(2).unwrap().parse().unwrap()
    }

    /// Waits for a number of log lines that satisfy a condition.
    pub fn wait(&self, count: usize, matches: impl Fn(&Value) -> bool) -> Vec<Value> {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let found: Vec<Value> =
                self.log.lock().unwrap().iter().filter(|line| matches(line)).cloned().collect();
            if found.len() >= count {
                return found;
            }
            assert!(Instant::now() < end, "{count} lines did not arrive: {:#?}", self.log.lock().unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The outcomes of the requests for this name.
    pub fn answers(&self, count: usize, target: &str) -> Vec<String> {
        let lines = self.wait(count, |line| line["event"] == "request" && line["asked"] == target);
        lines.iter().map(|line| line["answer"].as_str().unwrap().to_owned()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An HTTP response.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Sends a request with this target, unchanged, and reads the complete response.
pub fn request_http(server: SocketAddr, method: &str, target: &[u8], headers: &str) -> Reply {
    let mut stream = TcpStream::connect(server).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let head = [method.as_bytes(), b" ", target, b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"].concat();
    stream.write_all(&[head, headers.as_bytes().to_vec(), b"\r\n".to_vec()].concat()).unwrap();
    let mut text = Vec::new();
    // The server may close the connection before it has read the request.
    let _ = stream.read_to_end(&mut text);
    read_reply(&text)
}

pub fn read_reply(text: &[u8]) -> Reply {
    let end = text.windows(4).position(|four| four == b"\r\n\r\n").expect("the end of a head");
    let head = String::from_utf8(text[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header =
        |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())).unwrap();
    Reply { status, headers: lines.map(header).collect(), body: text[end + 4..].to_vec() }
}

pub fn get(server: SocketAddr, target: &str) -> Reply {
    request_http(server, "GET", target.as_bytes(), "")
}

/// A TFTP request as raw bytes.
pub fn request(operation: u8, file: &[u8], mode: &str, options: &[(&str, &str)]) -> Vec<u8> {
    let mut packet = vec![0, operation];
    packet.extend_from_slice(file);
    packet.push(0);
    packet.extend_from_slice(mode.as_bytes());
    packet.push(0);
    for (name, value) in options {
        packet.extend(format!("{name}\0{value}\0").into_bytes());
    }
    packet
}

pub fn udp() -> UdpSocket {
    let socket = UdpSocket::bind(ANY).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket
}

/// The next packet and its sender.
pub fn receive(socket: &UdpSocket) -> (Vec<u8>, SocketAddr) {
    let mut buffer = [0; 2048];
    let (length, from) = socket.recv_from(&mut buffer).unwrap();
    (buffer[..length].to_vec(), from)
}

/// Downloads a file over TFTP; an error code if that fails.
pub fn tftp(server: SocketAddr, file: &[u8], mode: &str, options: &[(&str, &str)]) -> Result<Vec<u8>, u8> {
    let socket = udp();
    socket.send_to(&request(1, file, mode, options), server).unwrap();
    let mut bytes = Vec::new();
    let mut size = 512;
    let mut next: u16 = 1;
    loop {
        let (packet, from) = receive(&socket);
        match packet[1] {
            3 => {
                let block = u16::from_be_bytes([packet[2], packet[3]]);
                socket.send_to(&[0, 4, packet[2], packet[3]], from).unwrap();
                if block == next {
                    bytes.extend_from_slice(&packet[4..]);
                    next = next.wrapping_add(1);
                    if packet.len() - 4 < size {
                        return Ok(bytes);
                    }
                }
            }
            5 => return Err(packet[3]),
            6 => {
                let fields: Vec<&str> = std::str::from_utf8(&packet[2..]).unwrap().split('\0').collect();
                let agreed = fields.chunks(2).find(|pair| pair[0] == "blksize");
                size = agreed.map_or(512, |pair| pair[1].parse().unwrap());
                socket.send_to(&[0, 4, 0, 0], from).unwrap();
            }
            other => panic!("operation {other}"),
        }
    }
}

/// An FTP session.
pub struct Ftp {
    pub stream: BufReader<TcpStream>,
}

impl Ftp {
    pub fn new(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut session = Self { stream: BufReader::new(stream) };
        assert!(session.reply().starts_with("220"));
        session
    }

    pub fn login(server: SocketAddr) -> Self {
        let mut session = Self::new(server);
        assert!(session.command("USER anonymous").starts_with("331"));
        assert!(session.command("PASS x").starts_with("230"));
        session
    }

    /// The last line of the next reply.
    pub fn reply(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line).unwrap();
            if line.is_empty() || line.as_bytes().get(3) == Some(&b' ') && line.as_bytes()[0].is_ascii_digit()
            {
                return line;
            }
        }
    }

    pub fn command(&mut self, command: &str) -> String {
        self.send(format!("{command}\r\n").as_bytes());
        self.reply()
    }

    pub fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// Downloads a file; the reply if that fails.
    pub fn retrieve(&mut self, file: &[u8]) -> Result<Vec<u8>, String> {
        let port = self.command("EPSV");
        let port: u16 = port.split('|').nth(3).unwrap().parse().unwrap();
        let server = self.stream.get_ref().peer_addr().unwrap().ip();
        self.send(&[b"RETR ", file, b"\r\n"].concat());
        let mut data = TcpStream::connect((server, port)).map_err(|error| error.to_string());
        let reply = self.reply();
        if !reply.starts_with("150") {
            return Err(reply);
        }
        let mut bytes = Vec::new();
        data.as_mut().unwrap().read_to_end(&mut bytes).unwrap();
        assert!(self.reply().starts_with("226"));
        Ok(bytes)
    }
}

pub fn path(tree: &TempDir, path: &str) -> PathBuf {
    tree.path().join(path)
}
