//! Hashes of content and paths.

use std::hash::Hasher;

use siphasher::sip128::{Hasher128, SipHasher13};

/// The hash of bytes as 32 hex digits. The hash does not change between runs.
pub fn hash(bytes: &[u8]) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    format!("{:032x}", hasher.finish128().as_u128())
}
