//! Generated files for phones that are no longer in the list.

use std::collections::{BTreeMap, BTreeSet};

use fvprov::author::generate::Loaded;
use fvprov::project::manifest::Manifest;
use fvprov::text::mac::Mac;
use fvprov::text::plural::plural;

use super::output_directory::{OutputDirectory, StaleFile};
use crate::cli::shared::Failure;

/// Maximum number of phones whose files may be removed without `--yes`.
const MOST_PHONES: usize = 5;
const MOST_PERCENT: usize = 5;

/// Files for phones that are not in the list.
#[derive(Default)]
pub struct Stale {
    /// Files that are unchanged since `generate` wrote them. Boot files come first, so that no remaining file
    /// names a removed file.
    pub files: Vec<StaleFile>,
    /// The paths of files that were edited, for messages.
    pub edited: Vec<String>,
    /// The phones of `files`.
    phones: BTreeSet<Mac>,
    /// Number of phones with generated files.
    known: usize,
}

impl Stale {
    /// Finds generated files in the output directory that belong to phones not in the list. If one of a
    /// phone's files was edited, all files of this phone are kept.
    pub fn find(directory: &OutputDirectory, manifest: &Manifest, loaded: &Loaded) -> Self {
        let listed: BTreeSet<Mac> = loaded.input.inventory.rows.iter().map(|row| row.mac).collect();
        let (mut known, mut edited) = (BTreeSet::new(), BTreeSet::new());
        let mut stale = Self::default();
        let mut files: BTreeMap<(bool, &str), (Mac, StaleFile)> = BTreeMap::new();
        for (path, entry) in &manifest.files {
            let Some(mac) = entry.mac.as_ref().and_then(|mac| mac.parse::<Mac>().ok()) else { continue };
            known.insert(mac);
            let file = directory.served.join(path);
            if listed.contains(&mac) || !file.starts_with(&directory.directory) {
                continue;
            }
            // A link can point anywhere.
            let is_file = std::fs::symlink_metadata(&file).is_ok_and(|found| found.is_file());
            let Some(text) = is_file.then(|| std::fs::read(&file).ok()).flatten() else { continue };
            if !entry.matches(&text) {
                edited.insert(mac);
                stale.edited.push(directory.display_served(path));
            }
            let is_boot = file.extension().is_some_and(|extension| extension == "boot");
            files.insert((!is_boot, path), (mac, StaleFile { path: path.clone(), file, text }));
        }
        stale.known = known.len();
        for (mac, file) in files.into_values().filter(|(mac, _)| !edited.contains(mac)) {
            stale.phones.insert(mac);
            stale.files.push(file);
        }
        stale
    }

    /// Fails if the list has errors. Unless `yes` is true, also fails if the list may be incomplete, or if
    /// many phones are no longer in it.
    pub fn check(&self, loaded: &Loaded, errors: usize, yes: bool) -> Result<(), Failure> {
        let list = &loaded.input.inventory_name;
        let phones = plural(self.phones.len(), "phone");
        let why = if self.files.is_empty() {
            return Ok(());
        } else if errors > 0 {
            format!(
                "the files of {phones} may still be needed, because `{list}` or the templates contain errors: correct the errors first"
            )
        } else if yes {
            return Ok(());
        } else if self.phones.len() > MOST_PHONES || self.phones.len() * 100 > self.known * MOST_PERCENT {
            format!(
                "--prune would remove the files of {} of {}: check that `{list}` is complete, and add --yes",
                self.phones.len(),
                plural(self.known, "phone")
            )
        } else if !loaded.list_text.ends_with(['\n', '\r']) {
            format!(
                "--prune would remove the files of {phones}, but the last row of `{list}` does not end with a line break: \
                 check that the list is complete, and add --yes"
            )
        } else {
            return Ok(());
        };
        Err(Failure::Negative(format!("nothing was written: {why}")))
    }

    /// Number of phones whose files are removed.
    pub fn phones(&self) -> usize {
        self.phones.len()
    }
}
