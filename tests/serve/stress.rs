//! Clients that are unusual, careless or hostile: others are still served, and the log has a line for each request.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::peer::{ANY, Ftp, Server, command, get, receive, request, request_http, tftp, tree, udp};
use crate::support::tree::write;

/// Sends bytes over TCP and reads the response, if any.
fn send_raw(server: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(server).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut response = Vec::new();
    let _ = stream.read_to_end(&mut response);
    response
}

fn requests(server: &Server, count: usize) -> Vec<Value> {
    server.wait(count, |line| line["event"] == "request")
}

#[test]
fn repeated_slashes_count_as_one() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY, "--tftp", ANY, "--ftp", ANY]);
    assert_eq!(get(server.address("http"), "//0021f2000001.boot").status, 200);
    assert_eq!(get(server.address("http"), "/HTTP%20Directory//sip.cfg").status, 200);
    assert!(tftp(server.address("tftp"), b"HTTP Directory//sip.cfg", "octet", &[]).is_ok());
    assert!(Ftp::login(server.address("ftp")).retrieve(b"//HTTP Directory//sip.cfg").is_ok());
}

#[test]
fn malformed_http_requests_are_logged() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    let at = server.address("http");
    for (bytes, status, target) in [
        (b"GET /a b.cfg HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(), "400", "/a b.cfg"),
        (
            format!("GET /long HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(20_000)).into(),
            "431",
            "/long",
        ),
        (b"GET /without-host HTTP/1.1\r\nConnection: close\r\n\r\n".to_vec(), "400", "/without-host"),
        (b"GET /two HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n".to_vec(), "400", "/two"),
    ] {
        let response = send_raw(at, &bytes);
        assert!(response.starts_with(format!("HTTP/1.1 {status} ").as_bytes()), "{target}");
        let line = server.wait(1, |line| line["asked"] == target).remove(0);
        assert!(line["reason"].as_str().unwrap().starts_with("malformed request"), "{line}");
    }
    assert!(
        send_raw(at, b"GET /common.cfg HTTP/1.0\r\n\r\n").starts_with(b"HTTP/1.1 200 ") || {
            send_raw(at, b"GET /common.cfg HTTP/1.0\r\n\r\n").starts_with(b"HTTP/1.0 200 ")
        }
    );
}

#[test]
fn any_user_agent_is_logged() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    let head =
        b"GET /common.cfg HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: a \"b\" \\ \t \xe4\r\n\r\n";
    assert!(send_raw(server.address("http"), head).starts_with(b"HTTP/1.1 200 "));
    let agent = requests(&server, 1)[0]["agent"].as_str().unwrap().to_owned();
    assert!(agent.contains("\"b\"") && agent.contains('\u{fffd}'), "{agent}");
}

#[test]
fn a_client_that_closes_the_connection_is_logged_as_interrupted() {
    let tree = tree();
    let bytes = vec![b'x'; 30 << 20];
    write(tree.path(), "firmware.bin", &bytes);
    let server = Server::new(tree.path(), &["--http", ANY]);
    let mut stream = TcpStream::connect(server.address("http")).unwrap();
    stream.write_all(b"GET /firmware.bin HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 1000]).unwrap();
    drop(stream);
    let line = requests(&server, 1).remove(0);
    assert_eq!(
        (&line["answer"], &line["reason"]),
        (&"interrupted".into(), &"the client closed the connection".into())
    );
}

#[cfg(unix)]
#[test]
fn a_stopped_server_does_not_blame_the_client() {
    use rustix::process::{Pid, Signal, kill_process};
    let tree = tree();
    write(tree.path(), "firmware.bin", vec![b'x'; 30 << 20]);
    let mut server = Server::new(tree.path(), &["--http", ANY, "--tftp", ANY]);
    let mut stream = TcpStream::connect(server.address("http")).unwrap();
    stream.write_all(b"GET /firmware.bin HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    stream.read_exact(&mut [0; 1000]).unwrap();
    let socket = udp();
    socket.send_to(&request(1, b"firmware.bin", "octet", &[]), server.address("tftp")).unwrap();
    let (block, from) = receive(&socket);
    socket.send_to(&[0, 4, block[2], block[3]], from).unwrap();
    // The second signal ends the grace period.
    kill_process(Pid::from_child(&server.child), Signal::TERM).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    kill_process(Pid::from_child(&server.child), Signal::TERM).unwrap();
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    for line in requests(&server, 2) {
        assert_eq!(
            (&line["answer"], &line["reason"]),
            (&"interrupted".into(), &"the server stopped".into()),
            "{line}"
        );
    }
}

#[test]
fn refused_active_mode_counts_as_requested() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::login(server.address("ftp"));
    assert!(session.command("PORT 127,0,0,1,0,22").starts_with("502"));
    assert!(session.command("RETR 0021f2000001.boot").starts_with("425"));
    assert!(session.command("EPRT |1|127.0.0.1|22|").starts_with("502"));
    assert!(session.command("RETR common.cfg").starts_with("425"));
    drop(session);
    for line in server.wait(4, |line| line["event"] == "request") {
        assert_eq!(line["reason"], "active mode is not supported: use passive mode", "{line}");
    }
    let verdict = server.wait(1, |line| line["event"] == "verdict").remove(0);
    let causes: Vec<&str> =
        verdict["missing"].as_array().unwrap().iter().map(|file| file["why"].as_str().unwrap()).collect();
    assert!(causes[..2].iter().all(|cause| cause.contains("active mode")), "{verdict}");
    assert_eq!(causes[2], "never requested");
}

#[test]
fn ftp_downloads_can_be_resumed_and_the_top_can_be_entered() {
    let tree = tree();
    write(tree.path(), "x.bin", b"0123456789");
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::login(server.address("ftp"));
    for directory in [".", "/", "./", "~", "HTTP Directory/.."] {
        assert!(session.command(&format!("CWD {directory}")).starts_with("250"), "{directory}");
        assert!(session.command("PWD").starts_with("257 \"/\""), "{directory}");
    }
    assert!(session.command("REST 4").starts_with("350"));
    assert_eq!(session.retrieve(b"x.bin").unwrap(), b"456789");
    assert_eq!(session.retrieve(b"x.bin").unwrap(), b"0123456789", "REST applies once");
    assert!(session.command("REST 11").starts_with("350"));
    assert!(session.retrieve(b"x.bin").is_err_and(|reply| reply.starts_with("554")));
    assert!(session.command("REST +1").starts_with("501"));
}

#[test]
fn an_unknown_ftp_user_name_is_not_logged() {
    let tree = tree();
    let mut command = command(tree.path(), &["--ftp", ANY, "--user", "prov"]);
    let server = Server::run(command.env("FVPROV_PASSWORD", "hunter22"));
    let mut session = Ftp::new(server.address("ftp"));
    for user in ["prov hunter22", "hunter22", "prov"] {
        session.command(&format!("USER {user}"));
        assert!(session.command("PASS wrong").starts_with("530"));
    }
    let lines = server.wait(3, |line| line["method"] == "USER");
    assert!(!format!("{lines:?}").contains("hunter22"), "{lines:?}");
    assert_eq!(lines[2]["asked"], "prov");
}

#[test]
fn a_correct_password_is_not_delayed_by_wrong_ones() {
    let tree = tree();
    let mut command = command(tree.path(), &["--http", ANY, "--user", "prov"]);
    let server = Server::run(command.env("FVPROV_PASSWORD", "hunter22"));
    let at = server.address("http");
    let wrong = || request_http(at, "GET", b"/common.cfg", "Authorization: Basic eDp5\r\n").status;
    std::thread::scope(|scope| {
        let guesses: Vec<_> = (0..30).map(|_| scope.spawn(wrong)).collect();
        // The first responses to wrong passwords are due after 250 ms.
        std::thread::sleep(Duration::from_millis(100));
        let start = Instant::now();
        let right = "Authorization: Basic cHJvdjpodW50ZXIyMg==\r\n";
        assert_eq!(request_http(at, "GET", b"/common.cfg", right).status, 200);
        assert!(start.elapsed() < Duration::from_millis(100), "{:?}", start.elapsed());
        let statuses: Vec<u16> = guesses.into_iter().map(|guess| guess.join().unwrap()).collect();
        let answered = statuses.iter().filter(|status| **status == 401).count();
        assert!((8..=12).contains(&answered), "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 401 | 503)), "{statuses:?}");
    });
}

#[test]
fn a_restarted_tftp_client_is_served_from_the_same_port() {
    let tree = tree();
    write(tree.path(), "x.bin", vec![7; 5000]);
    let server = Server::new(tree.path(), &["--tftp", ANY]);
    let socket = udp();
    let first = request(1, b"x.bin", "octet", &[]);
    socket.send_to(&first, server.address("tftp")).unwrap();
    let (block, old) = receive(&socket);
    socket.send_to(&[0, 4, block[2], block[3]], old).unwrap();
    receive(&socket);
    // Another file, at once.
    socket.send_to(&request(1, b"common.cfg", "octet", &[]), server.address("tftp")).unwrap();
    let start = Instant::now();
    let new = loop {
        let (block, from) = receive(&socket);
        if from != old {
            break block;
        }
    };
    assert!(new.ends_with(b"lang.gui = English\n"));
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    let line = server.wait(1, |line| line["asked"] == "x.bin").remove(0);
    assert_eq!(line["reason"], "the client started a second transfer");
}

#[test]
fn forged_tftp_requests_do_not_block_other_clients() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--tftp", ANY, "--http", ANY]);
    let at = server.address("tftp");
    // Linux assigns all of 127.0.0.0/8 to the loopback interface.
    let Ok(other) = UdpSocket::bind("127.0.0.77:0") else { return };
    other.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let packet = request(1, b"common.cfg", "octet", &[("timeout", "10")]);
    for number in 0..2000_u32 {
        let from = UdpSocket::bind(format!("127.0.0.{}:0", 10 + number % 10)).unwrap();
        from.send_to(&packet, at).unwrap();
    }
    let start = Instant::now();
    loop {
        other.send_to(&request(1, b"common.cfg", "octet", &[]), at).unwrap();
        other.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
        if other.recv_from(&mut [0; 600]).is_ok() {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(5), "not served");
    }
    // `.ci/wire` checks that it takes less than one second; this machine may be busy.
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert_eq!(get(server.address("http"), "/common.cfg").status, 200);
}

#[test]
fn the_rate_of_an_address_and_trusted_proxies_can_be_set() {
    let tree = tree();
    let arguments = ["--http", ANY, "--rate-per-address", "1", "--trusted-proxy", "127.0.0.1"];
    let server = Server::new(tree.path(), &arguments);
    let at = server.address("http");
    let status = |client: &str| {
        request_http(at, "GET", b"/common.cfg", &format!("X-Forwarded-For: 9.9.9.9, {client}\r\n")).status
    };
    let allowed = (0..20).filter(|_| status("10.0.0.1") == 200).count();
    assert!((10..=12).contains(&allowed), "{allowed}");
    assert_eq!(status("10.0.0.2"), 200);
    let lines = server.wait(21, |line| line["event"] == "request");
    assert_eq!(lines.last().unwrap()["client"], "10.0.0.2");
    // Without the option, the header is ignored.
    let server = Server::new(tree.path(), &["--http", ANY]);
    request_http(server.address("http"), "GET", b"/common.cfg", "X-Forwarded-For: 10.0.0.1\r\n");
    assert_eq!(requests(&server, 1)[0]["client"], "127.0.0.1");
}

#[test]
fn metrics_are_served_on_a_loopback_address_only() {
    let tree = tree();
    let free = std::net::TcpListener::bind(ANY).unwrap().local_addr().unwrap();
    let server = Server::new(tree.path(), &["--http", ANY, "--metrics", &free.to_string()]);
    for file in ["/y000000000000.boot", "/common.cfg", "/gone.cfg", "/phones.csv"] {
        get(server.address("http"), file);
    }
    let response = request_http(free, "GET", b"/metrics", "");
    let text = String::from_utf8(response.body).unwrap();
    assert!(text.contains("fvprov_requests_total{protocol=\"http\",answer=\"sent\"} 2\n"), "{text}");
    assert!(text.contains("fvprov_requests_total{protocol=\"http\",answer=\"not-found\"} 1\n"), "{text}");
    assert!(text.contains("fvprov_refusals_total{reason=\"withheld\"} 1\n"), "{text}");
    assert_eq!(request_http(free, "GET", b"/common.cfg", "").status, 404);
    let output = command(tree.path(), &["--http", ANY, "--metrics", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("loopback"), "{output:?}");
}

#[cfg(unix)]
#[test]
fn a_hangup_signal_reloads_the_tree() {
    use rustix::process::{Pid, Signal, kill_process};
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    kill_process(Pid::from_child(&server.child), Signal::HUP).unwrap();
    server.wait(1, |line| line["text"] == "the tree was reloaded");
    assert_eq!(get(server.address("http"), "/common.cfg").status, 200);
}

#[cfg(unix)]
#[test]
fn few_open_files_are_shared_or_reported() {
    let tree = tree();
    let program = crate::support::program::FVPROV;
    let serve = |limit: &str| {
        let mut shell = std::process::Command::new("sh");
        let script = format!(
            "ulimit -n {limit}; exec '{program}' serve '{}' --http {ANY} \"$@\"",
            tree.path().display()
        );
        shell.args(["-c", &script, "sh"]);
        shell
    };
    let output = serve("10").stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("may open only 10 files"), "{errors}");
    let server = Server::run(&mut serve("64"));
    let at = server.address("http");
    let held: Vec<TcpStream> = (0..60).map(|_| TcpStream::connect(at).unwrap()).collect();
    // Another address, as far as the system has one.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let other: SocketAddr = "127.0.0.77:0".parse().unwrap();
    if socket.bind(&other.into()).is_ok() {
        socket.connect(&at.into()).unwrap();
        let mut stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(b"GET /common.cfg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).unwrap();
        assert!(response.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&response));
    }
    drop(held);
}

#[test]
fn many_requests_share_one_reload() {
    let tree = tree();
    for number in 0..500 {
        write(tree.path(), &format!("0021f21{number:05}.boot"), "include:config <common.cfg>\n");
    }
    let free = std::net::TcpListener::bind(ANY).unwrap().local_addr().unwrap();
    let server = Server::new(tree.path(), &["--http", ANY, "--rendered", "--metrics", &free.to_string()]);
    let at = server.address("http");
    write(tree.path(), "common.cfg", "lang.gui = Dutch\n");
    std::thread::scope(|scope| {
        let phones = (0..60).map(|number| {
            scope.spawn(move || get(at, &format!("/0021f21{number:05}.cfg")).body.ends_with(b"Dutch\n"))
        });
        assert!(phones.collect::<Vec<_>>().into_iter().all(|phone| phone.join().unwrap()));
    });
    let text = String::from_utf8(request_http(free, "GET", b"/metrics", "").body).unwrap();
    let reloads = text.lines().find_map(|line| line.strip_prefix("fvprov_reloads_total ")).unwrap();
    let reloads: u32 = reloads.parse().unwrap();
    assert!((1..=20).contains(&reloads), "{reloads} reloads for 60 requests");
}
