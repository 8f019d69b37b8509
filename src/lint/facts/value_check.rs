//! Checks values against the catalogue.

use crate::catalogue::{Parameter, ValueError, ValueType};
use crate::text::content::Content;
use crate::text::residue::{self, Residue};

/// Returns the reason that a value is invalid.
pub fn check_value(parameter: &Parameter, value: &str) -> Option<ValueError> {
    // The rule password-format reports malformed user passwords.
    if parameter.value_type == ValueType::UserPassword {
        return None;
    }
    parameter.check(value).err()
}

/// Text that a program mistakenly left in a value, with its range.
pub fn value_residue(parameter: &Parameter, value: &str) -> Option<(std::ops::Range<usize>, Residue)> {
    let is_listed = parameter.values.iter().any(|(known, _)| known == value);
    let is_default = parameter.default.as_deref() == Some(value);
    if is_listed || is_default { None } else { residue::in_value(value, content(parameter)) }
}

/// The kind of content in a parameter's values.
pub fn content(parameter: &Parameter) -> Content {
    match parameter.value_type {
        ValueType::SipUser | ValueType::PhoneNumber | ValueType::DialCode => Content::Number,
        ValueType::Text if parameter.name.ends_with("_name") && !parameter.name.ends_with("display_name") => {
            Content::Number
        }
        // The value of a key is an address or a number to dial.
        ValueType::Text | ValueType::Unknown if parameter.name.ends_with("key.X.value") => Content::Number,
        ValueType::Host | ValueType::Hostport | ValueType::Ipv4 | ValueType::Ipv6 | ValueType::Mask => {
            Content::Host
        }
        ValueType::SipUri | ValueType::Url => Content::Url,
        ValueType::Password | ValueType::UserPassword => Content::Password,
        ValueType::Bool
        | ValueType::Integer
        | ValueType::Float
        | ValueType::Port
        | ValueType::Enum
        | ValueType::Mac
        | ValueType::TimeZone
        | ValueType::Multicast
        | ValueType::Ipv4Pattern => Content::Choice,
        ValueType::LdapFilter
        | ValueType::Word
        | ValueType::Text
        | ValueType::Colour
        | ValueType::List
        | ValueType::File
        | ValueType::Unknown => Content::Text,
    }
}
