//! The TFTP client against servers that are good, old, strange and broken, and over a line that loses packets.

use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

use fvprov::net::Error;
use fvprov::tftp::{Code, Options, Packet, Request, Sender, Sent};

use super::{LIMIT, Random, get, noise, why};

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Server {
    /// As the RFCs say.
    Good,
    /// Agrees to blocks of eight bytes.
    Tiny,
    /// Knows no options and ignores them.
    Old,
    /// Refuses options.
    Strict,
    /// Does not answer requests with options at all.
    Deaf,
    /// Answers options with something that is none.
    Garbled,
    /// Agrees to larger blocks than were asked for.
    Greedy,
    /// Says another size than it sends.
    Liar,
    /// Answers every ACK, so that a doubled one doubles all that follows, and doubles the first block.
    Apprentice,
    /// Stops after three blocks.
    Silent,
    /// Ends with an ERROR after three blocks.
    Broken,
    /// Sends blocks larger than agreed on.
    Fat,
    /// Loses, doubles and delays packets in both directions.
    Lossy(u64),
}

/// A port on which a file is served.
struct Served {
    port: u16,
}

impl Served {
    fn url(&self, path: &str) -> String {
        format!("tftp://127.0.0.1:{}/{path}", self.port)
    }
}

/// The end of a line that may be a bad one.
struct Wire {
    socket: UdpSocket,
    to: SocketAddr,
    random: Option<Random>,
    late: Option<Vec<u8>>,
}

impl Wire {
    fn chance(&mut self, percent: u64) -> bool {
        self.random.as_mut().is_some_and(|random| random.below(100) < percent)
    }

    fn send(&mut self, packet: &[u8]) {
        if self.chance(10) {
            return;
        }
        if self.chance(10) {
            self.late = Some(packet.to_vec());
            return;
        }
        let times = 1 + usize::from(self.chance(10));
        for _ in 0..times {
            let _ = self.socket.send_to(packet, self.to);
        }
        if let Some(late) = self.late.take() {
            let _ = self.socket.send_to(&late, self.to);
        }
    }

    fn receive<'b>(&mut self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        let (length, from) = self.socket.recv_from(buffer).ok()?;
        let is_lost = self.chance(10) || from != self.to;
        (!is_lost).then_some(&buffer[..length])
    }
}

fn serve(server: Server, file: Vec<u8>) -> Served {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut buffer = [0; 2048];
        let mut seed = 0;
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let Ok(Packet::Read(request)) = Packet::read(&buffer[..length]) else { continue };
            seed += 1;
            let file = file.clone();
            std::thread::spawn(move || transfer(server, &request, from, &file, seed));
        }
    });
    Served { port }
}

fn transfer(server: Server, request: &Request, to: SocketAddr, file: &[u8], seed: u64) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(15))).unwrap();
    let random = if let Server::Lossy(own) = server { Some(Random(own * 1000 + seed)) } else { None };
    let mut wire = Wire { socket, to, random, late: None };
    let asked = request.options;
    if request.file != "a b.cfg" {
        return wire.send(&Packet::error(Code::NOT_FOUND, "File not found").write());
    }
    match server {
        Server::Deaf if !asked.is_empty() => return,
        Server::Strict if !asked.is_empty() => {
            return wire.send(&Packet::error(Code::OPTIONS, "no options").write());
        }
        Server::Garbled if !asked.is_empty() => return wire.send(b"\0\x06blksize\0many\0"),
        Server::Fat => return wire.send(&Packet::Data { block: 1, bytes: &[7; 1600] }.write()),
        _ => {}
    }
    let size = file.len() as u64 + u64::from(server == Server::Liar);
    let options = match server {
        Server::Old | Server::Apprentice => Options::default(),
        Server::Tiny => asked.agreed(8, Some(size)),
        Server::Greedy => Options { block_size: asked.block_size.map(|size| size + 1), ..asked },
        _ => asked.agreed(u16::MAX, Some(size)),
    };
    send(server, &mut wire, Sender::new(file.to_vec(), options));
}

fn send(server: Server, wire: &mut Wire, mut sender: Sender) {
    let mut buffer = [0; 2048];
    let mut waited = 0;
    let mut sent = 0;
    wire.send(&sender.packet());
    if server == Server::Apprentice {
        wire.send(&sender.packet());
    }
    while waited < 40 {
        let Some(packet) = wire.receive(&mut buffer) else {
            waited += 1;
            if server != Server::Silent {
                wire.send(&sender.packet());
            }
            continue;
        };
        match Packet::read(packet) {
            Ok(Packet::Ack(block)) => match sender.acked(block) {
                Sent::Next => {
                    (waited, sent) = (0, sent + 1);
                    match (server, sent) {
                        (Server::Silent, 3) => return,
                        (Server::Broken, 3) => {
                            return wire.send(&Packet::error(Code::NOT_FOUND, "disk gone").write());
                        }
                        _ => wire.send(&sender.packet()),
                    }
                }
                Sent::Old if server == Server::Apprentice => wire.send(&sender.packet()),
                Sent::Old => {}
                Sent::Done => return,
            },
            _ => return,
        }
    }
}

#[test]
fn files_come_whole_from_every_kind_of_server() {
    for length in [0, 1, 511, 512, 513, 1427, 1428, 1429, 100_000] {
        let file = noise(length);
        for server in
            [Server::Good, Server::Old, Server::Strict, Server::Apprentice, Server::Garbled, Server::Greedy]
        {
            let served = serve(server, file.clone());
            assert_eq!(get(&served.url("a%20b.cfg")).as_ref(), Ok(&file), "{server:?} {length}");
            assert_eq!(get(&served.url("A b.cfg")), Err(Error::Missing), "{server:?}");
        }
    }
    let served = serve(Server::Deaf, noise(2000));
    assert_eq!(get(&served.url("a b.cfg")), Ok(noise(2000)));
}

#[test]
fn block_numbers_wrap() {
    let file = noise(8 * 66_000 + 3);
    let served = serve(Server::Tiny, file.clone());
    assert!(get(&served.url("a b.cfg")) == Ok(file));
}

#[test]
fn a_broken_transfer_gives_no_file() {
    let of = |server| why(get(&serve(server, noise(20_000)).url("a b.cfg")));
    assert_eq!(of(Server::Silent), "the server went silent in the middle of the file");
    assert_eq!(of(Server::Broken), "the server answered error 1, `disk gone`");
    assert_eq!(of(Server::Liar), "the server said 20001 bytes, and 20000 came");
    assert_eq!(of(Server::Fat), "the server sent a block larger than agreed on");
    let nobody = UdpSocket::bind("127.0.0.1:0").unwrap();
    let url = format!("tftp://{}/a.cfg", nobody.local_addr().unwrap());
    assert!(why(get(&url)).starts_with("no answer from 127.0.0.1:"));
}

#[test]
fn a_file_has_a_largest_size() {
    for server in [Server::Good, Server::Old] {
        let served = serve(server, noise(LIMIT as usize + 1));
        assert_eq!(get(&served.url("a b.cfg")), Err(Error::TooLarge(LIMIT)), "{server:?}");
    }
    let served = serve(Server::Old, noise(LIMIT as usize));
    assert!(get(&served.url("a b.cfg")) == Ok(noise(LIMIT as usize)));
}

#[test]
fn others_are_told_off_and_the_transfer_goes_on() {
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
fn over_a_bad_line_a_file_comes_whole_or_not_at_all() {
    let file = noise(40_000);
    let mut whole = 0;
    let runs: Vec<_> = (1..=24)
        .map(|seed| {
            let served = serve(Server::Lossy(seed), file.clone());
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
