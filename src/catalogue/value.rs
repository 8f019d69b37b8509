//! Value types and validation. These types include only checks that phones are known to perform. Empty values
//! are always accepted, because the phone then uses the factory default or keeps its own value.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use super::parameter::Parameter;

/// Type of a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueType {
    /// `0` or `1`.
    Bool,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// One of a list of values.
    Enum,
    /// Any text.
    Text,
    /// A host name or an IP address.
    Host,
    /// A host, with or without a port.
    Hostport,
    /// A TCP or UDP port.
    Port,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A subnet mask.
    Mask,
    /// A MAC address.
    Mac,
    /// A URL, absolute or relative.
    Url,
    /// A SIP URI, with or without a scheme.
    SipUri,
    /// The user part of a SIP URI.
    SipUser,
    /// A code that is dialed to use a feature.
    DialCode,
    /// A phone number or any other text that can be dialed.
    PhoneNumber,
    /// A password.
    Password,
    /// `user:password`.
    UserPassword,
    /// Offset from UTC in hours.
    TimeZone,
    /// A colour.
    Colour,
    /// A list of items.
    List,
    /// A file name.
    File,
    /// Unknown type.
    Unknown,
}

/// Reason why a value is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// Description of valid values, for example `a whole number from 30 to 3600`.
    pub expected: String,
    /// Value that was most likely intended.
    pub suggestion: Option<String>,
}

impl Parameter {
    /// Description of valid values.
    pub fn expected(&self) -> String {
        let unit = self.unit.as_ref().map_or(String::new(), |unit| format!(" ({unit})"));
        let longest = self.length.map_or(String::new(), |most| format!(" of at most {most} characters"));
        let or_others = if self.open { ", or others" } else { "" };
        match self.value_type {
            ValueType::Bool => "0 or 1".into(),
            ValueType::Integer => format!("a whole number{}{unit}", self.range()),
            ValueType::Float => format!("a number{}{unit}", self.range()),
            ValueType::Port => format!("a port{}", self.range()),
            ValueType::Enum => {
                let values: Vec<&str> = self.values.iter().map(|(value, _)| value.as_str()).collect();
                format!("one of {}{or_others}{unit}", values.join(", "))
            }
            ValueType::Text => format!("text{longest}"),
            ValueType::Host => "a host name or an IP address".into(),
            ValueType::Hostport => "a host, with or without `:port`".into(),
            ValueType::Ipv4 => "an IPv4 address such as 10.0.0.1".into(),
            ValueType::Ipv6 => "an IPv6 address".into(),
            ValueType::Mask => "a subnet mask such as 255.255.255.0".into(),
            ValueType::Mac => "a MAC address".into(),
            ValueType::Url => format!("a URL{longest}"),
            ValueType::SipUri => "a SIP URI".into(),
            ValueType::SipUser => "the user part of a SIP URI".into(),
            ValueType::DialCode => format!("a code to dial{longest}"),
            ValueType::PhoneNumber => format!("a number to dial{longest}"),
            ValueType::Password => format!("a password{longest}"),
            ValueType::UserPassword => "`user:password`".into(),
            ValueType::TimeZone => "hours from UTC such as +1 or -3:30".into(),
            ValueType::Colour => "a colour".into(),
            ValueType::List => self.list.clone().map_or("a list".into(), |list| format!("a list: {list}")),
            ValueType::File => "the name of a file".into(),
            ValueType::Unknown => "unknown".into(),
        }
    }

    fn range(&self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) => format!(" from {min} to {max}"),
            (Some(min), None) => format!(" from {min} up"),
            (None, Some(max)) => format!(" up to {max}"),
            (None, None) if self.value_type == ValueType::Port => " from 0 to 65535".into(),
            (None, None) => String::new(),
        }
    }

    /// Checks a value. An empty value is always valid.
    ///
    /// # Errors
    /// Describes the valid values if the value is certainly not one of them. Any value is valid for an open
    /// list.
    pub fn check(&self, value: &str) -> Result<(), ValueError> {
        if self.open || value.is_empty() || self.accepts(value) {
            return Ok(());
        }
        let suggestion = self.likely(value).filter(|likely| likely != value && self.accepts(likely));
        Err(ValueError { expected: self.expected(), suggestion })
    }

    fn accepts(&self, value: &str) -> bool {
        let within = |number: f64| {
            self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
        };
        let short = self.length.is_none_or(|most| value.chars().count() <= most);
        short
            && match self.value_type {
                ValueType::Bool => integer(value).is_some_and(|number| matches!(number, 0 | 1)),
                // No range is large enough for a float to be inexact at its bounds.
                #[allow(clippy::cast_precision_loss)]
                ValueType::Integer => integer(value).is_some_and(|number| within(number as f64)),
                ValueType::Float => {
                    value.parse::<f64>().is_ok_and(|number| number.is_finite() && within(number))
                }
                ValueType::Port => port(value).is_some_and(|port| within(port.into())),
                ValueType::Enum => {
                    let number = integer(value);
                    let is_same =
                        |known: &str| known == value || number.is_some() && integer(known) == number;
                    self.values.iter().any(|(known, _)| is_same(known))
                }
                ValueType::Host => is_host(value),
                ValueType::Hostport => is_hostport(value),
                ValueType::Ipv4 => ipv4(value).is_some(),
                ValueType::Ipv6 => is_ipv6(value),
                ValueType::Mask => ipv4(value).is_some_and(is_mask),
                ValueType::Mac => is_mac(value),
                ValueType::Url => is_url(value),
                ValueType::SipUri | ValueType::SipUser => !value.contains(char::is_whitespace),
                ValueType::UserPassword => value.split_once(':').is_some_and(|(user, _)| !user.is_empty()),
                ValueType::TimeZone => is_time_zone(value),
                ValueType::Text
                | ValueType::DialCode
                | ValueType::PhoneNumber
                | ValueType::Password
                | ValueType::Colour
                | ValueType::List
                | ValueType::File
                | ValueType::Unknown => true,
            }
    }

    /// Value that was most likely intended, if the text is a word for on or off, or differs in case, an
    /// appended unit, or additional spaces.
    fn likely(&self, value: &str) -> Option<String> {
        let lower = value.to_lowercase();
        let on_off = match lower.as_str() {
            "true" | "yes" | "on" | "enable" | "enabled" => Some(("1", "on")),
            "false" | "no" | "off" | "disable" | "disabled" => Some(("0", "off")),
            _ => None,
        };
        let joined = |text: &str| text.split_whitespace().collect::<String>();
        match self.value_type {
            ValueType::Bool => on_off.map(|(number, _)| number.to_owned()),
            ValueType::Enum => self
                .values
                .iter()
                .find(|(known, label): &&(String, String)| {
                    let says_so = label.split(|c: char| !c.is_alphabetic()).next();
                    known.to_lowercase() == lower
                        || joined(&label.to_lowercase()) == joined(&lower)
                        || on_off.is_some_and(|(_, word)| says_so == Some(word))
                })
                .map(|(known, _)| known.clone()),
            ValueType::Integer | ValueType::Float | ValueType::Port => {
                let number = lower.trim_end_matches(|c: char| c.is_alphabetic());
                // `5 min` is not 5 if the unit is seconds, and `506o` is not a number with any unit.
                let is_unit = self.is_unit(&lower[number.len()..]);
                is_unit.then(|| number.split_whitespace().collect())
            }
            // Two words can be two separate names.
            ValueType::Host | ValueType::Hostport if is_broken_at_dots(value) => Some(joined(value)),
            ValueType::Ipv4 | ValueType::Ipv6 | ValueType::Mask | ValueType::Mac | ValueType::TimeZone => {
                Some(joined(value))
            }
            ValueType::Url => {
                value.split_once("://").map(|(scheme, rest)| format!("{scheme}://{}", rest.trim_start()))
            }
            // For these types, only the length is checked, and spaces can be part of the value.
            _ => None,
        }
    }

    /// Whether a word in lower case is the number's unit, or empty.
    fn is_unit(&self, word: &str) -> bool {
        let words: &[&str] = match self.unit.as_deref() {
            Some("s") => &["s", "sec", "secs", "second", "seconds"],
            Some("ms") => &["ms", "msec", "msecs", "millisecond", "milliseconds"],
            Some("min") => &["min", "mins", "minute", "minutes"],
            Some("h") => &["h", "hour", "hours"],
            Some(unit) => &[unit],
            None => &[],
        };
        word.is_empty() || words.contains(&word)
    }
}

/// Whether spaces in a name occur only next to dots and colons.
fn is_broken_at_dots(value: &str) -> bool {
    let words: Vec<&str> = value.split_whitespace().collect();
    words.windows(2).all(|pair| pair[0].ends_with(['.', ':']) || pair[1].starts_with(['.', ':']))
}

/// Parses a whole number as phones do: digits with an optional sign and leading zeros.
fn integer(value: &str) -> Option<i64> {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if is_number { value.parse().ok() } else { None }
}

fn port(value: &str) -> Option<u16> {
    integer(value).and_then(|port| u16::try_from(port).ok())
}

/// Parses an IPv4 address. Leading zeros are accepted, because phones may accept them.
fn ipv4(value: &str) -> Option<Ipv4Addr> {
    let mut numbers = value.split('.').map(|part| {
        let digits = (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse::<u8>().ok().filter(|_| digits)
    });
    let mut next = || numbers.next().flatten();
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    numbers.next().is_none().then_some(address)
}

/// A host name (RFC 1123, with `_` as used in many networks) or an IP address.
fn is_host(value: &str) -> bool {
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

fn is_ipv6(value: &str) -> bool {
    let bare = value.strip_prefix('[').and_then(|value| value.strip_suffix(']')).unwrap_or(value);
    // A link-local address can contain the interface name.
    let address = bare
        .split_once('%')
        .filter(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_alphanumeric()))
        .map_or(bare, |(address, _)| address);
    address.parse::<Ipv6Addr>().is_ok()
}

fn is_hostport(value: &str) -> bool {
    match value.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            is_host(host) && self::port(port).is_some()
        }
        _ => is_host(value),
    }
}

fn is_mask(mask: Ipv4Addr) -> bool {
    let bits = u32::from(mask);
    bits.leading_ones() + bits.trailing_zeros() >= 32
}

fn is_mac(value: &str) -> bool {
    let digits: Vec<u8> = value.bytes().filter(|b| !b":-.".contains(b)).collect();
    digits.len() == 12 && digits.iter().all(u8::is_ascii_hexdigit)
}

/// Whether a text is a URL. Rules check which schemes a phone supports.
fn is_url(value: &str) -> bool {
    match value.split_once("://") {
        Some((scheme, rest)) => {
            let first = scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic());
            let word = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
            first && word && !rest.is_empty() && !rest.starts_with(char::is_whitespace)
        }
        // A name relative to the server.
        None => !value.contains(char::is_whitespace) || value.contains('/') || value.contains('.'),
    }
}

/// Whether a text is a UTC offset such as `+1`, `-3:30`, `+5.5`, or `0`.
fn is_time_zone(value: &str) -> bool {
    let hours = value.strip_prefix(['+', '-']).unwrap_or(value);
    let (hours, part) = hours.split_once([':', '.']).unwrap_or((hours, "0"));
    let number = |text: &str| text.len() <= 2 && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    number(hours) && number(part) && hours.parse::<u8>().is_ok_and(|hours| hours <= 14)
}
