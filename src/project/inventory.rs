//! The inventory: a CSV file with one row for each phone and columns of any name.
//!
//! An error in a row does not affect the other rows, except that invalid CSV hides the rows below it.

use std::collections::BTreeMap;

use super::inventory_error::{HeaderError, Problem, RowFault};
use crate::catalogue::Schema;
use crate::text::csv::{self, Record, Records};
use crate::text::mac::Mac;
use crate::text::nearest::nearest;
use crate::text::source::Span;
use crate::text::spreadsheet::is_changed_text;

/// An inventory of phones, which the operator maintains.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The column names, after the mapping in `[inventory] columns`.
    pub columns: Vec<String>,
    /// The columns that identify a phone, as listed in `[inventory] identity`.
    pub identity: Vec<String>,
    /// The phones in file order.
    pub rows: Vec<Row>,
    /// The errors in rows, in file order.
    pub problems: Vec<Problem>,
    /// The character that separates cells.
    pub delimiter: u8,
}

/// A phone in the inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names of the fields are clear
pub struct Row {
    pub mac: Mac,
    /// The row number in a spreadsheet, counted from 1.
    pub number: usize,
    /// The span of the row's first line in the text.
    pub line: Span,
    /// The span of the MAC in the text.
    pub at: Span,
    /// The cells. A row may have fewer cells than there are columns.
    pub cells: Vec<String>,
}

/// `[inventory] columns`: maps the names used in fvprov and templates to the columns in the file.
pub type ColumnNames = BTreeMap<String, String>;

/// A column's name in templates: lowercase, with `_` for each character that is not a letter from a to z or a
/// digit.
pub fn template_name(column: &str) -> String {
    let name = column.to_ascii_lowercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("_{name}") } else { name }
}

impl Inventory {
    /// Parses CSV separated by commas, semicolons or tabs. The first row contains the column names, including `mac`
    /// or the name that `names` maps to `mac`. Empty rows are ignored.
    pub fn parse(text: &str, names: &ColumnNames) -> Result<Self, HeaderError> {
        let (mut columns, delimiter) = csv::columns(text, |columns| {
            let wanted = names.values().map(String::as_str).chain(["mac"]);
            wanted.filter(|name| position(columns, name).is_some()).count()
        });
        let Records { records, error } = csv::records(text, delimiter);
        rename(&mut columns, names)?;
        let Some(mac_column) = position(&columns, "mac") else {
            if columns.iter().any(|name| name.parse::<Mac>().is_ok()) {
                return Err(HeaderError::NoHeader);
            }
            let near = probable_mac_column(&columns, &records);
            return Err(HeaderError::NoMacColumn { columns: named(columns), near });
        };
        if let Some((_, twice)) = columns
            .iter()
            .enumerate()
            .find(|(at, name)| !name.is_empty() && position(&columns, name) != Some(*at))
        {
            return Err(HeaderError::ColumnTwice(twice.clone()));
        }
        let mut inventory = Self { columns, delimiter, ..Self::default() };
        inventory.read_rows(text, records, mac_column);
        inventory.problems.extend(error.map(|(row, at, why)| Problem {
            row,
            at,
            fault: RowFault::NotCsv(why),
        }));
        Ok(inventory)
    }

    /// Like [`Self::parse`], but for another list, which may lack some of the columns that `names` maps.
    pub fn parse_other(text: &str, names: &ColumnNames) -> Result<Self, HeaderError> {
        let (columns, _) = csv::columns(text, |columns| {
            names.values().filter(|header| position(columns, header).is_some()).count()
        });
        let mut names = names.clone();
        names.retain(|_, header| position(&columns, header).is_some());
        Self::parse(text, &names)
    }

    fn read_rows(&mut self, text: &str, records: Vec<Record>, mac_column: usize) {
        let mut seen: BTreeMap<Mac, usize> = BTreeMap::new();
        for Record { row, at: line, cells } in records.into_iter().skip(1) {
            if cells.iter().all(String::is_empty) {
                continue;
            }
            let at = cell_span(text, line, &cells, mac_column);
            let mac = parse_mac(cells.get(mac_column).map_or("", String::as_str));
            let fault = match mac {
                Err(fault) => fault,
                Ok(mac) => {
                    let first = *seen.entry(mac).or_insert(row);
                    if first == row {
                        self.rows.push(Row { mac, number: row, line, at, cells });
                        continue;
                    }
                    RowFault::PhoneTwice { mac, first }
                }
            };
            self.problems.push(Problem { row, at, fault });
        }
    }

    /// The phones' models that the catalogue contains. Each unknown model is added to the problems.
    pub fn take_models(&mut self, text: &str, schema: &Schema) -> Vec<(Mac, String)> {
        let mut models = Vec::new();
        let mut problems = Vec::new();
        for row in &self.rows {
            let Some(name) = self.value(row, "model").filter(|name| !is_no_model(name)) else { continue };
            match schema.find_model(name) {
                Ok(model) => models.push((row.mac, model.name.clone())),
                Err(unknown) => {
                    let fault = match is_changed_text(name) {
                        true => RowFault::DamagedModel(name.to_owned()),
                        false => RowFault::UnknownModel(unknown),
                    };
                    problems.push(Problem { row: row.number, at: self.span(text, row, "model"), fault });
                }
            }
        }
        self.problems.extend(problems);
        self.problems.sort_by_key(|problem| problem.row);
        models
    }

    /// The column that most probably contains the models, if no column is named `model`.
    pub fn probable_model_column(&self, schema: &Schema) -> Option<&str> {
        if position(&self.columns, "model").is_some() {
            return None;
        }
        let rows: Vec<&[String]> = self.rows.iter().take(100).map(|row| row.cells.as_slice()).collect();
        let column = fullest_column(&self.columns, &rows, |cell| schema.model(cell).is_some())?;
        Some(column).filter(|name| !name.is_empty())
    }

    /// Returns an error if a row has the wrong number of cells. `generate` writes no files for these rows.
    pub fn cell_count_error(&self, row: &Row) -> Option<String> {
        let (has, needs) = (row.cells.len(), self.columns.len());
        // Spreadsheets may write extra separators after the last column for cleared cells.
        let is_long = row.cells.iter().skip(needs).any(|cell| !cell.is_empty());
        let help = match has < needs {
            true => "a separator is missing (empty cells need one too)",
            false if is_long => "quote cells that contain a separator",
            false => return None,
        };
        Some(format!("has {has} cells, but row 1 has {needs}: {help}"))
    }

    /// The column with this name in templates.
    pub fn column_in_templates(&self, name: &str) -> Option<&str> {
        self.columns.iter().map(String::as_str).find(|column| template_name(column) == name)
    }

    /// The row's cell in a column; `None` if the cell is empty. The column name is not case-sensitive.
    pub fn value<'r>(&self, row: &'r Row, column: &str) -> Option<&'r str> {
        let value = row.cells.get(position(&self.columns, column)?)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// The span of a row's cell in a column.
    pub fn span(&self, text: &str, row: &Row, column: &str) -> Span {
        position(&self.columns, column).map_or(row.at, |at| cell_span(text, row.line, &row.cells, at))
    }

    /// Whether all rows were read: an unclosed quotation mark hides the rows below it.
    pub fn is_complete(&self) -> bool {
        !self.problems.iter().any(|problem| matches!(problem.fault, RowFault::NotCsv(_)))
    }
}

/// Whether a cell means that the phone has no model.
fn is_no_model(cell: &str) -> bool {
    cell == "-" || cell.eq_ignore_ascii_case("n/a")
}

/// The position of a column with this name, ignoring case.
fn position(columns: &[String], wanted: &str) -> Option<usize> {
    let wanted = wanted.to_lowercase();
    columns.iter().position(|name| name.to_lowercase() == wanted)
}

fn named(columns: Vec<String>) -> Vec<String> {
    columns.into_iter().filter(|name| !name.is_empty()).collect()
}

/// Replaces the names of the columns that `[inventory] columns` maps.
fn rename(columns: &mut [String], names: &ColumnNames) -> Result<(), HeaderError> {
    let headers = columns.to_vec();
    for (name, header) in names {
        let Some(at) = position(&headers, header) else {
            let near = nearest(header, headers.iter().map(String::as_str), usize::MAX).map(str::to_owned);
            let (name, header, columns) = (name.clone(), header.clone(), named(headers));
            return Err(HeaderError::NoMappedColumn { name, header, columns, near });
        };
        if position(&headers, name).is_some_and(|other| other != at && !is_mapped(names, &headers, other)) {
            return Err(HeaderError::NameTaken { name: name.clone(), header: header.clone() });
        }
        columns[at].clone_from(name);
    }
    Ok(())
}

fn is_mapped(names: &ColumnNames, headers: &[String], column: usize) -> bool {
    names.values().any(|header| position(headers, header) == Some(column))
}

/// The column that most probably contains the MACs, judging by the cells or else by the column's name.
fn probable_mac_column(columns: &[String], records: &[Record]) -> Option<String> {
    let rows: Vec<&[String]> =
        records.iter().skip(1).take(100).map(|record| record.cells.as_slice()).collect();
    let by_cells = fullest_column(columns, &rows, |cell| cell.parse::<Mac>().is_ok());
    let by_name = columns.iter().map(String::as_str).find(|name| name.to_lowercase().contains("mac"));
    by_cells.or(by_name).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// The first column with the most matching cells; `None` if no cell matches.
fn fullest_column<'c>(
    columns: &'c [String],
    rows: &[&[String]],
    is_match: impl Fn(&str) -> bool,
) -> Option<&'c str> {
    let counts = columns.iter().enumerate().map(|(at, column)| {
        let cells = rows.iter().filter_map(|cells| cells.get(at));
        (cells.filter(|cell| is_match(cell)).count(), column.as_str())
    });
    // Of several maxima, `max_by_key` returns the last.
    counts.rev().max_by_key(|(count, _)| *count).filter(|(count, _)| *count > 0).map(|(_, column)| column)
}

/// The span of a cell in the first line of its record. Other cells in the row may contain secrets. The span is empty
/// if the text does not contain the cell as written.
fn cell_span(text: &str, line: Span, cells: &[String], wanted: usize) -> Span {
    let bytes = line.slice(text.as_bytes());
    let mut from = 0;
    for (at, cell) in cells.iter().enumerate().take(wanted + 1) {
        match memchr::memmem::find(&bytes[from..], cell.as_bytes()) {
            Some(found) if at == wanted && !cell.is_empty() => {
                let start = line.start as usize + from + found;
                return Span::new(start, start + cell.len());
            }
            Some(found) => from += found + cell.len(),
            None => break,
        }
    }
    Span { end: line.start, ..line }
}

fn parse_mac(cell: &str) -> Result<Mac, RowFault> {
    // `="0021f2000001"` is the usual way to make a spreadsheet display a value as text.
    let text = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(cell);
    let text = text.trim_start_matches('\'');
    let label = text.get(..3).filter(|label| label.eq_ignore_ascii_case("mac"));
    let text = label.map_or(text, |label| text[label.len()..].trim_start_matches([':', '=', ' ', '-']));
    text.trim().parse().map_err(|_| match cell {
        "" => RowFault::NoMac,
        // Spreadsheets convert 002112000001 to a number, and 789912120000 to 7.9E+11.
        _ => RowFault::NotMac {
            cell: cell.to_owned(),
            is_number: cell.starts_with(|c: char| c.is_ascii_digit())
                && cell.replace(',', ".").parse::<f64>().is_ok(),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Inventory {
        Inventory::parse(text, &ColumnNames::new()).unwrap()
    }

    fn problems(text: &str) -> String {
        match Inventory::parse(text, &ColumnNames::new()) {
            Ok(inventory) => {
                inventory.problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
            }
            Err(error) => error.to_string(),
        }
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
    fn columns_of_other_names_are_mapped() {
        let text = "MAC-Adresse;Modell;Größe\n0021f2000001;fip10;1\n";
        let names =
            ColumnNames::from([("mac", "mac-adresse"), ("model", "Modell"), ("size", "GRÖSSE")].map(pair));
        let error = Inventory::parse(text, &names).unwrap_err().to_string();
        assert!(
            error.contains("there is no column `GRÖSSE`, which `[inventory] columns` names for `size`"),
            "{error}"
        );
        assert!(
            error.ends_with("the columns are `MAC-Adresse`, `Modell`, `Größe`; did you mean `Größe`?"),
            "{error}"
        );
        let names =
            ColumnNames::from([("mac", "mac-adresse"), ("model", "Modell"), ("size", "GRÖßE")].map(pair));
        let inventory = Inventory::parse(text, &names).unwrap();
        assert_eq!(inventory.columns, ["mac", "model", "size"]);
        assert_eq!(inventory.value(&inventory.rows[0], "model"), Some("fip10"));
        assert_eq!(Inventory::parse_other("mac;x\n0021f2000001;1\n", &names).unwrap().rows.len(), 1);
        assert_eq!(
            problems(text),
            "row 1: there is no column `mac`; the columns are `MAC-Adresse`, `Modell`, `Größe`; if `MAC-Adresse` \
             contains the MACs, set `[inventory] columns = { mac = \"MAC-Adresse\" }` in fvprov.toml, or rename the column"
        );
    }

    fn pair((name, header): (&str, &str)) -> (String, String) {
        (name.into(), header.into())
    }

    #[test]
    fn rows_are_those_of_the_spreadsheet_and_have_places() {
        for end in ["\n", "\r\n"] {
            let text =
                "\u{feff}mac,note\n0021f2000001,\"two\nlines\"\n,\n\n0021f2000002,x\n".replace('\n', end);
            let inventory = read(&text);
            let numbers: Vec<usize> = inventory.rows.iter().map(|row| row.number).collect();
            assert_eq!(numbers, [2, 5]);
            let lines: Vec<&[u8]> = inventory.rows.iter().map(|row| row.at.slice(text.as_bytes())).collect();
            assert_eq!(lines, [b"0021f2000001", b"0021f2000002"]);
        }
    }

    #[test]
    fn a_cell_is_located_behind_equal_ones() {
        let text = "site,mac,model\nfip1,0021f2000001,fip1\n";
        let inventory = read(text);
        let span = inventory.span(text, &inventory.rows[0], "model");
        assert_eq!((span.start as usize, span.slice(text.as_bytes())), (text.len() - 5, &b"fip1"[..]));
    }

    #[test]
    fn errors_have_rows_and_leave_the_other_rows() {
        assert_eq!(
            problems("model\nfip10\n"),
            "row 1: there is no column `mac`; the only column is `model`; rename the column that contains the MACs to `mac`"
        );
        assert!(problems("").starts_with("row 1: there is no column `mac`; rename"));
        let text = "mac,model\n0021f2000001,fip10\nhall,fip10\n,fip10\n7.89912E+11,\n21120001,\n\n00:21:F2:00:00:01\n0021f2000002,\n";
        assert_eq!(
            problems(text),
            "row 3, column `mac`: `hall` is not a MAC address\n\
             row 4, column `mac`: it is empty\n\
             row 5, column `mac`: `7.89912E+11` is not a MAC address: the spreadsheet converted it to a number; format \
             the column as text\n\
             row 6, column `mac`: `21120001` is not a MAC address: the spreadsheet converted it to a number; format the \
             column as text\n\
             row 8: the phone 0021f2000001 is already in row 2: remove one of them"
        );
        assert_eq!(read(text).rows.len(), 2);
        assert_eq!(problems("mac,Site,site\n"), "row 1: the column `site` occurs twice");
        let open = "mac,note\n0021f2000001,a\n0021f2000002,\"b\n0021f2000003,c\n";
        assert!(
            problems(open).starts_with("row 3: the closing `\"` of a cell is missing"),
            "{}",
            problems(open)
        );
        assert_eq!((read(open).rows.len(), read(open).is_complete()), (1, false));
    }

    #[test]
    fn cells_without_a_model_are_no_problem() {
        let text = "mac,model\n0021f2000001,-\n0021f2000002,n/a\n0021f2000003,N/A\n0021f2000004,FIP10\n";
        let mut inventory = read(text);
        let models = inventory.take_models(text, Schema::builtin());
        assert_eq!(models.iter().map(|(_, model)| model.as_str()).collect::<Vec<_>>(), ["fip10"]);
        assert_eq!(inventory.problems, []);
    }

    #[test]
    fn rows_with_a_wrong_number_of_cells_have_an_error() {
        let inventory = read("mac,a,b\n0021f2000001,1,2,\n0021f2000002,1,2,extra\n0021f2000003,1\n");
        let errors: Vec<_> = inventory.rows.iter().map(|row| inventory.cell_count_error(row)).collect();
        let [None, Some(long), Some(short)] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(long.starts_with("has 4 cells, but row 1 has 3: "), "{long}");
        assert!(short.starts_with("has 2 cells, but row 1 has 3: "), "{short}");
    }

    #[test]
    fn macs_are_read_as_lists_contain_them() {
        for cell in [
            "00 21 F2 00 00 01",
            "MAC:0021f2000001",
            "mac 00:21:f2:00:00:01",
            "=\"\"0021f2000001\"\"",
            "'0021f2000001",
        ] {
            let cell = if cell.starts_with('=') { format!("\"{cell}\"") } else { cell.to_owned() };
            let inventory = read(&format!("mac\n{cell}\n"));
            assert_eq!(inventory.rows.len(), 1, "{cell}: {:?}", inventory.problems);
        }
        assert_eq!(read("mac;a\n=\"0021f2000001\";1\n").rows.len(), 1);
        assert!(problems("mac\n501.365.120.000\n").contains("is not a MAC address"));
    }

    #[test]
    fn a_model_that_a_spreadsheet_replaced_has_no_suggestion() {
        for cell in ["#N/A", "01.Okt", "1-Mar", "Oct-13", "1,3E+02"] {
            let text = format!("mac;model\n0021f2000001;{cell}\n");
            let mut inventory = read(&text);
            assert!(inventory.take_models(&text, Schema::builtin()).is_empty());
            let problem = inventory.problems[0].to_string();
            assert!(
                problem.contains("a spreadsheet replaced") && !problem.contains("did you mean"),
                "{problem}"
            );
        }
        let text = "mac;model\n0021f2000001;FIP1\n";
        let mut inventory = read(text);
        inventory.take_models(text, Schema::builtin());
        assert!(!inventory.problems[0].to_string().contains("spreadsheet"));
    }

    #[test]
    fn a_mapped_column_beside_one_of_its_name_is_an_error() {
        let names = ColumnNames::from([pair(("mac", "MAC-Adresse"))]);
        let error = Inventory::parse("mac;MAC-Adresse\n;0021f2000001\n", &names).unwrap_err().to_string();
        assert!(error.contains("maps `MAC-Adresse` to `mac`, but there is also a column `mac`"), "{error}");
        // Two columns that exchange their names are no conflict.
        let names = ColumnNames::from([pair(("mac", "model")), pair(("model", "mac"))]);
        assert_eq!(Inventory::parse("mac;model\nfip10;0021f2000001\n", &names).unwrap().rows.len(), 1);
    }
}
