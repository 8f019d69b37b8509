//! `fvprov get`, `set` and `unset`: read and edit a parameter in the file that determines its value.

mod change;
pub mod get;
pub mod set;
pub mod unset;

use std::path::{Path, PathBuf};

use clap::Args;
use fvprov::catalogue::Schema;
use fvprov::project::discover::here;
use fvprov::project::{Opened, Reading, open_with};
use fvprov::text::fmt;
use fvprov::text::path::without_dots;
use fvprov::text::source::FileId;
use fvprov::tree::load::State;
use fvprov::tree::resolve::Phone;

use super::missing_files::{Phones, reason};
use super::{Failure, Global, complete};

/// Options that select a phone or a file.
#[derive(Args)]
pub struct At {
    /// MAC of the phone, in any spelling; `any` for a phone without files of its own
    #[arg(long, value_name = "MAC", add = complete::macs())]
    mac: Option<String>,
    /// File to read or edit
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Provisioning tree
    #[arg(long, value_name = "SOURCE")]
    source: Option<PathBuf>,
    /// Fetch absolute http and https includes
    #[arg(long)]
    online: bool,
}

/// Options that control writing.
#[derive(Args)]
pub struct How {
    /// Allow editing a file that other phones read
    #[arg(long)]
    shared: bool,
    /// Report the change without writing it
    #[arg(long)]
    dry_run: bool,
    /// Show the change as a diff without writing it
    #[arg(long)]
    diff: bool,
}

impl At {
    /// Opens the named tree, or that of the working directory. A file outside the working directory selects its own tree.
    fn open(&self, global: &Global) -> Result<Opened, Failure> {
        if self.mac.is_none() && self.file.is_none() {
            return Err(Failure::Unable("no phone or file is named: use --mac or --file".into()));
        }
        let here = here()?;
        let is_below = |file: &&PathBuf| without_dots(&here.join(file)).starts_with(&here);
        let outside = self.file.as_ref().filter(|file| !is_below(file));
        let sources: Vec<PathBuf> = self.source.as_ref().or(outside).into_iter().cloned().collect();
        let macs = self.mac.as_slice();
        let reading = Reading { online: self.online, macs, ..Reading::default() };
        Ok(open_with(&global.project(), &sources, reading)?)
    }

    fn phone<'w>(&self, global: &'w Global, opened: &'w Opened) -> Result<Option<Phone<'w>>, Failure> {
        self.mac.as_ref().map(|mac| Phones::new(global, opened).find(mac)).transpose()
    }

    fn file(&self, opened: &Opened) -> Result<Option<FileId>, Failure> {
        let one = |path: &PathBuf| {
            let found = opened.file(&path.to_string_lossy());
            found.map_err(|error| Failure::Unable(format!("{error}; name the tree with --source")))
        };
        self.file.as_ref().map(one).transpose()
    }
}

/// Fails if the file is not a readable boot or cfg file of the tree.
fn check_file(opened: &Opened, file: FileId) -> Result<(), Failure> {
    let (document, text) = (opened.workspace.document(file), opened.workspace.text(file));
    let path = opened.workspace.path(file);
    let why = match &document.state {
        _ if path.contains("://") => Some("it is a URL, not a file of this tree".into()),
        _ if document.role.kind().is_none() => Some("it is not a boot or cfg file".into()),
        State::Read => fmt::not_ours(text, &document.tree),
        state => Some(reason(state)),
    };
    match why {
        Some(why) => Err(Failure::Unable(format!("`{}` cannot be used: {why}", opened.base.show(path)))),
        None => Ok(()),
    }
}

/// The path of a file as messages show it.
fn shown(opened: &Opened, file: FileId) -> String {
    opened.base.show(opened.workspace.path(file))
}

/// A "did you mean" suffix for a name that no file sets.
fn did_you_mean(schema: &Schema, name: &str) -> String {
    if schema.parameter(name).is_some() || name.contains(['*', '?']) {
        return String::new();
    }
    match schema.nearest(name) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => "; the catalogue has no such parameter".into(),
    }
}

/// The path of a file with links resolved.
fn behind(opened: &Opened, path: &str) -> PathBuf {
    let path: &Path = &opened.served.join(path);
    path.canonicalize().unwrap_or_else(|_| path.into())
}
