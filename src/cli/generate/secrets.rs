//! `--new-secrets`: random passwords for missing secrets that templates need.

use std::collections::{BTreeMap, BTreeSet};

use fvprov::author::generate::{Generated, Loaded, Sources};
use fvprov::author::password::random_password;
use fvprov::project::Store;
use fvprov::project::inventory::template_name;
use fvprov::project::spreadsheet::is_spreadsheet;
use fvprov::project::tool_files;
use fvprov::project::write::{Before, FileChange};
use fvprov::text::csv_edit::{self, CsvEdit};
use fvprov::text::mac::Mac;
use fvprov::text::plural::plural;

use crate::cli::shared::Failure;

/// The changed secrets file.
pub struct NewSecrets {
    old: Option<Vec<u8>>,
    new: Vec<u8>,
    /// Number of passwords that were added.
    pub count: usize,
}

impl NewSecrets {
    /// Adds a password for each secret that a stand-in represents. `None` if no secret is missing.
    pub fn create(
        sources: &Sources,
        loaded: &Loaded,
        generated: &Generated,
    ) -> Result<Option<Self>, Failure> {
        let Some(path) = &sources.secrets else {
            let why = "--new-secrets: no secrets file is set: name one with --secrets secrets.csv, or set `secrets` in \
                       [generate] in fvprov.toml";
            return Err(Failure::Unable(why.into()));
        };
        let count = generated.unknown.values().map(BTreeSet::len).sum();
        if count == 0 {
            return Ok(None);
        }
        let name = sources.display_path(path);
        let Some((list, _)) = &loaded.input.secrets else {
            return Ok(Some(Self { old: None, new: new_file(&generated.unknown).into_bytes(), count }));
        };
        let edits: Vec<CsvEdit> = generated
            .unknown
            .iter()
            .flat_map(|(mac, needed)| match list.rows.iter().find(|row| row.mac == *mac) {
                Some(row) => needed
                    .iter()
                    .filter_map(|column| {
                        let column = list.columns.iter().position(|name| template_name(name) == *column)?;
                        Some(CsvEdit::Cell { row: row.number, column, value: random_password() })
                    })
                    .collect(),
                None => vec![CsvEdit::Row(new_row(*mac, &list.columns, needed))],
            })
            .collect();
        let old = tool_files::read(&Store::Disk, path)
            .map_err(|error| Failure::Unable(format!("`{name}`: {error}")))?;
        if is_spreadsheet(&old) {
            let why = "fvprov does not change spreadsheets: save it as CSV";
            return Err(Failure::Unable(format!("--new-secrets: `{name}`: {why}")));
        }
        let new = csv_edit::edit(&old, list.delimiter, &edits)
            .map_err(|error| Failure::Unable(format!("`{name}`: {error}")))?;
        Ok(Some(Self { old: Some(old), new, count }))
    }

    /// The new content of the file.
    pub fn text(&self) -> &[u8] {
        &self.new
    }

    /// The change to the file.
    pub fn file_change(&self, sources: &Sources) -> Option<FileChange<'_>> {
        let path = sources.secrets.as_ref()?;
        Some(FileChange {
            path: path.clone(),
            displayed: sources.display_path(path),
            before: self.old.as_ref().map_or(Before::Missing, |old| Before::Text(old)),
            text: Some(&self.new),
        })
    }

    /// A message about the added passwords.
    pub fn message(&self, sources: &Sources) -> String {
        let path = sources.secrets.as_deref().map_or(String::new(), |path| sources.display_path(path));
        format!("{} added to `{path}`", plural(self.count, "new password"))
    }
}

/// A new secrets file.
fn new_file(unknown: &BTreeMap<Mac, BTreeSet<String>>) -> String {
    let columns: BTreeSet<&String> = unknown.values().flatten().collect();
    let columns: Vec<String> = ["mac".to_owned()].into_iter().chain(columns.into_iter().cloned()).collect();
    let rows = unknown.iter().map(|(mac, needed)| new_row(*mac, &columns, needed).join(",") + "\n");
    [columns.join(",") + "\n"].into_iter().chain(rows).collect()
}

/// A row with a password in each needed column.
fn new_row(mac: Mac, columns: &[String], needed: &BTreeSet<String>) -> Vec<String> {
    let cells = columns.iter().map(|column| match template_name(column) {
        // Spreadsheets do not convert a MAC with colons to a number.
        name if name == "mac" => mac.octets().map(|octet| format!("{octet:02X}")).join(":"),
        name if needed.contains(&name) => random_password(),
        _ => String::new(),
    });
    cells.collect()
}
