//! Phones as a table, CSV, JSON, JSON lines and Markdown.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::text::escape::{harmless, harmless_json, one_line};
use crate::text::markdown::escaped;

/// A cell of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text; empty if there is no value.
    Text(String),
    /// A number.
    Number(usize),
    /// File names. Only JSON and CSV list them; other formats show the number of files.
    Files(Vec<String>),
}

/// Phones, or counts of phones, by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with one cell for each column.
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// The cell as text, which serves as the key for counting phones.
    pub fn key(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            other => other.text(),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Text(text) => one_line(text),
            Self::Number(number) => number.to_string(),
            Self::Files(files) => files.len().to_string(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) if text.is_empty() => Value::Null,
            Self::Text(text) => json!(text),
            Self::Number(number) => json!(number),
            Self::Files(files) => json!(files),
        }
    }

    fn csv(&self) -> String {
        match self {
            Self::Text(text) => quoted(&harmless(text)),
            Self::Number(number) => number.to_string(),
            Self::Files(files) => quoted(&harmless(&files.join(" "))),
        }
    }
}

impl Table {
    /// Writes the rows as a human-readable table.
    ///
    /// # Errors
    /// Writing fails.
    pub fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut cells: Vec<Vec<String>> = vec![self.columns.iter().map(|name| head(name)).collect()];
        cells.extend(self.rows.iter().map(|row| {
            let texts = row.iter().map(Cell::text);
            texts.map(|text| if text.is_empty() { "-".into() } else { text }).collect()
        }));
        let mut widths = vec![0; self.columns.len()];
        for (width, cell) in cells.iter().flat_map(|row| (0..).zip(row)) {
            widths[width] = widths[width].max(cell.chars().count());
        }
        for row in &cells {
            let row: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            writeln!(out, "{}", row.join("  ").trim_end())?;
        }
        Ok(())
    }

    /// Writes the rows as a table in Markdown.
    ///
    /// # Errors
    /// Writing fails.
    pub fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        let heads: Vec<String> = self.columns.iter().map(|name| escaped(&one_line(name))).collect();
        writeln!(out, "| {} |\n|{}", heads.join(" | "), "---|".repeat(heads.len()))?;
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(|cell| escaped(&cell.text())).collect();
            writeln!(out, "| {} |", cells.join(" | "))?;
        }
        Ok(())
    }

    /// The rows as a JSON array of objects.
    pub fn json(&self) -> String {
        harmless_json(&self.objects().collect::<Value>().to_string()) + "\n"
    }

    /// The rows as JSON objects, one per line.
    pub fn json_lines(&self) -> String {
        self.objects().map(|object| harmless_json(&object.to_string()) + "\n").collect()
    }

    fn objects(&self) -> impl Iterator<Item = Value> {
        self.rows.iter().map(|row| {
            let members = self.columns.iter().zip(row).map(|(name, cell)| (name.clone(), cell.json()));
            Value::Object(members.collect::<Map<String, Value>>())
        })
    }

    /// Writes the rows as CSV. File names are separated by spaces.
    ///
    /// # Errors
    /// Writing fails.
    pub fn csv(&self, out: &mut dyn Write) -> io::Result<()> {
        let heads: Vec<String> = self.columns.iter().map(|name| quoted(&harmless(name))).collect();
        writeln!(out, "{}", heads.join(","))?;
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(Cell::csv).collect();
            writeln!(out, "{}", cells.join(","))?;
        }
        Ok(())
    }
}

/// The heading of a column. Parameters keep their case, because it is part of their names.
fn head(name: &str) -> String {
    let name = one_line(name);
    if name.contains('.') { name } else { name.to_uppercase() }
}

/// A cell according to RFC 4180. Text that a spreadsheet would interpret as a formula is prefixed with an
/// apostrophe.
fn quoted(cell: &str) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.into() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}
