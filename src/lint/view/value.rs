//! Text in a file that may be private to a phone.

use std::borrow::Cow;

use super::private::PrivateReads;

/// A setting's value or an include's target. Reading a private value is recorded; each phone is then checked
/// individually. A check that uses only [`is_empty`](Self::is_empty) or [`visible`](Self::visible) is faster.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    bytes: &'a [u8],
    /// Length of the part before the first private byte.
    visible: usize,
    reads: Option<&'a PrivateReads>,
}

impl<'a> Value<'a> {
    /// Creates a value that is not private.
    pub fn shared(bytes: &'a [u8]) -> Self {
        Self { bytes, visible: bytes.len(), reads: None }
    }

    /// Creates a value that is private from the byte offset `visible` onward.
    pub fn private(bytes: &'a [u8], visible: usize, reads: &'a PrivateReads) -> Self {
        Self { bytes, visible, reads: Some(reads) }
    }

    /// Whether the value is empty.
    pub fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// Bytes up to the first private byte. A private value consists of letters, digits, spaces and a few
    /// punctuation characters, is valid, and is not a weak password. For this reason, rules about the form of
    /// values find no problems in a private value.
    pub fn visible(self) -> &'a [u8] {
        self.bytes.get(..self.visible).unwrap_or_default()
    }

    /// All bytes. Reading a private value is recorded.
    pub fn bytes(self) -> &'a [u8] {
        if let Some(reads) = self.reads {
            reads.record();
        }
        self.bytes
    }

    /// Parses the value. Returns `None` if the value is not valid UTF-8 or does not have the format of the
    /// type.
    pub fn parse<T: std::str::FromStr>(self) -> Option<T> {
        std::str::from_utf8(self.bytes()).ok()?.parse().ok()
    }

    /// The value as text.
    pub fn text(self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.bytes())
    }
}

impl std::fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

impl PartialEq for Value<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl PartialEq<str> for Value<'_> {
    fn eq(&self, other: &str) -> bool {
        self.bytes() == other.as_bytes()
    }
}

impl PartialEq<&str> for Value<'_> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}
