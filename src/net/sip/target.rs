//! The recipient of a message: `10.0.0.5`, `[::1]:5070`, `101@phone.example:5060`, or a SIP URI.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use crate::net::{Error, TargetFault};

/// The transport of SIP messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// UDP
    Udp,
    /// TCP
    Tcp,
    /// TLS
    Tls,
}

impl Transport {
    /// The name of the transport in a Via header.
    pub fn word(self) -> &'static str {
        match self {
            Self::Udp => "UDP",
            Self::Tcp => "TCP",
            Self::Tls => "TLS",
        }
    }

    /// The transport parameter in a URI.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Udp => "",
            Self::Tcp => ";transport=tcp",
            Self::Tls => ";transport=tls",
        }
    }

    /// The default port.
    pub fn port(self) -> u16 {
        if self == Self::Tls { 5061 } else { 5060 }
    }
}

/// The SIP address of a phone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the names of the fields are clear
pub struct Target {
    pub host: Host,
    /// The port, if it is specified.
    pub port: Option<u16>,
    /// The user, usually an extension.
    pub user: Option<String>,
}

/// A host. Addresses sort numerically, before names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// An IP address.
    Address(IpAddr),
    /// A lowercase name.
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
    /// The URI for a request to the phone.
    pub fn uri(&self, transport: Transport) -> String {
        format!("sip:{self}{}", transport.suffix())
    }
}

impl FromStr for Target {
    type Err = Error;

    /// Parses `[sip:][user@]host[:port]`. Rejects all characters that could end a line or a part of a
    /// message.
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
    let (user, host_and_port) = match rest.rsplit_once('@') {
        Some((user, rest)) => (Some(user), rest),
        None => (None, rest),
    };
    if let Some(user) = user
        && !is_user(user)
    {
        return Err(TargetFault::User);
    }
    let (host, port) = split_port(host_and_port).ok_or(TargetFault::AfterHost)?;
    let host = read_host(host).ok_or(TargetFault::Host)?;
    let port =
        port.map(|port| port.parse().ok().filter(|port| *port > 0).ok_or(TargetFault::Port)).transpose()?;
    Ok(Target { host, port, user: user.map(str::to_owned) })
}

/// Host and port. An IPv6 address without brackets has no port.
fn split_port(text: &str) -> Option<(&str, Option<&str>)> {
    if let Some(inside) = text.strip_prefix('[') {
        let (host, rest) = inside.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        return match rest.strip_prefix(':') {
            Some(port) => Some((host, Some(port))),
            None => rest.is_empty().then_some((host, None)),
        };
    }
    match text.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Some((text, None)),
        Some((host, port)) => Some((host, Some(port))),
        None => Some((text, None)),
    }
}

fn read_host(host: &str) -> Option<Host> {
    if let Ok(address) = host.parse() {
        return Some(Host::Address(address));
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    // `10.0.0` and `10.0.0.555` are not names: the last part of a name is not a number (RFC 3696 §2).
    let is_number =
        name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    let is_name = name.len() < 254 && name.split('.').all(is_label) && !is_number;
    is_name.then(|| Host::Name(name.to_ascii_lowercase()))
}

fn is_label(label: &str) -> bool {
    let is_allowed = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    !label.is_empty() && label.len() < 64 && !label.starts_with('-') && is_allowed
}

/// Whether a string is valid as the user in a SIP URI: unreserved, escaped and user-unreserved characters (RFC 3261
/// §25.1).
fn is_user(user: &str) -> bool {
    let mut rest = user.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        rest = match (byte, behind) {
            (b'%', [a, b, behind @ ..]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => behind,
            _ if byte.is_ascii_alphanumeric() || b"-_.!~*'()&=+$,;?/".contains(&byte) => behind,
            _ => return false,
        };
    }
    !user.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_parsed() {
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
    fn invalid_targets_are_rejected() {
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
            assert!(why.to_string().contains("is not a target"), "{text:?}: {why}");
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
