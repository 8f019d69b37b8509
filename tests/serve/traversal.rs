//! Only regular files of the tree are served, regardless of the requested name and the protocol.

use std::path::Path;

use super::peer::{ANY, Ftp, Server, path, request_http, tftp, tree};
use crate::support::tree::write;

/// Bytes of files that must not be served.
const SECRETS: [&[u8]; 4] = [b"secret", b"[inventory]", b"root:", b"mac\n"];

/// Names as they are sent. Percent signs have a meaning only in HTTP.
const TRIES: [&[u8]; 62] = [
    b"../outside.cfg",
    b"/../outside.cfg",
    b"/../../../../../../etc/passwd",
    b"/sub/../../outside.cfg",
    b"/sub/../../tree/common.cfg",
    b"/sub/../.git/config",
    b"/..",
    b"/.",
    b"/%2e%2e/outside.cfg",
    b"/%2E%2E/outside.cfg",
    b"/.%2e/outside.cfg",
    b"/%2e%2e%2foutside.cfg",
    b"/..%2foutside.cfg",
    b"/..%5coutside.cfg",
    b"/%252e%252e/outside.cfg",
    b"/%25252e%25252e%25252foutside.cfg",
    b"/%c0%ae%c0%ae/outside.cfg",
    b"/%c0%ae%c0%ae%c0%afoutside.cfg",
    b"/%e0%80%ae%e0%80%ae/outside.cfg",
    b"/%uff0e%uff0e/outside.cfg",
    b"/\xef\xbc\x8e\xef\xbc\x8e/outside.cfg",
    b"/..\\outside.cfg",
    b"\\..\\outside.cfg",
    b"/sub\\..\\..\\outside.cfg",
    b"//etc/passwd",
    b"///etc/passwd",
    b"/etc/passwd",
    b"/%2fetc/passwd",
    b"/%2Fetc%2Fpasswd",
    b"file:///etc/passwd",
    b"/file:///etc/passwd",
    b"C:/outside.cfg",
    b"/c:outside.cfg",
    b"/common.cfg::$DATA",
    b"/common.cfg%00.boot",
    b"/common.cfg%00",
    b"/common.cfg%0a",
    b"/common.cfg.",
    b"/common.cfg%20",
    b"/fvprov.toml.",
    b"/fvprov.toml",
    b"/FVPROV.toml",
    b"/%66vprov.toml",
    b"/phones.csv",
    b"/fvprov-baseline.json",
    b"/.git/config",
    b"/.%67it/config",
    b"/.GIT/config",
    b"/.htpasswd",
    b"/sub/.hidden",
    b"/templates/phone.cfg",
    b"/phone.cfg.j2",
    b"/server.key",
    b"/CON",
    b"/nul.cfg",
    b"/COM1",
    b"/leads-out.cfg",
    b"/leads-out/passwd",
    b"/leads-to-settings.cfg",
    b"/leads-to-git/config",
    b"/sub",
    b"/sub/",
];

fn trap() -> tempfile::TempDir {
    let top = tree();
    let inner = path(&top, "tree");
    std::fs::create_dir(&inner).unwrap();
    for entry in std::fs::read_dir(top.path()).unwrap().map(Result::unwrap) {
        if entry.path() != inner {
            std::fs::rename(entry.path(), inner.join(entry.file_name())).unwrap();
        }
    }
    for (file, text) in [
        ("outside.cfg", "secret\n"),
        ("tree/sub/.hidden", "secret\n"),
        ("tree/templates/phone.cfg", "secret\n"),
        ("tree/phone.cfg.j2", "secret\n"),
        ("tree/server.key", "secret\n"),
        ("tree/fvprov-baseline.json", "secret\n"),
    ] {
        write(top.path(), file, text.as_bytes());
    }
    link(&top.path().join("outside.cfg"), &inner.join("leads-out.cfg"));
    link(Path::new("/etc"), &inner.join("leads-out"));
    link(&inner.join("fvprov.toml"), &inner.join("leads-to-settings.cfg"));
    link(&inner.join(".git"), &inner.join("leads-to-git"));
    link(&inner.join("common.cfg"), &inner.join("leads-inside.cfg"));
    top
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) {
    std::os::unix::fs::symlink(to, at).unwrap();
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) {}

fn is_secret(bytes: &[u8]) -> bool {
    SECRETS.iter().any(|secret| bytes.windows(secret.len()).any(|part| part == *secret))
}

#[test]
fn no_name_leads_to_files_that_are_not_served() {
    let top = trap();
    let server = Server::new(&top.path().join("tree"), &["--http", ANY, "--tftp", ANY, "--ftp", ANY]);
    let (http, tftpd) = (server.address("http"), server.address("tftp"));
    let mut session = Ftp::login(server.address("ftp"));
    for name in TRIES {
        let shown = String::from_utf8_lossy(name);
        let reply = request_http(http, "GET", name, "");
        assert!(matches!(reply.status, 400 | 403 | 404), "http {shown}: {reply:?}");
        assert!(!is_secret(&reply.body), "http {shown}");
        assert!(reply.header("content-length").is_some(), "http {shown}");
        let got = tftp(tftpd, name, "octet", &[]);
        assert!(matches!(got, Err(1 | 2)), "tftp {shown}: {got:?}");
        let got = session.retrieve(name);
        assert!(got.as_ref().is_err_and(|reply| reply.starts_with("550")), "ftp {shown}: {got:?}");
        let moved = session.command(&format!("CWD {}", shown.trim_start_matches('/')));
        if moved.starts_with("250") {
            let directory = session.command("PWD");
            assert!(
                ["\"/sub\"", "\"/\""].iter().any(|allowed| directory.contains(allowed)),
                "ftp CWD {shown}"
            );
            session.command("CWD /");
        }
    }
    // Served files are still served.
    assert_eq!(request_http(http, "GET", b"/HTTP%20Directory/sip.cfg", "").status, 200);
    assert_eq!(request_http(http, "GET", b"/sub/../common.cfg", "").status, 200);
    assert!(tftp(tftpd, b"sub/./../common.cfg", "octet", &[]).is_ok());
    assert!(tftp(tftpd, b"HTTP Directory/sip.cfg", "octet", &[]).is_ok());
    assert!(session.retrieve(b"/HTTP Directory/sip.cfg").is_ok());
    #[cfg(unix)]
    assert!(session.retrieve(b"leads-inside.cfg").unwrap().ends_with(b"lang.gui = English\n"));
}

#[cfg(unix)]
#[test]
fn special_files_are_refused_without_waiting() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let tree = tree();
    mknodat(CWD, path(&tree, "pipe.cfg"), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(path(&tree, "socket.cfg")).unwrap();
    link(Path::new("/dev/zero"), &path(&tree, "zero.cfg"));
    let server = Server::new(tree.path(), &["--http", ANY, "--tftp", ANY]);
    for name in ["/pipe.cfg", "/socket.cfg", "/zero.cfg"] {
        assert_eq!(request_http(server.address("http"), "GET", name.as_bytes(), "").status, 403, "{name}");
        assert_eq!(tftp(server.address("tftp"), name.as_bytes(), "octet", &[]), Err(2), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn a_replaced_link_to_the_tree_takes_effect_immediately() {
    let top = tempfile::tempdir().unwrap();
    for release in ["1", "2"] {
        write(
            top.path(),
            &format!("{release}/y000000000000.cfg"),
            format!("lang.gui = {release}\n").as_bytes(),
        );
    }
    let current = top.path().join("current");
    link(&top.path().join("1"), &current);
    let server = Server::new(&current, &["--http", ANY]);
    let text = || request_http(server.address("http"), "GET", b"/y000000000000.cfg", "").body;
    assert_eq!(text(), b"lang.gui = 1\n");
    std::fs::remove_file(&current).unwrap();
    link(&top.path().join("2"), &current);
    assert_eq!(text(), b"lang.gui = 2\n");
}
