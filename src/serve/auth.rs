//! Authentication: one user with one password. HTTP supports basic (RFC 7617) and digest (RFC 7616).

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use siphasher::sip128::{Hasher128, SipHasher24};

use crate::net::digest::{Algorithm, Authorization, Challenge, is_same};

/// The time for which a nonce is valid. After that, the client gets a new nonce and repeats the request
/// without prompting its user.
const VALIDITY: Duration = Duration::from_secs(300);

/// Maximum number of nonces whose counts are tracked.
const MAX_NONCES: usize = 65_536;

const REALM: &str = "fvprov";

/// A user with a password.
pub struct Login {
    user: String,
    password: String,
    /// The key that nonces are generated with.
    key: [u8; 16],
    /// The number of issued nonces, which makes each nonce unique.
    issued: AtomicU64,
    /// The counts that have been used with each nonce.
    used: Mutex<HashMap<String, UsedCounts>>,
}

/// The result of authentication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Granted,
    /// The client sent no credentials.
    NoCredentials,
    /// The password is correct, but the nonce is old or its count has already been used.
    Stale,
    /// The credentials are wrong.
    Denied,
}

/// The counts that have been used with a nonce: the highest count, and a mask of the 64 counts below it.
#[derive(Debug)]
struct UsedCounts {
    issued: u64,
    highest: u64,
    before: u64,
}

impl UsedCounts {
    /// Whether a count is new. Parallel requests may arrive in a different order.
    fn add(&mut self, count: u64) -> bool {
        if count > self.highest {
            let shift = u32::try_from(count - self.highest).unwrap_or(u32::MAX);
            let highest = if self.highest > 0 { 1_u64.checked_shl(shift - 1).unwrap_or(0) } else { 0 };
            self.before = self.before.checked_shl(shift).unwrap_or(0) | highest;
            self.highest = count;
            return true;
        }
        let bit = (self.highest - count).checked_sub(1).and_then(|back| 1_u64.checked_shl(back as u32));
        let is_new = bit.is_some_and(|bit| self.before & bit == 0);
        self.before |= bit.unwrap_or(0);
        is_new
    }
}

impl Login {
    /// A user with a password.
    pub fn new(user: String, password: String) -> Self {
        // The operating system seeds the hashers of the standard library.
        let (a, b) = (random_bytes(), random_bytes());
        let mut key = [0; 16];
        key.iter_mut().zip(a.iter().chain(&b)).for_each(|(to, from)| *to = *from);
        Self { user, password, key, issued: AtomicU64::new(0), used: Mutex::default() }
    }

    /// Whether the user name and the password are correct.
    pub fn matches(&self, user: &str, password: &str) -> bool {
        is_same(user, &self.user) & is_same(password, &self.password)
    }

    /// Whether a name is the user's name. Other names may be passwords that were typed in the wrong field.
    pub fn is_user(&self, user: &str) -> bool {
        is_same(user, &self.user)
    }

    /// Authenticates a request with the value of its `Authorization` header.
    pub fn authenticate(&self, header: Option<&str>, method: &str, target: &str) -> Access {
        let Some(header) = header else { return Access::NoCredentials };
        let (scheme, rest) = header.trim_start().split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("basic") {
            let expected = BASE64_STANDARD_NO_PAD.encode(format!("{}:{}", self.user, self.password));
            let matches = is_same(rest.trim().trim_end_matches('='), &expected);
            return if matches { Access::Granted } else { Access::Denied };
        }
        let Some(authorization) = Authorization::read(header) else { return Access::Denied };
        let is_ours = authorization.realm == REALM
            && is_same(&authorization.user, &self.user)
            && authorization.uri == target;
        if !is_ours || !authorization.matches(&self.password, method) {
            return Access::Denied;
        }
        if self.use_nonce(&authorization) { Access::Granted } else { Access::Stale }
    }

    /// Whether a nonce is valid and its count is new. A nonce without a count can be used once.
    fn use_nonce(&self, authorization: &Authorization) -> bool {
        let nonce = &authorization.nonce;
        let Some(issued) = self.issue_time(nonce).filter(|issued| is_valid(*issued)) else { return false };
        let count = match &authorization.count {
            None => 1,
            Some(count) => match u64::from_str_radix(count, 16) {
                Ok(count) if count > 0 => count,
                _ => return false,
            },
        };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= MAX_NONCES && !used.contains_key(nonce) {
            used.retain(|_, counts| is_valid(counts.issued));
            if used.len() >= MAX_NONCES {
                return false;
            }
        }
        let counts = used.entry(nonce.clone()).or_insert(UsedCounts { issued, highest: 0, before: 0 });
        counts.add(count)
    }

    /// The values of the `WWW-Authenticate` header, in order of preference. All phones support MD5, and some
    /// may fail if the server offers a digest algorithm that they do not support.
    pub fn challenges(&self, stale: bool) -> [String; 2] {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        let (realm, nonce) = (REALM.to_owned(), self.nonce(now(), number));
        let digest = Challenge { realm, nonce, opaque: None, algorithm: Algorithm::Md5, counts: true, stale };
        [digest.write(), format!("Basic realm=\"{REALM}\", charset=\"UTF-8\"")]
    }

    fn nonce(&self, second: u64, number: u64) -> String {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        hasher.write_u64(second);
        hasher.write_u64(number);
        format!("{second:x}-{number:x}-{:032x}", hasher.finish128().as_u128())
    }

    /// The time at which this server issued a nonce, in seconds since 1970.
    fn issue_time(&self, nonce: &str) -> Option<u64> {
        let mut parts = nonce.splitn(3, '-').map(|part| u64::from_str_radix(part, 16));
        let (second, number) = (parts.next()?.ok()?, parts.next()?.ok()?);
        is_same(nonce, &self.nonce(second, number)).then_some(second)
    }
}

fn random_bytes() -> [u8; 8] {
    RandomState::new().build_hasher().finish().to_ne_bytes()
}

fn is_valid(issued: u64) -> bool {
    now().saturating_sub(issued) <= VALIDITY.as_secs()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login() -> Login {
        Login::new("prov".into(), "geheim:1".into())
    }

    /// The header of a client that uses a nonce for the n-th time.
    fn digest(challenge: &Challenge, password: &str, uri: &str, count: u32) -> String {
        challenge.authorize(("prov", password), ("GET", uri), count, "c").write()
    }

    #[test]
    fn only_the_correct_password_is_accepted() {
        let login = login();
        assert_eq!(login.authenticate(None, "GET", "/x.cfg"), Access::NoCredentials);
        assert_eq!(access(&login, "Basic cHJvdjpnZWhlaW06MQ=="), Access::Granted);
        for wrong in
            ["Basic cHJvdjpnZWhlaW06Mg==", "Basic", "Basic ===", "Bearer x", "", "Digest x", "Digest"]
        {
            assert_eq!(access(&login, wrong), Access::Denied, "{wrong}");
        }
        let challenge = Challenge::read(&login.challenges(false)[0]).remove(0);
        assert_eq!(access(&login, &digest(&challenge, "geheim:1", "/x.cfg", 1)), Access::Granted);
        assert_eq!(access(&login, &digest(&challenge, "geheim:2", "/x.cfg", 2)), Access::Denied);
        assert_eq!(access(&login, &digest(&challenge, "geheim:1", "/y.cfg", 3)), Access::Denied);
        let old = login.nonce(now() - 301, 0);
        for nonce in [old.as_str(), "0-0-00", "x", "", &"f".repeat(40)] {
            let challenge = Challenge { nonce: nonce.into(), ..challenge.clone() };
            let header = digest(&challenge, "geheim:1", "/x.cfg", 1);
            assert_eq!(access(&login, &header), Access::Stale, "{nonce}");
        }
        assert!(login.matches("prov", "geheim:1"));
        assert!(!login.matches("prov", "geheim:") && !login.matches("prov", "geheim:1\0"));
    }

    #[test]
    fn a_nonce_count_is_accepted_once() {
        let login = login();
        let challenge = Challenge::read(&login.challenges(false)[0]).remove(0);
        for (count, expected) in [
            (1, Access::Granted),
            (1, Access::Stale),
            (4, Access::Granted),
            (3, Access::Granted),
            (3, Access::Stale),
            (4, Access::Stale),
            (200, Access::Granted),
            (5, Access::Stale),
            (0, Access::Stale),
        ] {
            let header = digest(&challenge, "geheim:1", "/x.cfg", count);
            assert_eq!(access(&login, &header), expected, "{count}");
        }
        // Old clients send no count.
        let without = Challenge { counts: false, ..Challenge::read(&login.challenges(false)[0]).remove(0) };
        for expected in [Access::Granted, Access::Stale] {
            assert_eq!(access(&login, &digest(&without, "geheim:1", "/x.cfg", 1)), expected);
        }
    }

    fn access(login: &Login, header: &str) -> Access {
        login.authenticate(Some(header), "GET", "/x.cfg")
    }
}
