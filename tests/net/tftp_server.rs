//! Correct, old, unusual and broken TFTP servers, and a lossy line.

use std::collections::BTreeMap;
use std::net::{SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fvprov::net::tftp::{AckEffect, Code, Packet, Request, Sender, TransferOptions};

use crate::support::random::Random;

/// How a server behaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Behaviour {
    /// Conforms to the RFCs.
    Good,
    /// Accepts only blocks of eight bytes.
    Tiny,
    /// Ignores options.
    Old,
    /// Refuses options.
    Strict,
    /// Does not respond to requests with options.
    Deaf,
    /// Responds to options with a malformed OACK.
    Garbled,
    /// Accepts larger blocks than requested.
    Greedy,
    /// Announces another size than it sends.
    Liar,
    /// Responds to every ACK, so a duplicate ACK duplicates all later blocks; sends the first block twice.
    Apprentice,
    /// Stops after three blocks.
    Silent,
    /// Ends with an ERROR after three blocks.
    Broken,
    /// Sends larger blocks than negotiated.
    Fat,
    /// Loses, duplicates and delays packets in both directions.
    Lossy(u64),
}

/// A server on the loopback interface.
pub struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub fn url(&self, path: &str) -> String {
        format!("tftp://127.0.0.1:{}/{path}", self.port)
    }

    /// The files that were requested since the last call, in their order.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

/// One end of a line, which may be lossy.
struct Wire {
    socket: UdpSocket,
    to: SocketAddr,
    random: Option<Random>,
    late: Option<Vec<u8>>,
}

impl Wire {
    fn chance(&mut self, percent: usize) -> bool {
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

pub fn serve(behaviour: Behaviour, files: BTreeMap<String, Vec<u8>>) -> Server {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    let (files, requests) = (Arc::new(files), Arc::new(Mutex::new(Vec::new())));
    let kept = Arc::clone(&requests);
    std::thread::spawn(move || {
        let mut buffer = [0; 2048];
        let mut seed = 0;
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let Ok(Packet::Read(request)) = Packet::read(&buffer[..length]) else { continue };
            kept.lock().unwrap().push(request.file.clone());
            seed += 1;
            let files = Arc::clone(&files);
            std::thread::spawn(move || transfer(behaviour, &request, from, &files, seed));
        }
    });
    Server { port, requests }
}

fn transfer(
    behaviour: Behaviour,
    request: &Request,
    to: SocketAddr,
    files: &BTreeMap<String, Vec<u8>>,
    seed: u64,
) {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let random =
        if let Behaviour::Lossy(own) = behaviour { Some(Random::new(own * 1000 + seed)) } else { None };
    // On a lossy line, packets are retransmitted soon; otherwise the client has more time.
    let wait = if random.is_some() { 15 } else { 200 };
    socket.set_read_timeout(Some(Duration::from_millis(wait))).unwrap();
    let mut wire = Wire { socket, to, random, late: None };
    let asked = request.options;
    let Some(file) = files.get(&request.file) else {
        return wire.send(&Packet::error(Code::NOT_FOUND, "File not found").write());
    };
    match behaviour {
        Behaviour::Deaf if !asked.is_empty() => return,
        Behaviour::Strict if !asked.is_empty() => {
            return wire.send(&Packet::error(Code::OPTIONS, "no options").write());
        }
        Behaviour::Garbled if !asked.is_empty() => return wire.send(b"\0\x06blksize\0many\0"),
        Behaviour::Fat => return wire.send(&Packet::Data { block: 1, bytes: &[7; 1600] }.write()),
        _ => {}
    }
    let size = file.len() as u64 + u64::from(behaviour == Behaviour::Liar);
    let options = match behaviour {
        Behaviour::Old | Behaviour::Apprentice => TransferOptions::default(),
        Behaviour::Tiny => asked.accept(8, Some(size)),
        Behaviour::Greedy => TransferOptions { block_size: asked.block_size.map(|size| size + 1), ..asked },
        _ => asked.accept(u16::MAX, Some(size)),
    };
    send(behaviour, &mut wire, Sender::new(file.clone(), options));
}

fn send(behaviour: Behaviour, wire: &mut Wire, mut sender: Sender) {
    let mut buffer = [0; 2048];
    let mut waited = 0;
    let mut sent = 0;
    wire.send(&sender.packet());
    if behaviour == Behaviour::Apprentice {
        wire.send(&sender.packet());
    }
    while waited < 40 {
        let Some(packet) = wire.receive(&mut buffer) else {
            waited += 1;
            if behaviour != Behaviour::Silent {
                wire.send(&sender.packet());
            }
            continue;
        };
        match Packet::read(packet) {
            Ok(Packet::Ack(block)) => match sender.handle_ack(block) {
                AckEffect::Next => {
                    (waited, sent) = (0, sent + 1);
                    match (behaviour, sent) {
                        (Behaviour::Silent, 3) => return,
                        (Behaviour::Broken, 3) => {
                            return wire.send(&Packet::error(Code::NOT_FOUND, "disk gone").write());
                        }
                        _ => wire.send(&sender.packet()),
                    }
                }
                AckEffect::Old if behaviour == Behaviour::Apprentice => wire.send(&sender.packet()),
                AckEffect::Old => {}
                AckEffect::Done => return,
            },
            _ => return,
        }
    }
}
