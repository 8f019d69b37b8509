//! Clients end at their deadline and read no more than their limits, regardless of the responses.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use fvprov::net::Error;
use fvprov::net::fetch::{ClientOptions, Net, Timeouts};
use fvprov::net::tftp::Packet;

use super::LIMIT;

const TOTAL: Duration = Duration::from_millis(400);

fn client() -> Net {
    let timeouts = Timeouts {
        total: TOTAL,
        listing: TOTAL,
        retransmit: Duration::from_millis(20),
        ..Timeouts::default()
    };
    Net::new(ClientOptions { timeouts, ..ClientOptions::default() }).unwrap()
}

/// The port of a server that treats every connection like this. It ends when the client is gone.
fn serve(behave: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + Clone + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let behave = behave.clone();
            std::thread::spawn(move || behave(&mut stream));
        }
    });
    port
}

/// Sends some bytes every 20 ms.
fn trickle(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
    loop {
        stream.write_all(bytes)?;
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The request ends soon after the deadline, with this error.
#[track_caller]
fn assert_ends(url: &str, is_expected: impl Fn(&Error) -> bool) {
    let start = Instant::now();
    let error = client().get(url, LIMIT).unwrap_err();
    assert!(is_expected(&error), "{error:?}");
    assert!(start.elapsed() < TOTAL * 8, "{:?}", start.elapsed());
}

fn is_timeout(error: &Error) -> bool {
    matches!(error, Error::TransferTimeout(_) | Error::Timeout)
}

#[test]
fn a_slow_http_server_is_given_up() {
    for start in [
        "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-Long: ",
    ] {
        let port = serve(move |stream| {
            let _ = stream.read(&mut [0; 4096])?;
            stream.write_all(start.as_bytes())?;
            trickle(stream, b"1")
        });
        assert_ends(&format!("http://127.0.0.1:{port}/a.cfg"), is_timeout);
    }
    let port = serve(|_| {
        std::thread::sleep(TOTAL * 4);
        Ok(())
    });
    assert_ends(&format!("http://127.0.0.1:{port}/a.cfg"), is_timeout);
    let port = serve(|stream| {
        let _ = stream.read(&mut [0; 4096])?;
        std::thread::sleep(TOTAL / 3);
        stream.write_all(
            b"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        )
    });
    assert_ends(&format!("http://127.0.0.1:{port}/a.cfg"), is_timeout);
}

#[test]
fn a_slow_ftp_server_is_given_up() {
    for line in [&b"220-x\r\n"[..], b"2", b"garbage\r\n"] {
        let port = serve(move |stream| trickle(stream, line));
        assert_ends(&format!("ftp://127.0.0.1:{port}/a.cfg"), is_timeout);
    }
}

#[test]
fn replies_of_ftp_have_a_limit() {
    for line in [vec![b'a'; 65_536], b"220-x\r\n".repeat(1000)] {
        let port = serve(move |stream| {
            loop {
                stream.write_all(&line)?;
            }
        });
        assert_ends(&format!("ftp://127.0.0.1:{port}/a.cfg"), |error| *error == Error::FtpReplyTooLong);
    }
}

/// An FTP server whose every directory is listed by this function of a data connection.
fn listing_server(list: fn(&mut TcpStream) -> std::io::Result<()>) -> u16 {
    serve(move |stream| {
        let mut data: Option<TcpListener> = None;
        stream.write_all(b"220 hello\r\n")?;
        let mut lines = std::io::BufReader::new(stream.try_clone()?);
        let mut line = String::new();
        while std::io::BufRead::read_line(&mut lines, &mut line)? > 0 {
            let command = line.split_whitespace().next().unwrap_or_default().to_owned();
            line.clear();
            match command.as_str() {
                "USER" => stream.write_all(b"230 in\r\n")?,
                "TYPE" => stream.write_all(b"200 binary\r\n")?,
                "PASV" => {
                    let listener = TcpListener::bind("127.0.0.1:0")?;
                    let port = listener.local_addr()?.port();
                    data = Some(listener);
                    stream
                        .write_all(format!("227 (127,0,0,1,{},{})\r\n", port >> 8, port & 255).as_bytes())?;
                }
                "MLSD" => {
                    stream.write_all(b"150 here\r\n")?;
                    let mut connection = data.take().unwrap().accept()?.0;
                    list(&mut connection)?;
                    drop(connection);
                    stream.write_all(b"226 done\r\n")?;
                }
                _ => stream.write_all(b"502 no\r\n")?,
            }
        }
        Ok(())
    })
}

#[test]
fn listings_have_limits() {
    let endless = listing_server(|data| {
        loop {
            data.write_all(&b"type=file; a.cfg\r\n".repeat(1000))?;
        }
    });
    let slow = listing_server(|data| trickle(data, b"type=file; a.cfg\r\n"));
    let deep = listing_server(|data| data.write_all(b"type=dir; a\r\ntype=dir; b\r\n"));
    for port in [endless, slow, deep] {
        let start = Instant::now();
        let error = client().list(&format!("ftp://127.0.0.1:{port}/").parse().unwrap()).unwrap_err();
        assert!(matches!(error, Error::ListingTooLarge(_) | Error::TransferTimeout(_)), "{error:?}");
        assert!(start.elapsed() < TOTAL * 8, "{:?}", start.elapsed());
    }
}

#[test]
fn a_slow_tftp_server_is_given_up() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let url = format!("tftp://{}/a.cfg", socket.local_addr().unwrap());
    std::thread::spawn(move || {
        let (_, to) = socket.recv_from(&mut [0; 2048]).unwrap();
        for _ in 0..200 {
            let _ = socket.send_to(&Packet::Data { block: 1, bytes: &[1; 512] }.write(), to);
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    assert_ends(&url, |error| is_timeout(error) || *error == Error::TftpStopped);
}

#[test]
fn all_requests_of_a_run_have_one_deadline() {
    let port = serve(|stream| {
        let _ = stream.read(&mut [0; 4096])?;
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    });
    let timeouts = Timeouts { run: TOTAL, ..Timeouts::default() };
    let client = Net::new(ClientOptions { timeouts, ..ClientOptions::default() }).unwrap();
    let url = format!("http://127.0.0.1:{port}/a.cfg");
    let results: Vec<_> = (0..10).map(|_| client.get(&url, LIMIT)).collect();
    assert_eq!(results[0], Err(Error::Missing));
    assert!(is_timeout(results[9].as_ref().unwrap_err()), "{results:?}");
}
