//! `fvprov get`, `set` and `unset`: a parameter in the file that decides it.

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

/// The phone or the file that is meant.
#[derive(Args)]
pub struct At {
    /// The phone, in any spelling of the MAC; `any` for one without files of its own
    #[arg(long, value_name = "MAC", add = complete::macs())]
    mac: Option<String>,
    /// The file
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The provisioning tree
    #[arg(long, value_name = "SOURCE")]
    source: Option<PathBuf>,
    /// Fetch absolute http and https includes
    #[arg(long)]
    online: bool,
}

/// What is done with a change.
#[derive(Args)]
pub struct How {
    /// Change the file also where other phones read it
    #[arg(long)]
    shared: bool,
    /// Write nothing; say what would change
    #[arg(long)]
    dry_run: bool,
    /// Write nothing; show what would change
    #[arg(long)]
    diff: bool,
}

impl At {
    /// The tree: the named one, or that of the working directory; a file outside of that brings its own.
    fn open(&self, global: &Global) -> Result<Opened, Failure> {
        if self.mac.is_none() && self.file.is_none() {
            return Err(Failure::Unable("name the phone with --mac, or the file with --file".into()));
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
            found.map_err(|error| Failure::Unable(format!("{error}; --source names the tree")))
        };
        self.file.as_ref().map(one).transpose()
    }
}

/// Fails where a file is none of settings that can be understood, and so none to change or to ask.
fn check_file(opened: &Opened, file: FileId) -> Result<(), Failure> {
    let (document, text) = (opened.workspace.document(file), opened.workspace.text(file));
    let path = opened.workspace.path(file);
    let why = match &document.state {
        _ if path.contains("://") => Some("it is fetched, and no file of this tree".into()),
        _ if document.role.kind().is_none() => Some("it is no boot or cfg file".into()),
        State::Read => fmt::not_ours(text, &document.tree),
        state => Some(reason(state)),
    };
    match why {
        Some(why) => Err(Failure::Unable(format!("`{}` is left alone: {why}", opened.base.show(path)))),
        None => Ok(()),
    }
}

/// The path of a file of the tree, as it is shown.
fn shown(opened: &Opened, file: FileId) -> String {
    opened.base.show(opened.workspace.path(file))
}

/// What a name that nothing sets most likely means, as the end of a sentence.
fn did_you_mean(schema: &Schema, name: &str) -> String {
    if schema.parameter(name).is_some() || name.contains(['*', '?']) {
        return String::new();
    }
    match schema.nearest(name) {
        Some(near) => format!("; did you mean `{near}`?"),
        None => "; no such parameter is known".into(),
    }
}

/// The file behind a link.
fn behind(opened: &Opened, path: &str) -> PathBuf {
    let path: &Path = &opened.served.join(path);
    path.canonicalize().unwrap_or_else(|_| path.into())
}
