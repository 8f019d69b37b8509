//! The generated files that change with the rows of a phone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::change::GeneratedChanges;
use super::error::PhoneError;
use super::lists::List;
use crate::author::generate::{GeneratedFile, InMemory};
use crate::project::discover::path_from;
use crate::project::manifest::ManifestEntry;
use crate::project::write::hash;
use crate::project::{Draft, Opened};
use crate::text::mac::Mac;
use crate::text::unknown_secret::contains_unknown;

/// Generates the files of a phone again.
pub struct Generator<'o> {
    pub opened: &'o Opened,
    /// The phone before the change.
    pub old: Option<Mac>,
}

/// The generated files before and after the change.
struct Sides {
    before: InMemory,
    after: InMemory,
    /// The current contents on disk of the files that change.
    disk: BTreeMap<String, Vec<u8>>,
}

impl Generator<'_> {
    /// Changes the generated files on disk that have not been edited. Returns the changes, or `None` if the settings
    /// name no templates or no generated files are on disk.
    pub fn run(
        &self,
        draft: &mut Draft<'_>,
        lists: &[List],
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<GeneratedChanges>, PhoneError> {
        let Some(sides) = self.render(draft, lists, variable)? else { return Ok(None) };
        let mut changes = GeneratedChanges::default();
        for (path, file) in &sides.after.files {
            if !self.is_written(&sides, path, file) {
                continue;
            }
            if contains_unknown(file.text.as_bytes()) {
                let path = self.opened.base.display_path(path);
                let why = match lists.iter().find(|list| list.is_secret) {
                    Some(list) => format!(
                        "`{path}` needs secrets of this phone: specify its cells in `{}` too, or add a row for it there",
                        list.displayed
                    ),
                    None => format!("`{path}` needs secrets that are not available here"),
                };
                return Err(PhoneError::Generate(why));
            }
            draft.set(&self.opened.served.join(path), Some(file.text.clone().into_bytes()))?;
            changes.written.insert(path.clone(), self.entry(&sides.after, file));
        }
        for (path, file) in &sides.before.files {
            let is_own = file.mac.is_some() && file.mac == self.old;
            if is_own && !sides.after.files.contains_key(path) && sides.is_unedited(path) {
                draft.set(&self.opened.served.join(path), None)?;
                changes.removed.push(path.clone());
            }
        }
        Ok(Some(changes))
    }

    /// Renders the files before and after the change. `None` if no generated files are on disk.
    fn render(
        &self,
        draft: &Draft<'_>,
        lists: &[List],
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Option<Sides>, PhoneError> {
        let mut changed: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        for list in lists {
            let new = draft.files().get(&list.path).and_then(|file| file.new.clone());
            changed.extend(new.map(|text| (list.path.clone(), text)));
        }
        let render = |replaced| {
            let rendered = InMemory::render_all(self.opened, variable, replaced);
            rendered.map_err(|error| PhoneError::Generate(error.to_string()))
        };
        let Some(before) = render(BTreeMap::new())?.filter(|memory| self.is_on_disk(memory)) else {
            return Ok(None);
        };
        let Some(after) = render(changed)? else { return Ok(None) };
        if let Some(problem) = after.problems.iter().find(|problem| !before.problems.contains(problem)) {
            return Err(PhoneError::Generate(problem.text.clone()));
        }
        let mut disk = BTreeMap::new();
        for (path, file) in &before.files {
            if after.files.get(path).is_none_or(|new| new.text != file.text)
                && let Some(text) = draft.read_disk(&self.opened.served.join(path))?
            {
                disk.insert(path.clone(), text);
            }
        }
        Ok(Some(Sides { before, after, disk }))
    }

    /// Whether a file is generated again, because it is new, or because it changes and has not been edited.
    fn is_written(&self, sides: &Sides, path: &str, file: &GeneratedFile) -> bool {
        if let Some(old) = sides.before.files.get(path) {
            return old.text != file.text && sides.is_unedited(path);
        }
        let is_counterpart =
            |old: &GeneratedFile| old.output == file.output && old.mac.is_some() && old.mac == self.old;
        let counterpart = sides.before.files.iter().find(|(_, old)| is_counterpart(old));
        counterpart.is_none_or(|(path, _)| sides.is_unedited(path))
    }

    /// The entry of a file in the manifest.
    fn entry(&self, memory: &InMemory, file: &GeneratedFile) -> ManifestEntry {
        ManifestEntry {
            hash: hash(file.text.as_bytes()),
            template: path_from(&self.opened.served, &self.opened.beside_settings(&file.template)),
            list: Some(path_from(&self.opened.served, &memory.list_file)),
            mac: file.mac.map(|mac| mac.to_string()),
        }
    }

    /// Whether the tree contains at least one of the generated files. Also true if there are no such files.
    fn is_on_disk(&self, memory: &InMemory) -> bool {
        let listing = &self.opened.workspace.listing;
        let is_listed = |path: &String| listing.binary_search_by(|entry| entry.path.cmp(path)).is_ok();
        memory.files.is_empty() || memory.files.keys().any(is_listed)
    }
}

impl Sides {
    /// Whether a file on disk is unchanged since it was generated.
    fn is_unedited(&self, path: &str) -> bool {
        let text = self.before.files.get(path).map(|file| file.text.as_bytes());
        self.disk.get(path).map(Vec::as_slice).is_some_and(|disk| Some(disk) == text)
    }
}
