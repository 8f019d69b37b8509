//! The FTP client against a minimal server.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use fvprov::net::Error;
use fvprov::net::fetch::ClientOptions;

use super::{LIMIT, get, net, noise, why};

/// Starts a server with the user `me`, the password `Kranich1` and a few files. Returns its port.
fn serve() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || session(stream));
        }
    });
    port
}

fn size(path: &str) -> Option<usize> {
    match path {
        "a b.cfg" | "prov/deep/x.cfg" => Some(70_000),
        "large.cfg" => Some(LIMIT as usize + 1),
        "cut.cfg" | "broken.cfg" | "slow.cfg" => Some(1000),
        _ => None,
    }
}

/// Handles one connection. Failures are checked in the client.
fn session(stream: TcpStream) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut say = move |line: &str| out.write_all(format!("{line}\r\n").as_bytes()).ok();
    let mut data: Option<TcpListener> = None;
    let mut user = String::new();
    say("220 hello")?;
    for line in BufReader::new(stream).lines() {
        let line = line.ok()?;
        let (command, path) = line.split_once(' ').unwrap_or((&line, ""));
        match command {
            "USER" => {
                path.clone_into(&mut user);
                say("331 password")?;
            }
            "PASS" if (user == "me" && path == "Kranich1") || user == "anonymous" => say("230 in")?,
            "PASS" => say("530 Login incorrect.")?,
            "TYPE" => say("200 binary")?,
            "PASV" => {
                let listener = TcpListener::bind("127.0.0.1:0").ok()?;
                let port = listener.local_addr().ok()?.port();
                data = Some(listener);
                // An unreachable address, as servers behind NAT send it.
                say(&format!("227 ok (10,255,255,1,{},{})", port >> 8, port & 255))?;
            }
            "SIZE" => match size(path) {
                Some(size) if path != "slow.cfg" => say(&format!("213 {size}"))?,
                _ => say("550 Could not get file size.")?,
            },
            "MLSD" => say("500 what?")?,
            "LIST" => {
                say("150 here it comes")?;
                let (mut stream, _) = data.take()?.accept().ok()?;
                let line = |kind: &str, name: &str| {
                    format!("{kind}rw-r--r--    1 0        0            1000 Nov 20 10:00 {name}\r\n")
                };
                let listing = match path {
                    "prov" => line("-", "y000000000000.boot") + &line("d", "deep") + &line("-", "a b.cfg"),
                    "prov/deep" => line("-", "x.cfg"),
                    "odd" => "who knows\r\n".into(),
                    _ => String::new(),
                };
                stream.write_all(listing.as_bytes()).ok()?;
                drop(stream);
                say("226 done")?;
            }
            "RETR" if path == "absent.cfg" => say("551 File not found")?,
            "RETR" if path == "forbidden.cfg" => say("550 forbidden.cfg: Permission denied")?,
            "RETR" => match size(path) {
                None => say("550 Failed to open file.")?,
                Some(size) => retrieve(&mut say, &data.take()?, path, size)?,
            },
            "QUIT" => {
                say("221 bye")?;
                return None;
            }
            _ => say("502 no")?,
        }
    }
    None
}

fn retrieve(
    say: &mut dyn FnMut(&str) -> Option<()>,
    data: &TcpListener,
    path: &str,
    size: usize,
) -> Option<()> {
    say("150 here it comes")?;
    let (mut stream, _) = data.accept().ok()?;
    match path {
        "cut.cfg" => stream.write_all(&noise(600)).ok()?,
        "broken.cfg" => {
            stream.write_all(&noise(600)).ok()?;
            drop(stream);
            return say("426 Failure writing network stream.");
        }
        "slow.cfg" => {
            stream.write_all(&noise(600)).ok()?;
            std::thread::sleep(std::time::Duration::from_secs(3));
        }
        _ => stream.write_all(&noise(size)).ok()?,
    }
    drop(stream);
    say("226 done")
}

#[test]
fn files_are_downloaded_and_missing_ones_reported() {
    let port = serve();
    let url = |path: &str| format!("ftp://me:Kranich1@127.0.0.1:{port}/{path}");
    let net = net(ClientOptions::default());
    for _ in 0..2 {
        assert_eq!(net.get(&url("a b.cfg"), LIMIT), Ok(noise(70_000)));
        assert_eq!(net.get(&url("a%20b.cfg"), LIMIT), Ok(noise(70_000)));
        assert_eq!(net.get(&url("none.cfg"), LIMIT), Err(Error::Missing));
        assert_eq!(net.get(&url("absent.cfg"), LIMIT), Err(Error::Missing));
        assert_eq!(net.get(&url("large.cfg"), LIMIT), Err(Error::TooLarge(LIMIT)));
    }
    assert_eq!(get(&format!("ftp://127.0.0.1:{port}/a b.cfg")), Ok(noise(70_000)));
}

#[test]
fn failures_are_not_reported_as_missing() {
    let port = serve();
    let of = |path: &str| why(get(&format!("ftp://127.0.0.1:{port}/{path}")));
    assert_eq!(of("forbidden.cfg"), "the server replied `550 forbidden.cfg: Permission denied`");
    assert_eq!(of("cut.cfg"), "the server announced 1000 bytes but sent 600");
    assert_eq!(
        of("broken.cfg"),
        "the server replied `426 Failure writing network stream.` during the transfer"
    );
    assert_eq!(of("slow.cfg"), "no response in time");
    let refused = why(get(&format!("ftp://me:hunter2@127.0.0.1:{port}/a.cfg")));
    assert_eq!(refused, "the server replied `530 Login incorrect.`");
    assert!(why(get(&format!("ftps://127.0.0.1:{port}/a.cfg"))).contains("502 no"));
    let odd = why(get(&format!("ftp://a%0d%0aDELE:x@127.0.0.1:{port}/a.cfg")));
    assert!(odd.contains("control character"), "{odd}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    assert!(why(get(&format!("ftp://127.0.0.1:{port}/a.cfg"))).contains("connection to 127.0.0.1"));
}
