//! Identifies files independently of their names.

use std::fs::File;
use std::io;
use std::path::Path;

/// The identity of a file on disk.
#[derive(Clone, Copy, Debug)]
pub struct FileIdentity {
    /// The volume, and the number of the file on this volume.
    pub id: (u64, u64),
    /// The number of names (hard links).
    pub names: u64,
}

#[cfg(unix)]
impl FileIdentity {
    /// The file at a path. Follows links.
    pub fn from_path(path: &Path) -> io::Result<Self> {
        std::fs::metadata(path).map(|metadata| Self::from_metadata(&metadata))
    }

    /// An open file.
    pub fn from_file(file: &File) -> io::Result<Self> {
        file.metadata().map(|metadata| Self::from_metadata(&metadata))
    }

    fn from_metadata(metadata: &std::fs::Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self { id: (metadata.dev(), metadata.ino()), names: metadata.nlink() }
    }
}

#[cfg(windows)]
impl FileIdentity {
    /// The file at a path. Follows links.
    pub fn from_path(path: &Path) -> io::Result<Self> {
        winapi_util::Handle::from_path_any(path).and_then(Self::from_handle)
    }

    /// An open file.
    pub fn from_file(file: &File) -> io::Result<Self> {
        file.try_clone().map(winapi_util::Handle::from_file).and_then(Self::from_handle)
    }

    #[allow(clippy::needless_pass_by_value)] // for `and_then`
    fn from_handle(handle: winapi_util::Handle) -> io::Result<Self> {
        let found = winapi_util::file::information(&handle)?;
        Ok(Self { id: (found.volume_serial_number(), found.file_index()), names: found.number_of_links() })
    }
}

/// Other systems, for example browsers, do not identify files.
#[cfg(not(any(unix, windows)))]
impl FileIdentity {
    /// Fails.
    pub fn from_path(_: &Path) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Fails.
    pub fn from_file(_: &File) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hard_link_is_the_same_file() {
        let directory = tempfile::tempdir().unwrap();
        let [one, two, other] = ["one.cfg", "two.cfg", "other.cfg"].map(|name| directory.path().join(name));
        std::fs::write(&one, "x").unwrap();
        std::fs::write(&other, "x").unwrap();
        assert_eq!(FileIdentity::from_path(&one).unwrap().names, 1);
        std::fs::hard_link(&one, &two).unwrap();
        let first = FileIdentity::from_path(&one).unwrap();
        let second = FileIdentity::from_file(&File::open(&two).unwrap()).unwrap();
        assert_eq!((first.id, first.names, second.names), (second.id, 2, 2));
        assert_ne!(FileIdentity::from_path(&other).unwrap().id, first.id);
        assert!(FileIdentity::from_path(&directory.path().join("missing.cfg")).is_err());
    }
}
