//! Kinds of content.

/// The kind of content of a value, which determines the residue that can be in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Text for people, such as a label.
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
