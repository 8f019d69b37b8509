//! Who may ask: one user with one password, over HTTP by basic (RFC 7617) and digest (RFC 7616), over FTP as FTP does.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use siphasher::sip128::{Hasher128, SipHasher24};

use crate::net::digest::{Algorithm, Authorization, Challenge, is_same};

/// A nonce is good for so long; then the client is given another and asked again, without a person being asked.
const GOOD_FOR: Duration = Duration::from_secs(300);

const REALM: &str = "fvprov";

/// The user.
pub struct Login {
    user: String,
    password: String,
    /// Under which nonces are known again.
    key: [u8; 16],
}

/// What a client has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It may have what it asks for.
    Granted,
    /// It has said nothing.
    Unasked,
    /// It knows the password, but answered an old challenge.
    Stale,
    /// What it said is wrong.
    Denied,
}

impl Login {
    /// A user with a password.
    pub fn new(user: String, password: String) -> Self {
        // The hashers of std are keyed by the operating system's random numbers.
        let random = || RandomState::new().build_hasher().finish().to_ne_bytes();
        let (a, b) = (random(), random());
        let mut key = [0; 16];
        key.iter_mut().zip(a.iter().chain(&b)).for_each(|(to, from)| *to = *from);
        Self { user, password, key }
    }

    /// Whether these are the user and the password.
    pub fn is(&self, user: &str, password: &str) -> bool {
        is_same(user, &self.user) & is_same(password, &self.password)
    }

    /// Judges a value of `Authorization`.
    pub fn judge(&self, header: Option<&str>, method: &str, target: &str) -> Access {
        let Some(header) = header else { return Access::Unasked };
        let (scheme, rest) = header.trim_start().split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("basic") {
            let expected = base64(format!("{}:{}", self.user, self.password).as_bytes());
            let is_it = is_same(rest.trim().trim_end_matches('='), &expected);
            return if is_it { Access::Granted } else { Access::Denied };
        }
        let Some(answer) = Authorization::read(header) else { return Access::Denied };
        let is_ours = answer.realm == REALM && is_same(&answer.user, &self.user) && answer.uri == target;
        if !is_ours || !answer.matches(&self.password, method) {
            return Access::Denied;
        }
        match self.age(&answer.nonce) {
            Some(age) if age <= GOOD_FOR => Access::Granted,
            _ => Access::Stale,
        }
    }

    /// The values of `WWW-Authenticate`, the better one first. Phones know MD5, and some that meet a second digest that
    /// they do not know may give up.
    pub fn challenges(&self, stale: bool) -> [String; 2] {
        let (realm, nonce) = (REALM.to_owned(), self.nonce(now()));
        let digest = Challenge { realm, nonce, opaque: None, algorithm: Algorithm::Md5, counts: true, stale };
        [digest.write(), format!("Basic realm=\"{REALM}\", charset=\"UTF-8\"")]
    }

    fn nonce(&self, second: u64) -> String {
        let mut hasher = SipHasher24::new_with_key(&self.key);
        hasher.write_u64(second);
        format!("{second:x}-{:032x}", hasher.finish128().as_u128())
    }

    /// How old a nonce is; none where it is not of this server.
    fn age(&self, nonce: &str) -> Option<Duration> {
        let (second, _) = nonce.split_once('-')?;
        let second = u64::from_str_radix(second, 16).ok()?;
        let is_ours = is_same(nonce, &self.nonce(second));
        is_ours.then(|| Duration::from_secs(now().saturating_sub(second)))
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// RFC 4648, 4, without the padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let byte = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let all = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..=three.len() as u32 {
            text.push(char::from(LETTERS[(all >> (18 - 6 * at) & 63) as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_the_rfc_has_it() {
        let texts =
            [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("ÿþ", "w7/Dvg")];
        for (text, coded) in texts {
            assert_eq!(base64(text.as_bytes()), coded);
        }
    }

    #[test]
    fn only_who_knows_the_password_gets_in() {
        let login = Login::new("prov".into(), "geheim:1".into());
        let judge = |header: &str| login.judge(Some(header), "GET", "/x.cfg");
        assert_eq!(login.judge(None, "GET", "/x.cfg"), Access::Unasked);
        assert_eq!(judge("Basic cHJvdjpnZWhlaW06MQ=="), Access::Granted);
        for wrong in
            ["Basic cHJvdjpnZWhlaW06Mg==", "Basic", "Basic ===", "Bearer x", "", "Digest x", "Digest"]
        {
            assert_eq!(judge(wrong), Access::Denied, "{wrong}");
        }
        let challenges = login.challenges(false);
        for challenge in challenges.iter().flat_map(|header| Challenge::read(header)) {
            let answer = |password: &str, uri: &str| {
                judge(&challenge.authorize(("prov", password), ("GET", uri), 1, "c").write())
            };
            assert_eq!(answer("geheim:1", "/x.cfg"), Access::Granted);
            assert_eq!(answer("geheim:2", "/x.cfg"), Access::Denied);
            assert_eq!(answer("geheim:1", "/y.cfg"), Access::Denied);
        }
        let old = login.nonce(now() - 301);
        for nonce in [old.as_str(), "0-00", "x", "", &"f".repeat(40)] {
            let challenge = Challenge { nonce: nonce.into(), ..Challenge::read(&challenges[0])[0].clone() };
            let header = challenge.authorize(("prov", "geheim:1"), ("GET", "/x.cfg"), 1, "c").write();
            assert_eq!(judge(&header), Access::Stale, "{nonce}");
        }
        assert!(
            login.is("prov", "geheim:1") && !login.is("prov", "geheim:") && !login.is("prov", "geheim:1\0")
        );
    }
}
