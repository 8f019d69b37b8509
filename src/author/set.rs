//! Edits settings in files: finds the file to edit, computes its new content, and verifies that only the requested
//! values change for the phones.

use super::error::Error;
use crate::catalogue::{Schema, ValueType};
use crate::lint::with_suppressions;
use crate::text::edit as text_edit;
use crate::text::source::FileId;
use crate::text::syntax;
use crate::tree::assumptions::BlankValue;
use crate::tree::compare::{self, Comparison};
use crate::tree::load::{Assignment, Texts, Workspace};
use crate::tree::names::{Kind, Role};
use crate::tree::resolve::{Fleet, Phone};

/// A setting to write to a file, or to remove from it.
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
    /// The written line (from 1), or the first removed line.
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

/// The index of the value to edit among the values of a name in one file or for one phone: the
/// effective one. For a repeating parameter, this is the value with the same user, if one exists.
pub fn effective_index(
    schema: &Schema,
    blank_value: BlankValue,
    name: &str,
    values: &[&[u8]],
    new: Option<&str>,
) -> Option<usize> {
    if let (true, Some(new)) = (schema.repeats(name), new) {
        let has_user = schema.parameter(name).is_some_and(|p| p.value_type == ValueType::UserPassword);
        let key = |value: &[u8]| match has_user {
            true => value.split(|byte| *byte == b':').next().unwrap_or_default().to_vec(),
            false => value.to_vec(),
        };
        return values.iter().rposition(|value| key(value) == key(new.as_bytes()));
    }
    let last = values.len().checked_sub(1);
    match blank_value {
        BlankValue::Keep => last,
        BlankValue::Skip => values.iter().rposition(|value| !value.is_empty()).or(last),
    }
}

/// The file that determines a value for a phone. For a repeating parameter, the file with the value of
/// the same user, or else the last file that sets the parameter.
pub fn determining_file(schema: &Schema, phone: &Phone<'_>, name: &str, new: Option<&str>) -> Option<FileId> {
    let workspace = phone.workspace;
    let id = workspace.names.id(name)?;
    let all = phone.chain.assignments(workspace).map(|(at, _)| at);
    let all: Vec<Assignment> = all.filter(|at| workspace.name(*at) == id).collect();
    let values: Vec<&[u8]> = all.iter().map(|at| workspace.value(*at)).collect();
    let at = effective_index(schema, workspace.assume.blank_value, name, &values, new);
    at.map_or(all.last(), |at| all.get(at)).map(|at| at.file)
}

/// The last cfg file that a phone reads among those named after its MAC.
pub fn own_cfg(phone: &Phone<'_>) -> Option<FileId> {
    let mac = phone.mac?;
    let files = phone.chain.files(phone.workspace);
    files.filter(|file| phone.workspace.document(*file).role == Role::Mac(Kind::Cfg, mac)).last()
}

impl Plan {
    /// Applies edits in order.
    ///
    /// # Errors
    /// A file cannot be edited.
    pub fn new(workspace: &Workspace, schema: &Schema, edits: Vec<SettingEdit>) -> Result<Self, Error> {
        let mut plan = Self::default();
        for edit in edits {
            let path = workspace.path(edit.file);
            let opaque = workspace.document(edit.file).opaque.filter(|opaque| opaque.hides_everything());
            if let Some(opaque) = opaque {
                let reason = format!("it {}", opaque.description());
                return Err(Error::NotChanged { path: path.to_owned(), reason });
            }
            let text = plan.texts.get(path).map_or(workspace.text(edit.file), Vec::as_slice);
            let (text, result) = apply(workspace, schema, text, edit)
                .map_err(|reason| Error::NotChanged { path: path.to_owned(), reason })?;
            if !result.same {
                plan.texts.insert(path.to_owned(), text);
            }
            plan.results.push(result);
        }
        plan.find_lines(workspace);
        Ok(plan)
    }

    /// Updates the line numbers of earlier edits, which later edits may have moved.
    fn find_lines(&mut self, workspace: &Workspace) {
        for result in &mut self.results {
            let (Some(value), Some(text)) =
                (&result.edit.value, self.texts.get(workspace.path(result.edit.file)))
            else {
                continue;
            };
            let tree = syntax::parse(text);
            let settings = text_edit::settings(text, &tree, &result.edit.name);
            let here = settings.iter().rfind(|(_, found)| *found == value.as_bytes());
            result.line = here.map_or(result.line, |(at, _)| at + 1);
        }
    }

    /// Whether an edit requests that a phone's value changes. An earlier value takes effect if the edit removes a
    /// setting, or sets an empty value that phones ignore.
    fn requests(&self, change: &compare::ValueChange) -> bool {
        let mut edits =
            self.results.iter().map(|result| &result.edit).filter(|edit| edit.name == change.name);
        edits.any(|edit| match (&edit.value, &change.new) {
            (Some(value), Some(new)) if !value.is_empty() => new.values.iter().any(|v| v == value.as_bytes()),
            (Some(value), None) => value.is_empty(),
            _ => true,
        })
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
        match comparison.changes.iter().find(|change| !self.requests(change)) {
            Some(change) => Err(Error::OtherParameter(change.name.clone())),
            None => Ok(comparison),
        }
    }
}

fn apply(
    workspace: &Workspace,
    schema: &Schema,
    text: &[u8],
    edit: SettingEdit,
) -> Result<(Vec<u8>, EditResult), String> {
    let tree = syntax::parse(text);
    let settings = text_edit::settings(text, &tree, &edit.name);
    let to_text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let Some(value) = &edit.value else {
        let lines: Vec<usize> =
            settings.iter().flat_map(|(at, _)| with_suppressions(text, &tree, *at)).collect();
        let line = settings.first().map_or(0, |(at, _)| at + 1);
        let old: Vec<String> = settings.iter().map(|(_, value)| to_text(value)).collect();
        let same = old.is_empty();
        return Ok((text_edit::remove(text, &tree, &lines), EditResult { edit, old, line, same }));
    };
    let values: Vec<&[u8]> = settings.iter().map(|(_, value)| *value).collect();
    let at = effective_index(schema, workspace.assume.blank_value, &edit.name, &values, Some(value));
    let Some((line, old)) = at.and_then(|at| settings.get(at)) else {
        let text = text_edit::add(text, &tree, &edit.name, value)?;
        return Ok((text, EditResult { edit, old: Vec::new(), line: 0, same: false }));
    };
    let same = *old == value.as_bytes();
    let new = text_edit::change(text, &tree, *line, value);
    Ok((new, EditResult { old: vec![to_text(old)], line: line + 1, same, edit }))
}
