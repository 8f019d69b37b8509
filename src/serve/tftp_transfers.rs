//! Active TFTP transfers and their limits. Addresses can be forged, so transfers whose client has not
//! responded yet may use only a small part of the pool, and they are ended to make room for new transfers.

use std::collections::{HashMap, HashSet, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::rate_limit::{ServerLimits, limited_address};
use super::refusal::Interruption;

/// If the same request from the same port arrives again within this time, it is a duplicate packet or a retry, and does
/// not start a new transfer.
const DUPLICATE: Duration = Duration::from_secs(1);

/// The state shared by a transfer and the table of transfers.
#[derive(Debug)]
pub struct Transfer {
    /// Whether the client has responded.
    is_answered: AtomicBool,
    end: Mutex<Option<Interruption>>,
    ended: Notify,
}

impl Transfer {
    /// Records that the client has responded.
    pub fn set_answered(&self) {
        self.is_answered.store(true, Ordering::Relaxed);
    }

    /// Waits until the table ends the transfer, and returns the reason.
    pub async fn ended(&self) -> Interruption {
        loop {
            let ended = self.ended.notified();
            if let Some(why) = self.end.lock().unwrap_or_else(PoisonError::into_inner).clone() {
                return why;
            }
            ended.await;
        }
    }

    fn end(&self, why: Interruption) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = Some(why);
        self.ended.notify_one();
    }
}

/// The table's decision about a request.
#[derive(Debug)]
pub enum Admission {
    /// Start a new transfer.
    Start(Arc<Transfer>),
    /// The request duplicates the request of an active transfer.
    Duplicate,
    /// No transfer is possible at the moment.
    Busy,
}

struct Running {
    request: Vec<u8>,
    started: Instant,
    transfer: Arc<Transfer>,
}

/// Active transfers, grouped by client.
pub struct Transfers {
    limits: ServerLimits,
    running: HashMap<SocketAddr, Running>,
    /// The clients at each address.
    by_address: HashMap<IpAddr, HashSet<SocketAddr>>,
    /// Transfers in the order in which they started, to find the oldest one without a response. Ended
    /// transfers are removed later.
    order: VecDeque<(SocketAddr, Arc<Transfer>)>,
}

impl Transfers {
    pub fn new(limits: ServerLimits) -> Self {
        Self { limits, running: HashMap::new(), by_address: HashMap::new(), order: VecDeque::new() }
    }

    /// Handles a request from a client.
    pub fn request(&mut self, now: Instant, client: SocketAddr, request: &[u8]) -> Admission {
        if let Some(running) = self.running.get(&client) {
            let is_recent = now.duration_since(running.started) < DUPLICATE;
            let is_answered = running.transfer.is_answered.load(Ordering::Relaxed);
            if running.request == request && (is_recent || !is_answered) {
                return Admission::Duplicate;
            }
            running.transfer.end(Interruption::Restarted);
            self.forget(client);
        }
        let address = limited_address(client.ip());
        let (all, unanswered) = self.count(address);
        if all >= self.limits.transfers_per_address || unanswered >= self.limits.unanswered_per_address {
            return Admission::Busy;
        }
        if self.running.len() >= self.limits.transfers && !self.displace() {
            return Admission::Busy;
        }
        let transfer = Arc::new(Transfer {
            is_answered: AtomicBool::new(false),
            end: Mutex::default(),
            ended: Notify::new(),
        });
        let running = Running { request: request.to_vec(), started: now, transfer: transfer.clone() };
        self.running.insert(client, running);
        self.by_address.entry(address).or_default().insert(client);
        self.order.push_back((client, transfer.clone()));
        if self.order.len() > 4 * self.limits.transfers {
            let running = &self.running;
            self.order.retain(|(client, transfer)| is_running(running, *client, transfer));
        }
        Admission::Start(transfer)
    }

    /// Removes a transfer that has ended.
    pub fn remove(&mut self, client: SocketAddr, transfer: &Arc<Transfer>) {
        if is_running(&self.running, client, transfer) {
            self.forget(client);
        }
    }

    fn forget(&mut self, client: SocketAddr) {
        self.running.remove(&client);
        let address = limited_address(client.ip());
        if let Some(clients) = self.by_address.get_mut(&address) {
            clients.remove(&client);
            if clients.is_empty() {
                self.by_address.remove(&address);
            }
        }
    }

    /// The number of transfers for an address, and how many of them have a client that has not responded.
    fn count(&self, address: IpAddr) -> (usize, usize) {
        let clients = self.by_address.get(&address).into_iter().flatten();
        clients.filter_map(|client| self.running.get(client)).fold((0, 0), |(all, unanswered), running| {
            let is_answered = running.transfer.is_answered.load(Ordering::Relaxed);
            (all + 1, unanswered + usize::from(!is_answered))
        })
    }

    /// Ends the oldest transfer whose client has not responded.
    fn displace(&mut self) -> bool {
        while let Some((client, transfer)) = self.order.pop_front() {
            let is_answered = transfer.is_answered.load(Ordering::Relaxed);
            if !is_answered && is_running(&self.running, client, &transfer) {
                transfer.end(Interruption::Displaced);
                self.forget(client);
                return true;
            }
        }
        false
    }
}

fn is_running(running: &HashMap<SocketAddr, Running>, client: SocketAddr, transfer: &Arc<Transfer>) -> bool {
    running.get(&client).is_some_and(|running| Arc::ptr_eq(&running.transfer, transfer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> ServerLimits {
        ServerLimits {
            connections: 1,
            connections_per_address: 1,
            transfers: 64,
            transfers_per_address: 32,
            unanswered_per_address: 4,
            rate: 1e9,
        }
    }

    fn client(host: u8, port: u16) -> SocketAddr {
        ([10, 0, 0, host], port).into()
    }

    fn start(transfers: &mut Transfers, client: SocketAddr) -> Option<Arc<Transfer>> {
        match transfers.request(Instant::now(), client, b"x") {
            Admission::Start(transfer) => Some(transfer),
            _ => None,
        }
    }

    #[test]
    fn forged_requests_leave_room_for_others() {
        let mut transfers = Transfers::new(limits());
        let own = start(&mut transfers, client(200, 1)).unwrap();
        own.set_answered();
        for number in 0..4300_u16 {
            start(&mut transfers, client((number % 100) as u8, number));
            assert!(transfers.running.len() <= 64);
            assert!(transfers.count(client((number % 100) as u8, 0).ip()).1 <= 4);
        }
        assert!(start(&mut transfers, client(201, 1)).is_some());
        assert!(
            is_running(&transfers.running, client(200, 1), &own),
            "answered transfers are never displaced"
        );
    }

    #[test]
    fn a_new_request_from_the_same_port_ends_the_old_transfer() {
        let (mut transfers, now, client) = (Transfers::new(limits()), Instant::now(), client(1, 1));
        let Admission::Start(first) = transfers.request(now, client, b"x") else { panic!() };
        assert!(
            matches!(transfers.request(now + DUPLICATE, client, b"x"), Admission::Duplicate),
            "unanswered"
        );
        first.set_answered();
        assert!(matches!(transfers.request(now, client, b"x"), Admission::Duplicate), "recent");
        let Admission::Start(second) = transfers.request(now + DUPLICATE, client, b"x") else { panic!() };
        assert_eq!(*first.end.lock().unwrap(), Some(Interruption::Restarted));
        transfers.remove(client, &first);
        assert!(is_running(&transfers.running, client, &second));
        assert!(
            matches!(transfers.request(now + DUPLICATE, client, b"y"), Admission::Start(_)),
            "another file"
        );
    }
}
