//! Formats of values: numbers, addresses, filters. A format accepts everything that a phone may accept.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::text::digits::is_digits;

/// Parses a whole number in the form that phones accept: digits with an optional sign and leading zeros.
pub(super) fn integer(value: &str) -> Option<i64> {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    if is_digits(digits) { value.parse().ok() } else { None }
}

pub(super) fn port(value: &str) -> Option<u16> {
    integer(value).and_then(|port| u16::try_from(port).ok())
}

/// Parses an IPv4 address. Leading zeros are accepted, because phones may accept them.
pub(super) fn ipv4(value: &str) -> Option<Ipv4Addr> {
    let mut parts = value.split('.');
    let mut octets = [0; 4];
    for octet in &mut octets {
        *octet = parse_octet(parts.next()?)?;
    }
    parts.next().is_none().then_some(octets.into())
}

fn parse_octet(digits: &str) -> Option<u8> {
    if digits.len() <= 3 && is_digits(digits) { digits.parse().ok() } else { None }
}

/// A host name (RFC 1123, with `_` as used in many networks) or an IP address.
pub(super) fn is_host(value: &str) -> bool {
    let numeric = value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if numeric {
        return ipv4(value).is_some();
    }
    let name = value.strip_suffix('.').unwrap_or(value);
    is_ipv6(value)
        || (value.len() <= 253
            && name.split('.').all(|label: &str| {
                let bytes = label.as_bytes();
                let inner = bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b));
                !bytes.is_empty()
                    && bytes.len() <= 63
                    && inner
                    && !label.starts_with('-')
                    && !label.ends_with('-')
            }))
}

pub(super) fn is_ipv6(value: &str) -> bool {
    let bare = value.strip_prefix('[').and_then(|value| value.strip_suffix(']')).unwrap_or(value);
    // A link-local address can contain the interface name.
    let address = bare
        .split_once('%')
        .filter(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_alphanumeric()))
        .map_or(bare, |(address, _)| address);
    address.parse::<Ipv6Addr>().is_ok()
}

pub(super) fn is_hostport(value: &str) -> bool {
    match value.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            is_host(host) && self::port(port).is_some()
        }
        _ => is_host(value),
    }
}

pub(super) fn is_mask(mask: Ipv4Addr) -> bool {
    let bits = u32::from(mask);
    bits.leading_ones() + bits.trailing_zeros() >= 32
}

/// Whether a string is a URL or a name relative to the server. Rules check which schemes a phone supports.
pub(super) fn is_url_or_name(value: &str) -> bool {
    match value.split_once("://") {
        Some((scheme, rest)) => {
            let first = scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
            let word = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
            first && word && !rest.is_empty() && !rest.starts_with(char::is_whitespace)
        }
        None => !value.contains(char::is_whitespace) || value.contains('/') || value.contains('.'),
    }
}

/// The hours in a UTC offset such as `+1`, `-3:30`, `+5.5`, or `0`, without the sign and the fraction.
pub(super) fn time_zone_hours(value: &str) -> Option<u8> {
    let hours = value.strip_prefix(['+', '-']).unwrap_or(value);
    let (hours, part) = hours.split_once([':', '.']).unwrap_or((hours, "0"));
    let is_offset = [hours, part].iter().all(|digits| digits.len() <= 2 && is_digits(digits));
    if is_offset { hours.parse().ok() } else { None }
}

/// An IPv4 multicast address with a port, such as `224.5.6.20:10008`.
pub(super) fn is_multicast(value: &str) -> bool {
    value.split_once(':').is_some_and(|(address, number)| {
        ipv4(address).is_some_and(|address| address.is_multicast()) && port(number).is_some()
    })
}

/// An IPv4 address in which `*` represents any octet.
pub(super) fn is_ipv4_pattern(value: &str) -> bool {
    ipv4(&value.replace('*', "0")).is_some()
        && value.split('.').all(|octet| octet == "*" || !octet.contains('*'))
}

/// An LDAP filter with balanced parentheses and a `%`. Parentheses after a backslash are ignored.
pub(super) fn is_ldap_filter(value: &str) -> bool {
    let mut open = 0_i32;
    let mut is_escaped = false;
    for character in value.chars() {
        match character {
            '(' if !is_escaped => open += 1,
            ')' if !is_escaped => open -= 1,
            _ => {}
        }
        if open < 0 {
            return false;
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    open == 0 && value.contains('%')
}

/// A word such as an LDAP attribute or a SIP header.
pub(super) fn is_word(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}
