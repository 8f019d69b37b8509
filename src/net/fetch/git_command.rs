//! Runs git without starting other programs named in a repository's configuration.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::net::Error;

/// Runs git in a directory and returns its output.
pub fn git(directory: &Path, args: &[&str]) -> Result<Vec<u8>, Error> {
    let output = command(directory, args).stdin(Stdio::null()).output().map_err(|error| not_run(&error))?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => {
            Err(Error::Git(text(&output.stderr).lines().next().unwrap_or("git failed").trim().to_owned()))
        }
    }
}

/// A git command in a directory.
pub fn command(directory: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory);
    // Prevents git from running the file system monitor named in the configuration.
    command.args(["-c", "core.fsmonitor=false"]).args(args);
    // No prompts, no optional writes, no network access for partial clones, and messages in the C locale.
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    command.env("GIT_NO_LAZY_FETCH", "1").env("LC_ALL", "C");
    command
}

/// The error for a command that cannot be started.
pub fn not_run(error: &std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::NoGit,
        _ => Error::GitNotRun(error.to_string()),
    }
}

/// Git's output as text.
pub fn text(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}
