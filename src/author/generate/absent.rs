//! Adds the generated files that a tree does not contain, as far as `generate` could write them.

use super::data::{Problem, ProblemPlace};
use super::in_memory::{InMemory, InMemoryError};
use super::sources::SourceError;
use crate::lint::Ungenerated;
use crate::project::Opened;
use crate::project::discover::path_from;
use crate::project::tool_files::ToolFile;
use crate::text::source::Span;

/// The result of [`add_absent_files`].
#[derive(Default)]
pub struct AbsentFiles {
    /// The files, if the tree does not contain them.
    pub memory: Option<InMemory>,
    /// The errors because of which files are missing.
    pub errors: Vec<Ungenerated>,
}

/// Adds the files that `generate` would write to a tree that does not contain them. `variable` returns the environment
/// variables for the templates.
pub fn add_absent_files(opened: &mut Opened, variable: &dyn Fn(&str) -> Option<String>) -> AbsentFiles {
    let memory = match InMemory::render(opened, variable) {
        Ok(None) => return AbsentFiles::default(),
        Ok(Some(memory)) => memory,
        Err(error) => return AbsentFiles { memory: None, errors: vec![error_of_all_rows(opened, &error)] },
    };
    if !memory.files.is_empty() {
        opened.workspace = opened.load(&memory.texts());
    }
    let mut errors: Vec<Ungenerated> =
        memory.problems.iter().filter_map(|problem| locate(opened, &memory, problem)).collect();
    errors.sort();
    AbsentFiles { memory: Some(memory).filter(|memory| !memory.files.is_empty()), errors }
}

/// An error that affects all rows.
fn error_of_all_rows(opened: &mut Opened, error: &InMemoryError) -> Ungenerated {
    let help = "correct it: `generate` cannot write any file".to_owned();
    let list = opened.settings.generate.from.as_ref().or(opened.settings.inventory.file.as_ref());
    let list = list.map(|list| opened.beside_settings(list));
    let path = match (error, list) {
        (InMemoryError::Source(SourceError::Header(..) | SourceError::Empty(_)), Some(list)) => {
            add_file(opened, &path_from(&opened.served, &list), "")
        }
        _ => settings_path(opened),
    };
    Ungenerated { path, span: Span::default(), message: error.to_string(), help }
}

/// The place and the text of an error. `None` if the inventory reports it too.
fn locate(opened: &mut Opened, memory: &InMemory, problem: &Problem) -> Option<Ungenerated> {
    let inventory = &memory.input.inventory;
    let (list, text) = &memory.list;
    let row = inventory.rows.iter().find(|row| row.number == problem.row);
    let (path, span, help) = match &problem.place {
        ProblemPlace::InvalidRow => {
            let reported = opened.inventory.as_ref().is_some_and(|(path, _)| path == list);
            if reported {
                return None;
            }
            let invalid = inventory.problems.iter().find(|invalid| invalid.row == problem.row);
            let span = row.map(|row| row.at).or(invalid.map(|invalid| invalid.at)).unwrap_or_default();
            (add_file(opened, list, text), span, "correct the row")
        }
        ProblemPlace::Row(column) => {
            let name = column.map(|column| inventory.columns[column].as_str());
            let cell = row.zip(name).map(|(row, name)| inventory.span(text, row, name));
            let span = cell.filter(|cell| !cell.is_empty()).or(row.map(|row| row.at)).unwrap_or_default();
            (add_file(opened, list, text), span, "correct the cell or the row")
        }
        ProblemPlace::Template { path, line } => {
            let (path, text) = memory.template(path)?;
            let path = add_file(opened, &path, &text);
            let file = opened.workspace.file(&path)?;
            let span = opened.workspace.sources.get(file).trimmed_line(*line);
            (path, span, "correct the template or the list")
        }
        ProblemPlace::Settings => {
            (settings_path(opened), Span::default(), "correct the list, the templates or the settings")
        }
    };
    Some(Ungenerated { path, span, message: problem.fault.clone(), help: help.into() })
}

/// Adds a file of the list or a template to the tree if the tree does not contain it. Returns its path.
fn add_file(opened: &mut Opened, path: &str, text: &str) -> String {
    if opened.workspace.file(path).is_none() {
        let file = opened.served.join(path);
        return opened.add_tool_file(&ToolFile { path: file, text: text.to_owned() });
    }
    path.to_owned()
}

/// The path of the settings file in the tree.
fn settings_path(opened: &Opened) -> String {
    opened.settings_path.clone().unwrap_or_default()
}
