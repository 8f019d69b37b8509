//! Plans a change: edits the lists, generates files again, moves and edits files, and verifies the result.

use std::path::PathBuf;

use super::change::{Cell, GeneratedChanges, PhoneChange, PhonePlan};
use super::error::PhoneError;
use super::generated::Generator;
use super::lists::{List, lists};
use super::references::{contains, mentions, replace_at, with_other_include, without_includes};
use super::settings::SettingsText;
use super::{baseline, proof};
use crate::project::inventory::Inventory;
use crate::project::{Draft, Opened};
use crate::text::csv;
use crate::text::listing::EntryKind;
use crate::text::mac::{self, Mac};
use crate::text::path::{is_url, join, without_dots};
use crate::text::source::FileId;
use crate::text::syntax::HEADER;
use crate::tree::load::{State, Workspace};
use crate::tree::names::{Kind, file_for};
use crate::tree::resolve;

/// Plans a change.
pub struct Planner<'o> {
    opened: &'o Opened,
    draft: Draft<'o>,
    lists: Vec<List>,
    notes: Vec<String>,
    generated: GeneratedChanges,
}

impl<'o> Planner<'o> {
    pub fn new(opened: &'o Opened) -> Result<Self, PhoneError> {
        let draft = Draft::new(opened);
        let lists = lists(opened, &draft)?;
        Ok(Self { opened, draft, lists, notes: Vec::new(), generated: GeneratedChanges::default() })
    }

    pub fn plan(
        mut self,
        change: &PhoneChange,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<PhonePlan<'o>, PhoneError> {
        match change {
            PhoneChange::Add { mac, cells, like } => self.add(*mac, cells, *like, variable)?,
            PhoneChange::Replace { old, new, in_values } => self.replace(*old, *new, *in_values, variable)?,
            PhoneChange::Remove { mac } => self.remove(*mac, variable)?,
            PhoneChange::Edit { mac, cells } => self.edit(*mac, cells, variable)?,
        }
        let after = self.after();
        match change {
            PhoneChange::Add { mac, .. } | PhoneChange::Remove { mac } | PhoneChange::Edit { mac, .. } => {
                proof::check_others(self.opened, &after, &[*mac], None)?;
            }
            PhoneChange::Replace { old, new, in_values } => {
                let replaced = in_values.then_some((*old, *new));
                proof::check_others(self.opened, &after, &[*old, *new], replaced)?;
                proof::check_replaced(self.opened, &after, *old, *new)?;
            }
        }
        let Self { draft, notes, generated, .. } = self;
        Ok(PhonePlan { draft, notes, after, generated })
    }

    /// The tree after the changes so far.
    fn after(&self) -> Workspace {
        let (texts, removed) = self.draft.tree_changes();
        self.opened.load_without(&texts, &removed)
    }

    fn has_files(&self, mac: Mac) -> bool {
        self.opened.workspace.roots.iter().any(|root| root.phones.contains_key(&mac))
    }

    /// Fails if neither a list nor the tree contains a phone.
    fn check_known(&self, mac: Mac) -> Result<(), PhoneError> {
        if self.has_files(mac) || self.lists.iter().any(|list| list.row(mac).is_some()) {
            return Ok(());
        }
        let near = self.opened.nearest_mac(Some(mac));
        Err(PhoneError::Unknown { mac, near })
    }

    /// Fails if a list or the tree contains a phone.
    fn check_new(&self, mac: Mac) -> Result<(), PhoneError> {
        if let Some((list, row)) = self.lists.iter().find_map(|list| Some((list, list.row(mac)?))) {
            return Err(PhoneError::Exists {
                mac,
                place: format!("`{}`, row {}", list.displayed, row.number),
            });
        }
        let files = self.opened.workspace.listing.iter().filter(|entry| entry.kind != EntryKind::Directory);
        match files.map(|entry| &entry.path).find(|path| contains(path, mac)) {
            Some(path) => {
                Err(PhoneError::Exists { mac, place: format!("`{}`", self.opened.base.display_path(path)) })
            }
            None => Ok(()),
        }
    }

    /// Sets the new text of a list.
    fn set_list(&mut self, at: usize, text: Option<Vec<u8>>, what: &str) -> Result<(), PhoneError> {
        let Some(text) = text else { return Ok(()) };
        self.draft.set(&self.lists[at].path, Some(text))?;
        self.notes.push(format!("`{}`: {what}", self.lists[at].displayed));
        Ok(())
    }

    fn replace(
        &mut self,
        old: Mac,
        new: Mac,
        in_values: bool,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), PhoneError> {
        self.check_known(old)?;
        self.check_new(new)?;
        for at in 0..self.lists.len() {
            let text = self.lists[at].with_mac(old, new, in_values)?;
            self.set_list(at, text, &format!("{old} is now {new}"))?;
        }
        self.generate(variable, Some(old))?;
        self.move_files(old, new)?;
        let mut left: Vec<String> = if in_values {
            Vec::new()
        } else {
            self.lists.iter().flat_map(|list| list.mentions(old)).collect()
        };
        left.extend(self.replace_references(old, new, in_values)?);
        left.extend(self.replace_in_settings(old, new, in_values)?);
        self.edit_baseline(&|text| baseline::with_mac(text, old, new))?;
        if !left.is_empty() {
            let count = left.len();
            let places = left.into_iter().take(10).collect::<Vec<_>>().join(", ");
            let more = if count > 10 { format!(" and {} more", count - 10) } else { String::new() };
            self.notes.push(format!(
                "values and comments still contain {old}: {places}{more} (--in-values also changes these)"
            ));
        }
        Ok(())
    }

    /// Moves the files whose path contains a MAC.
    fn move_files(&mut self, old: Mac, new: Mac) -> Result<(), PhoneError> {
        for path in self.paths_with(old) {
            let from = self.opened.served.join(&path);
            if self.draft.read(&from)?.is_none() {
                continue;
            }
            let to = String::from_utf8_lossy(&mac::replace(path.as_bytes(), old, new)).into_owned();
            self.draft.rename(&from, &self.opened.served.join(&to))?;
            let [from, to] = [&path, &to].map(|path| self.opened.base.display_path(path));
            self.notes.push(format!("`{from}` is now `{to}`"));
        }
        Ok(())
    }

    /// The files in the tree whose paths contain a MAC.
    fn paths_with(&self, mac: Mac) -> Vec<String> {
        let files = self.opened.workspace.listing.iter().filter(|entry| entry.kind != EntryKind::Directory);
        files.map(|entry| &entry.path).filter(|path| contains(path, mac)).cloned().collect()
    }

    /// The boot and cfg files in the tree that were read.
    fn documents(&self) -> impl Iterator<Item = FileId> + use<'o> {
        let workspace = &self.opened.workspace;
        let documents = workspace.documents.iter().enumerate().filter(|(_, document)| {
            document.state == State::Read && document.role.kind().is_some() && !document.is_tool_file
        });
        let files = documents.map(|(at, _)| FileId(at as u32));
        files.filter(|file| !is_url(workspace.path(*file)))
    }

    /// Replaces the references in boot and cfg files. Returns where values and comments still contain the old
    /// MAC.
    fn replace_references(&mut self, old: Mac, new: Mac, in_values: bool) -> Result<Vec<String>, PhoneError> {
        let workspace = &self.opened.workspace;
        let mut left = Vec::new();
        for file in self.documents() {
            let mut mentions = mentions(workspace, file, old);
            if in_values {
                mentions.references.append(&mut mentions.others);
                mentions.references.sort_by_key(|place| place.start);
            }
            let from = workspace.path(file);
            let to = String::from_utf8_lossy(&mac::replace(from.as_bytes(), old, new)).into_owned();
            let target = self.opened.served.join(&to);
            // A file that was generated again has no old text.
            let text = workspace.text(file);
            if self.draft.read(&target)?.as_deref() != Some(text) {
                continue;
            }
            let displayed = self.opened.base.display_path(&to);
            let line =
                |place: &std::ops::Range<usize>| workspace.sources.get(file).line_number(place.start as u32);
            left.extend(mentions.others.iter().map(|place| format!("{displayed}:{}", line(place))));
            if mentions.references.is_empty() {
                continue;
            }
            self.draft.set(&target, Some(replace_at(text, &mentions.references, old, new)))?;
            if from == to {
                let lines = mentions.references.iter().map(|place| line(place).to_string());
                self.notes.push(format!(
                    "`{displayed}`:{}: {old} is now {new}",
                    lines.collect::<Vec<_>>().join(",")
                ));
            }
        }
        Ok(left)
    }

    /// The settings file, with its text.
    fn settings_file(&self) -> Result<Option<SettingsFile>, PhoneError> {
        let Some(path) = self.opened.settings_path.as_ref().map(|path| self.opened.served.join(path)) else {
            return Ok(None);
        };
        let path = without_dots(&path);
        let displayed = self.opened.display_path(&path);
        let Some(bytes) = self.draft.read(&path)? else { return Ok(None) };
        let settings = String::from_utf8(bytes).ok().and_then(|text| SettingsText::new(&text));
        match settings {
            Some(settings) => Ok(Some(SettingsFile { path, displayed, settings })),
            None => Err(PhoneError::Settings { path: displayed, reason: "it has errors".into() }),
        }
    }

    /// Replaces a MAC in fvprov.toml. The new MAC keeps the model and the policies of the old one. Returns the comments that
    /// still contain the old MAC.
    fn replace_in_settings(
        &mut self,
        old: Mac,
        new: Mac,
        in_values: bool,
    ) -> Result<Vec<String>, PhoneError> {
        let Some(file) = self.settings_file()? else { return Ok(Vec::new()) };
        let (mut settings, before) = (file.settings.clone(), &self.opened.settings);
        let model = self.model(old);
        let policies = &before.policy;
        let edited =
            settings.replace(old, new, in_values).and_then(|()| settings.extend_policies(policies, old, new));
        edited.ok_or_else(|| file.error(IN_AN_EDITOR))?;
        if let Some(model) = model.filter(|model| self.model_after(&settings, new).as_ref() != Some(model)) {
            settings.declare_model(new, &model).ok_or_else(|| file.error(IN_AN_EDITOR))?;
        }
        let comments = settings.comments_with(old);
        let left = comments.into_iter().map(|line| format!("{}:{line}", file.displayed)).collect();
        self.set_settings(&file, &settings)?;
        Ok(left)
    }

    fn set_settings(&mut self, file: &SettingsFile, settings: &SettingsText) -> Result<(), PhoneError> {
        if settings.text() != file.settings.text() {
            self.draft.set(&file.path, Some(settings.text().as_bytes().to_vec()))?;
            self.notes.push(format!("`{}`: the phone's entries changed", file.displayed));
        }
        Ok(())
    }

    /// The model of a phone.
    fn model(&self, mac: Mac) -> Option<String> {
        let workspace = &self.opened.workspace;
        let root = workspace.roots.iter().find(|root| root.phones.contains_key(&mac));
        let model = match root {
            Some(root) => self.opened.model_in(workspace, root, mac).map(|model| model.name.clone()),
            None => self.opened.settings.models.find(&mac.to_string()).map(str::to_owned),
        };
        model.filter(|model| self.opened.schema.model(model).is_some())
    }

    /// The model of a phone after the changes, with these settings.
    fn model_after(&self, settings: &SettingsText, mac: Mac) -> Option<String> {
        let schema = &self.opened.schema;
        let mut models = settings.settings().models;
        if let Some(name) = &settings.settings().inventory.file
            && let Some(bytes) = self.draft.read(&self.opened.beside_settings(name)).ok().flatten()
            && let Ok(text) = csv::decode(&bytes)
            && let Ok(mut list) = Inventory::parse(&text, &settings.settings().inventory.columns)
        {
            list.take_models(&text, schema).into_iter().for_each(|(mac, model)| models.declare(mac, model));
        }
        let after = self.after();
        let root = after.roots.iter().find(|root| root.phones.contains_key(&mac));
        let model = match root {
            Some(root) => resolve::model(&after, root, mac, &models, schema).map(|model| model.name.clone()),
            None => models.find(&mac.to_string()).map(str::to_owned),
        };
        model.filter(|model| schema.model(model).is_some())
    }

    fn edit_baseline(&mut self, edit: &dyn Fn(&[u8]) -> Vec<u8>) -> Result<(), PhoneError> {
        let Some(name) = &self.opened.settings.lint.baseline else { return Ok(()) };
        let path = self.opened.beside_settings(name);
        let Some(text) = self.draft.read(&path)? else { return Ok(()) };
        let edited = edit(&text);
        if edited != text {
            self.draft.set(&path, Some(edited))?;
            self.notes.push(format!("`{}`: the phone's findings changed", self.opened.display_path(&path)));
        }
        Ok(())
    }

    fn remove(&mut self, mac: Mac, variable: &dyn Fn(&str) -> Option<String>) -> Result<(), PhoneError> {
        self.check_known(mac)?;
        for at in 0..self.lists.len() {
            let text = self.lists[at].without(mac)?;
            self.set_list(at, text, &format!("the row for {mac} is removed"))?;
        }
        self.generate(variable, Some(mac))?;
        for path in self.paths_with(mac) {
            let file = self.opened.served.join(&path);
            if self.draft.read(&file)?.is_some() {
                self.draft.remove(&file)?;
            }
            self.notes.push(format!("`{}` is removed", self.opened.base.display_path(&path)));
        }
        for file in self.documents() {
            let path = self.opened.workspace.path(file);
            let target = self.opened.served.join(path);
            let is_left = self.draft.read(&target)?.as_deref() == Some(self.opened.workspace.text(file));
            if let Some(text) = without_includes(&self.opened.workspace, file, mac).filter(|_| is_left) {
                self.draft.set(&target, Some(text))?;
                let displayed = self.opened.base.display_path(path);
                self.notes.push(format!("`{displayed}`: the include of the phone's file is removed"));
            }
        }
        if let Some(file) = self.settings_file()? {
            let mut settings = file.settings.clone();
            settings.remove(mac).ok_or_else(|| file.error(IN_AN_EDITOR))?;
            self.set_settings(&file, &settings)?;
        }
        self.edit_baseline(&|text| baseline::without(text, mac))
    }

    fn add(
        &mut self,
        mac: Mac,
        cells: &[Cell],
        like: Option<Mac>,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), PhoneError> {
        self.check_new(mac)?;
        if let Some(like) = like {
            self.check_known(like)?;
        }
        self.check_columns(cells)?;
        if self.lists.is_empty() && like.is_none() {
            return Err(PhoneError::NoList(", or copy the boot file of another phone with --like MAC"));
        }
        for at in 0..self.lists.len() {
            // The secrets have no row for a phone without secrets.
            let list = &self.lists[at];
            let is_named = cells.iter().any(|(name, _)| list.column(name).is_some());
            if list.is_secret && !is_named {
                continue;
            }
            let text = list.with_row(mac, cells, like.filter(|_| !list.is_secret))?;
            self.set_list(at, text, &format!("a row for {mac} is added"))?;
        }
        self.generate(variable, None)?;
        like.map_or(Ok(()), |like| self.copy_boot_files(like, mac))
    }

    /// Copies the boot files of a phone for a new phone, which gets an empty cfg file.
    fn copy_boot_files(&mut self, like: Mac, mac: Mac) -> Result<(), PhoneError> {
        let workspace = &self.opened.workspace;
        for root in &workspace.roots {
            let Some(own) = root.phones.get(&like) else { continue };
            let copied = own.boot.map(|boot| (Kind::Boot, mac::replace(workspace.text(boot), like, mac)));
            let empty = own.cfg.map(|_| (Kind::Cfg, [HEADER, b"\n"].concat()));
            for (kind, text) in copied.into_iter().chain(empty) {
                let path = join(&root.path, &file_for(Some(mac), kind));
                let file = self.opened.served.join(&path);
                if self.draft.read(&file)?.is_none() {
                    self.draft.set(&file, Some(text))?;
                    self.notes.push(format!("`{}` is created", self.opened.base.display_path(&path)));
                }
            }
        }
        Ok(())
    }

    /// Fails if no list has one of the columns.
    fn check_columns(&self, cells: &[Cell]) -> Result<(), PhoneError> {
        if self.lists.is_empty() && !cells.is_empty() {
            return Err(PhoneError::NoList(""));
        }
        let unknown =
            cells.iter().find(|(name, _)| self.lists.iter().all(|list| list.column(name).is_none()));
        let Some((name, _)) = unknown else { return Ok(()) };
        let columns = self.lists.iter().flat_map(List::columns).map(str::to_owned).collect();
        Err(PhoneError::NoColumn { name: name.clone(), columns })
    }

    fn edit(
        &mut self,
        mac: Mac,
        cells: &[Cell],
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(), PhoneError> {
        self.check_columns(cells)?;
        let rows = self.lists.iter().filter(|list| cells.iter().any(|(name, _)| list.column(name).is_some()));
        if let Some(list) = rows.into_iter().find(|list| list.row(mac).is_none()) {
            self.check_known(mac)?;
            return Err(PhoneError::NoRow { list: list.displayed.clone(), mac });
        }
        let moves: Vec<(String, String)> = cells
            .iter()
            .filter_map(|(name, value)| {
                let old =
                    self.lists.iter().filter(|list| !list.is_secret).find_map(|list| list.cell(mac, name))?;
                Some((old.to_owned(), value.clone()))
                    .filter(|(old, new)| !old.is_empty() && !new.is_empty() && old != new)
            })
            .collect();
        for at in 0..self.lists.len() {
            let text = self.lists[at].with_cells(mac, cells)?;
            self.set_list(at, text, &format!("the row for {mac} changed"))?;
        }
        if !self.generate(variable, Some(mac))? {
            moves.iter().try_for_each(|(old, new)| self.change_includes(mac, old, new))?;
        }
        Ok(())
    }

    /// Changes the includes in the phone's own boot files that contain an old cell, as in `sites/berlin.cfg`.
    fn change_includes(&mut self, mac: Mac, old: &str, new: &str) -> Result<(), PhoneError> {
        let workspace = &self.opened.workspace;
        for boot in workspace.roots.iter().filter_map(|root| root.phones.get(&mac)?.boot) {
            let Some(text) = with_other_include(workspace, boot, old, new) else { continue };
            let path = workspace.path(boot);
            self.draft.set(&self.opened.served.join(path), Some(text))?;
            let displayed = self.opened.base.display_path(path);
            self.notes
                .push(format!("`{displayed}` includes the file for `{new}` instead of the file for `{old}`"));
        }
        Ok(())
    }

    /// Generates files again, if the settings name templates and the tree contains generated files. Returns whether
    /// it does.
    fn generate(
        &mut self,
        variable: &dyn Fn(&str) -> Option<String>,
        old: Option<Mac>,
    ) -> Result<bool, PhoneError> {
        let generator = Generator { opened: self.opened, old };
        let Some(changes) = generator.run(&mut self.draft, &self.lists, variable)? else { return Ok(false) };
        for path in changes.written.keys() {
            self.notes.push(format!("`{}` is generated", self.opened.base.display_path(path)));
        }
        self.generated = changes;
        Ok(true)
    }
}

/// What to do if fvprov cannot edit the settings.
const IN_AN_EDITOR: &str = "change the phone's entries in an editor";

/// The settings file.
struct SettingsFile {
    path: PathBuf,
    displayed: String,
    settings: SettingsText,
}

impl SettingsFile {
    fn error(&self, reason: &str) -> PhoneError {
        PhoneError::Settings { path: self.displayed.clone(), reason: reason.to_owned() }
    }
}
