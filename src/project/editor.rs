//! Trees for editors: either the tree that contains a file, or a file outside any tree together with its
//! directory. A tree is opened once and reloaded after each edit.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::discover::{self, working_directory};
use super::lint_options::{Selection, today};
use super::settings::{FILE_NAME, Settings};
use super::store::Store;
use super::templates;
use super::{Error, OpenOptions, Opened, open};
use crate::catalogue::Schema;
use crate::lint;
use crate::lint::baseline::Baseline;
use crate::text::base::Base;
use crate::text::listing::{Entry, EntryKind};
use crate::text::location::{FetchError, Location};
use crate::text::path::{below_lossy, slashes, without_dots};
use crate::tree::load::{self, Request, Texts, Workspace};
use crate::tree::names::{Kind, phone_file_kind};

/// A unit that is checked as a whole: a served tree, or a file outside any tree.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home {
    /// The served tree, or the directory of the file.
    pub top: PathBuf,
    /// The file outside any tree.
    pub only: Option<String>,
}

/// The home of an absolute path, and the path relative to that home. The path need not exist.
pub fn find_home(options: &OpenOptions, path: &Path) -> (Home, String) {
    let path = without_dots(path);
    let directory = path.parent().unwrap_or(&path);
    // A new file belongs to the tree of its directory.
    let near = [path.as_path()].into_iter().chain(path.ancestors().skip(1)).find(|path| path.exists());
    let named = [near.unwrap_or(directory).to_owned()];
    let settings = discover::settings_file(options, &Store::Disk, &named).ok().flatten();
    let top = discover::served_tree(&Store::Disk, settings.as_deref(), &named).ok();
    // A stray cfg file in a parent directory, such as the home directory, does not make that directory
    // a tree.
    let top = top.filter(|top| match top == directory {
        true => is_tree(top),
        false => settings.is_some() || has_phone_file(top, |kind| kind == Kind::Boot),
    });
    if let Some(file) = settings.as_deref()
        && let Some(served) = discover::served_directory(&Store::Disk, file)
        && (path.starts_with(&served) || file == path || templates::is_outside(file, &served, &path))
    {
        let path = discover::path_from(&served, &path);
        return (Home { top: served, only: None }, path);
    }
    if let Some(top) = top.filter(|top| path.starts_with(top)) {
        let path = below_lossy(&top, &path);
        return (Home { top, only: None }, path);
    }
    let name = below_lossy(directory, &path);
    (Home { top: directory.into(), only: Some(name.clone()) }, name)
}

impl Home {
    /// The tree's settings file, in its top directory or a parent directory.
    pub fn settings_file(&self) -> Option<PathBuf> {
        self.top.ancestors().map(|directory| directory.join(FILE_NAME)).find(|file| file.is_file())
    }

    /// Whether a change to a file can affect the tree because the file is in the tree or next to its settings
    /// file.
    pub fn depends_on(&self, path: &Path) -> bool {
        let settings = self.settings_file();
        path.starts_with(&self.top)
            || settings.as_deref().and_then(Path::parent).is_some_and(|directory| path.starts_with(directory))
    }
}

/// Whether a directory is the top of a tree because it contains settings or a file that phones request by
/// name.
pub fn is_tree(directory: &Path) -> bool {
    directory.join(FILE_NAME).is_file() || has_phone_file(directory, |_| true)
}

/// Whether a directory directly contains a file of a wanted kind that phones request by name.
fn has_phone_file(directory: &Path, wanted: impl Fn(Kind) -> bool) -> bool {
    Store::Disk.contains_entry(directory, &|name| phone_file_kind(name).is_some_and(&wanted))
}

/// Options for checking a tree and displaying the findings.
pub struct LintContext {
    /// The directory that displayed paths are relative to.
    pub base: Base,
    /// The catalogue.
    pub schema: Cow<'static, Schema>,
    /// The lint options from the settings.
    pub options: lint::LintOptions,
    /// `[server] url`.
    pub url: Option<String>,
}

/// An opened home.
pub struct EditorTree {
    files: Files,
    lint_context: Arc<LintContext>,
}

enum Files {
    Tree {
        opened: Box<Opened>,
        baseline: Option<Baseline>,
    },
    /// A file outside any tree, and the other files in its directory, which the file may include.
    Single {
        top: PathBuf,
        path: String,
        listing: Vec<Entry>,
    },
}

impl EditorTree {
    /// Reads the settings of a home and the files named in the settings, and lists the files below the home.
    pub fn open(options: &OpenOptions, home: &Home) -> Result<Self, Error> {
        if let Some(path) = &home.only {
            return Self::open_single_file(home, path);
        }
        let mut opened = open(options, std::slice::from_ref(&home.top))?;
        let baseline = opened.baseline(None)?;
        let lint_context = Arc::new(lint_context(&opened, baseline.clone())?);
        Ok(Self { files: Files::Tree { opened: Box::new(opened), baseline }, lint_context })
    }

    fn open_single_file(home: &Home, path: &str) -> Result<Self, Error> {
        let mut listing = Vec::new();
        for file in std::fs::read_dir(&home.top).into_iter().flatten().flatten() {
            if file.path().is_file() {
                let path = file.file_name().to_string_lossy().into_owned();
                listing.push(Entry { path, kind: EntryKind::File });
            }
        }
        listing.push(Entry { path: path.to_owned(), kind: EntryKind::File });
        listing.sort();
        listing.dedup();
        let lint_context = LintContext {
            base: Base {
                served: slashes(&home.top),
                current: slashes(&working_directory()?),
                repository: None,
            },
            schema: Cow::Borrowed(Schema::builtin()),
            options: lint::LintOptions { today: today()?, ..lint::LintOptions::default() },
            url: None,
        };
        let files = Files::Single { top: home.top.clone(), path: path.to_owned(), listing };
        Ok(Self { files, lint_context: Arc::new(lint_context) })
    }

    /// The options for one state of the tree. The options depend on the state because boot files may declare
    /// models.
    pub fn lint_context(&mut self, workspace: &Workspace) -> Result<Arc<LintContext>, Error> {
        if let Files::Tree { opened, baseline } = &self.files {
            let models = opened.models_in(workspace)?;
            if models != self.lint_context.options.models {
                let lint_context = lint_context(opened, baseline.clone())?;
                let options = lint::LintOptions { models, ..lint_context.options };
                self.lint_context = Arc::new(LintContext { options, ..lint_context });
            }
        }
        Ok(self.last_lint_context())
    }

    /// The options from the last load.
    pub fn last_lint_context(&self) -> Arc<LintContext> {
        Arc::clone(&self.lint_context)
    }

    /// Loads the tree with the content of some files replaced.
    pub fn load(&self, texts: &Texts) -> Workspace {
        match &self.files {
            Files::Tree { opened, .. } => opened.load(texts),
            Files::Single { top, path, listing } => load_single_file(top, path, listing, texts),
        }
    }

    /// Loads only this file, which is outside all roots, with the content of some files replaced.
    pub fn load_outside_roots(&self, texts: &Texts, path: &str) -> Workspace {
        match &self.files {
            Files::Tree { opened, .. } => opened.load_named(texts, path),
            Files::Single { .. } => self.load(texts),
        }
    }
}

/// The options that the `lint` command uses.
fn lint_context(opened: &Opened, baseline: Option<Baseline>) -> Result<LintContext, Error> {
    Ok(LintContext {
        base: opened.base.clone(),
        schema: opened.schema.clone(),
        options: lint::LintOptions { baseline, hints: true, ..opened.lint_options(Selection::default())? },
        url: opened.settings.server.url.as_ref().map(|url| url.get_ref().clone()),
    })
}

fn load_single_file(top: &Path, path: &str, listing: &[Entry], texts: &Texts) -> Workspace {
    let limit = Settings::default().limits.file_bytes;
    let fetch: &load::Fetch<'_> = &|location| match location {
        Location::Tree(path) => Store::Disk.read(&top.join(path), limit),
        Location::Url(_) => Err(FetchError::NotFetched),
    };
    Request::new(listing.to_vec(), &load::over(texts, fetch))
        .roots(Some(Vec::new()))
        .names_file(&|name| lint::names_file(Schema::builtin(), name))
        .named(vec![path.to_owned()])
        .load()
}
