//! Recognizes boot and cfg files whose settings cannot be read: encrypted, compressed, a pointer, in a
//! different encoding, or damaged.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::text::syntax::{BYTE_ORDER_MARK, LineKind, Tree};

/// The reason that all or some of the settings in a file cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opaque {
    /// The file is encrypted or is a pointer to the real file.
    Wrapped(Wrapping),
    /// The file is compressed with this program.
    Compressed(&'static str),
    /// The file is UTF-16 text.
    Utf16,
    /// The file contains NUL bytes.
    Binary,
    /// The file contains control characters.
    ControlCharacters,
    /// Most lines are neither settings nor includes.
    ForeignText,
}

impl Opaque {
    /// A description to follow "the file" in a message.
    pub fn description(self) -> String {
        match self {
            Self::Wrapped(wrapping) => format!("is {}", wrapping.description()),
            Self::Compressed(program) => format!("is compressed with {program}"),
            Self::Utf16 => "is UTF-16 text".into(),
            Self::Binary => "contains NUL bytes (damaged, or not text)".into(),
            Self::ControlCharacters => "contains control characters (possibly damaged)".into(),
            Self::ForeignText => "consists mostly of lines that are not settings (possibly damaged)".into(),
        }
    }

    /// Whether the file is treated as empty because its lines are meaningless. Otherwise, its readable lines
    /// are used.
    pub fn hides_everything(self) -> bool {
        !matches!(self, Self::ControlCharacters | Self::ForeignText)
    }
}

/// The reason that the lines in a file are not settings: the file is encrypted or is only a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// Yealink's own encryption.
    Yealink,
    /// Encryption by git-crypt, in a locked repository.
    GitCrypt,
    /// A Git LFS pointer.
    GitLfs,
    /// Any other encryption, with its description.
    Encrypted(&'static str),
}

impl Wrapping {
    /// A description to follow "this file is" in a message.
    pub fn description(self) -> &'static str {
        match self {
            Self::Yealink => "encrypted in Yealink's format",
            Self::GitCrypt => "encrypted by git-crypt",
            Self::GitLfs => "a Git LFS pointer instead of the file",
            Self::Encrypted(how) => how,
        }
    }
}

/// The first bytes of a Git LFS pointer.
pub const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/";

/// The first bytes of a file encrypted by git-crypt.
pub const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";

/// The first bytes of encrypted files and placeholders.
const BEGINNINGS: [(&[u8], Wrapping); 9] = [
    (b"#!encrypt:", Wrapping::Yealink),
    (GIT_CRYPT, Wrapping::GitCrypt),
    (LFS_POINTER, Wrapping::GitLfs),
    (b"$ANSIBLE_VAULT;", Wrapping::Encrypted("encrypted by Ansible Vault")),
    (b"age-encryption.org/", Wrapping::Encrypted("encrypted with age")),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", Wrapping::Encrypted("encrypted with age")),
    (b"-----BEGIN PGP MESSAGE-----", Wrapping::Encrypted("encrypted with PGP")),
    (b"-----BEGIN PKCS7-----", Wrapping::Encrypted("encrypted with PKCS #7")),
    (b"-----BEGIN CMS-----", Wrapping::Encrypted("encrypted with CMS")),
];

/// Finds the start of a value encrypted by SOPS.
static SOPS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("ENC[AES256_GCM,"));

/// The encryption or placeholder format of a file's content; `None` for plain text.
pub fn wrapping(text: &[u8], tree: &Tree) -> Option<Wrapping> {
    let start = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let found = BEGINNINGS.iter().find(|(beginning, _)| start.starts_with(beginning));
    if let Some(&(_, wrapping)) = found {
        return Some(wrapping);
    }
    SOPS.find(text)?;
    let mut lines =
        tree.lines().filter(|line| matches!(line.kind, LineKind::Setting { .. } | LineKind::Unknown));
    let is_encrypted = lines.any(|line| SOPS.find(line.span.slice(text)).is_some());
    is_encrypted.then_some(Wrapping::Encrypted("encrypted by SOPS"))
}

/// Whether content is encrypted or binary, or contains more unknown lines than settings and includes.
pub fn is_opaque(text: &[u8], tree: &Tree) -> bool {
    if memchr::memchr(0, text).is_some() || wrapping(text, tree).is_some() {
        return true;
    }
    let counts = tree.counts();
    counts.unknown > counts.known
}

/// The first bytes of compressed files, each with the name of the compression program.
const COMPRESSED: [(&[u8], &str); 5] = [
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
];

/// Maximum number of control characters for which only their lines are considered faulty. With more,
/// the entire file is considered faulty if more than one in `MOST_CONTROL` bytes is a control character.
const STRAY: usize = 2;
const MOST_CONTROL: usize = 50;

/// Number of bytes to check when detecting UTF-16.
const UTF16_SAMPLE: usize = 4096;

/// The program that compressed a file, if it is compressed.
pub fn compression(bytes: &[u8]) -> Option<&'static str> {
    COMPRESSED.iter().find(|(beginning, _)| bytes.starts_with(beginning)).map(|(_, program)| *program)
}

/// The reason that the settings in a boot or cfg file cannot be read; `None` if they can be read.
pub fn opaque(text: &[u8], tree: &Tree) -> Option<Opaque> {
    if let Some(wrapping) = wrapping(text, tree) {
        return Some(Opaque::Wrapped(wrapping));
    }
    if let Some(program) = compression(text) {
        return Some(Opaque::Compressed(program));
    }
    if is_utf16(text) {
        return Some(Opaque::Utf16);
    }
    let is_control = |byte: &u8| *byte < b' ' && !matches!(*byte, b'\t' | b'\n' | b'\r');
    // Chunks are searched without an early exit, which allows the compiler to vectorize the loop.
    let mut chunks = text.chunks(256);
    let has_control = chunks.any(|chunk| chunk.iter().fold(false, |found, byte| found | is_control(byte)));
    let control = if has_control { text.iter().filter(|byte| is_control(byte)).count() } else { 0 };
    if control > 0 && memchr::memchr(0, text).is_some() {
        return Some(Opaque::Binary);
    }
    // A stray control character makes only its line faulty, not the entire file.
    if control > STRAY && control * MOST_CONTROL > text.len() {
        return Some(Opaque::ControlCharacters);
    }
    let counts = tree.counts();
    (counts.unknown > counts.known).then_some(Opaque::ForeignText)
}

/// Whether bytes are UTF-16: they begin with a byte order mark, or most pairs of bytes contain NUL in the
/// same position.
fn is_utf16(text: &[u8]) -> bool {
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        return true;
    }
    let sample = &text[..text.len().min(UTF16_SAMPLE)];
    if memchr::memchr(0, sample).is_none() {
        return false;
    }
    let (mut even, mut odd) = (0, 0);
    for pair in sample.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let pairs = sample.len() / 2;
    even.max(odd) * 10 > pairs * 7 && even.min(odd) * 10 < pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::syntax::parse;

    fn kind(text: &[u8]) -> Option<Opaque> {
        opaque(text, &parse(text))
    }

    #[test]
    fn unreadable_files_are_recognized() {
        let wide: Vec<u8> = "lang.gui = German\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked = [b"\xfe\xff".as_slice(), &wide].concat();
        for (text, expected) in [
            (b"#!encrypt:1.0.0.0\nabc=\n".as_slice(), Opaque::Wrapped(Wrapping::Yealink)),
            (
                b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n",
                Opaque::Wrapped(Wrapping::GitLfs),
            ),
            (b"\0GITCRYPT\0abc", Opaque::Wrapped(Wrapping::GitCrypt)),
            (b"\x1f\x8b\x08\0abc", Opaque::Compressed("gzip")),
            (&wide, Opaque::Utf16),
            (&marked, Opaque::Utf16),
            (b"a = 1\n\0\0\0\0", Opaque::Binary),
            (b"a = 1\nb = \x01\x02\x03\x04\x05\n", Opaque::ControlCharacters),
            (b"<html>\n<p>Log in\n", Opaque::ForeignText),
        ] {
            assert_eq!(kind(text), Some(expected), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn ordinary_files_are_readable() {
        for text in [
            "".as_bytes(),
            b"#!version:1.0.0.1\n# comment only\n",
            b"a = 1\r\n\tb = 2\r\nnonsense\n",
            b"\xef\xbb\xbfa = K\xc3\xbcche\n",
            b"a = K\xfcche\n",
            b"a = 1\nb = \x1b[2\n",
            b"include:config <a.cfg>\n",
        ] {
            assert_eq!(kind(text), None, "{}", String::from_utf8_lossy(text));
        }
    }
}
