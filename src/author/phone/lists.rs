//! The rows of a phone in the list and in the secrets. All other bytes of these files remain unchanged.

use std::path::PathBuf;

use super::change::Cell;
use super::error::PhoneError;
use crate::project::inventory::{Inventory, Row, template_name};
use crate::project::spreadsheet::is_spreadsheet;
use crate::project::{Draft, Opened};
use crate::text::csv;
use crate::text::csv_edit::{CsvEdit, edit};
use crate::text::mac::{self, Mac};

/// A list of phones or of their secrets.
pub struct List {
    /// Its path.
    pub path: PathBuf,
    /// Its path for messages.
    pub displayed: String,
    /// Whether it contains the secrets.
    pub is_secret: bool,
    inventory: Inventory,
    bytes: Vec<u8>,
}

/// The existing lists that are named in the settings: the inventory, the list of `generate`, and the secrets.
pub fn lists(opened: &Opened, draft: &Draft<'_>) -> Result<Vec<List>, PhoneError> {
    let settings = &opened.settings;
    let named = [
        (&settings.inventory.file, false),
        (&settings.generate.from, false),
        (&settings.generate.secrets, true),
    ];
    let mut lists: Vec<List> = Vec::new();
    for (name, is_secret) in named {
        let Some(path) = name.as_ref().map(|name| opened.beside_settings(name)) else { continue };
        if lists.iter().any(|list| list.path == path) {
            continue;
        }
        let displayed = opened.display_path(&path);
        let Some(bytes) = draft.read(&path)? else { continue };
        if is_spreadsheet(&bytes) {
            let reason =
                "fvprov cannot edit spreadsheets: save the list as CSV, and name that file in fvprov.toml";
            return Err(list_error(&displayed, reason.into()));
        }
        let text = csv::decode(&bytes).map_err(|reason| list_error(&displayed, reason))?;
        let columns = &settings.inventory.columns;
        let inventory = match settings.inventory.file.as_ref() == name.as_ref() {
            true => Inventory::parse(&text, columns),
            false => Inventory::parse_other(&text, columns),
        };
        let inventory = inventory.map_err(|error| {
            list_error(
                &displayed,
                if is_secret { error.without_names().to_owned() } else { error.to_string() },
            )
        })?;
        lists.push(List { path, displayed, is_secret, inventory, bytes });
    }
    Ok(lists)
}

fn list_error(path: &str, reason: String) -> PhoneError {
    PhoneError::List { path: path.to_owned(), reason }
}

impl List {
    /// The row of a phone.
    pub fn row(&self, mac: Mac) -> Option<&Row> {
        self.inventory.rows.iter().find(|row| row.mac == mac)
    }

    /// The index of a column, by its name or its name in templates.
    pub fn column(&self, name: &str) -> Option<usize> {
        let columns = &self.inventory.columns;
        let by_name = columns.iter().position(|column| column.to_lowercase() == name.to_lowercase());
        by_name.or_else(|| columns.iter().position(|column| template_name(column) == name.to_lowercase()))
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.inventory.columns.iter().map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The cell of a phone in a column.
    pub fn cell(&self, mac: Mac, name: &str) -> Option<&str> {
        self.row(mac)?.cells.get(self.column(name)?).map(String::as_str)
    }

    /// The text after replacing the MAC in a phone's row. With `in_values`, other cells are also changed.
    pub fn with_mac(&self, old: Mac, new: Mac, in_values: bool) -> Result<Option<Vec<u8>>, PhoneError> {
        let mac_column = self.column("mac").unwrap_or_default();
        let mut edits = Vec::new();
        for row in &self.inventory.rows {
            for (column, cell) in row.cells.iter().enumerate() {
                let is_own = row.mac == old && column == mac_column;
                if is_own || in_values && column != mac_column {
                    let replaced =
                        String::from_utf8_lossy(&mac::replace(cell.as_bytes(), old, new)).into_owned();
                    let value = if is_own && replaced == *cell { new.to_string() } else { replaced };
                    edits.extend((value != *cell).then_some(CsvEdit::Cell {
                        row: row.number,
                        column,
                        value,
                    }));
                }
            }
        }
        self.edited(&edits)
    }

    /// The other cells that contain a MAC, as `path: row 3, column`.
    pub fn mentions(&self, mac: Mac) -> Vec<String> {
        let mac_column = self.column("mac").unwrap_or_default();
        let mut places = Vec::new();
        for row in &self.inventory.rows {
            for (column, cell) in row.cells.iter().enumerate().filter(|(at, _)| *at != mac_column) {
                if !mac::find(cell.as_bytes(), mac).is_empty() {
                    let name = self.inventory.columns.get(column).map_or("", String::as_str);
                    places.push(format!("{}: row {}, column `{name}`", self.displayed, row.number));
                }
            }
        }
        places
    }

    /// The text without the row of a phone.
    pub fn without(&self, mac: Mac) -> Result<Option<Vec<u8>>, PhoneError> {
        let row = self.row(mac).map(|row| CsvEdit::Remove(row.number));
        self.edited(&row.into_iter().collect::<Vec<_>>())
    }

    /// The text with a new row. Cells that are not specified are copied from the phone `like`, except in the columns
    /// that identify a phone.
    pub fn with_row(
        &self,
        mac: Mac,
        cells: &[Cell],
        like: Option<Mac>,
    ) -> Result<Option<Vec<u8>>, PhoneError> {
        let mac_column = self.column("mac").unwrap_or_default();
        let like = like.and_then(|like| self.row(like));
        let own: Vec<usize> = ["extension", "name", "serial", "address", "user"]
            .iter()
            .filter_map(|name| self.column(name))
            .collect();
        let mut row: Vec<String> = vec![String::new(); self.inventory.columns.len()];
        for (column, cell) in row.iter_mut().enumerate() {
            let copied = like.and_then(|row| row.cells.get(column)).filter(|_| !own.contains(&column));
            cell.clone_from(copied.unwrap_or(&String::new()));
        }
        // The new MAC has the spelling of the first one.
        row[mac_column] = self.inventory.rows.first().map_or_else(
            || mac.to_string(),
            |first| {
                let spelling = first.cells.get(mac_column).map_or(&[][..], String::as_bytes);
                String::from_utf8_lossy(&mac::replace(spelling, first.mac, mac)).into_owned()
            },
        );
        for (name, value) in cells {
            if let Some(column) = self.column(name) {
                row[column].clone_from(value);
            }
        }
        self.edited(&[CsvEdit::Row(row)])
    }

    /// The text with changed cells in a phone's row. Columns of other lists are ignored.
    pub fn with_cells(&self, mac: Mac, cells: &[Cell]) -> Result<Option<Vec<u8>>, PhoneError> {
        let Some(row) = self.row(mac) else { return Ok(None) };
        let edits = cells.iter().filter_map(|(name, value)| {
            let column = self.column(name)?;
            let is_new = row.cells.get(column) != Some(value);
            is_new.then(|| CsvEdit::Cell { row: row.number, column, value: value.clone() })
        });
        self.edited(&edits.collect::<Vec<_>>())
    }

    fn edited(&self, edits: &[CsvEdit]) -> Result<Option<Vec<u8>>, PhoneError> {
        if edits.is_empty() {
            return Ok(None);
        }
        let edited = edit(&self.bytes, self.inventory.delimiter, edits);
        edited.map(Some).map_err(|error| list_error(&self.displayed, error.to_string()))
    }
}
