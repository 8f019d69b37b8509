//! Starting and stopping the server.

use std::process::Stdio;

use super::peer::{ANY, Server, command, tree};
use crate::support::program::Run;
use crate::support::tree::write;

fn fails(arguments: &[&str]) -> String {
    let tree = tree();
    let said = Run::from_output(&command(tree.path(), arguments).stdin(Stdio::null()).output().unwrap());
    said.assert_unable("");
    said.err
}

#[test]
fn a_port_in_use_is_reported() {
    let tree = tree();
    for scheme in ["http", "https", "tftp", "ftp"] {
        let server = Server::new(tree.path(), &[&format!("--{scheme}"), ANY]);
        let text = fails(&[&format!("--{scheme}"), &server.address(scheme).to_string()]);
        assert!(text.contains("another program uses this port"), "{text}");
    }
}

#[test]
fn errors_are_reported_in_one_line() {
    assert!(fails(&["--http", "192.0.2.7:0"]).contains("this machine does not have this address"));
    assert!(fails(&["--http", "1.2.3.4.5:x"]).contains("not a valid address"));
    assert!(fails(&["--http", "99999"]).contains("not a valid address"));
    assert!(fails(&["--http", ANY, "--user", "prov"]).contains("FVPROV_PASSWORD"));
    assert!(fails(&["--http", ANY, "--user", "a:b"]).contains("--user"));
    assert!(fails(&["--http", ANY, "--user", "a", "--password-file", "/nowhere"]).contains("/nowhere"));
    assert!(fails(&["--https", ANY, "--cert", "/nowhere", "--key", "/nowhere"]).contains("/nowhere"));
    let empty = tempfile::tempdir().unwrap();
    write(empty.path(), "notes.txt", b"x");
    let output = command(empty.path(), &["--http", ANY]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing to check"));
}

#[test]
fn the_url_of_each_root_is_printed() {
    let top = tempfile::tempdir().unwrap();
    write(top.path(), "fvprov.toml", b"");
    for root in ["a", "b c"] {
        write(top.path(), &format!("{root}/y000000000000.cfg"), b"lang.gui = English\n");
    }
    let server = Server::new(top.path(), &["--http", "127.0.0.1:0"]);
    let urls: Vec<&str> =
        server.start["urls"].as_array().unwrap().iter().map(|url| url.as_str().unwrap()).collect();
    assert_eq!(urls.len(), 2);
    assert!(urls[0].ends_with("/a/") && urls[1].ends_with("/b%20c/"), "{urls:?}");
    assert!(server.start["option66"].as_str().unwrap().starts_with("dhcp-option=66,\"http://127.0.0.1:"));
}

#[cfg(unix)]
#[test]
fn a_signal_stops_the_server_after_running_transfers() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::io::{Read, Write};
    for signal in [Signal::INT, Signal::TERM] {
        let tree = tree();
        let bytes: Vec<u8> = (0..30 << 20_u32).map(|at: u32| (at / 11) as u8).collect();
        write(tree.path(), "firmware.bin", &bytes);
        let mut server = Server::new(tree.path(), &["--http", ANY, "--tftp", ANY, "--ftp", ANY]);
        let mut stream = std::net::TcpStream::connect(server.address("http")).unwrap();
        stream.write_all(b"GET /firmware.bin HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut first = [0; 1000];
        stream.read_exact(&mut first).unwrap();
        kill_process(Pid::from_child(&server.child), signal).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(200));
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).unwrap();
        assert!(rest.ends_with(&bytes[bytes.len() - 1000..]) && first.len() + rest.len() > bytes.len());
        assert_eq!(server.child.wait().unwrap().code(), Some(0));
    }
}
