//! Types of values.

use serde::{Deserialize, Serialize};

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
    /// One value from a list.
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
    /// A code that users dial to use a feature.
    DialCode,
    /// A phone number or any other string that users can dial.
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
    /// An IPv4 multicast address with a port.
    Multicast,
    /// An IPv4 address, with `*` for any octet.
    Ipv4Pattern,
    /// An LDAP filter, with `%` for the text that the user enters.
    LdapFilter,
    /// A word that consists of letters, digits, and a few other characters.
    Word,
    /// A file name.
    File,
    /// Unknown type.
    Unknown,
}
