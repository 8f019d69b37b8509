//! The log of requests, and the verdicts.

use serde_json::Value;

use super::peer::{ANY, Server, command, get, request_http, tftp, tree};
use crate::support::tree::write;

fn verdicts(server: &Server, mac: &str, count: usize) -> Vec<Value> {
    server.wait(count, |line| line["event"] == "verdict" && line["mac"] == mac)
}

const PHONE: &str = "User-Agent: Flyingvoice FIP13G V0.6.24 00:21:F2:00:00:01\r\n";

#[test]
fn a_phone_with_all_files_is_complete_immediately() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    let at = server.address("http");
    for file in ["/0021f2000001.boot", "/common.cfg", "/0021f2000001.cfg"] {
        assert_eq!(request_http(at, "GET", file.as_bytes(), PHONE).status, 200);
    }
    let verdict = verdicts(&server, "0021f2000001", 1).remove(0);
    assert_eq!((&verdict["complete"], &verdict["files"]), (&true.into(), &3.into()), "{verdict}");
    let line = server.wait(1, |line| line["asked"] == "/common.cfg").remove(0);
    assert_eq!((&line["mac"], &line["client"]), (&"0021f2000001".into(), &"127.0.0.1".into()));
    // The next provisioning gets its own verdict.
    for file in ["/0021f2000001.boot", "/common.cfg", "/0021f2000001.cfg"] {
        assert_eq!(request_http(at, "GET", file.as_bytes(), PHONE).status, 200);
    }
    assert_eq!(verdicts(&server, "0021f2000001", 2)[1]["complete"], true);
}

#[test]
fn a_phone_is_identified_by_its_address_over_tftp() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--tftp", ANY]);
    for file in ["0021f2000001.boot", "common.cfg", "0021f2000001.cfg"] {
        tftp(server.address("tftp"), file.as_bytes(), "octet", &[]).unwrap();
    }
    assert_eq!(verdicts(&server, "0021f2000001", 1)[0]["complete"], true);
}

#[test]
fn missing_files_are_reported() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    let at = server.address("http");
    // One requests a missing file, one stops after its boot file, and an unknown one reads the common files.
    for file in ["/0021f2000002.boot", "/common.cfg", "/gone.cfg"] {
        request_http(at, "GET", file.as_bytes(), "User-Agent: X 0021f2000002\r\n");
    }
    get(at, "/0021f2000001.boot");
    let stranger = "User-Agent: Flyingvoice FIP14G V0.6.24 00:21:F2:00:00:99\r\n";
    for file in ["/0021f2000099.boot", "/y000000000000.boot", "/common.cfg"] {
        request_http(at, "GET", file.as_bytes(), stranger);
    }
    let second = verdicts(&server, "0021f2000002", 1).remove(0);
    assert_eq!(second["complete"], false);
    assert_eq!(second["missing"][0]["file"], "gone.cfg", "{second}");
    assert_eq!(second["missing"].as_array().unwrap().len(), 1, "{second}");
    assert_eq!(verdicts(&server, "0021f2000099", 1)[0]["complete"], true);
    let first = verdicts(&server, "0021f2000001", 1).remove(0);
    assert_eq!(first["complete"], false);
    let missing: Vec<&str> =
        first["missing"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap()).collect();
    assert_eq!(missing, ["common.cfg", "0021f2000001.cfg"], "{first}");
}

/// The server continues with the last valid settings, so the verdicts must agree with the files that it serves.
#[test]
fn verdicts_continue_if_the_settings_become_invalid() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--http", ANY]);
    let at = server.address("http");
    let request = |file: &str| request_http(at, "GET", file.as_bytes(), PHONE).status;
    for file in ["/0021f2000001.boot", "/common.cfg", "/0021f2000001.cfg"] {
        assert_eq!(request(file), 200);
    }
    assert_eq!(verdicts(&server, "0021f2000001", 1)[0]["complete"], true);
    write(tree.path(), "fvprov.toml", "[nonsense\n");
    for file in ["/0021f2000001.boot", "/common.cfg", "/0021f2000001.cfg"] {
        assert_eq!(request(file), 200);
    }
    assert_eq!(verdicts(&server, "0021f2000001", 2)[1]["complete"], true);
    let note = server.wait(1, |line| line["event"] == "note").remove(0);
    assert!(note["text"].as_str().unwrap().contains("fvprov.toml"), "{note}");
    // A new include is unknown to the last valid state: the server refuses the file, and the phone is not complete.
    write(tree.path(), "new.cfg", "#!version:1.0.0.1\nlang.gui = German\n");
    let boot = "#!version:1.0.0.1\ninclude:config <common.cfg>\ninclude:config <new.cfg>\n";
    write(tree.path(), "0021f2000001.boot", boot);
    assert_eq!(["/0021f2000001.boot", "/common.cfg", "/new.cfg"].map(request), [200, 200, 403]);
    let third = verdicts(&server, "0021f2000001", 3).remove(2);
    assert_eq!(third["complete"], false, "{third}");
    // With valid settings, the next provisioning is complete.
    write(tree.path(), "fvprov.toml", "");
    assert_eq!(["/0021f2000001.boot", "/common.cfg", "/new.cfg"].map(request), [200, 200, 200]);
    let fourth = verdicts(&server, "0021f2000001", 4).remove(3);
    assert_eq!(fourth["complete"], true, "{fourth}");
}

#[test]
fn the_log_contains_no_control_characters_and_no_passwords() {
    let tree = tree();
    let mut child =
        command(tree.path(), &["--http", ANY]).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut output = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    let mut at = None;
    while at.is_none() {
        line.clear();
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        at = line
            .strip_prefix("Profile Rule:")
            .map(|url| url.trim().split('/').nth(2).unwrap().parse().unwrap());
    }
    let at = at.unwrap();
    request_http(at, "GET", b"/x", "User-Agent: \t\u{9b}31m evil\r\n");
    request_http(at, "GET", b"http://me:hunter22@x/y?z=ftp://you:hunter33@h/", "");
    let mut lines = Vec::new();
    while lines.len() < 2 {
        line.clear();
        std::io::BufRead::read_line(&mut output, &mut line).unwrap();
        if line.contains(" GET ") {
            lines.push(line.clone());
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let text = lines.concat();
    assert!(!text.contains("hunter"), "{text}");
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
}
