//! Finds the template line and the cell that a line in a generated file comes from.
//!
//! Template lines are found by rendering the template with [`marks`](super::marks). Cells are found by
//! rendering the row again with one cell changed: the lines that contain the change come from this cell.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::data::{GeneratedFile, Input};
use super::marks::{mark, split_marks};
use super::renderer::{Renderer, format_file};
use super::template::{ReadTemplate, Template};
use crate::project::inventory::Row;

/// The character appended to a cell, to find the lines that contain the cell.
const PROBE: char = '\u{f8ff}';

/// The origin of a line in a generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineOrigin {
    /// The path of the template.
    pub template: String,
    /// The line number in the template, counted from 1.
    pub line: usize,
    /// The cell, if the line contains exactly one cell.
    pub cell: Option<CellOrigin>,
}

/// A cell in a phone's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellOrigin {
    /// Whether the cell is in the secrets file.
    pub is_secret: bool,
    /// The index of the column.
    pub column: usize,
    /// Whether the value after `=` is the entire content of the cell.
    pub is_whole: bool,
}

/// The origins of a file's lines.
type Lines = Vec<Option<LineOrigin>>;

/// Finds the origins of lines.
pub struct Origins<'i> {
    input: &'i Input,
    plain: Renderer<'i>,
    marked: Renderer<'i>,
    /// The paths of the marked templates, by number.
    templates: Arc<Mutex<Vec<String>>>,
    /// The results for files that were requested before, by row and output.
    known: Mutex<FxHashMap<(usize, usize), Arc<Lines>>>,
}

impl<'i> Origins<'i> {
    /// Prepares the templates; `None` if they have errors.
    pub fn new(input: &'i Input, templates: &'i [Template], read: &ReadTemplate) -> Option<Self> {
        let paths: Arc<Mutex<Vec<String>>> = Arc::default();
        let (numbers, read_plain) = (Arc::clone(&paths), Arc::clone(read));
        let read_marked: ReadTemplate = Arc::new(move |path| {
            let Some(text) = read_plain(path)? else { return Ok(None) };
            let mut paths = numbers.lock().unwrap_or_else(PoisonError::into_inner);
            let number = paths.iter().position(|known| known == path).unwrap_or(paths.len());
            if number == paths.len() {
                paths.push(path.to_owned());
            }
            Ok(Some(mark(number, &text)))
        });
        Some(Self {
            input,
            plain: Renderer::new(input, templates, read).ok()?,
            marked: Renderer::new(input, templates, &read_marked).ok()?.unformatted(),
            templates: paths,
            known: Mutex::default(),
        })
    }

    /// The origin of a line (from 1) in a generated file. `None` if it cannot be determined.
    pub fn find(&self, path: &str, file: &GeneratedFile, line: usize) -> Option<LineOrigin> {
        let key = (file.row, file.output);
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        let lines = known.unwrap_or_else(|| {
            let lines = Arc::new(self.lines(path, file));
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&lines));
            lines
        });
        lines.get(line.checked_sub(1)?)?.clone()
    }

    /// The origins of all lines.
    fn lines(&self, path: &str, file: &GeneratedFile) -> Lines {
        let row = &self.input.inventory.rows[file.row];
        let secrets = self.plain.secrets_row(row.mac);
        let Some((plain, marks)) =
            output_text(&self.marked, row, secrets, file.output).map(|text| split_marks(&text))
        else {
            return Vec::new();
        };
        // A mark can affect a condition in the template.
        if format_file(path, plain) != file.text {
            return Vec::new();
        }
        let templates = self.templates.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut last = None;
        let mut origins = Lines::new();
        for mark in marks {
            last = mark.or(last);
            origins.push(last.and_then(|(template, line)| {
                Some(LineOrigin { template: templates.get(template)?.clone(), line: line + 1, cell: None })
            }));
        }
        self.add_cells(&mut origins, file, row, secrets);
        origins
    }

    /// Adds the cells to the origins.
    fn add_cells(
        &self,
        origins: &mut [Option<LineOrigin>],
        file: &GeneratedFile,
        row: &Row,
        secrets: Option<&Row>,
    ) {
        let mut cells: Vec<Vec<CellOrigin>> = vec![Vec::new(); origins.len()];
        let rows = [(false, Some(row)), (true, secrets)];
        let columns = rows.into_iter().filter_map(|(is_secret, row)| Some((is_secret, row?)));
        for (is_secret, changed) in columns {
            for (column, cell) in changed.cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                let mut probe = changed.clone();
                probe.cells[column].push(PROBE);
                let text = match is_secret {
                    false => output_text(&self.plain, &probe, secrets, file.output),
                    true => output_text(&self.plain, row, Some(&probe), file.output),
                };
                let Some(text) = text else { continue };
                let changed: FxHashSet<String> = text
                    .lines()
                    .filter(|line| line.contains(PROBE))
                    .map(|line| line.replace(PROBE, ""))
                    .collect();
                for (line, cells) in
                    file.text.lines().zip(&mut cells).filter(|(line, _)| changed.contains(*line))
                {
                    let value = line.split_once('=').map(|(_, value)| value.trim());
                    cells.push(CellOrigin { is_secret, column, is_whole: value == Some(cell.as_str()) });
                }
            }
        }
        for (origin, cells) in origins.iter_mut().zip(cells) {
            if let (Some(origin), [cell]) = (origin, cells.as_slice()) {
                origin.cell = Some(*cell);
            }
        }
    }
}

/// The text that a row produces for an output; `None` if the row has an error.
fn output_text(renderer: &Renderer<'_>, row: &Row, secrets: Option<&Row>, output: usize) -> Option<String> {
    let files = renderer.row(row, secrets).files;
    files.into_iter().find(|file| file.output == output).map(|file| file.text)
}
