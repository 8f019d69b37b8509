//! FTP as phones speak it.

use std::io::Read;

use super::peer::{ANY, Ftp, Server, command, tree};
use crate::support::tree::write;

#[test]
fn files_come_from_where_the_client_went() {
    let tree = tree();
    write(tree.path(), "sites/berlin.cfg", b"lang.gui = German\n");
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::login(server.address("ftp"));
    assert!(session.say("TYPE I").starts_with("200"));
    assert_eq!(session.say("SIZE common.cfg"), "213 37\r\n");
    assert_eq!(session.say("MDTM /common.cfg").len(), "213 20260101000000\r\n".len());
    assert!(session.retrieve(b"/common.cfg").unwrap().ends_with(b"English\n"));
    assert!(session.say("CWD sites").starts_with("250"));
    assert_eq!(session.say("PWD"), "257 \"/sites\"\r\n");
    assert_eq!(session.retrieve(b"berlin.cfg").unwrap(), b"lang.gui = German\n");
    assert!(session.retrieve(b"common.cfg").is_err_and(|reply| reply.starts_with("550")));
    assert!(session.say("CDUP").starts_with("250"));
    assert!(session.say("CWD nowhere").starts_with("550"));
    assert!(session.say("CWD common.cfg").starts_with("550"));
    for command in ["PASV", "EPSV"] {
        let reply = session.say(command);
        assert!(reply.starts_with("22"), "{reply}");
    }
    assert!(session.say("FEAT").starts_with("211 "));
    assert!(session.say("NONSENSE").starts_with("502"));
    session.send(b"SIZE \xff\xfe\r\n");
    assert!(session.reply().starts_with("501"));
    assert!(session.say("QUIT").starts_with("221"));
}

#[test]
fn nothing_is_written_listed_or_sent_elsewhere() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::login(server.address("ftp"));
    for command in
        ["STOR 0021f2000001.cfg", "APPE x", "DELE common.cfg", "MKD x", "RMD sites", "RNFR common.cfg"]
    {
        assert!(session.say(command).starts_with("550"), "{command}");
    }
    for command in ["LIST", "NLST", "MLSD"] {
        assert!(session.say(command).starts_with("550"), "{command}");
    }
    assert!(session.say("PORT 127,0,0,1,0,22").starts_with("502"));
    assert!(session.say("EPRT |1|127.0.0.1|22|").starts_with("502"));
    assert!(session.say("RETR common.cfg").starts_with("425"));
    assert_eq!(server.answers(1, "0021f2000001.cfg"), ["refused"]);
    assert!(tree.path().join("common.cfg").exists() && !tree.path().join("x").exists());
}

#[test]
fn with_a_user_only_that_one_gets_files() {
    let tree = tree();
    let password = tree.path().join("password");
    write(tree.path(), "password", b"hunter22\n");
    let arguments = ["--ftp", ANY, "--user", "prov", "--password-file", password.to_str().unwrap()];
    let server = Server::run(&mut command(tree.path(), &arguments));
    let mut session = Ftp::new(server.address("ftp"));
    assert!(session.say("RETR common.cfg").starts_with("530"));
    assert!(session.say("PASS hunter22").starts_with("503"));
    for password in ["x", "hunter2", ""] {
        assert!(session.say("USER prov").starts_with("331"));
        assert!(session.say(&format!("PASS {password}")).starts_with("530"));
    }
    // After three the connection is closed.
    assert_eq!(session.reply(), "");
    let mut session = Ftp::new(server.address("ftp"));
    assert!(session.say("USER prov").starts_with("331"));
    assert!(session.say("PASS hunter22").starts_with("230"));
    assert_eq!(session.retrieve(b"common.cfg").unwrap().len(), 37);
    assert!(session.retrieve(b"password").is_err_and(|reply| reply.starts_with("550")));
}

#[test]
fn a_line_without_an_end_is_not_kept() {
    let tree = tree();
    let server = Server::new(tree.path(), &["--ftp", ANY]);
    let mut session = Ftp::login(server.address("ftp"));
    session.send(&[b'x'; 10_000]);
    let mut rest = Vec::new();
    // Closed, or reset as there was more to read.
    let _ = session.stream.read_to_end(&mut rest);
    assert!(rest.is_empty());
}
