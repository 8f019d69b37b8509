//! Validation of values. Each value is checked against the constraints of its parameter: type, range, length,
//! and known values. Empty values are always accepted, because the phone then uses the factory default or
//! keeps its current value.

use super::format::{
    integer, ipv4, is_host, is_hostport, is_ipv4_pattern, is_ipv6, is_ldap_filter, is_mask, is_multicast,
    is_url_or_name, is_word, port, time_zone_hours,
};
use super::parameter::{Constraint, ListItems, Parameter};
use super::suggestion::{is_near, likely};
use super::value_type::ValueType;
use crate::text::mac::Mac;

/// The reason that a value is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    /// Constraint that the value violates.
    pub constraint: Constraint,
    /// Description of valid values, for example `a whole number from 30 to 3600`.
    pub expected: String,
    /// The value that was most likely intended.
    pub suggestion: Option<String>,
}

/// Maximum number of values to list with their meanings.
const MOST_MEANINGS: usize = 8;

impl Parameter {
    /// Description of valid values.
    pub fn expected(&self) -> String {
        let unit = self.unit.as_ref().map_or(String::new(), |unit| format!(" ({unit})"));
        let longest = self.length.map_or(String::new(), |most| format!(" of at most {most} characters"));
        let or_others = match (self.open, self.accepts_only_numbers()) {
            (true, true) => ", or another number",
            (true, false) => ", or others",
            (false, _) => "",
        };
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
            ValueType::TimeZone => "an offset from UTC in hours, such as +1 or -3:30".into(),
            ValueType::Colour => "a color".into(),
            ValueType::List => {
                let range = self.range();
                self.list.clone().map_or("a list".into(), |list| format!("a list{range}: {list}"))
            }
            ValueType::File => "a file name".into(),
            ValueType::Multicast => "a multicast address and a port such as 224.5.6.20:10008".into(),
            ValueType::Ipv4Pattern => "an IPv4 address, with * for any octet".into(),
            ValueType::LdapFilter => {
                format!(
                    "an LDAP filter{longest} with balanced parentheses and % in place of the entered text, such as (|(cn=%)(sn=%))"
                )
            }
            ValueType::Word => "a word".into(),
            ValueType::Unknown => "unknown".into(),
        }
    }

    /// Description of valid values, for use if a value is not a number but all known values are numbers.
    fn expected_numbers(&self) -> String {
        if self.values.len() > MOST_MEANINGS {
            return format!("{}, not its name", self.expected());
        }
        let values = self.values.iter().map(|(value, meaning)| format!("{value} ({meaning})"));
        let others = if self.open { ", or another number" } else { "" };
        format!("one of {}{others}", values.collect::<Vec<_>>().join(", "))
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
    /// Returns the valid values and the violated constraint. In an open list, an unknown value is invalid
    /// only if it is probably a misspelling of a known value, or if it is a word but all known values are
    /// numbers.
    pub fn check(&self, value: &str) -> Result<(), ValueError> {
        let Some(constraint) = self.violated(value) else { return Ok(()) };
        let suggestion = likely(self, value).filter(|likely| self.violated(likely).is_none());
        let is_word = constraint == Constraint::Type && self.accepts_only_numbers();
        let expected = if is_word { self.expected_numbers() } else { self.expected() };
        Err(ValueError { constraint, expected, suggestion })
    }

    /// Whether the parameter has known values, and all of them are numbers.
    pub(super) fn accepts_only_numbers(&self) -> bool {
        self.value_type == ValueType::Enum && self.values.iter().all(|(known, _)| integer(known).is_some())
    }

    /// The constraint that a value violates.
    fn violated(&self, value: &str) -> Option<Constraint> {
        if value.is_empty() || self.values.iter().any(|(known, _)| known == value) {
            return None;
        }
        if self.length.is_some_and(|most| value.chars().count() > most) {
            return Some(Constraint::Length);
        }
        let violated = match self.value_type {
            ValueType::Enum => self.violated_by_choice(value),
            ValueType::List => self.items.as_ref().and_then(|items| self.violated_by_list(items, value)),
            other => self.violated_by_format(other, value),
        };
        violated.or_else(|| (self.open && is_near(self, value)).then_some(Constraint::Values))
    }

    /// The constraint that an `enum` value violates.
    fn violated_by_choice(&self, value: &str) -> Option<Constraint> {
        let number = integer(value);
        let is_known = number.is_some() && self.values.iter().any(|(known, _)| integer(known) == number);
        match number {
            _ if is_known => None,
            None if self.accepts_only_numbers() => Some(Constraint::Type),
            Some(number) if !self.is_in_range(to_float(number)) => Some(Constraint::Range),
            _ => (!self.open).then_some(Constraint::Values),
        }
    }

    /// The constraint that an item in a list violates.
    fn violated_by_list(&self, items: &ListItems, value: &str) -> Option<Constraint> {
        let parts: Vec<&str> =
            value.split(items.separator).map(str::trim).filter(|part| !part.is_empty()).collect();
        if items.most.is_some_and(|most| parts.len() > most) {
            return Some(Constraint::Length);
        }
        parts.into_iter().find_map(|part| self.violated_by_format(items.value_type, part))
    }

    /// The constraint that a value violates, given its type.
    fn violated_by_format(&self, value_type: ValueType, value: &str) -> Option<Constraint> {
        let number = match value_type {
            ValueType::Integer => integer(value).map(to_float),
            ValueType::Port => port(value).map(f64::from),
            ValueType::Float => value.parse::<f64>().ok().filter(|number| number.is_finite()),
            ValueType::TimeZone => {
                let hours = time_zone_hours(value);
                return match hours {
                    None => Some(Constraint::Type),
                    Some(hours) => (hours > MOST_HOURS).then_some(Constraint::Range),
                };
            }
            _ => return (!has_format(value_type, value)).then_some(Constraint::Type),
        };
        match number {
            None => Some(Constraint::Type),
            Some(number) => (!self.is_in_range(number)).then_some(Constraint::Range),
        }
    }

    fn is_in_range(&self, number: f64) -> bool {
        self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
    }
}

/// The largest offset from UTC that Yealink documents, in hours. Flyingvoice documents -11 to 12.
const MOST_HOURS: u8 = 14;

/// The bounds of all ranges are small enough for a float to represent them exactly.
#[allow(clippy::cast_precision_loss)]
fn to_float(number: i64) -> f64 {
    number as f64
}

/// Whether a string has the format of a non-numeric type.
fn has_format(value_type: ValueType, value: &str) -> bool {
    match value_type {
        ValueType::Bool => integer(value).is_some_and(|number| matches!(number, 0 | 1)),
        ValueType::Host => is_host(value),
        ValueType::Hostport => is_hostport(value),
        ValueType::Ipv4 => ipv4(value).is_some(),
        ValueType::Ipv6 => is_ipv6(value),
        ValueType::Mask => ipv4(value).is_some_and(is_mask),
        ValueType::Mac => !value.contains(' ') && value.parse::<Mac>().is_ok(),
        ValueType::Url => is_url_or_name(value),
        ValueType::SipUri => !value.contains(char::is_whitespace),
        // A URI is not a user.
        ValueType::SipUser => {
            let lower = value.to_ascii_lowercase();
            !value.contains(char::is_whitespace) && !lower.starts_with("sip:") && !lower.starts_with("sips:")
        }
        ValueType::UserPassword => value.split_once(':').is_some_and(|(user, _)| !user.is_empty()),
        ValueType::Multicast => is_multicast(value),
        ValueType::Ipv4Pattern => is_ipv4_pattern(value),
        ValueType::LdapFilter => is_ldap_filter(value),
        ValueType::Word => is_word(value),
        ValueType::Integer
        | ValueType::Float
        | ValueType::Port
        | ValueType::TimeZone
        | ValueType::Enum
        | ValueType::Text
        | ValueType::DialCode
        | ValueType::PhoneNumber
        | ValueType::Password
        | ValueType::Colour
        | ValueType::List
        | ValueType::File
        | ValueType::Unknown => true,
    }
}
