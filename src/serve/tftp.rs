//! TFTP: reads only. One socket takes requests; each transfer has a socket of its own, so that only its client is heard
//! there. What goes out before a client has answered is one small packet, and again a few times.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::event::{Answer, Event};
use super::files::Shared;
use super::names;
use super::protocol::Protocol;
use super::refusal::{Break, Fault, Reason, Refusal};
use super::server::Server;
use crate::net::tftp::{AckEffect, Code, Mode, Packet, Request, Sender, TransferOptions};

/// Larger blocks would be cut up on the way: 1500 bytes of Ethernet less the heads of IP, UDP and TFTP.
const LARGEST_BLOCK: u16 = 1468;

/// So long is an ACK waited for at first where nothing is agreed on; then twice as long, and so on.
const WAIT: Duration = Duration::from_secs(1);

/// More seconds are not agreed on: a client that is gone would keep its place for long.
const LONGEST_WAIT: u8 = 10;

/// So often is a packet sent again to a client that has answered before,
const TRIES: u32 = 5;

/// and to one that has not: the address may be forged.
const FIRST_TRIES: u32 = 3;

/// Longer than any honest transfer.
const LONGEST: Duration = Duration::from_secs(1800);

/// The clients with a transfer under way: a request that comes again while its answer travels changes nothing.
type Busy = Arc<Mutex<HashSet<SocketAddr>>>;

/// Takes requests until the server stops.
pub async fn serve(socket: UdpSocket, server: Arc<Server>, alive: mpsc::Sender<()>) {
    let Ok(own) = socket.local_addr() else { return };
    let busy = Busy::default();
    let mut buffer = [0; 2048];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut buffer) => received,
            () = server.stopped() => return,
        };
        // An error here tells of an earlier packet that nobody took.
        let Ok((length, client)) = received else { continue };
        let (request, is_write) = match Packet::read(&buffer[..length]) {
            Ok(Packet::Read(request)) => (request, false),
            Ok(Packet::Write(request)) => (request, true),
            Ok(_) | Err(_) => continue,
        };
        if !busy.lock().unwrap_or_else(PoisonError::into_inner).insert(client) {
            continue;
        }
        // The client asks again where nothing comes.
        let permit =
            Some(client.ip()).filter(|ip| server.guard.admits(*ip)).and_then(|ip| server.guard.enter(ip));
        let Some(permit) = permit else {
            busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&client);
            continue;
        };
        let (server, alive, busy) = (server.clone(), alive.clone(), busy.clone());
        tokio::spawn(async move {
            transfer(&server, own.ip(), client, request, is_write).await;
            busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&client);
            drop((permit, alive));
        });
    }
}

async fn transfer(server: &Arc<Server>, own: IpAddr, client: SocketAddr, request: Request, is_write: bool) {
    let method = if is_write { "WRQ" } else { "RRQ" };
    let mut event = Event::new(Protocol::Tftp, client.ip(), method, &request.file);
    let socket = match UdpSocket::bind((own, 0)).await {
        Ok(socket) if socket.connect(client).await.is_ok() => socket,
        _ => {
            event.answer = Answer::Failed(Fault::NoPort);
            return server.log(event);
        }
    };
    let content = if is_write {
        Err(Refusal::Refused(Reason::ReadOnly))
    } else {
        match names::of_name(&request.file) {
            Ok(path) => {
                event.path = Some(path.clone());
                match (server.fetch(&path).await, request.mode) {
                    (Ok(content), Mode::Netascii) => {
                        server.aside(move |server| server.files.netascii(&content)).await
                    }
                    (got, _) => got,
                }
            }
            Err(reason) => Err(reason.into()),
        }
    };
    match content {
        Ok(content) => (event.answer, event.bytes) = send(&socket, request.options, content.bytes).await,
        Err(refusal) => {
            let code = match &refusal {
                Refusal::Missing => Code::NOT_FOUND,
                Refusal::Refused(_) => Code::ACCESS,
                Refusal::Busy | Refusal::Failed(_) => Code::UNDEFINED,
            };
            // It is sent once: a client that misses it asks again.
            let _ = socket.send(&Packet::error(code, &refusal.public_text()).write()).await;
            event.answer = refusal.into();
        }
    }
    server.log(event);
}

/// Sends a file, and gives what became of it and how many bytes the client has.
async fn send(socket: &UdpSocket, mut asked: TransferOptions, bytes: Shared) -> (Answer, u64) {
    let size = bytes.as_ref().len() as u64;
    asked.timeout = asked.timeout.filter(|seconds| *seconds <= LONGEST_WAIT);
    let options = asked.accept(LARGEST_BLOCK, Some(size));
    let wait = options.timeout.map_or(WAIT, |seconds| Duration::from_secs(seconds.into()));
    let block = u64::from(options.effective_block_size());
    let blocks = size / block + 1;
    let mut sender = Sender::new(bytes, options);
    let mut acked = 0;
    let end = Instant::now() + LONGEST;
    // The OACK is answered before any block.
    let mut is_heard = false;
    let mut starts = !options.is_empty();
    loop {
        match deliver(socket, &mut sender, wait, is_heard, end).await {
            Ok(AckEffect::Done) => return (Answer::Sent, size),
            Ok(_) if starts => starts = false,
            Ok(_) => acked += 1,
            // The client has the last block, or will never tell: what was lost is its last word.
            Err(Break::Silent) if is_heard && acked + 1 == blocks => return (Answer::Sent, size),
            Err(why) => return (Answer::Cut(why), (acked * block).min(size)),
        }
        is_heard = true;
    }
}

/// Sends the packet that is on its way until its ACK comes.
async fn deliver(
    socket: &UdpSocket,
    sender: &mut Sender<Shared>,
    wait: Duration,
    is_heard: bool,
    end: Instant,
) -> Result<AckEffect, Break> {
    let packet = sender.packet();
    let tries = if is_heard { TRIES } else { FIRST_TRIES };
    let mut buffer = [0; 600];
    for attempt in 0..tries {
        socket.send(&packet).await.map_err(|_| Break::Gone)?;
        let until = (Instant::now() + wait * 2_u32.pow(attempt.min(3))).min(end);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(received) = timeout(left, socket.recv(&mut buffer)).await else { break };
            let length = received.map_err(|_| Break::Gone)?;
            match Packet::read(&buffer[..length]) {
                Ok(Packet::Ack(block)) => match sender.handle_ack(block) {
                    AckEffect::Old => {}
                    sent => return Ok(sent),
                },
                Ok(Packet::Error { message, .. }) => return Err(Break::Ended(message)),
                Ok(_) | Err(_) => {}
            }
        }
        if Instant::now() >= end {
            break;
        }
    }
    Err(Break::Silent)
}
