//! Digest access authentication for client and server: RFC 7616 (HTTP), RFC 8760 (SIP), and their
//! predecessors (RFC 2617, RFC 2069). Reads and writes header values; performs no I/O and generates no random
//! numbers.

use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::text::quoted::{quoted, value};

/// The hash algorithm (RFC 7616, 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Algorithm {
    /// MD5, which all phones support.
    Md5,
    /// MD5 with the nonces in the first hash.
    Md5Sess,
    /// SHA-256
    Sha256,
    /// SHA-256 with the nonces in the first hash.
    Sha256Sess,
}

const ALGORITHMS: [(&str, Algorithm); 4] = [
    ("MD5", Algorithm::Md5),
    ("MD5-sess", Algorithm::Md5Sess),
    ("SHA-256", Algorithm::Sha256),
    ("SHA-256-sess", Algorithm::Sha256Sess),
];

impl Algorithm {
    fn read(name: Option<&str>) -> Option<Self> {
        let Some(name) = name else { return Some(Self::Md5) };
        ALGORITHMS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, found)| *found)
    }

    fn name(self) -> &'static str {
        ALGORITHMS[self as usize].0
    }

    fn hash(self, text: &str) -> String {
        match self {
            Self::Md5 | Self::Md5Sess => hex(&Md5::digest(text)),
            Self::Sha256 | Self::Sha256Sess => hex(&Sha256::digest(text)),
        }
    }

    fn is_sess(self) -> bool {
        matches!(self, Self::Md5Sess | Self::Sha256Sess)
    }
}

/// A server's challenge: a value of the `WWW-Authenticate` header (RFC 7616, 3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The realm that the users belong to.
    pub realm: String,
    /// The nonce. The response is valid only for this nonce.
    pub nonce: String,
    /// Text that the client returns unchanged.
    pub opaque: Option<String>,
    /// The hash algorithm.
    pub algorithm: Algorithm,
    /// Whether responses contain a counter (`qop="auth"`, introduced by RFC 2617).
    pub counts: bool,
    /// Whether the previous response was rejected only because its nonce is too old.
    pub stale: bool,
}

impl Challenge {
    /// The supported Digest challenges in a header value, the strongest first.
    pub fn read(header: &str) -> Vec<Self> {
        let parts = parts(header);
        let mut found: Vec<Self> = parts.iter().filter_map(Self::from_part).collect();
        found.sort_by_key(|challenge| std::cmp::Reverse(challenge.algorithm));
        found
    }

    fn from_part(part: &Part) -> Option<Self> {
        if !part.scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let qop = part.get("qop");
        let counts = qop.is_some_and(|qop| {
            qop.split(',').any(|protection| protection.trim().eq_ignore_ascii_case("auth"))
        });
        // `auth-int` alone is not supported.
        (qop.is_none() || counts).then_some(())?;
        Some(Self {
            realm: part.get("realm")?.into(),
            nonce: part.get("nonce")?.into(),
            opaque: part.get("opaque").map(str::to_owned),
            algorithm: Algorithm::read(part.get("algorithm"))?,
            counts,
            stale: part.get("stale").is_some_and(|stale| stale.eq_ignore_ascii_case("true")),
        })
    }

    /// The header value.
    pub fn write(&self) -> String {
        let mut text = format!("Digest realm={}, nonce={}", quoted(&self.realm), quoted(&self.nonce));
        if let Some(opaque) = &self.opaque {
            text += &format!(", opaque={}", quoted(opaque));
        }
        text += &format!(", algorithm={}", self.algorithm.name());
        text += if self.counts { ", qop=\"auth\"" } else { "" };
        text + if self.stale { ", stale=true" } else { "" }
    }

    /// The authorization for a request. `count` is the number of times that this nonce has been used,
    /// including this request; `cnonce` is any unpredictable string.
    pub fn authorize(
        &self,
        login: (&str, &str),
        request: (&str, &str),
        count: u32,
        cnonce: &str,
    ) -> Authorization {
        let (user, password) = login;
        let (method, uri) = request;
        let mut answer = Authorization {
            user: user.into(),
            realm: self.realm.clone(),
            nonce: self.nonce.clone(),
            uri: uri.into(),
            response: String::new(),
            opaque: self.opaque.clone(),
            algorithm: self.algorithm,
            count: self.counts.then(|| format!("{count:08x}")),
            cnonce: (self.counts || self.algorithm.is_sess()).then(|| cnonce.to_owned()),
        };
        answer.response = answer.expected(password, method);
        answer
    }
}

/// A client's authorization: a value of the `Authorization` header (RFC 7616, 3.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// The user name.
    pub user: String,
    /// The realm in the challenge.
    pub realm: String,
    /// The nonce in the challenge. The server must check that it issued the nonce recently.
    pub nonce: String,
    /// The requested URI. The server must check that this URI is the same as the URI in the request.
    pub uri: String,
    /// The hash that proves that the client has the user's password.
    pub response: String,
    /// Copied from the challenge.
    pub opaque: Option<String>,
    /// Copied from the challenge.
    pub algorithm: Algorithm,
    /// The number of times that the nonce has been used, as 8 hex digits, if the challenge requires it.
    pub count: Option<String>,
    /// The client's nonce, if the hash requires one.
    pub cnonce: Option<String>,
}

impl Authorization {
    /// Reads a header value.
    pub fn read(header: &str) -> Option<Self> {
        let parts = parts(header);
        let part = parts.iter().find(|part| part.scheme.eq_ignore_ascii_case("digest"))?;
        let counts = match part.get("qop") {
            None => false,
            Some(qop) if qop.eq_ignore_ascii_case("auth") => true,
            Some(_) => return None,
        };
        let count = if counts { Some(part.get("nc")?) } else { None };
        let cnonce = part.get("cnonce");
        if counts && cnonce.is_none() {
            return None;
        }
        Some(Self {
            user: part.get("username")?.to_owned(),
            realm: part.get("realm")?.to_owned(),
            nonce: part.get("nonce")?.to_owned(),
            uri: part.get("uri")?.to_owned(),
            response: part.get("response")?.to_owned(),
            opaque: part.get("opaque").map(str::to_owned),
            algorithm: Algorithm::read(part.get("algorithm"))?,
            cnonce: cnonce.map(str::to_owned),
            count: count.map(str::to_owned),
        })
    }

    /// The header value.
    pub fn write(&self) -> String {
        let mut text = format!(
            "Digest username={}, realm={}, nonce={}, uri={}, response=\"{}\", algorithm={}",
            quoted(&self.user),
            quoted(&self.realm),
            quoted(&self.nonce),
            quoted(&self.uri),
            self.response,
            self.algorithm.name()
        );
        if let Some(opaque) = &self.opaque {
            text += &format!(", opaque={}", quoted(opaque));
        }
        if let Some(count) = &self.count {
            text += &format!(", qop=auth, nc={count}");
        }
        if let Some(cnonce) = &self.cnonce {
            text += &format!(", cnonce={}", quoted(cnonce));
        }
        text
    }

    /// Whether the client has the password. The time for the comparison does not depend on where the hashes
    /// differ.
    pub fn matches(&self, password: &str, method: &str) -> bool {
        is_same(&self.response.to_ascii_lowercase(), &self.expected(password, method))
    }

    /// The response hash for a password (RFC 7616, 3.4.1).
    fn expected(&self, password: &str, method: &str) -> String {
        let Self { user, realm, nonce, uri, algorithm, .. } = self;
        let cnonce = self.cnonce.as_deref().unwrap_or_default();
        let mut secret = algorithm.hash(&format!("{user}:{realm}:{password}"));
        if algorithm.is_sess() {
            secret = algorithm.hash(&format!("{secret}:{nonce}:{cnonce}"));
        }
        let asked = algorithm.hash(&format!("{method}:{uri}"));
        match &self.count {
            Some(count) => algorithm.hash(&format!("{secret}:{nonce}:{count}:{cnonce}:auth:{asked}")),
            None => algorithm.hash(&format!("{secret}:{nonce}:{asked}")),
        }
    }
}

/// Whether a value of `WWW-Authenticate` offers Basic authentication (RFC 7617).
pub fn offers_basic(header: &str) -> bool {
    parts(header).iter().any(|part| part.scheme.eq_ignore_ascii_case("basic"))
}

/// An authentication scheme with its parameters.
struct Part {
    scheme: String,
    parameters: Vec<(String, String)>,
}

impl Part {
    fn get(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// The authentication schemes in a header value. Commas separate both schemes and parameters (RFC 9110,
/// 11.6.1).
fn parts(header: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        rest = behind.trim_start_matches([' ', '\t']);
        if word.is_empty() && rest.is_empty() {
            return parts;
        }
        match (rest.strip_prefix('='), parts.last_mut()) {
            (Some(behind), part) => {
                let (value, behind) =
                    value(behind.trim_start_matches([' ', '\t']), |c| matches!(c, ' ' | '\t' | ','));
                rest = behind;
                if let Some(part) = part {
                    part.parameters.push((word.to_owned(), value));
                }
            }
            (None, _) => parts.push(Part { scheme: word.to_owned(), parameters: Vec::new() }),
        }
    }
}

/// Whether two strings are identical. The time for the comparison does not depend on where the strings
/// differ.
pub fn is_same(given: &str, known: &str) -> bool {
    let padded = given.bytes().chain(std::iter::repeat(0));
    let difference = known.bytes().zip(padded).fold(0, |all, (a, b)| all | (a ^ b));
    (difference == 0) & (given.len() == known.len())
}

/// Bytes as lowercase hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// RFC 7616, 3.9.1.
    #[test]
    fn examples_of_the_rfc_pass() {
        let header = "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=MD5, \
                      nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                      opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\", \
                      Basic realm=\"x\", Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", \
                      algorithm=SHA-256, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"";
        let challenges = Challenge::read(header);
        let responses = challenges.iter().map(|challenge| {
            let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
            challenge.authorize(("Mufasa", "Circle of Life"), ("GET", "/dir/index.html"), 1, cnonce).response
        });
        let expected = [
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            "8ca523f5e9506fed4657c9700eebdbec",
        ];
        assert_eq!(responses.collect::<Vec<_>>(), expected);
        assert!(offers_basic(header));
        assert!(!offers_basic("Digest realm=\"Basic\", nonce=\"Basic x\""));
    }

    #[test]
    fn unsupported_challenges_are_ignored() {
        for header in [
            "",
            "Basic realm=\"x\"",
            "Digest realm=\"x\"",
            "Digest realm=\"x\", nonce=\"y\", qop=\"auth-int\"",
            "Digest realm=\"x\", nonce=\"y\", algorithm=SHA-512-256",
            "Negotiate YII==",
            "=",
            "=,=\"",
        ] {
            assert_eq!(Challenge::read(header), [], "{header}");
        }
        // RFC 2069.
        let old = Challenge::read("digest nonce=abc,realm=\"a \\\"b\\\"\",stale=TRUE");
        assert_eq!((old[0].realm.as_str(), old[0].counts, old[0].stale), ("a \"b\"", false, true));
    }

    proptest! {
        #[test]
        fn authorizations_are_read_as_written_and_match_their_password_only(
            realm in "[^\\x00-\\x1f]{0,12}", user in "[^\\x00-\\x1f]{0,12}", password in "\\PC{0,12}",
            other in "\\PC{0,12}", uri in "/[!-~]{0,12}", algorithm in 0_usize..4, counts: bool, stale: bool,
        ) {
            let opaque = stale.then(|| "o".to_owned());
            let algorithm = ALGORITHMS[algorithm].1;
            let challenge = Challenge { realm, nonce: "n".into(), opaque, algorithm, counts, stale };
            prop_assert_eq!(Challenge::read(&challenge.write()), vec![challenge.clone()]);
            let answer = challenge.authorize((&user, &password), ("GET", &uri), 1, "c");
            prop_assert_eq!(Authorization::read(&answer.write()), Some(answer.clone()));
            prop_assert!(answer.matches(&password, "GET"));
            prop_assert!(!answer.matches(&password, "PUT"));
            prop_assert_eq!(answer.matches(&other, "GET"), password == other);
        }

        #[test]
        fn any_text_is_read(header in "\\PC{0,40}", tail in "[=\", a\\\\]{0,20}") {
            let header = format!("Digest {header}{tail}");
            Challenge::read(&header);
            Authorization::read(&header);
        }
    }
}
