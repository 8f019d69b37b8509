//! Kinds of content in values.

/// The kind of content in a value, which determines the residue that the value can contain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text that people read, such as a label.
    Text,
    /// A host name or an IP address.
    Host,
    /// A URL or a SIP URI.
    Url,
    /// A password.
    Password,
    /// A user name or a telephone number.
    Number,
    /// A number, a switch, or a word from a list.
    Choice,
}
