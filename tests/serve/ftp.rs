//! FTP clients.

use std::io::Read;

use super::peer::{ANY, Ftp, Server, command, tree};
use crate::support::tree::write;

#[test]
fn files_are_relative_to_the_working_directory() {
    let tree = tree();
    write(tree.path(), "sites/berlin.cfg", b"lang.gui = German\n");
    write(tree.path(), "0021f2000003.boot", b"include:config <sites/berlin.cfg>\n");
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::login(server.address("ftp"));
    assert!(session.command("TYPE I").starts_with("200"));
    assert_eq!(session.command("SIZE common.cfg"), "213 37\r\n");
    assert_eq!(session.command("MDTM /common.cfg").len(), "213 20260101000000\r\n".len());
    assert!(session.retrieve(b"/common.cfg").unwrap().ends_with(b"English\n"));
    assert!(session.command("CWD sites").starts_with("250"));
    assert!(session.command("PWD").starts_with("257 \"/sites\" "));
    assert_eq!(session.retrieve(b"berlin.cfg").unwrap(), b"lang.gui = German\n");
    assert!(session.retrieve(b"common.cfg").is_err_and(|reply| reply.starts_with("550")));
    assert!(session.command("CDUP").starts_with("250"));
    assert!(session.command("CWD sites").starts_with("250"));
    // As in other servers, the top directory is its own parent directory.
    for up in ["..", "..", "../..", "/.."] {
        assert!(session.command(&format!("CWD {up}")).starts_with("250"), "{up}");
        assert!(session.command("PWD").starts_with("257 \"/\" "), "{up}");
    }
    assert!(session.command("CWD ../etc").starts_with("550"));
    assert!(session.command("CWD nowhere").starts_with("550"));
    assert!(session.command("CWD common.cfg").starts_with("550"));
    for command in ["PASV", "EPSV"] {
        let reply = session.command(command);
        assert!(reply.starts_with("22"), "{reply}");
    }
    assert!(session.command("FEAT").starts_with("211 "));
    assert!(session.command("NONSENSE").starts_with("502"));
    session.send(b"SIZE \xff\xfe\r\n");
    assert!(session.reply().starts_with("501"));
    assert!(session.command("QUIT").starts_with("221"));
}

#[test]
fn writing_listings_and_active_mode_are_refused() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::login(server.address("ftp"));
    for command in
        ["STOR 0021f2000001.cfg", "APPE x", "DELE common.cfg", "MKD x", "RMD sites", "RNFR common.cfg"]
    {
        assert!(session.command(command).starts_with("550"), "{command}");
    }
    for command in ["LIST", "NLST", "MLSD"] {
        assert!(session.command(command).starts_with("550"), "{command}");
    }
    assert!(session.command("PORT 127,0,0,1,0,22").starts_with("502"));
    assert!(session.command("EPRT |1|127.0.0.1|22|").starts_with("502"));
    assert!(session.command("RETR common.cfg").starts_with("425"));
    assert_eq!(server.answers(1, "0021f2000001.cfg"), ["refused"]);
    assert!(tree.path().join("common.cfg").exists() && !tree.path().join("x").exists());
}

#[test]
fn a_login_is_required_with_a_user() {
    let tree = tree();
    let password = tree.path().join("password");
    write(tree.path(), "password", b"hunter22\n");
    let arguments = ["--ftp", ANY, "--user", "prov", "--password-file", password.to_str().unwrap()];
    let server = Server::run(&mut command(tree.path(), &arguments));
    let mut session = Ftp::new(server.address("ftp"));
    assert!(session.command("RETR common.cfg").starts_with("530"));
    assert!(session.command("PASS hunter22").starts_with("503"));
    for password in ["x", "hunter2", ""] {
        assert!(session.command("USER prov").starts_with("331"));
        assert!(session.command(&format!("PASS {password}")).starts_with("530"));
    }
    // After three wrong passwords the connection is closed.
    assert_eq!(session.reply(), "");
    let mut session = Ftp::new(server.address("ftp"));
    assert!(session.command("USER prov").starts_with("331"));
    assert!(session.command("PASS hunter22").starts_with("230"));
    assert_eq!(session.retrieve(b"common.cfg").unwrap().len(), 37);
    assert!(session.retrieve(b"password").is_err_and(|reply| reply.starts_with("550")));
}

#[test]
fn every_command_that_fails_has_a_log_line() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::new(server.address("ftp"));
    for (command, reply) in [
        ("AUTH TLS", "502"),
        ("RETR 0021f2000001.cfg", "530"),
        ("PASS early", "503"),
        ("USER phone", "331"),
        ("SIZE common.cfg", "530"),
        ("PASS x", "230"),
        ("TYPE E", "504"),
        ("REST x", "501"),
    ] {
        assert!(session.command(command).starts_with(reply), "{command}");
    }
    let lines = server.wait(6, |line| line["event"] == "request");
    let logged =
        lines.iter().map(|line| ["method", "asked", "answer"].map(|key| line[key].as_str().unwrap()));
    let expected = [
        ("AUTH", "TLS", "refused"),
        ("RETR", "0021f2000001.cfg", "login required"),
        ("PASS", "", "refused"),
        ("SIZE", "common.cfg", "login required"),
        ("TYPE", "E", "refused"),
        ("REST", "x", "refused"),
    ];
    assert_eq!(logged.collect::<Vec<_>>(), expected.map(<[&str; 3]>::from));
}

#[test]
fn a_line_without_an_end_closes_the_connection() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::login(server.address("ftp"));
    session.send(&[b'x'; 10_000]);
    let mut rest = Vec::new();
    // Closed, or reset because there was more to read.
    let _ = session.stream.read_to_end(&mut rest);
    assert!(rest.is_empty());
}
