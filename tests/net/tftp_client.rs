//! The TFTP client against correct, old, unusual and broken servers, and over a lossy line.

use std::collections::BTreeMap;
use std::net::UdpSocket;
use std::time::Duration;

use fvprov::net::Error;
use fvprov::net::tftp::{Code, Packet};

use super::tftp_server::{self, Behaviour, Server};
use super::{LIMIT, get, noise, why};

/// A server with one file, `a b.cfg`.
fn serve(behaviour: Behaviour, file: Vec<u8>) -> Server {
    tftp_server::serve(behaviour, BTreeMap::from([("a b.cfg".to_owned(), file)]))
}

#[test]
fn files_are_downloaded_completely_from_every_kind_of_server() {
    for length in [0, 1, 511, 512, 513, 1427, 1428, 1429, 100_000] {
        let file = noise(length);
        for server in [
            Behaviour::Good,
            Behaviour::Old,
            Behaviour::Strict,
            Behaviour::Apprentice,
            Behaviour::Garbled,
            Behaviour::Greedy,
        ] {
            let served = serve(server, file.clone());
            assert_eq!(get(&served.url("a%20b.cfg")).as_ref(), Ok(&file), "{server:?} {length}");
            assert_eq!(get(&served.url("A b.cfg")), Err(Error::Missing), "{server:?}");
        }
    }
    let served = serve(Behaviour::Deaf, noise(2000));
    assert_eq!(get(&served.url("a b.cfg")), Ok(noise(2000)));
}

#[test]
fn block_numbers_wrap() {
    let file = noise(8 * 66_000 + 3);
    let served = serve(Behaviour::Tiny, file.clone());
    assert!(get(&served.url("a b.cfg")) == Ok(file));
}

#[test]
fn a_broken_transfer_returns_no_file() {
    let of = |server| why(get(&serve(server, noise(20_000)).url("a b.cfg")));
    assert_eq!(of(Behaviour::Silent), "the server stopped responding during the transfer");
    assert_eq!(of(Behaviour::Broken), "the server replied with error 1, `disk gone`");
    assert_eq!(of(Behaviour::Liar), "the server announced 20001 bytes but sent 20000");
    assert_eq!(of(Behaviour::Fat), "the server sent a larger block than agreed");
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap();
    let url = format!("tftp://{}/a.cfg", nobody.local_addr().unwrap());
    assert!(why(get(&url)).starts_with("no response from 127.0.0.1:"));
}

#[test]
fn files_above_the_size_limit_are_refused() {
    for server in [Behaviour::Good, Behaviour::Old] {
        let served = serve(server, noise(LIMIT as usize + 1));
        assert_eq!(get(&served.url("a b.cfg")), Err(Error::TooLarge(LIMIT)), "{server:?}");
    }
    let served = serve(Behaviour::Old, noise(LIMIT as usize));
    assert!(get(&served.url("a b.cfg")) == Ok(noise(LIMIT as usize)));
}

#[test]
fn packets_from_other_ports_are_rejected_and_the_transfer_continues() {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let url = format!("tftp://{}/x.cfg", socket.local_addr().unwrap());
    let client = std::thread::spawn(move || get(&url));
    let mut buffer = [0; 2048];
    let (_, to) = socket.recv_from(&mut buffer).unwrap();
    let [own, other] = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    for one in [&own, &other] {
        one.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    }
    own.send_to(&Packet::Data { block: 1, bytes: &[1; 512] }.write(), to).unwrap();
    let (length, _) = own.recv_from(&mut buffer).unwrap();
    assert_eq!(Packet::read(&buffer[..length]), Ok(Packet::Ack(1)));
    for packet in [Packet::Data { block: 2, bytes: b"evil" }, Packet::error(Code::NOT_FOUND, "evil")] {
        other.send_to(&packet.write(), to).unwrap();
        let (length, _) = other.recv_from(&mut buffer).unwrap();
        let said = Packet::read(&buffer[..length]);
        assert!(matches!(said, Ok(Packet::Error { code: Code::UNKNOWN_TRANSFER, .. })), "{said:?}");
    }
    own.send_to(&Packet::Data { block: 2, bytes: b"end" }.write(), to).unwrap();
    assert_eq!(client.join().unwrap(), Ok([&[1; 512][..], b"end"].concat()));
}

#[test]
fn over_a_lossy_line_a_file_is_complete_or_the_transfer_fails() {
    let file = noise(40_000);
    let mut whole = 0;
    let runs: Vec<_> = (1..=24)
        .map(|seed| {
            let served = serve(Behaviour::Lossy(seed), file.clone());
            std::thread::spawn(move || get(&served.url("a b.cfg")))
        })
        .collect();
    for run in runs {
        match run.join().unwrap() {
            Ok(came) => {
                assert!(came == file);
                whole += 1;
            }
            Err(Error::TftpSilent(_) | Error::TftpStopped | Error::Timeout) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(whole >= 20, "only {whole} of 24 came");
}
