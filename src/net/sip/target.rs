//! Whom a message is for: `10.0.0.5`, `[::1]:5070`, `101@phone.example:5060`, or a SIP URI.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use crate::net::{Error, TargetFault};

/// How messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// The usual one.
    Udp,
    /// Over a connection.
    Tcp,
    /// Over an encrypted connection.
    Tls,
}

impl Transport {
    /// As it stands in a Via header.
    pub fn word(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }

    /// What a URI says of it.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Udp => "",
            Self::Tcp => ";transport=tcp",
            Self::Tls => ";transport=tls",
        }
    }

    /// The port of a phone for which none is named.
    pub fn port(self) -> u16 {
        if self == Self::Tls { 5061 } else { 5060 }
    }
}

/// Where a phone answers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// Its host.
    pub host: Host,
    /// Its port, where one is named.
    pub port: Option<u16>,
    /// Whom of the phone, mostly an extension.
    pub user: Option<String>,
}

/// A host; addresses sort by their numbers, before names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// By address.
    Address(IpAddr),
    /// By name, in lower case.
    Name(String),
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
            Self::Address(address) => write!(f, "{address}"),
            Self::Name(name) => f.write_str(name),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        write!(f, "{}", self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl Target {
    /// The URI of a request to it.
    pub fn uri(&self, transport: Transport) -> String {
        format!("sip:{self}{}", transport.suffix())
    }
}

impl FromStr for Target {
    type Err = Error;

    /// Takes `[sip:][user@]host[:port]`. Nothing that could end a line or a part of a message gets in.
    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text.trim()).map_err(|fault| Error::Target { text: text.to_owned(), fault })
    }
}

fn parse(text: &str) -> Result<Target, TargetFault> {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("sips:") {
        return Err(TargetFault::Sips);
    }
    let rest = if lower.starts_with("sip:") { &text[4..] } else { text };
    if rest.contains([';', '?', '/']) {
        return Err(TargetFault::Extra);
    }
    let (user, place) = match rest.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, rest),
    };
    if let Some(user) = user
        && !is_user(user)
    {
        return Err(TargetFault::User);
    }
    let (host, port) = split_port(place).ok_or(TargetFault::AfterHost)?;
    let host = read_host(host).ok_or(TargetFault::Host)?;
    let number = |port: &str| port.parse().ok().filter(|port| *port > 0);
    let port = port.map(|port| number(port).ok_or(TargetFault::Port));
    Ok(Target { host, port: port.transpose()?, user: user.map(str::to_owned) })
}

/// Host and port; a bare IPv6 address has none.
fn split_port(place: &str) -> Option<(&str, Option<&str>)> {
    if let Some(inside) = place.strip_prefix('[') {
        let (host, rest) = inside.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    match place.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Some((place, None)),
        Some((host, port)) => Some((host, Some(port))),
        None => Some((place, None)),
    }
}

fn read_host(host: &str) -> Option<Host> {
    if let Ok(address) = host.parse() {
        return Some(Host::Address(address));
    }
    let is_label = |label: &str| {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        !label.is_empty() && label.len() < 64 && !label.starts_with('-') && label.bytes().all(is_letter)
    };
    let name = host.strip_suffix('.').unwrap_or(host);
    // `10.0.0` and `10.0.0.555` are no names: the last part of a name is no number (RFC 3696 §2).
    let is_number =
        name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    let is_name = name.len() < 254 && name.split('.').all(is_label) && !is_number;
    is_name.then(|| Host::Name(name.to_ascii_lowercase()))
}

/// RFC 3261 §25.1: unreserved, escaped, user-unreserved.
fn is_user(user: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/".contains(&byte);
    let mut rest = user.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match (byte, behind) {
            (b'%', [a, b, behind @ ..]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => behind,
            _ if is_plain(byte) => behind,
            _ => return false,
        };
    }
    !user.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_as_people_write_them() {
        for (text, shown) in [
            ("10.0.0.5", "10.0.0.5"),
            ("10.0.0.5:5070", "10.0.0.5:5070"),
            ("::1", "[::1]"),
            ("[::1]:5060", "[::1]:5060"),
            ("101@[fd00::2]", "101@[fd00::2]"),
            ("sip:101@Phone.Example.:5060", "101@phone.example:5060"),
            (" SIP:+49%2030@h ", "+49%2030@h"),
            ("phone_1", "phone_1"),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!(target.to_string(), shown);
            assert_eq!(shown.parse::<Target>().unwrap(), target);
        }
        assert_eq!("a@h".parse::<Target>().unwrap().uri(Transport::Tls), "sip:a@h;transport=tls");
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for text in [
            "",
            "@",
            "a@",
            "@h",
            "h:",
            "h:0",
            "h:65536",
            "h:x",
            "10.0.0",
            "10.0.0.555",
            "[::1",
            "[::1]5060",
            "[h]:1",
            "a b@h",
            "a\r\nVia: x@h",
            "a@h\r\nVia: x",
            "h;transport=udp",
            "sips:a@h",
            "a%2@h",
            "a:pw@h",
            "ä@h",
            "h..x",
            "00:21:f2:00:00:01x",
            "-\n",
        ] {
            let why = text.parse::<Target>().unwrap_err();
            assert!(why.to_string().contains("is no target"), "{text:?}: {why}");
        }
    }

    #[test]
    fn addresses_sort_by_number() {
        let mut targets: Vec<Target> =
            ["b", "10.0.0.10", "10.0.0.9:5070", "10.0.0.9", "::1"].map(|text| text.parse().unwrap()).into();
        targets.sort();
        let shown: Vec<String> = targets.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["10.0.0.9", "10.0.0.9:5070", "10.0.0.10", "[::1]", "b"]);
    }
}
