//! The record of the files published to a destination.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::path::normal_path;

/// The format version. Records with a different version are rejected.
const VERSION: u32 = 1;

/// Published files, with the hashes of their content, by path.
pub type Hashes = BTreeMap<String, String>;

/// The files published to a destination.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedFiles {
    version: u32,
    /// The published files.
    pub files: Hashes,
    /// Files that are no longer published but remain for a short time, for phones that are still reading the
    /// old files.
    #[serde(default)]
    pub retired: Hashes,
    /// The files before the last change, for `--rollback`.
    #[serde(default)]
    pub previous: Hashes,
}

impl PublishedFiles {
    /// A record.
    pub fn new(files: Hashes, retired: Hashes, previous: Hashes) -> Self {
        Self { version: VERSION, files, retired, previous }
    }

    /// The hash of a file's published content.
    pub fn hash(&self, path: &str) -> Option<&String> {
        self.files.get(path).or_else(|| self.retired.get(path))
    }

    /// Parses a record; `None` if it is damaged or has a different version.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let mut record: Self = serde_json::from_slice(text).ok()?;
        for files in [&mut record.files, &mut record.retired, &mut record.previous] {
            files.retain(|path, _| normal_path("", path).as_ref() == Some(path) && !path.contains('\\'));
        }
        (record.version == VERSION).then_some(record)
    }

    /// The record as text.
    pub fn render(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_as_it_was_written_and_names_no_file_outside() {
        let files = Hashes::from([("sites/a.cfg".into(), "00".into())]);
        let record = PublishedFiles::new(files.clone(), files, Hashes::new());
        let text = String::from_utf8(record.render()).unwrap();
        assert_eq!(PublishedFiles::parse(text.as_bytes()), Some(record));
        for outside in ["../a.cfg", "/etc/passwd", "sites/../../a.cfg", "sites//a.cfg"] {
            let record = PublishedFiles::parse(text.replace("sites/a.cfg", outside).as_bytes()).unwrap();
            assert_eq!(record.files.len() + record.retired.len(), 0, "{outside}");
        }
        assert_eq!(PublishedFiles::parse(text.replace("\"version\": 1", "\"version\": 2").as_bytes()), None);
        assert_eq!(PublishedFiles::parse(b"{"), None);
    }
}
