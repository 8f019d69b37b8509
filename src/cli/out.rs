//! The two streams: results on stdout, everything about the tool on stderr.

use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use fvprov::catalogue::Schema;
use fvprov::project::{Buffer, Opened};
use fvprov::text::escape::{harmless, harmless_for_runner};
use fvprov::text::redact::Mask;
use fvprov::tree::load::Texts;

use super::{Failure, Global};

/// When to use colours.
#[derive(Clone, Copy, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set; also where `FORCE_COLOR` or `CLICOLOR_FORCE` is
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

impl Global {
    /// Whether stdout gets colours.
    pub fn use_color(&self) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto if is_set("NO_COLOR") => false,
            Color::Auto if is_set("FORCE_COLOR") || is_set("CLICOLOR_FORCE") => true,
            Color::Auto => {
                io::stdout().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }

    /// A note on stderr, unless `--quiet`.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            note("note", text);
        }
    }

    /// What `--verbose` adds.
    pub fn detail(&self, text: &str) {
        if self.verbose {
            note("info", text);
        }
    }
}

/// One line on stderr, without the passwords that URLs in it hold.
pub fn note(word: &str, text: &str) {
    let text = Mask::new(Schema::builtin()).prose(text, &[]);
    let line = format!("{word}: {text}\n");
    let line = if is_runner() { harmless_for_runner(&line) } else { line };
    let _ = io::stderr().write_all(line.as_bytes());
}

/// Whether what is printed lands in a log that GitHub's runner reads for commands.
fn is_runner() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Writes a result to stdout. A reader that went away ends the command quietly.
pub fn print(text: &[u8]) -> Result<(), Failure> {
    match is_runner() {
        true => write_stdout(harmless_for_runner(&String::from_utf8_lossy(text)).as_bytes()),
        false => write_stdout(text),
    }
}

/// Writes bytes to stdout as they are: only what was made harmless already, such as commands that are meant for
/// GitHub's runner.
pub fn write_stdout(text: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::Unable(format!("the output could not be written: {error}")))
        }
        _ => Ok(()),
    }
}

/// What standard input holds, in place of a file.
pub fn read_stdin(path: &Path) -> Result<Buffer, Failure> {
    let mut text = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut text);
    read.map_err(|error| Failure::Unable(format!("standard input could not be read: {error}")))?;
    Ok(Buffer { path: path.to_owned(), text })
}

/// Writes data that may hold control characters: harmless on a terminal and in a runner's log, byte for byte
/// in a file.
pub fn print_raw(text: &[u8]) -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return print(harmless(&String::from_utf8_lossy(text)).as_bytes());
    }
    if is_runner() && !is_stdout_a_file() {
        return print(text);
    }
    write_stdout(text)
}

/// Whether stdout was redirected into a file, which no runner reads for commands.
fn is_stdout_a_file() -> bool {
    #[cfg(unix)]
    let stdout = std::os::fd::AsFd::as_fd(&io::stdout()).try_clone_to_owned();
    #[cfg(windows)]
    let stdout = std::os::windows::io::AsHandle::as_handle(&io::stdout()).try_clone_to_owned();
    stdout.and_then(|stdout| std::fs::File::from(stdout).metadata()).is_ok_and(|found| found.is_file())
}

/// Writes texts of files of a tree, all of them or none. Where a file is no longer what was read, nothing is written.
pub fn write_texts(opened: &Opened, texts: &Texts) -> Result<(), Failure> {
    let old = |path: &str| opened.workspace.file(path).map(|file| opened.workspace.text(file));
    let is_changed = |path: &&String| std::fs::read(opened.served.join(path)).ok().as_deref() != old(path);
    if let Some(path) = texts.keys().find(is_changed) {
        let path = opened.base.show(path);
        return Err(Failure::Unable(format!("`{path}` was changed while it was looked at: run it again")));
    }
    // The file behind links is written, once, and not a file put in a link's place.
    let behind = |file: PathBuf| file.canonicalize().unwrap_or(file);
    let mut files: Vec<(PathBuf, &[u8])> =
        texts.iter().map(|(path, text)| (behind(opened.served.join(path)), text.as_slice())).collect();
    files.sort_unstable();
    files.dedup_by(|(later, _), (earlier, _)| later == earlier);
    write_files(&files)
}

/// Writes a file whole or not at all, and keeps its permissions. What is no ordinary file (a link, a pipe, `/dev/null`) is written
/// through: to put a file in its place would destroy it.
pub fn write_file(path: &Path, text: &[u8]) -> Result<(), Failure> {
    if std::fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return std::fs::write(path, text).map_err(|error| not_written(path, &error));
    }
    Staged::new(path, text)?.put()
}

/// Writes files, and the directories that they need: all of them are on the disk under other names before the first is put in
/// its place.
pub fn write_files(files: &[(PathBuf, &[u8])]) -> Result<(), Failure> {
    let mut staged = Vec::with_capacity(files.len());
    for (path, text) in files {
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory).map_err(|error| not_written(path, &error))?;
        }
        staged.push(Staged::new(path, text)?);
    }
    staged.into_iter().try_for_each(Staged::put)
}

fn not_written(path: &Path, error: &io::Error) -> Failure {
    Failure::Unable(format!("`{}` could not be written: {error}", path.display()))
}

/// A file that is written and not yet in its place. What never gets there is removed.
struct Staged<'p> {
    path: &'p Path,
    temporary: PathBuf,
}

impl<'p> Staged<'p> {
    fn new(path: &'p Path, text: &[u8]) -> Result<Self, Failure> {
        let directory =
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = directory.join(format!(".{name}.{}.tmp", std::process::id()));
        let staged = Self { path, temporary };
        staged.write(text).map_err(|error| not_written(path, &error))?;
        Ok(staged)
    }

    /// Writes what it shall hold, once nobody may read it who may not read the file: it may hold passwords.
    fn write(&self, text: &[u8]) -> io::Result<()> {
        // Of a run that was killed; or a link, through which nothing is written.
        let _ = std::fs::remove_file(&self.temporary);
        let mut file = std::fs::File::create_new(&self.temporary)?;
        if let Ok(before) = std::fs::metadata(self.path) {
            file.set_permissions(before.permissions())?;
        }
        file.write_all(text)
    }

    fn put(self) -> Result<(), Failure> {
        std::fs::rename(&self.temporary, self.path).map_err(|error| not_written(self.path, &error))
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        // Once it is in its place there is nothing of this name.
        let _ = std::fs::remove_file(&self.temporary);
    }
}
