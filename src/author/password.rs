//! Random passwords for `init` and `generate --new-secrets`.

use std::hash::{BuildHasher, RandomState};

/// Letters and digits that are not easily confused.
const SIGNS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

const LENGTH: usize = 20;

/// A random password. The standard library seeds its hashers with randomness from the operating system.
pub fn random_password() -> String {
    let random = RandomState::new();
    (0..LENGTH).map(|at| char::from(SIGNS[(random.hash_one(at) % SIGNS.len() as u64) as usize])).collect()
}
