//! The inventory: a CSV file with one row for each phone and columns of any name.

use std::collections::BTreeMap;

use crate::text::csv;
use crate::text::mac::Mac;
use crate::text::source::Span;

/// The phones of an inventory, which the operator maintains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The column names.
    pub columns: Vec<String>,
    /// The phones in file order.
    pub rows: Vec<Row>,
}

/// A phone of the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names of the fields are clear
pub struct Row {
    pub mac: Mac,
    /// The row number in a spreadsheet, from 1.
    pub number: usize,
    /// The span of its MAC in the text.
    pub at: Span,
    /// The cells. A row may have fewer cells than there are columns.
    pub cells: Vec<String>,
}

/// An error in the inventory. Rows are numbered as in a spreadsheet, from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)] // the names of the fields are clear
pub enum Problem {
    /// The header has no column `mac`.
    #[error("row 1: there is no column `mac`")]
    NoMacColumn,
    /// The header names a column twice.
    #[error("row 1: the column `{0}` occurs twice")]
    ColumnTwice(String),
    /// The file is not valid CSV.
    #[error("{0}")]
    NotCsv(String),
    /// A row has no MAC.
    #[error("row {row}, column `mac`: it is empty")]
    NoMac { row: usize },
    /// A cell of the column `mac` is not a MAC.
    #[error("row {row}, column `mac`: `{cell}` is not a MAC address{}", if *is_number { AS_TEXT } else { "" })]
    NotMac { row: usize, cell: String, is_number: bool },
    /// Two rows have the same MAC.
    #[error("row {row}: the phone {mac} is already in row {first}: remove one of them")]
    PhoneTwice { row: usize, mac: Mac, first: usize },
}

/// Appended to the message if a spreadsheet converted the MAC to a number.
const AS_TEXT: &str = ": the spreadsheet converted it to a number; format the column as text";

impl Problem {
    /// The row of the error.
    pub fn row(&self) -> usize {
        match self {
            Self::NoMacColumn | Self::ColumnTwice(_) | Self::NotCsv(_) => 1,
            Self::NoMac { row } | Self::NotMac { row, .. } | Self::PhoneTwice { row, .. } => *row,
        }
    }
}

impl Inventory {
    /// Parses CSV separated by commas, semicolons or tabs. The first row contains the column names,
    /// including `mac`. Empty rows are ignored.
    ///
    /// # Errors
    /// The first error.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (inventory, problems) = Self::parse_all(text);
        problems.into_iter().next().map_or(Ok(inventory), Err)
    }

    /// Like [`Self::parse`], but returns all errors. Rows with errors are omitted.
    pub fn parse_all(text: &str) -> (Self, Vec<Problem>) {
        let mut inventory = Self::default();
        let problems = inventory.read(text).unwrap_or_else(|problem| vec![problem]);
        (inventory, problems)
    }

    fn read(&mut self, text: &str) -> Result<Vec<Problem>, Problem> {
        let (columns, delimiter) = columns(text)?;
        let wanted = position(&columns, "mac").ok_or(Problem::NoMacColumn)?;
        let records = csv::records(text, delimiter).map_err(Problem::NotCsv)?;
        self.columns = columns;
        let mut problems = Vec::new();
        let mut seen: BTreeMap<Mac, usize> = BTreeMap::new();
        for (number, at, cells) in records.into_iter().skip(1) {
            if cells.iter().all(String::is_empty) {
                continue;
            }
            let cell = cells.get(wanted).map_or("", String::as_str);
            let mac = match mac(number, cell) {
                Ok(mac) => mac,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            if let Some(&first) = seen.get(&mac) {
                problems.push(Problem::PhoneTwice { row: number, mac, first });
                continue;
            }
            seen.insert(mac, number);
            // Other cells of the row may contain secrets.
            let line = at.slice(text.as_bytes());
            let at = match memchr::memmem::find(line, cell.as_bytes()) {
                Some(from) => Span::new(at.start as usize + from, at.start as usize + from + cell.len()),
                None => Span { end: at.start, ..at },
            };
            self.rows.push(Row { mac, number, at, cells });
        }
        Ok(problems)
    }

    /// The cell of a row in a column, whose name is not case-sensitive; `None` if the cell is empty.
    pub fn value<'r>(&self, row: &'r Row, column: &str) -> Option<&'r str> {
        let value = row.cells.get(position(&self.columns, column)?)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }
}

fn position(columns: &[String], wanted: &str) -> Option<usize> {
    columns.iter().position(|name| name.eq_ignore_ascii_case(wanted))
}

fn mac(row: usize, cell: &str) -> Result<Mac, Problem> {
    cell.parse().map_err(|_| match cell {
        "" => Problem::NoMac { row },
        // Spreadsheets convert 002112000001 to a number, and 789912120000 to 7.9E+11.
        _ => Problem::NotMac {
            row,
            cell: cell.to_owned(),
            is_number: cell.starts_with(|c: char| c.is_ascii_digit())
                && cell.replace(',', ".").parse::<f64>().is_ok(),
        },
    })
}

/// The column names and the separator. The separator is the one that results in a column `mac`.
fn columns(text: &str) -> Result<(Vec<String>, u8), Problem> {
    let (columns, delimiter) = csv::columns(text, |names| usize::from(position(names, "mac").is_some()));
    for (at, name) in columns.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        if position(&columns, name) != Some(at) {
            return Err(Problem::ColumnTwice(name.clone()));
        }
    }
    Ok((columns, delimiter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Inventory {
        Inventory::parse(text).unwrap()
    }

    fn refused(text: &str) -> String {
        Inventory::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn columns_are_found_by_name() {
        for sign in [",", ";", "\t"] {
            let text = "\u{feff}Site;MAC ; model;Note\r\n\"Köln; \"\"Hof\"\"\";00:21:F2:00:00:01;fip14g;a\r\nIzmir;0021f2000002\r\n";
            let inventory = read(&text.replace(';', sign));
            let [first, second] = inventory.rows.as_slice() else { panic!("{inventory:?}") };
            assert_eq!(inventory.value(first, "site"), Some(format!("Köln{sign} \"Hof\"").as_str()));
            assert_eq!(inventory.value(first, "Model"), Some("fip14g"));
            assert_eq!((inventory.value(second, "model"), inventory.value(second, "nothing")), (None, None));
            assert_eq!(second.mac.to_string(), "0021f2000002");
        }
        assert_eq!(read("mac\n0021f2000001").rows.len(), 1);
        assert!(read("mac\n").rows.is_empty());
    }

    #[test]
    fn rows_are_those_of_the_spreadsheet_and_have_places() {
        for end in ["\n", "\r\n"] {
            let text =
                "\u{feff}mac,note\n0021f2000001,\"two\nlines\"\n,\n\n0021f2000002,x\n".replace('\n', end);
            let inventory = read(&text);
            let numbers: Vec<usize> = inventory.rows.iter().map(|row| row.number).collect();
            assert_eq!(numbers, [2, 5]);
            let lines: Vec<&str> =
                inventory.rows.iter().map(|row| &text[row.at.start as usize..row.at.end as usize]).collect();
            assert_eq!(lines, ["0021f2000001", "0021f2000002"]);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_row() {
        assert_eq!(refused("model\nfip10\n"), "row 1: there is no column `mac`");
        assert_eq!(refused(""), "row 1: there is no column `mac`");
        assert_eq!(
            refused("mac,model\n0021f2000001,fip10\nhall,fip10\n"),
            "row 3, column `mac`: `hall` is not a MAC address"
        );
        assert_eq!(refused("mac,model\n,fip10\n"), "row 2, column `mac`: it is empty");
        assert!(refused("mac\n7.89912E+11\n").contains("converted it to a number"));
        assert!(refused("mac\n21120001\n").contains("converted it to a number"));
        assert_eq!(
            refused("mac\n0021f2000001\n\n00:21:F2:00:00:01\n"),
            "row 4: the phone 0021f2000001 is already in row 2: remove one of them"
        );
        assert_eq!(refused("mac,Site,site\n"), "row 1: the column `site` occurs twice");
    }
}
