//! Releases: each publication has its own directory, and a link points to the current one.

use std::path::{Path, PathBuf};

use super::super::write::{self, TreeLock};

/// The directory in which the next release is built.
const BUILD: &str = ".new";

/// The releases that a link can point to.
pub struct Releases {
    /// The directory that contains all releases: `DEST.releases`.
    pub directory: PathBuf,
    /// The number of releases to retain.
    keep: usize,
}

impl Releases {
    /// The releases that a link can point to.
    pub fn new(link: &Path, keep: usize) -> Self {
        Self { directory: releases_directory(link), keep }
    }

    /// Whether a link points to one of its releases.
    pub fn is_link(link: &Path) -> bool {
        let target = std::fs::read_link(link).ok();
        let above = target.and_then(|target| {
            let target = link.parent()?.join(target);
            Some((write::resolve(target.parent()?), number(&target)?))
        });
        above.is_some_and(|(above, _)| above == write::resolve(&releases_directory(link)))
    }

    /// The directory in which the next release is built.
    pub fn build_directory(&self) -> PathBuf {
        self.directory.join(BUILD)
    }

    /// Copies the current release to the directory in which the next one is built. Returns the name of the next release.
    pub fn build(&self, current: Option<&Path>) -> Result<String, write::Error> {
        write::copy_directory(current, &self.build_directory())?;
        Ok(format!("{:04}", self.numbers().last().copied().unwrap_or_default() + 1))
    }

    /// Renames the build directory to the release's name, and points the link to it. Returns its directory.
    pub fn switch(&self, link: &Path, release: &str) -> Result<PathBuf, write::Error> {
        let directory = self.directory.join(release);
        write::rename_directory(&self.build_directory(), &directory)?;
        let name = self.directory.file_name().unwrap_or_default();
        TreeLock::replace_link(link, &Path::new(name).join(release))?;
        Ok(directory)
    }

    /// Removes old releases, except the current one. Returns their names.
    pub fn remove_old(&self, current: &Path) -> Vec<String> {
        let numbers = self.numbers();
        let old = numbers.iter().take(numbers.len().saturating_sub(self.keep.max(1)));
        let names = old.map(|number| format!("{number:04}"));
        let removed = names.filter(|name| {
            let directory = self.directory.join(name);
            directory != current && std::fs::remove_dir_all(directory).is_ok()
        });
        removed.collect()
    }

    /// The numbers of the releases, in ascending order.
    fn numbers(&self) -> Vec<u64> {
        let entries = std::fs::read_dir(&self.directory).into_iter().flatten().flatten();
        let mut numbers: Vec<u64> = entries.filter_map(|entry| number(&entry.path())).collect();
        numbers.sort_unstable();
        numbers
    }
}

/// `DEST.releases`
fn releases_directory(link: &Path) -> PathBuf {
    let mut name = link.file_name().unwrap_or_default().to_owned();
    name.push(".releases");
    link.with_file_name(name)
}

/// The release number in a directory's name.
fn number(path: &Path) -> Option<u64> {
    let name = path.file_name()?.to_str()?;
    name.parse().ok().filter(|number| format!("{number:04}") == name)
}
