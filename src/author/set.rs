//! Edits settings in files: finds the file to edit, computes its new content, and verifies that only the requested
//! values change for the phones.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::error::Error;
use crate::catalogue::{Schema, ValueType};
use crate::lint::with_suppressions;
use crate::text::edit::{self as text_edit, Draft};
use crate::text::mac::Mac;
use crate::text::source::FileId;
use crate::text::syntax::{self, LineKind};
use crate::tree::assumptions::EmptyValue;
use crate::tree::compare::{self, Comparison, ValueChange};
use crate::tree::load::{Assignment, NameId, Texts, Workspace};
use crate::tree::names::{Kind, Role};
use crate::tree::resolve::{Chain, Fleet, Phone};

/// A setting to write to a file or to remove from it.
#[derive(Clone, Debug)]
pub struct SettingEdit {
    /// The file.
    pub file: FileId,
    /// The parameter.
    pub name: String,
    /// The new value; `None` to remove the setting.
    pub value: Option<String>,
}

/// The result of an edit.
#[derive(Clone, Debug)]
pub struct EditResult {
    /// The edit.
    pub edit: SettingEdit,
    /// The values that were replaced or removed.
    pub old: Vec<String>,
    /// The number (from 1) of the written line or of the first removed line.
    pub line: usize,
    /// Whether the file already contained the value.
    pub same: bool,
}

/// The planned content of files.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The new content of changed files, by path.
    pub texts: Texts,
    /// The results in the order of the edits.
    pub results: Vec<EditResult>,
}

/// The index of the value to edit among a name's values in one file or for one phone, which is the index of
/// the effective value. For a repeating parameter, this is the value with the same user, if one exists.
pub fn effective_index(
    schema: &Schema,
    empty_value: EmptyValue,
    name: &str,
    values: &[&[u8]],
    new: Option<&str>,
) -> Option<usize> {
    if let (true, Some(new)) = (schema.repeats(name), new) {
        let has_user = schema.parameter(name).is_some_and(|p| p.value_type == ValueType::UserPassword);
        let user = new.split(':').next().unwrap_or_default().as_bytes();
        return values.iter().rposition(|value| match has_user {
            true => value.split(|byte| *byte == b':').next() == Some(user),
            false => *value == new.as_bytes(),
        });
    }
    empty_value.effective_index(values.iter().copied())
}

/// The assignments that a phone reads, by name.
pub struct Assignments<'p> {
    phone: &'p Phone<'p>,
    by_name: FxHashMap<NameId, Vec<Assignment>>,
}

impl<'p> Assignments<'p> {
    /// Collects the assignments of a phone.
    pub fn new(phone: &'p Phone<'p>) -> Self {
        let mut by_name: FxHashMap<NameId, Vec<Assignment>> = FxHashMap::default();
        for (at, _) in phone.chain.assignments(phone.workspace) {
            by_name.entry(phone.workspace.name(at)).or_default().push(at);
        }
        Self { phone, by_name }
    }

    /// The file that determines a value for the phone. For a repeating parameter, the file with the value for
    /// the same user, or else the last file that sets the parameter.
    pub fn determining_file(&self, schema: &Schema, name: &str, new: Option<&str>) -> Option<FileId> {
        let workspace = self.phone.workspace;
        let all = self.by_name.get(&workspace.names.id(name)?)?;
        let values: Vec<&[u8]> = all.iter().map(|at| workspace.value(*at)).collect();
        let at = effective_index(schema, workspace.assume.empty_value, name, &values, new);
        at.map_or(all.last(), |at| all.get(at)).map(|at| at.file)
    }
}

/// The last cfg file that a phone reads, among the files named after its MAC.
pub fn own_cfg(workspace: &Workspace, chain: &Chain, mac: Option<Mac>) -> Option<FileId> {
    let role = Role::Mac(Kind::Cfg, mac?);
    chain.files(workspace).filter(|file| workspace.document(*file).role == role).last()
}

impl Plan {
    /// Applies edits in order.
    ///
    /// # Errors
    /// A file cannot be edited.
    pub fn new(workspace: &Workspace, schema: &Schema, edits: Vec<SettingEdit>) -> Result<Self, Error> {
        let mut by_file: BTreeMap<FileId, Vec<(usize, SettingEdit)>> = BTreeMap::new();
        for (number, edit) in edits.into_iter().enumerate() {
            by_file.entry(edit.file).or_default().push((number, edit));
        }
        let mut plan = Self::default();
        let mut results: Vec<(usize, EditResult)> = Vec::new();
        for (file, edits) in by_file {
            let path = workspace.path(file);
            let opaque = workspace.document(file).opaque.filter(|opaque| opaque.hides_everything());
            if let Some(opaque) = opaque {
                let reason = format!("it {}", opaque.description());
                return Err(Error::NotChanged { path: path.to_owned(), reason });
            }
            let mut text = Cow::Borrowed(workspace.text(file));
            for edits in edits.chunk_by(|(_, a), (_, b)| a.value.is_some() == b.value.is_some()) {
                let (numbers, edits): (Vec<usize>, Vec<SettingEdit>) = edits.iter().cloned().unzip();
                let (new, applied) = match edits.first().is_some_and(|edit| edit.value.is_some()) {
                    true => set(workspace, schema, &text, edits)
                        .map_err(|reason| Error::NotChanged { path: path.to_owned(), reason })?,
                    false => unset(&text, edits),
                };
                if applied.iter().any(|result| !result.same) {
                    text = Cow::Owned(new);
                }
                results.extend(numbers.into_iter().zip(applied));
            }
            if let Cow::Owned(text) = text {
                plan.texts.insert(path.to_owned(), text);
            }
        }
        results.sort_unstable_by_key(|(number, _)| *number);
        plan.results = results.into_iter().map(|(_, result)| result).collect();
        plan.find_lines(workspace);
        Ok(plan)
    }

    /// Updates the line numbers of earlier edits, which later edits may have moved.
    fn find_lines(&mut self, workspace: &Workspace) {
        let mut lines: FxHashMap<(&str, &[u8], &[u8]), usize> = FxHashMap::default();
        for (path, text) in &self.texts {
            for (line, at) in syntax::parse(text).lines().zip(1..) {
                if let LineKind::Setting { name, value } = line.kind {
                    lines.insert((path, name.slice(text), value.slice(text)), at);
                }
            }
        }
        for result in &mut self.results {
            let SettingEdit { file, name, value: Some(value) } = &result.edit else { continue };
            let found = lines.get(&(workspace.path(*file), name.as_bytes(), value.as_bytes()));
            result.line = found.copied().unwrap_or(result.line);
        }
    }

    /// Verifies that only the requested values change for the phones.
    ///
    /// # Errors
    /// Other values would change, or phones would be added or removed.
    pub fn verify(&self, schema: &Schema, old: &Fleet<'_>, new: &Fleet<'_>) -> Result<Comparison, Error> {
        let comparison = compare::compare(old, new, &|name| schema.repeats(name), &|_| true);
        if !comparison.added.is_empty() || !comparison.removed.is_empty() {
            return Err(Error::OtherPhones);
        }
        let mut edits: FxHashMap<&str, Vec<&SettingEdit>> = FxHashMap::default();
        for EditResult { edit, .. } in &self.results {
            edits.entry(&edit.name).or_default().push(edit);
        }
        let is_requested = |change: &&ValueChange| {
            edits
                .get(change.name.as_str())
                .is_some_and(|edits| edits.iter().any(|edit| requests(edit, change)))
        };
        match comparison.changes.iter().find(|change| !is_requested(change)) {
            Some(change) => Err(Error::OtherParameter(change.name.clone())),
            None => Ok(comparison),
        }
    }
}

/// Whether an edit explains a change to a phone's value. If the edit removes a setting, or sets an empty
/// value that phones ignore, an earlier value takes effect.
fn requests(edit: &SettingEdit, change: &ValueChange) -> bool {
    match (&edit.value, &change.new) {
        (Some(value), Some(new)) if !value.is_empty() => new.values.iter().any(|v| v == value.as_bytes()),
        (Some(value), None) => value.is_empty(),
        _ => true,
    }
}

/// The new content of a file, and the results of the edits.
type Edited = (Vec<u8>, Vec<EditResult>);

/// Sets values in a file.
fn set(
    workspace: &Workspace,
    schema: &Schema,
    text: &[u8],
    edits: Vec<SettingEdit>,
) -> Result<Edited, String> {
    let mut draft = Draft::new(text);
    let mut results = Vec::with_capacity(edits.len());
    for edit in edits {
        let value = edit.value.as_deref().unwrap_or_default();
        let settings = draft.settings(&edit.name);
        let values: Vec<&[u8]> = settings.iter().map(|(_, value)| *value).collect();
        let at = effective_index(schema, workspace.assume.empty_value, &edit.name, &values, Some(value));
        match at.and_then(|at| settings.get(at)) {
            None => {
                draft.add(&edit.name, value)?;
                results.push(EditResult { edit, old: Vec::new(), line: 0, same: false });
            }
            Some(&(setting, old)) => {
                let (old, same) = (to_text(old), old == value.as_bytes());
                draft.change(setting, value);
                results.push(EditResult { edit, old: vec![old], line: setting + 1, same });
            }
        }
    }
    Ok((draft.text(), results))
}

/// Removes all settings with the given names from a file.
fn unset(text: &[u8], edits: Vec<SettingEdit>) -> Edited {
    let tree = syntax::parse(text);
    let mut settings: FxHashMap<&[u8], Vec<(usize, &[u8])>> = FxHashMap::default();
    for (at, line) in tree.lines().enumerate() {
        if let LineKind::Setting { name, value } = line.kind {
            settings.entry(name.slice(text)).or_default().push((at, value.slice(text)));
        }
    }
    let mut removed: Vec<usize> = Vec::new();
    let mut results = Vec::with_capacity(edits.len());
    for edit in edits {
        let settings = settings.remove(edit.name.as_bytes()).unwrap_or_default();
        removed.extend(settings.iter().flat_map(|(at, _)| with_suppressions(text, &tree, *at)));
        let line = settings.first().map_or(0, |(at, _)| at + 1);
        let old: Vec<String> = settings.iter().map(|(_, value)| to_text(value)).collect();
        results.push(EditResult { edit, same: old.is_empty(), old, line });
    }
    (text_edit::remove(text, &tree, &removed), results)
}

fn to_text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
