//! 2,000 phones over HTTP and 2,000 more over TFTP request their four files from one `fvprov serve` at the
//! same time. Every byte of every file is compared. Prints the times, and the peak memory of the server.
//!
//! `cargo bench --bench serve`; each phone has its own address in 127.0.0.0/8, which Linux allows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, UdpSocket};
use tokio::time::{sleep, timeout};

const PHONES: u32 = 2_000;

fn mac(phone: u32) -> String {
    format!("0021f2{phone:06x}")
}

/// The paths and texts of a phone's files, in the order in which the phone requests them.
fn files(phone: u32) -> [(String, Vec<u8>); 4] {
    let (mac, site) = (mac(phone), format!("sites/{}.cfg", phone % 20));
    let boot = format!(
        "#!version:1.0.0.1\ninclude:config <common.cfg>\ninclude:config <{site}>\ninclude:config <{mac}.cfg>\n"
    );
    let lines = |count: u32, name: &str| {
        let lines = (0..count).map(|line| format!("features.{name}.{line}.label = {}\n", line % 7));
        format!("#!version:1.0.0.1\n{}", lines.collect::<String>()).into_bytes()
    };
    let site_text = lines(40, &format!("site{}", phone % 20));
    let common = b"#!version:1.0.0.1\nlang.gui = English\n".repeat(100);
    [
        (format!("{mac}.boot"), boot.into_bytes()),
        ("common.cfg".into(), common),
        (site, site_text),
        (format!("{mac}.cfg"), lines(30, "own")),
    ]
}

fn write(tree: &Path) {
    std::fs::create_dir(tree.join("sites")).unwrap();
    for phone in 0..2 * PHONES {
        for (path, text) in files(phone) {
            std::fs::write(tree.join(path), text).unwrap();
        }
    }
}

/// The address of a phone.
fn own(phone: u32) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::new(127, 1, (phone / 250) as u8, (phone % 250) as u8 + 1), 0))
}

/// Number of repeated connections and requests.
static AGAIN: AtomicUsize = AtomicUsize::new(0);

async fn over_http(server: SocketAddr, phone: u32) -> Duration {
    let start = Instant::now();
    let mut stream = loop {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(own(phone)).unwrap();
        match socket.connect(server).await {
            Ok(stream) => break stream,
            Err(_) => AGAIN.fetch_add(1, Ordering::Relaxed),
        };
        sleep(Duration::from_millis(200)).await;
    };
    for (path, expected) in files(phone) {
        let request = format!(
            "GET /{path} HTTP/1.1\r\nHost: x\r\nUser-Agent: Flyingvoice FIP13G V1 {}\r\n\r\n",
            mac(phone)
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = Vec::new();
        let end = loop {
            let read = stream.read_buf(&mut text).await.unwrap();
            assert!(read > 0, "phone {phone}: the connection ended at {path}");
            if let Some(end) = text.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        while text.len() < end + expected.len() {
            assert!(stream.read_buf(&mut text).await.unwrap() > 0);
        }
        assert!(text.starts_with(b"HTTP/1.1 200") && text[end..] == expected, "phone {phone}: {path}");
    }
    start.elapsed()
}

async fn over_tftp(server: SocketAddr, phone: u32) -> Duration {
    let start = Instant::now();
    for (path, expected) in files(phone) {
        let socket = UdpSocket::bind(own(phone)).await.unwrap();
        let request = format!("\0\x01{path}\0octet\0").into_bytes();
        let (mut got, mut from) = (Vec::new(), None);
        let mut last = request.clone();
        socket.send_to(&last, server).await.unwrap();
        let mut buffer = [0; 600];
        loop {
            let Ok(received) = timeout(Duration::from_secs(2), socket.recv_from(&mut buffer)).await else {
                AGAIN.fetch_add(1, Ordering::Relaxed);
                socket.send_to(&last, from.unwrap_or(server)).await.unwrap();
                continue;
            };
            let (length, sender) = received.unwrap();
            assert_eq!(buffer[1], 3, "phone {phone}: {path}");
            let block = u16::from_be_bytes([buffer[2], buffer[3]]);
            if usize::from(block) == got.len() / 512 + 1 {
                got.extend_from_slice(&buffer[4..length]);
                last = vec![0, 4, buffer[2], buffer[3]];
                from = Some(sender);
                socket.send_to(&last, sender).await.unwrap();
                if length < 516 {
                    break;
                }
            }
        }
        assert!(got == expected, "phone {phone}: {path}");
    }
    start.elapsed()
}

/// A value of `/proc/PID/status` in KiB.
fn memory(process: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap_or_default();
    line.split_whitespace().nth(1).map_or(0, |number| number.parse().unwrap())
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64();
    println!(
        "{what}: {} phones, each done after {:.2} s (median), {:.2} s (99 of 100), {:.2} s (last)",
        times.len(),
        at(50),
        at(99),
        at(100)
    );
}

fn main() {
    let tree = tempfile::tempdir().unwrap();
    write(tree.path());
    let mut server = Command::new(env!("CARGO_BIN_EXE_fvprov"));
    server.arg("serve").arg(tree.path()).args([
        "-q",
        "--format",
        "json",
        "--http",
        "127.0.0.1:0",
        "--tftp",
        "127.0.0.1:0",
    ]);
    let mut server = server.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let start: Value = serde_json::from_str(&lines.next().unwrap()).unwrap();
    let at = |url: usize| {
        start["urls"][url].as_str().unwrap().split('/').nth(2).unwrap().parse::<SocketAddr>().unwrap()
    };
    let (http, tftp) = (at(0), at(1));
    let before = memory(server.id(), "VmRSS");
    let complete = Arc::new(AtomicUsize::new(0));
    let counted = complete.clone();
    std::thread::spawn(move || {
        let verdicts =
            lines.filter(|line| line.contains("\"event\":\"verdict\"") && line.contains("\"complete\":true"));
        for _ in verdicts {
            counted.fetch_add(1, Ordering::Relaxed);
        }
    });
    let begin = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (by_http, by_tftp) = runtime.block_on(async {
        let http: Vec<_> = (0..PHONES).map(|phone| tokio::spawn(over_http(http, phone))).collect();
        let tftp: Vec<_> = (PHONES..2 * PHONES).map(|phone| tokio::spawn(over_tftp(tftp, phone))).collect();
        let mut times = (Vec::new(), Vec::new());
        for task in http {
            times.0.push(task.await.expect("nothing is lost over HTTP"));
        }
        for task in tftp {
            times.1.push(task.await.expect("nothing is lost over TFTP"));
        }
        times
    });
    let took = begin.elapsed().as_secs_f64();
    show("HTTP", by_http);
    show("TFTP", by_tftp);
    println!("all: {} files in {took:.2} s, {:.0} a second", 8 * PHONES, f64::from(8 * PHONES) / took);
    println!("retries: {}", AGAIN.load(Ordering::Relaxed));
    let end = Instant::now() + Duration::from_secs(15);
    while complete.load(Ordering::Relaxed) < 2 * PHONES as usize && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(50));
    }
    println!("verdicts that say complete: {} of {}", complete.load(Ordering::Relaxed), 2 * PHONES);
    let most = memory(server.id(), "VmHWM");
    println!("memory of the server: {before} KiB when it began, {most} KiB at most");
    assert!(most < 400 * 1024, "the memory is bounded");
    server.kill().unwrap();
    server.wait().unwrap();
}
