//! Servers that run side by side, and clients that measure their rates.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::measure::program;

/// Requests of a measurement.
const REQUESTS: usize = 10_000;
/// TFTP transfers of a measurement, and clients.
const TRANSFERS: usize = 1600;
const CLIENTS: usize = 16;

/// A running server, which ends with this value.
pub struct Server {
    process: Child,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // The workers of nginx end with its main process.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// A port that no program uses.
fn free_port() -> u16 {
    UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Starts a server whose output goes to a file, and waits until it accepts connections or a transfer.
fn start(command: &mut Command, log: &Path, port: u16, is_ready: impl Fn(u16) -> bool) -> Server {
    let log = File::create(log).unwrap();
    let process = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
    let server = Server { process, port };
    let start = Instant::now();
    while !is_ready(port) {
        assert!(start.elapsed() < Duration::from_secs(10), "a server does not start");
        std::thread::sleep(Duration::from_millis(20));
    }
    server
}

fn accepts(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn transfers(port: u16) -> bool {
    download(port, "common.cfg", Duration::from_millis(200)).is_some()
}

/// `fvprov serve` with its log, over one protocol.
pub fn fvprov(tree: &Path, log: &Path, protocol: &str) -> Server {
    let port = free_port();
    let mut command = Command::new(program());
    command.arg("serve").arg(tree).args([format!("--{protocol}"), format!("127.0.0.1:{port}")]);
    // All requests come from one address.
    command.args(["--rate-per-address", "1000000"]);
    start(&mut command, log, port, if protocol == "http" { accepts } else { transfers })
}

/// nginx with two workers and its log.
pub fn nginx(tree: &Path, work: &Path) -> Server {
    let port = free_port();
    let (tree, at) = (tree.display(), work.display());
    let config = format!(
        "user root;\ndaemon off;\nworker_processes 2;\npid {at}/nginx.pid;\nerror_log {at}/nginx.error;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log {at}/nginx.access;\n  sendfile on;\n\
         server {{ listen 127.0.0.1:{port}; root {tree}; }}\n}}\n"
    );
    let file = work.join("nginx.conf");
    fs::write(&file, config).unwrap();
    let mut command = Command::new("nginx");
    command.arg("-c").arg(&file).arg("-e").arg(work.join("nginx.error"));
    start(&mut command, &work.join("nginx.log"), port, accepts)
}

/// tftpd-hpa, which must run as root.
pub fn tftpd(tree: &Path, work: &Path) -> Server {
    let port = free_port();
    let mut command = Command::new("in.tftpd");
    command.args(["-L", "-u", "root", "-a", &format!("127.0.0.1:{port}"), "-s"]).arg(tree);
    start(&mut command, &work.join("tftpd.log"), port, transfers)
}

/// Requests per second without keep-alive, from 16 connections at once.
pub fn http_rate(port: u16, path: &str) -> f64 {
    let url = format!("http://127.0.0.1:{port}/{path}");
    let output =
        Command::new("ab").args(["-q", "-n", &REQUESTS.to_string(), "-c", "16", &url]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let field = |name: &str| {
        let word = text.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        word.unwrap_or_default()
    };
    assert_eq!(field("Complete requests:"), REQUESTS.to_string(), "ab failed:\n{text}");
    assert!(field("Failed requests:") == "0" && !text.contains("Non-2xx"), "requests failed:\n{text}");
    field("Requests per second:").parse().unwrap()
}

/// Transfers per second of 16 clients at once.
pub fn tftp_rate(port: u16, paths: &[String]) -> f64 {
    let start = Instant::now();
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            scope.spawn(move || {
                for at in 0..TRANSFERS / CLIENTS {
                    let path = &paths[(client + at * CLIENTS) % paths.len()];
                    assert!(download(port, path, Duration::from_secs(2)).is_some(), "no transfer of {path}");
                }
            });
        }
    });
    TRANSFERS as f64 / start.elapsed().as_secs_f64()
}

/// Downloads a file over TFTP, in blocks of 512 bytes. `None` if the server does not answer.
fn download(port: u16, path: &str, wait: Duration) -> Option<Vec<u8>> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_read_timeout(Some(wait)).unwrap();
    let mut last = format!("\0\x01{path}\0octet\0").into_bytes();
    let mut to = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let (mut content, mut buffer) = (Vec::new(), [0; 600]);
    socket.send_to(&last, to).ok()?;
    loop {
        let (length, from) = socket.recv_from(&mut buffer).ok()?;
        assert_eq!(buffer[1], 3, "{path}: {}", String::from_utf8_lossy(&buffer[..length]));
        to = from;
        let block = u16::from_be_bytes([buffer[2], buffer[3]]);
        if usize::from(block) == content.len() / 512 + 1 {
            content.extend_from_slice(&buffer[4..length]);
        }
        last = vec![0, 4, buffer[2], buffer[3]];
        socket.send_to(&last, to).ok()?;
        if length < 516 {
            return Some(content);
        }
    }
}
