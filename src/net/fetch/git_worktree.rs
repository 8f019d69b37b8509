//! Determines which files in a working tree are identical to those in a revision, according to git's index.
//! For most files, git compares only the size and the modification time. Writes nothing, and runs no program
//! that a repository's configuration names.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashSet;

use super::git_command::{git, text};
use crate::text::path::{file_name, parent};

/// Settings that change the content of files in the working tree, or that make git compare them less strictly.
const SETTINGS: &str = r"^(core\.(autocrlf|attributesfile|worktree|checkstat|trustctime)|attr\.tree)$";

/// A working tree that is compared with a revision.
#[derive(Debug)]
pub struct Worktree {
    /// The paths that may differ. Any thread may add a path that cannot be read.
    changed: Mutex<FxHashSet<String>>,
}

impl Worktree {
    /// Compares the working tree at `top` with a tree object that contains these paths. `None` if the index
    /// is not sufficient, because files are converted, omitted, or assumed to be unchanged.
    pub fn compare<'a>(top: &Path, tree: &str, paths: impl Iterator<Item = &'a str>) -> Option<Self> {
        if converts_files(top, paths) || !is_complete(top) {
            return None;
        }
        let options = ["diff-index", "--raw", "-z", "--no-renames", "--ignore-submodules=all"];
        let listed = git(top, &[&options[..], &["--no-ext-diff", "--no-textconv", tree]].concat()).ok()?;
        // `:100644 100644 0123… 0000… M<NUL>path<NUL>`
        let mut parts = listed.split(|byte| *byte == 0);
        let mut changed = FxHashSet::default();
        while let Some(head) = parts.next().filter(|head| !head.is_empty()) {
            if !head.starts_with(b":") {
                return None;
            }
            changed.insert(text(parts.next()?).into_owned());
        }
        Some(Self { changed: Mutex::new(changed) })
    }

    /// Whether the file at a path of the revision has the same content in the working tree.
    pub fn is_unchanged(&self, path: &str) -> bool {
        !self.changed.lock().unwrap_or_else(PoisonError::into_inner).contains(path)
    }

    /// Marks a file as changed, because it cannot be read.
    pub fn mark_changed(&self, path: &str) {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }
}

/// Whether settings or attributes may convert files, or name programs that do.
fn converts_files<'a>(top: &Path, paths: impl Iterator<Item = &'a str>) -> bool {
    if std::env::var_os("GIT_ATTR_SOURCE").is_some() {
        return true;
    }
    // Git fails if none of these settings exist.
    if git(top, &["config", "-z", "--get-regexp", SETTINGS]).is_ok() {
        return true;
    }
    let files = [
        &["rev-parse", "--git-path", "info/attributes"][..],
        &["var", "GIT_ATTR_GLOBAL"],
        &["var", "GIT_ATTR_SYSTEM"],
    ];
    let exists = |args: &[&str]| {
        // Old versions of git do not support these arguments: assume that the file exists.
        git(top, args).map_or(true, |path| top.join(text(&path).trim_end_matches('\n')).exists())
    };
    if files.into_iter().any(exists) {
        return true;
    }
    let mut directories: BTreeSet<&str> = BTreeSet::from([""]);
    for path in paths {
        if file_name(path) == ".gitattributes" {
            return true;
        }
        let mut above = parent(path);
        while directories.insert(above) {
            above = parent(above);
        }
    }
    directories.into_iter().any(|directory| top.join(directory).join(".gitattributes").exists())
}

/// Whether the index describes every file in the working tree: no file is unmerged, omitted, or assumed to be
/// unchanged.
fn is_complete(top: &Path) -> bool {
    let listed = git(top, &["ls-files", "-v", "-z"]);
    listed.is_ok_and(|listed| {
        listed.split(|byte| *byte == 0).all(|line| line.is_empty() || line.starts_with(b"H "))
    })
}
