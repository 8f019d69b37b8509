//! The output directory of `generate` and its existing files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use fvprov::author::generate::{GeneratedFile, Template};
use fvprov::project::discover::{on_disk, working_directory};
use fvprov::project::inventory::Inventory;
use fvprov::project::manifest::Manifest;
use fvprov::project::write::{self, Before, TreeLock};
use fvprov::project::{Store, find_tree};
use fvprov::text::mac::Mac;
use fvprov::text::path::{below_lossy, slashes, without_dots};
use fvprov::text::plural::plural;

use crate::cli::shared::{Failure, Global};

/// An output directory, which need not exist.
pub struct OutputDirectory {
    /// Its absolute path.
    pub directory: PathBuf,
    /// The directory if it exists, or else its parent directory.
    pub existing: PathBuf,
    /// The served tree that contains the directory.
    pub served: PathBuf,
    /// The files that `generate` wrote into the tree.
    pub manifest: Manifest,
    here: PathBuf,
}

/// A file to create or change.
pub struct FileChange<'g> {
    /// The path relative to the directory.
    pub path: String,
    /// The current content.
    pub old: Vec<u8>,
    /// Whether the file does not exist yet.
    pub is_new: bool,
    /// The new content.
    pub text: &'g str,
    /// The path with links resolved.
    real: PathBuf,
}

/// A file to remove.
pub struct StaleFile {
    /// Its path in the served tree.
    pub path: String,
    /// Its path on disk.
    pub file: PathBuf,
    /// Its content.
    pub text: Vec<u8>,
}

impl OutputDirectory {
    /// Finds the output directory at a path.
    pub fn find(global: &Global, path: &Path) -> Result<Self, Failure> {
        let here = working_directory()?;
        let directory = on_disk(&here, path, true)?;
        if directory.exists() && !directory.is_dir() {
            return Err(Failure::Unable(format!("--out `{}` is not a directory", path.display())));
        }
        let above = directory.parent().filter(|_| !directory.exists());
        let existing = above.unwrap_or(&directory).to_owned();
        let served = find_tree(&global.open_options().silent(), &existing)?;
        let manifest = Manifest::read(&Store::Disk, &served);
        Ok(Self { directory, existing, served, manifest, here })
    }

    /// The path of a file in the directory, for messages.
    pub fn display_path(&self, path: &str) -> String {
        self.display(&self.directory.join(path))
    }

    /// The path of a file in the served tree, for messages.
    pub fn display_served(&self, path: &str) -> String {
        self.display(&without_dots(&self.served.join(path)))
    }

    fn display(&self, path: &Path) -> String {
        if path.starts_with(&self.here) { below_lossy(&self.here, path) } else { slashes(path) }
    }

    /// The files whose content changes.
    pub fn changes<'g>(
        &self,
        files: &'g BTreeMap<String, GeneratedFile>,
    ) -> Result<Vec<FileChange<'g>>, Failure> {
        let mut changes = Vec::new();
        let mut reals = BTreeSet::new();
        for (path, file) in files {
            let change = self
                .change(path, &file.text, &mut reals)
                .map_err(|why| Failure::Unable(format!("`{}`: {why}", self.display_path(path))))?;
            changes.extend(change);
        }
        Ok(changes)
    }

    /// The change to a file, if its content changes. Adds its path with links resolved to `reals`.
    fn change<'g>(
        &self,
        path: &str,
        text: &'g str,
        reals: &mut BTreeSet<PathBuf>,
    ) -> Result<Option<FileChange<'g>>, String> {
        let file = self.directory.join(path);
        let (old, is_new) = match std::fs::read(&file) {
            Ok(old) if old == text.as_bytes() => return Ok(None),
            Ok(old) => (old, false),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Vec::new(), true),
            Err(error) => return Err(error.to_string()),
        };
        let real = self
            .real(&file)
            .ok_or("a link in this path leads outside the output directory: nothing was written")?;
        if !reals.insert(real.clone()) {
            return Err("because of a link, this is the same file as another output".into());
        }
        Ok(Some(FileChange { path: path.to_owned(), old, is_new, text, real }))
    }

    /// The path with links resolved, if it is inside the directory.
    fn real(&self, file: &Path) -> Option<PathBuf> {
        // A dangling link also exists, and its target may be anywhere.
        let there = file.ancestors().find(|above| std::fs::symlink_metadata(above).is_ok())?;
        let real = there.canonicalize().ok()?;
        let top = self.existing.canonicalize().ok()?;
        let rest = file.strip_prefix(there).ok()?;
        let real = if rest.as_os_str().is_empty() { real } else { real.join(rest) };
        real.starts_with(top).then_some(real)
    }

    /// Notes about the files for phones that are not in the list.
    pub fn note_unlisted_phones(&self, inventory: &Inventory, templates: &[Template]) -> Vec<String> {
        let listed: BTreeSet<Mac> = inventory.rows.iter().map(|row| row.mac).collect();
        let mut left: BTreeMap<Mac, BTreeSet<String>> = BTreeMap::new();
        let of_phones = templates.iter().map(|template| &template.output).filter(|output| {
            output.columns().next().is_some() && output.columns().all(|column| column == "mac")
        });
        for output in of_phones {
            let base = output.fixed();
            let Ok(entries) = std::fs::read_dir(self.directory.join(base)) else { continue };
            for name in entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()) {
                let digits: String = name.chars().skip_while(|c| !c.is_ascii_hexdigit()).take(12).collect();
                let Some(mac) = digits.parse::<Mac>().ok().filter(|mac| !listed.contains(mac)) else {
                    continue;
                };
                let path = format!("{base}{name}");
                if output.fill(&|_| mac.to_string()).is_ok_and(|filled| filled == path) {
                    left.entry(mac).or_default().insert(self.display_path(&path));
                }
            }
        }
        let total = left.len();
        let mut notes: Vec<String> = left
            .into_iter()
            .take(10)
            .map(|(mac, files)| {
                let files: Vec<String> = files.into_iter().map(|file| format!("`{file}`")).collect();
                format!(
                    "{mac} is not in the list; its files were not deleted: {} (see --prune)",
                    files.join(", ")
                )
            })
            .collect();
        if total > notes.len() {
            notes.push(format!("and files of {} more", plural(total - notes.len(), "phone")));
        }
        notes
    }
}

/// Writes the changes, removes stale files, and writes other files. Either all of these changes are made or
/// none.
pub fn write<'a>(
    directory: &OutputDirectory,
    lock: &TreeLock,
    changes: &'a [FileChange<'_>],
    stale: &'a [StaleFile],
    others: Vec<write::FileChange<'a>>,
) -> Result<(), Failure> {
    let written = changes.iter().map(|change| write::FileChange {
        path: change.real.clone(),
        displayed: directory.display_path(&change.path),
        before: if change.is_new { Before::Missing } else { Before::Text(&change.old) },
        text: Some(change.text.as_bytes()),
    });
    let removed = stale.iter().map(|file| write::FileChange {
        path: file.file.clone(),
        displayed: directory.display_served(&file.path),
        before: Before::Text(&file.text),
        text: None,
    });
    let files: Vec<write::FileChange<'_>> = others.into_iter().chain(written).chain(removed).collect();
    lock.write(&files)?;
    Ok(())
}
