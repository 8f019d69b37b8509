//! The program under test, run as a user runs it.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The path of the program.
pub const FVPROV: &str = env!("CARGO_BIN_EXE_fvprov");

/// Variables of the environment that change what the program prints or where it connects.
const STEERING: [&str; 8] = [
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "FVPROV_PASSWORD",
    "FVPROV_USER",
    "GITHUB_ACTIONS",
    "NO_COLOR",
    "http_proxy",
    "HTTP_PROXY",
];

/// The output and the exit code of a finished run.
pub struct Run {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn from_output(output: &Output) -> Self {
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

    /// Standard output of a run that succeeded.
    #[track_caller]
    pub fn success(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }

    /// Checks that the run failed with exit code 2, printed nothing on stdout, and one line with these words
    /// on stderr.
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

/// The program in a directory, on 2026-11-22, without the environment variables in [`STEERING`].
pub fn fvprov(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(FVPROV);
    for name in STEERING {
        command.env_remove(name);
    }
    // Journals of the tests are not those of the user.
    command.env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.current_dir(directory).args(args).env("SOURCE_DATE_EPOCH", "1795305600").env("NO_PROXY", "*");
    command
}

pub fn run(directory: &Path, args: &[&str]) -> Run {
    Run::from_output(&fvprov(directory, args).output().unwrap())
}

pub fn run_with(directory: &Path, args: &[&str], environment: &[(&str, &str)]) -> Run {
    Run::from_output(&fvprov(directory, args).envs(environment.iter().copied()).output().unwrap())
}

/// Runs the program with this text on its standard input.
pub fn run_with_input(directory: &Path, args: &[&str], input: impl AsRef<[u8]>) -> Run {
    let mut command = fvprov(directory, args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The program may end without reading.
    let _ = child.stdin.take().unwrap().write_all(input.as_ref());
    Run::from_output(&child.wait_with_output().unwrap())
}
