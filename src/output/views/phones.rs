//! All phones in a tree, as a table, CSV and JSON.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::text::escape::{harmless, one_line};

/// One phone.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names of the fields are clear
pub struct Row {
    pub root: String,
    /// The MAC; `None` for a phone without files of its own.
    pub mac: Option<String>,
    /// The model, if known.
    pub model: Option<String>,
    /// The boot file, relative to the root.
    pub boot: Option<String>,
    /// The cfg files in download order, relative to the root.
    pub files: Vec<String>,
    /// Number of parameters in the effective configuration.
    pub settings: usize,
    /// Number of errors and warnings that concern the phone.
    pub findings: usize,
}

/// Writes the phones as a table.
///
/// # Errors
/// Those of the writer.
pub fn table(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    let head = ["MAC", "ROOT", "MODEL", "BOOT", "FILES", "SETTINGS", "FINDINGS"].map(str::to_owned);
    let mut cells = vec![head];
    cells.extend(rows.iter().map(|row| {
        let [model, boot] = [&row.model, &row.boot].map(|cell| one_line(cell.as_deref().unwrap_or("-")));
        let numbers = [row.files.len(), row.settings, row.findings].map(|number| number.to_string());
        let [files, settings, findings] = numbers;
        let mac = row.mac.clone().unwrap_or_else(|| "any".into());
        [mac, one_line(&row.root), model, boot, files, settings, findings]
    }));
    let widths: Vec<usize> =
        (0..7).map(|column| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    for row in &cells {
        let row: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", row.join("  ").trim_end())?;
    }
    Ok(())
}

/// The phones as JSON.
pub fn json(rows: &[Row]) -> Value {
    let objects = rows.iter().map(|row| {
        json!({
            "root": row.root, "mac": row.mac, "model": row.model, "boot": row.boot,
            "files": row.files, "settings": row.settings, "findings": row.findings,
        })
    });
    objects.collect()
}

/// Writes the phones as CSV, one in each row. File names are separated by spaces.
///
/// # Errors
/// Those of the writer.
pub fn csv(out: &mut dyn Write, rows: &[Row]) -> io::Result<()> {
    writeln!(out, "mac,root,model,boot,files,settings,findings")?;
    for row in rows {
        let [mac, model, boot] = [&row.mac, &row.model, &row.boot].map(|cell| cell.as_deref().unwrap_or(""));
        let cells = [mac, &row.root, model, boot, &row.files.join(" ")].map(|cell| quoted(&harmless(cell)));
        writeln!(out, "{},{},{}", cells.join(","), row.settings, row.findings)?;
    }
    Ok(())
}

/// A cell according to RFC 4180. An apostrophe precedes text that a spreadsheet would interpret as a
/// formula.
fn quoted(cell: &str) -> String {
    let cell = if cell.starts_with(['=', '+', '-', '@']) { format!("'{cell}") } else { cell.into() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}
