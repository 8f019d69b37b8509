//! Arguments that `get`, `set` and `unset` share.

use std::path::PathBuf;

use clap::Args;
use fvprov::author::target_files::{SelectedMembers, TargetOptions};
use fvprov::project::discover::working_directory;
use fvprov::project::{Opened, Reading, open_with};
use fvprov::text::mac::Mac;
use fvprov::text::path::without_dots;
use fvprov::text::source::FileId;
use fvprov::tree::resolve::{Fleet, Phone};
use rustc_hash::FxHashMap;

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
    /// Edit the line that determines the value, even if other phones read it
    #[arg(long)]
    pub shared: bool,
    /// Select every phone that has files of its own
    #[arg(long, help_heading = "Phones", conflicts_with_all = ["mac", "where", "phone", "file"])]
    pub every_phone: bool,
    /// Edit a file that `generate` wrote; the next run of `generate` overwrites the edit
    #[arg(long)]
    pub force: bool,
    /// Write even if several phones change, or phones lose or change their provisioning server
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
    /// The options as data.
    fn target_options(&self) -> TargetOptions {
        TargetOptions { shared: self.shared, force: self.force, every_phone: self.every_phone }
    }

    /// Whether the command writes.
    pub fn writes(&self) -> bool {
        !self.dry_run && !self.diff
    }
}

impl TargetArgs {
    /// Opens the named tree, or the tree that contains the working directory. A file outside the working directory
    /// selects its own tree. If neither a phone nor a file is selected, the error suggests a MAC from `words`.
    pub fn open(&self, global: &Global, words: &[String]) -> Result<Opened, Failure> {
        if self.file.is_none() {
            let message = "no phone or file is selected: use --mac, --where, --phone or --file";
            self.phones.require(message, words.iter().map(String::as_str))?;
        }
        self.open_tree(global, false)
    }

    /// Like [`Self::open`], for a command that edits files. If the command writes, the tree is locked until the result
    /// is dropped.
    pub fn open_to_edit(
        &self,
        global: &Global,
        words: &[String],
        how: &WriteArgs,
    ) -> Result<Opened, Failure> {
        if self.file.is_none() && !how.every_phone {
            let message =
                "no phone or file is selected: use --mac, --where, --phone, --every-phone or --file";
            self.phones.require(message, words.iter().map(String::as_str))?;
        }
        self.open_tree(global, how.writes())
    }

    fn open_tree(&self, global: &Global, write: bool) -> Result<Opened, Failure> {
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

    /// The selected phones, for a command that edits files; none if only a file is selected.
    pub fn selected_members<'f>(
        &self,
        global: &Global,
        opened: &'f Opened,
        fleet: &'f Fleet<'f>,
        how: &WriteArgs,
    ) -> Result<SelectedMembers<'f>, Failure> {
        if self.phones.is_empty() && !how.every_phone {
            return Ok(SelectedMembers::new(opened, fleet, how.target_options(), Vec::new()));
        }
        let phones = PhoneFinder::new(global, opened).find(&self.phones.selection());
        let phones = phones.map_err(Failure::into_unable)?;
        if phones.is_empty() {
            let why = "no phone has files of its own: select a file with --file";
            return Err(Failure::Unable(why.into()));
        }
        let known: FxHashMap<(&str, Option<Mac>), u32> = fleet
            .members
            .iter()
            .zip(0..)
            .map(|(member, at)| ((opened.workspace.roots[member.root].path.as_str(), member.mac), at))
            .collect();
        let members =
            phones.iter().filter_map(|phone| known.get(&(phone.root.path.as_str(), phone.mac)).copied());
        Ok(SelectedMembers::new(opened, fleet, how.target_options(), members.collect()))
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
