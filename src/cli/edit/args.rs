//! Arguments that `get`, `set` and `unset` share.

use std::path::PathBuf;

use clap::Args;
use fvprov::project::discover::working_directory;
use fvprov::project::{Opened, Reading, open_with};
use fvprov::text::path::without_dots;
use fvprov::text::source::FileId;
use fvprov::tree::resolve::Phone;

use crate::cli::shared::missing_files::PhoneFinder;
use crate::cli::shared::{Failure, Global, PhoneArgs};

/// Options that select a phone or a file.
#[derive(Args)]
pub struct TargetArgs {
    #[command(flatten)]
    pub phones: PhoneArgs,
    /// File to read or edit
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Provisioning tree
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<PathBuf>,
    /// Fetch absolute http and https includes
    #[arg(long)]
    pub online: bool,
}

/// Options that control writing.
#[derive(Args)]
#[allow(clippy::struct_excessive_bools)] // independent flags
pub struct WriteArgs {
    /// Allow editing a file that other phones read
    #[arg(long)]
    pub shared: bool,
    /// Edit a file that `generate` wrote; the next `generate` replaces the edit
    #[arg(long)]
    pub force: bool,
    /// Write even if phones lose or change their provisioning server
    #[arg(long)]
    pub yes: bool,
    /// Report the change without writing it
    #[arg(long)]
    pub dry_run: bool,
    /// Show the change as a diff without writing it
    #[arg(long)]
    pub diff: bool,
}

impl WriteArgs {
    /// Whether the command writes.
    pub fn writes(&self) -> bool {
        !self.dry_run && !self.diff
    }
}

impl TargetArgs {
    /// Opens the named tree, or the tree that contains the working directory. A file outside the working directory
    /// selects its own tree. If neither a phone nor a file is selected, the error suggests a MAC from `words`. With
    /// `write`, the tree is locked until the result is dropped.
    pub fn open(&self, global: &Global, words: &[String], write: bool) -> Result<Opened, Failure> {
        if self.file.is_none() {
            let message = "no phone or file is selected: use --mac, --where, --phone or --file";
            self.phones.require(message, words.iter().map(String::as_str))?;
        }
        let here = working_directory()?;
        let outside = self.file.as_ref().filter(|file| !without_dots(&here.join(file)).starts_with(&here));
        let sources: Vec<PathBuf> = self.source.as_ref().or(outside).into_iter().cloned().collect();
        let phones = self.phones.selection();
        let reading = Reading { online: self.online, phones, write, ..Reading::default() };
        Ok(open_with(&global.open_options(), &sources, reading)?)
    }

    /// The selected phones; empty if none is selected.
    pub fn phones<'w>(&self, global: &'w Global, opened: &'w Opened) -> Result<Vec<Phone<'w>>, Failure> {
        if self.phones.is_empty() {
            return Ok(Vec::new());
        }
        PhoneFinder::new(global, opened).find(&self.phones.selection())
    }

    /// The selected phone, for a command that edits files: `None` if none is selected.
    pub fn phone<'w>(&self, global: &'w Global, opened: &'w Opened) -> Result<Option<Phone<'w>>, Failure> {
        let mut phones = self.phones(global, opened).map_err(Failure::into_unable)?;
        match phones.len() {
            0 | 1 => Ok(phones.pop()),
            several => Err(Failure::Unable(format!("{several} phones are selected: select only one"))),
        }
    }

    /// The file that `--file` names.
    pub fn file(&self, opened: &Opened) -> Result<Option<FileId>, Failure> {
        let Some(path) = &self.file else { return Ok(None) };
        match opened.file(&path.to_string_lossy()) {
            Ok(file) => Ok(Some(file)),
            Err(error) => Err(Failure::Unable(format!("{error}; specify the tree with --source"))),
        }
    }
}
