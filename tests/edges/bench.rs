//! What the tests stand on: trees in temporary directories, and the program run on them.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

pub const HEADER: &str = "#!version:1.0.0.1\n";

/// What a run said, and with which code it ended.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.out, self.err))
    }

    /// `path rule`, for each finding of `--output-format json`.
    pub fn findings(&self) -> Vec<String> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let findings = self.json()["findings"].as_array().unwrap().clone();
        findings.iter().map(|f| format!("{} {}", text(&f["file"]), text(&f["rule"]))).collect()
    }

    /// Nothing on stdout, one line on stderr, and no trace of a crash.
    #[track_caller]
    pub fn assert_unable(&self, words: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(2), ""), "{}", self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        assert!(self.err.starts_with("error: ") && self.err.contains(words), "{}", self.err);
    }

    #[track_caller]
    pub fn assert_no_crash(&self) {
        assert!(matches!(self.code, Some(0..=2)), "{:?} {}", self.code, self.err);
        assert!(!self.err.contains("panicked") && !self.err.contains("RUST_BACKTRACE"), "{}", self.err);
    }
}

/// The program in a directory, with nothing in the environment that steers it.
pub fn fvprov(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fvprov"));
    for name in ["CLICOLOR_FORCE", "FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR", "http_proxy", "HTTP_PROXY"] {
        command.env_remove(name);
    }
    command.current_dir(directory).args(args).env("SOURCE_DATE_EPOCH", "1795305600").env("NO_PROXY", "*");
    command
}

pub fn run(directory: &Path, args: &[&str]) -> Run {
    Run::of(&fvprov(directory, args).output().unwrap())
}

pub fn run_with(directory: &Path, args: &[&str], environment: &[(&str, &str)]) -> Run {
    Run::of(&fvprov(directory, args).envs(environment.iter().copied()).output().unwrap())
}

/// A temporary directory with files.
pub fn tree<T: AsRef<[u8]>>(files: &[(&str, T)]) -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

/// A common boot file that includes these.
pub fn boot(targets: &[&str]) -> String {
    let lines: Vec<String> = targets.iter().map(|target| format!("include:config <{target}>\n")).collect();
    cfg(&lines.concat())
}

pub fn cfg(lines: &str) -> String {
    format!("{HEADER}{lines}")
}

/// Every way to ask a tree something, but `render`, which shows all as it is.
pub const REPORTS: [&[&str]; 26] = [
    &["lint"],
    &["lint", "--statistics"],
    &["lint", "--output-format", "concise"],
    &["lint", "--output-format", "json"],
    &["lint", "--output-format", "sarif"],
    &["lint", "--output-format", "github"],
    &["lint", "--output-format", "gitlab"],
    &["lint", "--output-format", "junit"],
    &["lint", "--output-format", "rdjson"],
    &["lint", "--output-format", "markdown"],
    &["lint", "--color", "always"],
    &["lint", "--diff", "--unsafe-fixes"],
    &["fmt", "--check"],
    &["fmt", "--diff"],
    &["phones"],
    &["phones", "--format", "json"],
    &["phones", "--format", "csv"],
    &["why", "*", "--mac", "any"],
    &["why", "*", "--mac", "any", "--format", "json"],
    &["diff", ".", ".", "--with", "lang.gui=German"],
    &["diff", ".", ".", "--with", "lang.gui=German", "--format", "json"],
    &["diff", ".", ".", "--with", "lang.gui=German", "--format", "markdown"],
    &["impact", "y000000000000.cfg"],
    &["impact", "y000000000000.cfg", "--format", "json"],
    &["set", "--mac", "any", "--shared", "--diff", "lang.gui=German"],
    &["unset", "--mac", "any", "--shared", "--diff", "lang.gui"],
];
