//! The tree that mistakes are planted in: `tests/site` with an inventory, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::support::findings::{self, Report};
use crate::support::tree::repository;

/// The served tree is a folder, so that the inventory can be outside it.
const SERVED: &str = "site";

/// Files by path, relative to the served tree; the settings and the inventory are `fvprov.toml` and `phones.csv`.
#[derive(Clone)]
pub struct Site {
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Site {
    pub fn read() -> Self {
        let mut files = BTreeMap::new();
        read_directory(&repository("tests/site"), "", &mut files);
        let settings = String::from_utf8(files.remove("fvprov.toml").unwrap()).unwrap();
        let settings = settings.replacen("[server]\n", &format!("[server]\ndirectory = \"{SERVED}\"\n"), 1);
        let settings = format!("{settings}\n[inventory]\nfile = \"phones.csv\"\n");
        files.insert("fvprov.toml".into(), settings.into_bytes());
        files.insert("phones.csv".into(), include_bytes!("phones.csv").to_vec());
        Self { files }
    }

    pub fn text(&self, path: &str) -> String {
        String::from_utf8_lossy(&self.files[path]).into_owned()
    }

    /// The lines of a file, without line ends.
    pub fn lines(&self, path: &str) -> Vec<String> {
        self.text(path).lines().map(str::to_owned).collect()
    }

    /// Every finding, hints included, with paths of the site.
    pub fn lint(&self) -> BTreeSet<Report> {
        let files = self.files.iter().map(|(path, text)| {
            let outside = matches!(path.as_str(), "fvprov.toml" | "phones.csv");
            (if outside { path.clone() } else { format!("{SERVED}/{path}") }, text.clone())
        });
        let own = |report: Report| {
            let path = report.path.strip_prefix("site/").unwrap_or(&report.path).to_owned();
            Report { path, ..report }
        };
        findings::lint(files.collect()).into_iter().map(own).collect()
    }
}

fn read_directory(directory: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            read_directory(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(&path).unwrap());
        }
    }
}
