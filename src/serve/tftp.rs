//! TFTP, read-only. One socket receives requests; each transfer has its own socket, which receives only from
//! its client. Until a client responds, the server sends it only one small packet, up to three times.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::event::{Event, RequestOutcome};
use super::files::{Content, SharedBytes};
use super::names;
use super::protocol::Protocol;
use super::refusal::{Interruption, Reason, Refusal, ServerFault};
use super::server::{Pending, Server};
use super::tftp_transfers::{Admission, Transfer, Transfers};
use crate::net::tftp::{AckEffect, Code, Malformed, Mode, Packet, Request, Sender, TransferOptions};

/// Larger blocks would be fragmented: 1500 bytes on Ethernet minus the IP, UDP and TFTP headers.
const MAX_BLOCK_SIZE: u16 = 1468;

/// The initial time to wait for an ACK, unless a different timeout is negotiated. It doubles with each retry.
const WAIT: Duration = Duration::from_secs(1);

/// Maximum timeout in seconds that the server accepts. With a longer timeout, a client that no longer
/// responds would block a transfer slot for a long time.
const MAX_WAIT: u8 = 10;

/// Number of attempts to send a packet to a client that has already responded.
const TRIES: u32 = 5;

/// Number of attempts to send a packet to a client that has not responded. It is low because the client's
/// address may be forged.
const FIRST_TRIES: u32 = 3;

/// Maximum duration of a transfer.
const MAX_DURATION: Duration = Duration::from_secs(1800);

/// Receives requests until the server stops.
pub async fn serve(socket: UdpSocket, server: Arc<Server>, alive: mpsc::Sender<()>) {
    let Ok(own) = socket.local_addr() else { return };
    let transfers = Arc::new(Mutex::new(Transfers::new(server.limits)));
    let mut buffer = [0; 2048];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut buffer) => received,
            () = server.stopped() => return,
        };
        // Errors here refer to earlier packets that could not be delivered.
        let Ok((length, client)) = received else { continue };
        let bytes = &buffer[..length];
        let Some(incoming) = Incoming::read(bytes) else { continue };
        let event = Event::new(Protocol::Tftp, client.ip(), incoming.method, &incoming.target);
        let admission = match server.allows(client.ip()) {
            true => lock(&transfers).request(Instant::now(), client, bytes),
            false => Admission::Busy,
        };
        let transfer = match admission {
            Admission::Start(transfer) => transfer,
            Admission::Duplicate => continue,
            // The client retries if it gets no response.
            Admission::Busy => {
                server.log(Event { outcome: RequestOutcome::Busy, ..event });
                continue;
            }
        };
        let pending = Pending::new(&server, event);
        let (server, alive, transfers) = (server.clone(), alive.clone(), transfers.clone());
        tokio::spawn(async move {
            run(&server, own.ip(), client, incoming, &transfer, pending).await;
            lock(&transfers).remove(client, &transfer);
            drop(alive);
        });
    }
}

fn lock(transfers: &Mutex<Transfers>) -> std::sync::MutexGuard<'_, Transfers> {
    transfers.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A received request, which may be malformed.
struct Incoming {
    method: &'static str,
    /// The file name for the log.
    target: String,
    request: Result<Request, Reason>,
}

impl Incoming {
    /// Reads a packet; `None` if it is not a request.
    fn read(bytes: &[u8]) -> Option<Self> {
        let method = match bytes {
            [0, 1, ..] => "RRQ",
            [0, 2, ..] => "WRQ",
            _ => return None,
        };
        let (target, request) = match Packet::read(bytes) {
            Ok(Packet::Read(request)) => (request.file.clone(), Ok(request)),
            Ok(Packet::Write(request)) => (request.file, Err(Reason::ReadOnly)),
            Ok(_) => return None,
            Err(Malformed(why)) => {
                let name = bytes[2..].split(|byte| *byte == 0).next().unwrap_or_default();
                (String::from_utf8_lossy(name).into_owned(), Err(Reason::Malformed(why)))
            }
        };
        Some(Self { method, target, request })
    }
}

/// Runs a transfer until it ends, and logs it.
async fn run(
    server: &Arc<Server>,
    own: IpAddr,
    client: SocketAddr,
    incoming: Incoming,
    transfer: &Transfer,
    mut pending: Pending,
) {
    let socket = match UdpSocket::bind((own, 0)).await {
        Ok(socket) if socket.connect(client).await.is_ok() => socket,
        _ => return pending.finish(RequestOutcome::Failed(ServerFault::NoPort)),
    };
    let outcome = tokio::select! {
        outcome = respond(server, &socket, incoming.request, transfer, &mut pending) => outcome,
        why = transfer.ended() => RequestOutcome::Interrupted(why),
    };
    pending.finish(outcome);
}

async fn respond(
    server: &Arc<Server>,
    socket: &UdpSocket,
    request: Result<Request, Reason>,
    transfer: &Transfer,
    pending: &mut Pending,
) -> RequestOutcome {
    let (options, content) = match request {
        Ok(request) => (request.options, content(server, &request, pending).await),
        Err(reason) => (TransferOptions::default(), Err(reason.into())),
    };
    let refusal = match content {
        Ok(content) => return send(socket, options, content.bytes, transfer, pending).await,
        Err(refusal) => refusal,
    };
    let code = match &refusal {
        Refusal::NotFound => Code::NOT_FOUND,
        Refusal::Refused(Reason::Malformed(_)) => Code::ILLEGAL,
        Refusal::Refused(_) | Refusal::Withheld(_) => Code::ACCESS,
        Refusal::Busy | Refusal::Failed(_) => Code::UNDEFINED,
    };
    // Errors are sent only once: a client that does not receive the error repeats its request.
    let _ = socket.send(&Packet::error(code, &refusal.public_text()).write()).await;
    refusal.into()
}

async fn content(server: &Arc<Server>, request: &Request, pending: &mut Pending) -> Result<Content, Refusal> {
    let path = names::from_name(&request.file)?;
    pending.update(|event| event.path = Some(path.clone()));
    let content = server.fetch(&path).await?;
    match request.mode {
        Mode::Octet => Ok(content),
        Mode::Netascii => server.run_blocking(move |server| server.files.netascii(&content)).await,
    }
}

/// Sends a file.
async fn send(
    socket: &UdpSocket,
    mut requested: TransferOptions,
    bytes: SharedBytes,
    transfer: &Transfer,
    pending: &mut Pending,
) -> RequestOutcome {
    let size = bytes.as_ref().len() as u64;
    requested.timeout = requested.timeout.filter(|seconds| *seconds <= MAX_WAIT);
    let options = requested.accept(MAX_BLOCK_SIZE, Some(size));
    let wait = options.timeout.map_or(WAIT, |seconds| Duration::from_secs(seconds.into()));
    let block_size = u64::from(options.effective_block_size());
    let blocks = size / block_size + 1;
    let mut sender = Sender::new(bytes, options);
    let end = Instant::now() + MAX_DURATION;
    let mut acknowledged = 0;
    let mut is_answered = false;
    // The client acknowledges the OACK before the first block.
    let mut is_oack = !options.is_empty();
    loop {
        // A host with a forged address cannot make the server wait longer than a second.
        let retries = if is_answered { Retries { wait, tries: TRIES, doubles: true } } else { FIRST_RETRIES };
        match deliver(socket, &mut sender, retries, end).await {
            Ok(AckEffect::Done) => {
                pending.update(|event| event.bytes = size);
                return RequestOutcome::Sent;
            }
            Ok(_) if is_oack => is_oack = false,
            Ok(_) => acknowledged += 1,
            // The client probably received the last block, and only its last ACK was lost.
            Err(Interruption::Silent) if is_answered && acknowledged + 1 == blocks => {
                pending.update(|event| event.bytes = size);
                return RequestOutcome::Sent;
            }
            Err(why) => return RequestOutcome::Interrupted(why),
        }
        is_answered = true;
        transfer.set_answered();
        pending.update(|event| event.bytes = (acknowledged * block_size).min(size));
    }
}

/// The number of attempts to send a packet, and the time to wait for its ACK.
#[derive(Clone, Copy)]
struct Retries {
    wait: Duration,
    tries: u32,
    doubles: bool,
}

const FIRST_RETRIES: Retries = Retries { wait: WAIT, tries: FIRST_TRIES, doubles: false };

/// Sends the current packet until its ACK arrives.
async fn deliver(
    socket: &UdpSocket,
    sender: &mut Sender<SharedBytes>,
    retries: Retries,
    end: Instant,
) -> Result<AckEffect, Interruption> {
    let packet = sender.packet();
    let mut buffer = [0; 600];
    for attempt in 0..retries.tries {
        socket.send(&packet).await.map_err(|_| Interruption::ClientClosed)?;
        let factor = if retries.doubles { 2_u32.pow(attempt.min(3)) } else { 1 };
        let until = (Instant::now() + retries.wait * factor).min(end);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(received) = timeout(left, socket.recv(&mut buffer)).await else { break };
            let length = received.map_err(|_| Interruption::ClientClosed)?;
            match Packet::read(&buffer[..length]) {
                Ok(Packet::Ack(block)) => match sender.handle_ack(block) {
                    AckEffect::Old => {}
                    effect => return Ok(effect),
                },
                Ok(Packet::Error { message, .. }) => return Err(Interruption::ClientError(message)),
                Ok(_) | Err(_) => {}
            }
        }
        if Instant::now() >= end {
            break;
        }
    }
    Err(Interruption::Silent)
}
