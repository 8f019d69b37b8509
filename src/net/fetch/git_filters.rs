//! The content of files that Git LFS and git-crypt store in a different form. Does not run
//! these programs or any other program named in a repository's configuration.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sha2::{Digest as _, Sha256};

use super::git_command::git;
use crate::text::opaque::{GIT_CRYPT, LFS_POINTER};

/// Finds the content of these files in the working tree or among the Git LFS objects.
#[derive(Debug, Default)]
pub struct StoredForms {
    top: PathBuf,
    /// The Git LFS objects directory.
    lfs_objects: Option<PathBuf>,
    index: BTreeMap<String, IndexEntry>,
    /// The time when the index was written.
    index_time: Option<SystemTime>,
}

/// The state of a file in the working tree when git last compared the file with its object.
#[derive(Debug)]
struct IndexEntry {
    oid: String,
    modified: SystemTime,
    /// The size modulo 2^32.
    size: u32,
}

/// Whether git stores a file in a different form than the one in the working tree.
pub fn is_stored_form(object: &[u8]) -> bool {
    object.starts_with(LFS_POINTER) || object.starts_with(GIT_CRYPT)
}

impl StoredForms {
    /// Reads the state of a working tree. Without an index, only Git LFS objects are found.
    pub fn open(top: &Path) -> Self {
        let paths = git(top, &["rev-parse", "--git-common-dir", "--git-path", "index"]).unwrap_or_default();
        let paths = String::from_utf8_lossy(&paths).into_owned();
        let mut paths = paths.lines().map(|path| top.join(path));
        let lfs_objects = paths.next().map(|directory| directory.join("lfs/objects"));
        let index_time = paths.next().and_then(|index| index.metadata().ok()?.modified().ok());
        let listed = git(top, &["ls-files", "-z", "-s", "--debug"]).unwrap_or_default();
        Self { top: top.to_owned(), lfs_objects, index: parse_index(&listed), index_time }
    }

    /// The content of a file whose object has this name and these bytes; `None` if fvprov cannot confirm
    /// that the content belongs to the object.
    pub fn content(&self, path: &str, oid: &str, object: &[u8], limit: u64) -> Option<Vec<u8>> {
        let checked_out = self.top.join(path);
        let own = read_plain(&checked_out, limit);
        // The working tree also contains only the pointer, so both sides of a comparison are equal.
        if own.as_deref().is_some_and(is_stored_form) {
            return None;
        }
        if object.starts_with(LFS_POINTER) {
            let pointer = Pointer::parse(object)?;
            return own.filter(|bytes| pointer.names(bytes)).or_else(|| {
                let stored = self.lfs_objects.as_ref()?.join(pointer.path()?);
                read_plain(&stored, limit).filter(|bytes| pointer.names(bytes))
            });
        }
        own.filter(|_| self.is_unchanged(path, oid, &checked_out))
    }

    /// Whether a file in the working tree has the content of an object, as git would conclude without reading the file.
    fn is_unchanged(&self, path: &str, oid: &str, checked_out: &Path) -> bool {
        let (Some(entry), Ok(metadata)) = (self.index.get(path), checked_out.symlink_metadata()) else {
            return false;
        };
        // A file that was written at the same time as the index may have changed without a change of its
        // timestamp.
        entry.oid == oid
            && metadata.is_file()
            && metadata.len() as u32 == entry.size
            && metadata.modified().is_ok_and(|modified| modified == entry.modified)
            && self.index_time.is_some_and(|written| entry.modified < written)
    }
}

fn read_plain(path: &Path, limit: u64) -> Option<Vec<u8>> {
    let file = std::fs::File::open(path).ok()?;
    let length = file.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
    let mut bytes = Vec::new();
    let read = if length > limit { return None } else { file.take(limit).read_to_end(&mut bytes) };
    read.ok().map(|_| bytes)
}

/// A Git LFS pointer.
struct Pointer<'a> {
    /// The SHA-256 hash of the content, in hexadecimal.
    hash: &'a str,
    size: u64,
}

impl<'a> Pointer<'a> {
    fn parse(text: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let hash = text.lines().find_map(|line| line.strip_prefix("oid sha256:"))?;
        let size = text.lines().find_map(|line| line.strip_prefix("size "))?.parse().ok()?;
        (hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit())).then_some(Self { hash, size })
    }

    /// The path of the content below the objects directory.
    fn path(&self) -> Option<PathBuf> {
        Some([self.hash.get(..2)?, self.hash.get(2..4)?, self.hash].iter().collect())
    }

    fn names(&self, content: &[u8]) -> bool {
        let mut hash = String::with_capacity(64);
        for byte in Sha256::digest(content) {
            let _ = write!(hash, "{byte:02x}");
        }
        content.len() as u64 == self.size && hash == self.hash
    }
}

/// The output of `git ls-files -z -s --debug`: `100644 0123… 0<TAB>path<NUL>`, then five indented lines.
fn parse_index(listed: &[u8]) -> BTreeMap<String, IndexEntry> {
    let mut parts = listed.split(|byte| *byte == 0);
    let mut head = parts.next().unwrap_or_default();
    let mut index = BTreeMap::new();
    for part in parts {
        // The lines of an entry come before the head of the next entry.
        let end = memchr::memmem::find(part, b"flags:").map_or(part.len(), |at| {
            memchr::memchr(b'\n', &part[at..]).map_or(part.len(), |length| at + length + 1)
        });
        let entry = index_entry(head, &String::from_utf8_lossy(&part[..end]));
        index.extend(entry);
        head = &part[end..];
    }
    index
}

fn index_entry(head: &[u8], lines: &str) -> Option<(String, IndexEntry)> {
    let (head, path) = std::str::from_utf8(head).ok()?.split_once('\t')?;
    let oid = head.split(' ').nth(1)?.to_owned();
    let (seconds, nanoseconds) = field(lines, "mtime:")?.split_once(':')?;
    let since = Duration::new(seconds.parse().ok()?, nanoseconds.parse().ok()?);
    let size = field(lines, "size:")?.parse().ok()?;
    Some((path.to_owned(), IndexEntry { oid, modified: UNIX_EPOCH + since, size }))
}

/// The first word after the name of a field.
fn field<'l>(lines: &'l str, name: &str) -> Option<&'l str> {
    lines.split_once(name)?.1.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_is_parsed() {
        let listed = b"100644 abc 0\tphones/a b.cfg\0  ctime: 1:2\n  mtime: 17:42\n  dev: 1\tino: 2\n  uid: 0\tgid: 0\n  size: 8551\tflags: 0\n100644 def 0\tz\0  ctime: 1:2\n  mtime: 3:4\n  dev: 1\tino: 2\n  uid: 0\tgid: 0\n  size: 7\tflags: 0\n";
        let index = parse_index(listed);
        let entry = &index["phones/a b.cfg"];
        assert_eq!((entry.oid.as_str(), entry.size), ("abc", 8551));
        assert_eq!(entry.modified, UNIX_EPOCH + Duration::new(17, 42));
        assert_eq!(index["z"].size, 7);
    }

    #[test]
    fn content_belongs_to_a_pointer_only_with_its_hash_and_size() {
        let text = b"version https://git-lfs.github.com/spec/v1\noid sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae\nsize 3\n";
        let pointer = Pointer::parse(text).unwrap();
        assert!(pointer.names(b"foo") && !pointer.names(b"fop") && !pointer.names(b"foo\n"));
        assert!(
            Pointer::parse(b"version https://git-lfs.github.com/spec/v1\noid sha256:../../x\nsize 3\n")
                .is_none()
        );
    }
}
