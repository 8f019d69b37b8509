//! The tree that mistakes are planted in: `tests/site` with an inventory, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fvprov::lint::{self, LintOptions};
use fvprov::project::lint_options::Selection;
use fvprov::project::{self, Memory, OpenOptions};
use fvprov::text::path::normal_path;

use crate::support::tree::repository;

/// The served tree is a folder, so that the inventory can be outside it.
const SERVED: &str = "site";

/// A finding as a user sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Report {
    pub path: String,
    /// The line, from 1; 0 for the whole file.
    pub line: usize,
    pub rule: String,
    pub level: String,
    pub message: String,
    pub help: String,
}

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

    /// Every finding, hints included. Invalid settings are one finding in `fvprov.toml`.
    pub fn lint(&self) -> BTreeSet<Report> {
        let mut memory = Memory::default();
        for (path, text) in &self.files {
            let outside = matches!(path.as_str(), "fvprov.toml" | "phones.csv");
            let path = if outside { path.clone() } else { format!("{SERVED}/{path}") };
            memory.add_file(&path, text.clone());
        }
        match findings(memory) {
            Ok(reports) => reports,
            Err(error) => [Report {
                path: "fvprov.toml".into(),
                line: 0,
                rule: "settings".into(),
                level: "error".into(),
                message: error.to_string(),
                help: error.to_string(),
            }]
            .into(),
        }
    }
}

fn findings(memory: Memory) -> Result<BTreeSet<Report>, project::Error> {
    let opened = project::open_memory(&OpenOptions::default(), memory)?;
    let options = LintOptions { today: "2026-11-27".into(), ..opened.lint_options(Selection::default())? };
    let workspace = &opened.workspace;
    let outcome = lint::run(workspace, &opened.schema, &options);
    let report = |finding: lint::Finding| {
        let source = workspace.sources.get(finding.at.file);
        let whole = finding.at.span.is_empty() && finding.at.span.start == 0;
        let path = normal_path(SERVED, &source.path).unwrap_or_default();
        Report {
            path: path.strip_prefix("site/").unwrap_or(&path).to_owned(),
            line: if whole { 0 } else { source.line_of(finding.at.span.start) },
            rule: finding.rule.name.to_owned(),
            level: finding.level.word().to_owned(),
            help: finding.diagnostic.help.clone().unwrap_or_default(),
            message: finding.diagnostic.message,
        }
    };
    Ok(outcome.findings.into_iter().map(report).collect())
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
