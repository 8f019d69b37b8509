//! Output: results on stdout, messages on stderr.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::{LazyLock, Mutex, PoisonError};

use fvprov::catalogue::Schema;
use fvprov::net::os_message;
use fvprov::project::Buffer;
use fvprov::text::escape::{harmless, harmless_for_runner};
use fvprov::text::redact::{Mask, SecretNames, SecretNumbers};
use fvprov::text::unknown_secret::mask_unknown;

use super::failure::Failure;

/// The numbers assigned to the secrets that this run prints.
static NUMBERS: LazyLock<SecretNumbers> = LazyLock::new(SecretNumbers::default);

/// A mask for the output of this run. A secret has the same number on stdout and on stderr.
pub fn mask(schema: &dyn SecretNames) -> Mask<'_> {
    Mask::new(schema).with_numbers(&NUMBERS)
}

/// The notes that were printed. Both sides of a comparison may cause the same note.
static NOTES: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Allows notes that have already been printed to be printed again.
#[cfg(feature = "watch")]
pub fn forget_notes() {
    NOTES.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// Prints one line on stderr. Passwords in URLs are masked. The same note is printed only once.
pub fn note(word: &str, text: &str) {
    let text = mask(Schema::builtin()).prose(text, &[]);
    let line = format!("{word}: {text}\n");
    if word == "note" && !NOTES.lock().unwrap_or_else(PoisonError::into_inner).insert(line.clone()) {
        return;
    }
    let line = if is_runner() { harmless_for_runner(&line) } else { line };
    let _ = io::stderr().write_all(&mask_unknown(line.as_bytes()));
}

/// Whether output goes to a log in which a GitHub runner executes workflow commands.
fn is_runner() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Writes a result to stdout. A closed pipe is not an error.
pub fn print(text: &[u8]) -> Result<(), Failure> {
    match is_runner() {
        true => write_stdout(harmless_for_runner(&String::from_utf8_lossy(text)).as_bytes()),
        false => write_stdout(text),
    }
}

/// Writes bytes to stdout without escaping them. Use this only for text that is already escaped, or for
/// workflow commands for a GitHub runner. Only the stand-ins for unknown secrets are replaced.
pub fn write_stdout(text: &[u8]) -> Result<(), Failure> {
    let text = mask_unknown(text);
    let mut stdout = io::stdout().lock();
    match stdout.write_all(&text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Unable(format!("the output cannot be written: {}", os_message(&error))))
        }
        _ => Ok(()),
    }
}

/// Reads standard input as the content of a file.
pub fn read_stdin(path: &Path) -> Result<Buffer, Failure> {
    let mut text = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut text);
    read.map_err(|error| Failure::Unable(format!("standard input cannot be read: {}", os_message(&error))))?;
    Ok(Buffer { path: path.to_owned(), text })
}

/// Writes data that may contain control characters: escaped on a terminal and in a runner's log, unchanged in a file or
/// pipe.
pub fn print_raw(text: &[u8]) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return print(harmless(&String::from_utf8_lossy(text)).as_bytes());
    }
    if is_runner() && !is_stdout_a_file() {
        return print(text);
    }
    write_stdout(text)
}

/// Whether stdout is redirected to a file, in which a runner executes no workflow commands.
fn is_stdout_a_file() -> bool {
    #[cfg(unix)]
    let stdout = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned();
    #[cfg(windows)]
    let stdout = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned();
    stdout.and_then(|stdout| std::fs::File::from(stdout).metadata()).is_ok_and(|found| found.is_file())
}
