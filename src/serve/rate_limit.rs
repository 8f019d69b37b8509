//! How much one address, and all together, may take: requests in a second, and connections or transfers at once.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The limits. They are far from what phones do, a site behind one address included.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections or transfers at once.
    pub open: usize,
    /// The same of one address.
    pub open_of_one: usize,
    /// Requests that one address may make at once,
    pub burst: f64,
    /// and how many more in each second.
    pub rate: f64,
}

impl Limits {
    /// The usual ones, as far as the system lets this process open files: a connection takes up to three.
    pub fn of_this_process() -> Self {
        Self { open: (most_files() / 3).min(4096), open_of_one: 512, burst: 5000.0, rate: 500.0 }
    }
}

/// Asks the system for as many open files as it gives without a special right, and says how many these are.
#[cfg(unix)]
fn most_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let wanted = now.maximum.map_or(16_384, |most| most.min(16_384));
    if now.current.is_some_and(|current| current < wanted) {
        // Where it is refused, fewer phones come in at once.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: now.maximum });
    }
    getrlimit(Resource::Nofile).current.map_or(16_384, |current| current as usize)
}

#[cfg(not(unix))]
fn most_files() -> usize {
    16_384
}

/// More addresses are not kept in mind at once.
const MOST_ADDRESSES: usize = 16_384;

/// Watches over the limits.
#[derive(Debug)]
pub struct Guard {
    limits: Limits,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: usize,
    addresses: HashMap<IpAddr, Address>,
}

#[derive(Debug)]
struct Address {
    open: usize,
    tokens: f64,
    at: Instant,
}

/// One connection or transfer; its place is free again when this is dropped.
#[derive(Debug)]
pub struct Permit {
    guard: Arc<Guard>,
    address: IpAddr,
}

impl Guard {
    /// A guard of these limits.
    pub fn new(limits: Limits) -> Arc<Self> {
        Arc::new(Self { limits, state: Mutex::default() })
    }

    /// A place for one more connection or transfer.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Permit> {
        let address = one(address);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.open >= self.limits.open {
            return None;
        }
        let known = state.address(address, &self.limits)?;
        if known.open >= self.limits.open_of_one {
            return None;
        }
        known.open += 1;
        state.open += 1;
        Some(Permit { guard: self.clone(), address })
    }

    /// Whether an address may make one more request now.
    pub fn admits(&self, address: IpAddr) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(known) = state.address(one(address), &self.limits) else { return false };
        let may = known.tokens >= 1.0;
        known.tokens -= f64::from(u8::from(may));
        may
    }
}

impl State {
    /// What is known of an address; none where there is no room for it.
    fn address(&mut self, address: IpAddr, limits: &Limits) -> Option<&mut Address> {
        let now = Instant::now();
        let refilled = |known: &Address| {
            let since = now.duration_since(known.at).as_secs_f64();
            (known.tokens + since * limits.rate).min(limits.burst)
        };
        if self.addresses.len() >= MOST_ADDRESSES && !self.addresses.contains_key(&address) {
            self.addresses.retain(|_, known| known.open > 0 || refilled(known) < limits.burst);
            if self.addresses.len() >= MOST_ADDRESSES {
                return None;
            }
        }
        let known =
            self.addresses.entry(address).or_insert(Address { open: 0, tokens: limits.burst, at: now });
        known.tokens = refilled(known);
        known.at = now;
        Some(known)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.guard.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open = state.open.saturating_sub(1);
        if let Some(known) = state.addresses.get_mut(&self.address) {
            known.open = known.open.saturating_sub(1);
        }
    }
}

/// What counts as one address: of IPv6 the network, as whoever has one address there has all of them.
fn one(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        four @ IpAddr::V4(_) => four,
    }
}
