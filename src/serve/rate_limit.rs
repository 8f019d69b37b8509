//! Limits for each address and in total: requests per second, simultaneous connections, and failed logins.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::error::Error;

/// The limits of a server. They are far higher than phones require, even if an entire site shares a single
/// address.
#[derive(Clone, Copy, Debug)]
pub struct ServerLimits {
    /// Maximum number of simultaneous TCP connections from all addresses.
    pub connections: usize,
    /// Maximum number of simultaneous TCP connections from one address.
    pub connections_per_address: usize,
    /// Maximum number of simultaneous TFTP transfers from all addresses.
    pub transfers: usize,
    /// Maximum number of simultaneous TFTP transfers from one address.
    pub transfers_per_address: usize,
    /// Maximum number of TFTP transfers from one address whose client has not responded yet.
    pub unanswered_per_address: usize,
    /// Maximum number of requests per second from one address.
    pub rate: f64,
}

/// The default for `rate`.
pub const DEFAULT_RATE: u32 = 500;

/// Open files that the process needs in addition to connections: listeners, files being read, and standard
/// streams.
const RESERVED_FILES: usize = 20;

/// Minimum number of open files that the server requires.
const MIN_FILES: usize = 40;

/// Maximum number of seconds over which an address can accumulate unused requests.
const BURST_SECONDS: f64 = 10.0;

impl ServerLimits {
    /// The limits that the system allows for this process, with `rate` requests per second from each address.
    ///
    /// # Errors
    /// The system allows too few open files.
    pub fn for_this_process(rate: u32) -> Result<Self, Error> {
        Self::for_files(max_open_files(), rate)
    }

    fn for_files(files: usize, rate: u32) -> Result<Self, Error> {
        if files < MIN_FILES {
            return Err(Error::TooFewFiles { files, needed: MIN_FILES });
        }
        let available = files - RESERVED_FILES;
        let transfers = (available / 4).clamp(2, 1024);
        // An FTP session needs up to three files: the control connection, the data listener, and the data
        // connection.
        let connections = ((available - transfers) / 3).min(4096);
        Ok(Self {
            connections,
            connections_per_address: (connections / 4).clamp(2, 512),
            transfers,
            transfers_per_address: (transfers / 2).max(1),
            unanswered_per_address: (transfers / 16).max(1),
            rate: f64::from(rate.max(1)),
        })
    }
}

/// Raises the limit on open files to 16,384, or as far as possible without privileges. Returns the limit.
#[cfg(unix)]
fn max_open_files() -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let now = getrlimit(Resource::Nofile);
    let wanted = now.maximum.map_or(16_384, |maximum| maximum.min(16_384));
    if now.current.is_some_and(|current| current < wanted) {
        // If the system refuses this, the limits are lower.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: now.maximum });
    }
    getrlimit(Resource::Nofile).current.map_or(16_384, |current| current as usize)
}

#[cfg(not(unix))]
fn max_open_files() -> usize {
    16_384
}

/// Maximum number of addresses to track.
const MAX_ADDRESSES: usize = 16_384;

/// Simultaneous connections, in total and for each address.
#[derive(Debug)]
pub struct Pool {
    total: usize,
    per_address: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A slot in a pool, which is released when this value is dropped.
#[derive(Debug)]
pub struct Permit {
    pool: Arc<Pool>,
    address: IpAddr,
}

impl Pool {
    pub fn new(total: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { total, per_address, open: Mutex::default() })
    }

    /// Reserves a slot for another connection from an address. A proxy represents many clients, so only the
    /// total limit applies to it.
    pub fn enter(self: &Arc<Self>, address: IpAddr, is_proxy: bool) -> Option<Permit> {
        let address = limited_address(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = open.by_address.get(&address).copied().unwrap_or_default();
        if open.total >= self.total || (of_address >= self.per_address && !is_proxy) {
            return None;
        }
        open.total += 1;
        open.by_address.insert(address, of_address + 1);
        Some(Permit { pool: self.clone(), address })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.pool.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total = open.total.saturating_sub(1);
        let left = open.by_address.get(&self.address).copied().unwrap_or_default().saturating_sub(1);
        if left == 0 {
            open.by_address.remove(&self.address);
        } else {
            open.by_address.insert(self.address, left);
        }
    }
}

/// Limits the requests per second from each address (token bucket).
#[derive(Debug)]
pub struct RateLimiter {
    rate: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
}

impl Bucket {
    /// The number of tokens at a later time, if `rate` tokens are added per second.
    fn tokens_at(&self, now: Instant, rate: f64) -> f64 {
        let new = now.saturating_duration_since(self.at).as_secs_f64() * rate;
        (self.tokens + new).min(rate * BURST_SECONDS)
    }
}

impl RateLimiter {
    pub fn new(rate: f64) -> Self {
        Self { rate, buckets: Mutex::default() }
    }

    /// Whether an address may send another request at this time.
    pub fn allows(&self, address: IpAddr, now: Instant) -> bool {
        let burst = self.rate * BURST_SECONDS;
        let address = limited_address(address);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_ADDRESSES && !buckets.contains_key(&address) {
            buckets.retain(|_, bucket| bucket.tokens_at(now, self.rate) < burst);
            if buckets.len() >= MAX_ADDRESSES {
                return false;
            }
        }
        let bucket = buckets.entry(address).or_insert(Bucket { tokens: burst, at: now });
        (bucket.tokens, bucket.at) = (bucket.tokens_at(now, self.rate), now);
        let allows = bucket.tokens >= 1.0;
        bucket.tokens -= f64::from(u8::from(allows));
        allows
    }
}

/// The time between two responses to wrong passwords from one address.
const LOGIN_SPACING: Duration = Duration::from_millis(250);

/// Maximum number of wrong passwords from one address whose responses are delayed at the same time.
const MAX_WAITING_LOGINS: u32 = 8;

/// Delays the responses to wrong passwords. Responses to correct passwords are never delayed.
#[derive(Debug, Default)]
pub struct LoginDelays {
    /// The time at which the next response to each address is due.
    next: Mutex<HashMap<IpAddr, Instant>>,
}

impl LoginDelays {
    /// The delay before the response to a wrong password; `None` if too many responses are delayed.
    pub fn delay(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.len() >= MAX_ADDRESSES {
            next.retain(|_, due| *due > now);
            if next.len() >= MAX_ADDRESSES {
                return None;
            }
        }
        let due = next.entry(limited_address(address)).or_insert(now);
        let start = (*due).max(now);
        if start.duration_since(now) >= LOGIN_SPACING * MAX_WAITING_LOGINS {
            return None;
        }
        *due = start + LOGIN_SPACING;
        Some(due.duration_since(now))
    }
}

/// The address that limits apply to: for IPv6, the /64 network, because one client can use all addresses in
/// it.
pub fn limited_address(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6(Ipv6Addr::from_bits(six.to_bits() & !u128::from(u64::MAX))),
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

    #[test]
    fn guessing_3200_passwords_takes_at_least_ten_minutes() {
        let (delays, start) = (LoginDelays::default(), Instant::now());
        let (mut now, mut answered) = (start, 0);
        let mut last = start;
        while answered < 3200 {
            // Many attempts at once: those that are not answered must be repeated.
            for _ in 0..50 {
                if let Some(delay) = delays.delay(ADDRESS, now) {
                    answered += 1;
                    last = last.max(now + delay);
                }
            }
            now += Duration::from_millis(10);
        }
        assert!(last.duration_since(start) >= Duration::from_secs(600), "{:?}", last.duration_since(start));
        // Other addresses are not affected.
        assert_eq!(delays.delay([10, 0, 0, 2].into(), now), Some(LOGIN_SPACING));
    }

    #[test]
    fn at_most_eight_wrong_passwords_of_an_address_wait() {
        let (delays, now) = (LoginDelays::default(), Instant::now());
        let waiting = (0..100).filter_map(|_| delays.delay(ADDRESS, now)).collect::<Vec<_>>();
        assert_eq!(waiting.len(), 8);
        assert_eq!(waiting.last(), Some(&Duration::from_secs(2)));
    }

    #[test]
    fn shares_are_parts_of_what_the_system_grants() {
        assert!(ServerLimits::for_files(10, 500).is_err());
        for files in [40, 64, 256, 1024, 16_384] {
            let limits = ServerLimits::for_files(files, 500).unwrap();
            assert!(limits.connections * 3 + limits.transfers <= files, "{limits:?}");
            assert!(limits.connections_per_address < limits.connections, "{limits:?}");
            let pool = Pool::new(limits.connections, limits.connections_per_address);
            let held: Vec<_> = (0..60).map_while(|_| pool.enter(ADDRESS, false)).collect();
            assert!(pool.enter([10, 0, 0, 2].into(), false).is_some(), "{} of {limits:?}", held.len());
        }
    }

    #[test]
    fn requests_are_limited_for_each_address() {
        let (limiter, now) = (RateLimiter::new(10.0), Instant::now());
        let allowed = (0..200).filter(|_| limiter.allows(ADDRESS, now)).count();
        assert_eq!(allowed, 100);
        assert!(limiter.allows([10, 0, 0, 2].into(), now));
        assert!(limiter.allows(ADDRESS, now + Duration::from_secs(1)));
    }
}
