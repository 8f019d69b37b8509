//! A text of a file that may be private to a phone.

use std::borrow::Cow;

use super::private::PrivateReads;

/// A value or the target of an include. If it is private, access is recorded, and every phone is then checked
/// separately. Checks that only test for an empty value, or use the [visible](Self::visible) part, are faster.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    bytes: &'a [u8],
    /// How many of its bytes are not private.
    visible: usize,
    reads: Option<&'a PrivateReads>,
}

impl<'a> Value<'a> {
    /// A value that is not private.
    pub fn shared(bytes: &'a [u8]) -> Self {
        Self { bytes, visible: bytes.len(), reads: None }
    }

    /// A value that is private from a byte on.
    pub fn private(bytes: &'a [u8], visible: usize, reads: &'a PrivateReads) -> Self {
        Self { bytes, visible, reads: Some(reads) }
    }

    /// Whether the value is empty.
    pub fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes up to the first private one. A private value consists of letters, digits, spaces and a few signs, is
    /// valid, and is no weak password: rules on how a value is written find nothing in it.
    pub fn visible(self) -> &'a [u8] {
        self.bytes.get(..self.visible).unwrap_or_default()
    }

    /// The bytes.
    pub fn bytes(self) -> &'a [u8] {
        if let Some(reads) = self.reads {
            reads.record();
        }
        self.bytes
    }

    /// The value as another type, if it can be parsed.
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
