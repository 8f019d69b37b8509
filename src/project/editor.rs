//! Trees for editors: the tree that contains a file, or a file outside any tree with its directory. Opened once, and
//! loaded again after every edit.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::{self, here};
use super::lint_options::{Selection, today};
use super::settings::{FILE_NAME, Settings};
use super::store::Store;
use super::{Error, Opened, Options, open};
use crate::catalogue::Schema;
use crate::lint;
use crate::lint::baseline::Baseline;
use crate::text::base::Base;
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::path::{below_lossy, slashes, without_dots};
use crate::tree::load::{self, Request, Texts, Workspace};
use crate::tree::names::{Kind, phone_file_kind};

/// The unit that is checked together: a served tree, or a file outside any tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home {
    /// The served tree, or the directory of the file.
    pub top: PathBuf,
    /// The file outside any tree.
    pub only: Option<String>,
}

/// The home of an absolute path, which need not exist, and its relative path.
pub fn find_home(options: &Options, path: &Path) -> (Home, String) {
    let path = without_dots(path);
    let directory = path.parent().unwrap_or(&path);
    // A new file belongs to the tree of its directory.
    let near = [path.as_path()].into_iter().chain(path.ancestors().skip(1)).find(|path| path.exists());
    let named = [near.unwrap_or(directory).to_owned()];
    let settings = discover::settings_file(options, &Store::Disk, &named).ok().flatten();
    let top = discover::served_tree(&Store::Disk, settings.as_deref(), &named).ok();
    // A stray cfg file in a parent directory, for example the home directory, does not make it a tree.
    let is_home = |top: &Path| match top == directory {
        true => is_tree(top),
        false => settings.is_some() || holds(top, |kind| kind == Kind::Boot),
    };
    if let Some(top) = top.filter(|top| path.starts_with(top) && is_home(top)) {
        let path = below_lossy(&top, &path);
        return (Home { top, only: None }, path);
    }
    let name = below_lossy(directory, &path);
    (Home { top: directory.into(), only: Some(name.clone()) }, name)
}

/// Whether a directory is the top of a tree: it contains settings, or a file that phones request by name.
pub fn is_tree(directory: &Path) -> bool {
    directory.join(FILE_NAME).is_file() || holds(directory, |_| true)
}

/// Whether a directory directly contains a file of a wanted kind that phones request by name.
fn holds(directory: &Path, wanted: impl Fn(Kind) -> bool) -> bool {
    Store::Disk.contains_entry(directory, &|name| phone_file_kind(name).is_some_and(&wanted))
}

/// Options for checking and showing a tree.
pub struct Judging {
    /// The directory that shown paths are relative to.
    pub base: Base,
    /// The catalogue.
    pub schema: Cow<'static, Schema>,
    /// The lint options of the settings.
    pub options: lint::LintOptions,
    /// `[server] url`.
    pub url: Option<String>,
}

/// An opened home.
pub struct EditorTree {
    files: Files,
    judging: Arc<Judging>,
}

enum Files {
    Tree {
        opened: Box<Opened>,
        baseline: Option<Baseline>,
    },
    /// A file outside any tree, and the files of its directory, which it may include.
    Lone {
        top: PathBuf,
        path: String,
        listing: Vec<Entry>,
    },
}

impl EditorTree {
    /// Reads the settings of a home, the files they name, and lists the files below it.
    pub fn open(options: &Options, home: &Home) -> Result<Self, Error> {
        if let Some(path) = &home.only {
            return Self::open_lone(home, path);
        }
        let mut opened = open(options, std::slice::from_ref(&home.top))?;
        let baseline = opened.baseline(None)?;
        let judging = Arc::new(judging(&opened, baseline.clone())?);
        Ok(Self { files: Files::Tree { opened: Box::new(opened), baseline }, judging })
    }

    fn open_lone(home: &Home, path: &str) -> Result<Self, Error> {
        let files = std::fs::read_dir(&home.top).into_iter().flatten().flatten();
        let entry = |file: std::fs::DirEntry| {
            let path = file.file_name().to_string_lossy().into_owned();
            file.path().is_file().then_some(Entry { path, kind: EntryKind::File })
        };
        let mut listing: Vec<Entry> = files.filter_map(entry).collect();
        listing.push(Entry { path: path.to_owned(), kind: EntryKind::File });
        listing.sort();
        listing.dedup();
        let judging = Judging {
            base: Base { served: slashes(&home.top), current: slashes(&here()?), repository: None },
            schema: Cow::Borrowed(Schema::builtin()),
            options: lint::LintOptions { today: today()?, ..lint::LintOptions::default() },
            url: None,
        };
        let files = Files::Lone { top: home.top.clone(), path: path.to_owned(), listing };
        Ok(Self { files, judging: Arc::new(judging) })
    }

    /// The options for a state of the tree, whose boot files may declare models.
    pub fn judging(&mut self, workspace: &Workspace) -> Result<Arc<Judging>, Error> {
        if let Files::Tree { opened, baseline } = &self.files {
            let models = opened.models_in(workspace)?;
            if models != self.judging.options.models {
                let judging = judging(opened, baseline.clone())?;
                let options = lint::LintOptions { models, ..judging.options };
                self.judging = Arc::new(Judging { options, ..judging });
            }
        }
        Ok(self.last_judging())
    }

    /// The options of the last load.
    pub fn last_judging(&self) -> Arc<Judging> {
        Arc::clone(&self.judging)
    }

    /// Loads the tree with replaced texts.
    pub fn load(&self, texts: &Texts) -> Workspace {
        match &self.files {
            Files::Tree { opened, .. } => opened.load(texts),
            Files::Lone { top, path, listing } => load_lone(top, path, listing, texts),
        }
    }

    /// Loads only this file, which is not in a root, with replaced texts.
    pub fn load_stray(&self, texts: &Texts, path: &str) -> Workspace {
        match &self.files {
            Files::Tree { opened, .. } => opened.load_named(texts, path),
            Files::Lone { .. } => self.load(texts),
        }
    }
}

/// The options that `lint` would use.
fn judging(opened: &Opened, baseline: Option<Baseline>) -> Result<Judging, Error> {
    Ok(Judging {
        base: opened.base.clone(),
        schema: opened.schema.clone(),
        options: lint::LintOptions { baseline, ..opened.lint_options(Selection::default())? },
        url: opened.settings.server.url.clone(),
    })
}

fn load_lone(top: &Path, path: &str, listing: &[Entry], texts: &Texts) -> Workspace {
    let limit = Settings::default().limits.file_bytes;
    let fetch = |location: &Location| match location {
        Location::Tree(path) => Store::Disk.read(&top.join(path), limit),
        Location::Url(_) => Err(FetchError::NotFetched),
    };
    Request::new(listing.to_vec(), &load::over(texts, &fetch))
        .roots(Some(Vec::new()))
        .names_file(&|name| lint::names_file(Schema::builtin(), name))
        .named(vec![path.to_owned()])
        .load()
}
