//! `set` and `unset` for files that `generate` wrote: if the entire value comes from one cell, the cell is
//! edited; otherwise, the message names the cell or the template line to change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fvprov::author::generate::{GeneratedFile, InMemory};
use fvprov::author::set::{EditResult, Plan, SettingEdit};
use fvprov::project::manifest::Manifest;
use fvprov::project::spreadsheet::is_spreadsheet;
use fvprov::project::write::{Before, FileChange, hash};
use fvprov::project::{Opened, Store, tool_files};
use fvprov::text::csv_edit::{self, CsvEdit};
use fvprov::text::source::FileId;
use fvprov::text::syntax::{self, LineKind};
use fvprov::text::unknown_secret::contains_unknown;
use fvprov::tree::load::Texts;

use crate::cli::shared::in_memory::variable;
use crate::cli::shared::origin::{Cell, cell, display_origin};
use crate::cli::shared::{Failure, out};

/// Changed cells in the list and in the secrets file.
pub struct CellEdits {
    files: Vec<ListFile>,
    /// The change in each cell, for messages.
    pub notes: Vec<String>,
}

/// A list with changed cells.
struct ListFile {
    path: PathBuf,
    displayed: String,
    old: Vec<u8>,
    new: Vec<u8>,
}

/// The plan for edits of generated files: the list and the files, if all values come from cells. `None` without edits. `absent`
/// contains the generated files that the tree does not contain.
pub fn plan_cells(
    opened: &Opened,
    edits: &[SettingEdit],
    absent: Option<&InMemory>,
) -> Result<Option<(Plan, CellEdits)>, Failure> {
    let path = |edit: &SettingEdit| opened.workspace.path(edit.file).to_owned();
    let refusal = |edit: &SettingEdit, place: Option<String>| {
        let path = path(edit);
        match absent.is_some_and(|absent| absent.files.contains_key(&path)) {
            true => absent_refusal(opened, &path, &edit.name, place),
            false => refusal(opened, &path, &edit.name, place),
        }
    };
    let Some(first) = edits.first() else { return Ok(None) };
    let memory = InMemory::render_all(opened, &variable, BTreeMap::new()).ok().flatten();
    let Some(memory) = memory else { return Err(refusal(first, None)) };
    let Some(origins) = memory.origins() else { return Err(refusal(first, None)) };
    let mut cells = Vec::new();
    for edit in edits {
        let path = path(edit);
        let file = memory.files.get(&path);
        let origin = file
            .and_then(|file| origins.find(&path, file, setting_line(file, &edit.name, opened, edit.file)?));
        let cell = file.zip(origin.as_ref()).and_then(|(file, origin)| cell(&memory, file, origin));
        let Some(cell) = cell.filter(|cell| edit.value.is_some() && cell.origin.is_whole) else {
            let place = file.zip(origin).map(|(file, origin)| display_origin(opened, &memory, file, &origin));
            return Err(refusal(edit, place));
        };
        cells.push((edit, cell));
    }
    plan(opened, &memory, &cells, absent).map(Some)
}

/// The plan for changed cells.
fn plan(
    opened: &Opened,
    memory: &InMemory,
    cells: &[(&SettingEdit, Cell<'_>)],
    absent: Option<&InMemory>,
) -> Result<(Plan, CellEdits), Failure> {
    let mut edits = CellEdits { files: Vec::new(), notes: Vec::new() };
    for is_secret in [false, true] {
        let path = if is_secret { memory.secrets_file.as_ref() } else { Some(&memory.list_file) };
        let of_list: Vec<_> = cells.iter().filter(|(_, cell)| cell.origin.is_secret == is_secret).collect();
        if let (Some(path), false) = (path, of_list.is_empty()) {
            edits.add(opened, path, &of_list)?;
        }
    }
    let replaced = edits.files.iter().map(|file| (file.path.clone(), file.new.clone())).collect();
    let after = InMemory::render_all(opened, &variable, replaced)
        .map_err(|error| Failure::Negative(format!("nothing was written: {error}")))?;
    let Some(after) = after else {
        return Err(Failure::Negative("nothing was written: the [generate] settings are missing".into()));
    };
    if let Some(problem) = after.problems.iter().find(|problem| !memory.problems.contains(problem)) {
        return Err(Failure::Negative(format!("nothing was written: {}", problem.text)));
    }
    let texts = changed_texts(opened, &after, absent)?;
    let results = cells.iter().map(|(edit, cell)| {
        let line = after
            .files
            .get(opened.workspace.path(edit.file))
            .and_then(|file| setting_line(file, &edit.name, opened, edit.file));
        let old = cell.row.cells.get(cell.origin.column).cloned().unwrap_or_default();
        EditResult {
            edit: (*edit).clone(),
            same: edit.value.as_ref() == Some(&old),
            old: vec![old],
            line: line.unwrap_or_default(),
        }
    });
    Ok((Plan { results: results.collect(), texts }, edits))
}

/// The generated files whose content differs from that in the tree.
fn changed_texts(opened: &Opened, after: &InMemory, absent: Option<&InMemory>) -> Result<Texts, Failure> {
    let mut texts = Texts::new();
    for (path, file) in &after.files {
        let old = opened.workspace.file(path).map(|file| opened.workspace.text(file));
        if old == Some(file.text.as_bytes()) {
            continue;
        }
        let is_written = !absent.is_some_and(|absent| absent.files.contains_key(path));
        if is_written && contains_unknown(file.text.as_bytes()) {
            return Err(Failure::Negative(
                "nothing was written: secrets that the templates need are not available here".into(),
            ));
        }
        texts.insert(path.clone(), file.text.clone().into_bytes());
    }
    Ok(texts)
}

/// The line number (from 1) of a setting in a generated file. If several lines contain the setting, the line
/// that takes effect.
fn setting_line(file: &GeneratedFile, name: &str, opened: &Opened, id: FileId) -> Option<usize> {
    let generated = values(file.text.as_bytes(), name);
    // If there are several values, as for users, use the last value in the file on disk.
    let current = values(opened.workspace.text(id), name).pop();
    let same = current.and_then(|(_, value)| generated.iter().rev().find(|(_, other)| *other == value));
    same.or(generated.last()).map(|(line, _)| *line)
}

/// The values of a parameter in a text, with their line numbers (from 1).
fn values(text: &[u8], name: &str) -> Vec<(usize, Vec<u8>)> {
    let tree = syntax::parse(text);
    let settings = tree.lines().zip(1..).filter_map(|(line, at)| match line.kind {
        LineKind::Setting { name: found, value } if found.slice(text) == name.as_bytes() => {
            Some((at, value.slice(text).to_vec()))
        }
        _ => None,
    });
    settings.collect()
}

/// The error for an edit to a generated file.
fn refusal(opened: &Opened, path: &str, name: &str, place: Option<String>) -> Failure {
    let entry = opened.manifest.files.get(path);
    let place = place.or_else(|| {
        let (entry, base) = (entry?, &opened.base);
        Some(format!("`{}` and `{}`", entry.display_list(base), entry.display_template(base)))
    });
    let path = opened.base.display_path(path);
    let from = place.map_or(String::new(), |place| format!(": `{name}` comes from {place}"));
    Failure::Negative(format!(
        "`{path}` is generated{from}; change it there and run `fvprov generate`, or add --force to edit the file itself \
         until the next `generate`"
    ))
}

/// The error for an edit of a generated file that the tree does not contain.
fn absent_refusal(opened: &Opened, path: &str, name: &str, place: Option<String>) -> Failure {
    let path = opened.base.display_path(path);
    let advice = match place {
        Some(place) => format!("`{name}` comes from {place}; change that"),
        None => format!("add `{name}` to the template, or to a file that the phone includes"),
    };
    Failure::Negative(format!("`generate` writes `{path}`, which does not exist here: {advice}"))
}

impl CellEdits {
    /// Adds the changes to one list.
    fn add(
        &mut self,
        opened: &Opened,
        path: &Path,
        cells: &[&(&SettingEdit, Cell<'_>)],
    ) -> Result<(), Failure> {
        let displayed = opened.display_path(path);
        let changes: Vec<CsvEdit> = cells
            .iter()
            .map(|(edit, cell)| CsvEdit::Cell {
                row: cell.row.number,
                column: cell.origin.column,
                value: edit.value.clone().unwrap_or_default(),
            })
            .collect();
        let unreadable =
            |why: String| Failure::Negative(format!("nothing was written: `{displayed}`: {why}"));
        let old = tool_files::read(&Store::Disk, path).map_err(|error| unreadable(error.to_string()))?;
        if is_spreadsheet(&old) {
            let why = "change the cell in your spreadsheet program, and run `fvprov generate`";
            return Err(unreadable(why.into()));
        }
        let delimiter = cells.first().map_or(b',', |(_, cell)| cell.list.delimiter);
        let new = csv_edit::edit(&old, delimiter, &changes).map_err(|error| unreadable(error.to_string()))?;
        let mut mask = out::mask(&opened.schema);
        for (edit, cell) in cells {
            let old = cell.row.cells.get(cell.origin.column).map_or("", String::as_str);
            let (column, row) = (&cell.list.columns[cell.origin.column], cell.row.number);
            let old = match cell.origin.is_secret {
                true => "a secret".into(),
                false => format!("`{}`", mask.value(&edit.name, old)),
            };
            self.notes.push(format!("{displayed}: row {row}, column `{column}`: was {old}"));
        }
        self.files.push(ListFile { path: path.to_owned(), displayed, old, new });
        Ok(())
    }

    /// The changes to the lists.
    pub fn file_changes(&self) -> Vec<FileChange<'_>> {
        let changes = self.files.iter().map(|file| FileChange {
            path: file.path.clone(),
            displayed: file.displayed.clone(),
            before: Before::Text(&file.old),
            text: Some(&file.new),
        });
        changes.collect()
    }
}

/// Records the new content of generated files.
pub fn record(opened: &Opened, texts: &Texts) -> Result<(), Failure> {
    let mut manifest: Manifest = opened.manifest.clone();
    for (path, text) in texts {
        if let Some(entry) = manifest.files.get_mut(path) {
            entry.hash = hash(text);
        }
    }
    Ok(manifest.write(&opened.served)?)
}
