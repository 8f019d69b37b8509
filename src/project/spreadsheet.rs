//! Lists as text: CSV, or the first sheet of a spreadsheet (`.xlsx`, `.ods`) as CSV.

use crate::text::csv;

/// The first bytes of a ZIP archive, the container format of `.xlsx` and `.ods` files.
const ZIP: &[u8] = b"PK\x03\x04";

/// The first bytes of an `.xls` file.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

/// Whether a file is in a spreadsheet program's own format, which text editors cannot edit.
pub fn is_spreadsheet(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP) || bytes.starts_with(OLE)
}

/// The text of a list.
///
/// # Errors
/// The bytes are neither text nor a spreadsheet that can be read.
pub fn decode_list(bytes: &[u8]) -> Result<String, String> {
    match bytes {
        _ if bytes.starts_with(OLE) => {
            Err("this is an .xls file: save the spreadsheet as .xlsx, .ods or CSV".into())
        }
        _ if bytes.starts_with(ZIP) => sheet_to_csv(bytes),
        _ => csv::decode(bytes),
    }
}

#[cfg(not(feature = "xlsx"))]
fn sheet_to_csv(_: &[u8]) -> Result<String, String> {
    Err("this is a spreadsheet, and this fvprov was built without support for it (feature `xlsx`): save the spreadsheet \
         as CSV"
        .into())
}

#[cfg(feature = "xlsx")]
use self::sheet::sheet_to_csv;

#[cfg(feature = "xlsx")]
mod sheet {
    use std::io::{self, Cursor, Read};

    use calamine::{Data, Range, Reader, open_workbook_auto_from_rs};
    use zip::ZipArchive;

    /// Maximum size of an unpacked spreadsheet in bytes.
    const MOST_BYTES: u64 = 128 << 20;

    /// Maximum number of cells in a sheet, including empty ones.
    const MOST_CELLS: usize = 4_000_000;

    /// The first sheet as CSV. A cell that contains a date or a time becomes a formula, which templates cannot use: the
    /// spreadsheet program probably converted another text to it.
    pub fn sheet_to_csv(bytes: &[u8]) -> Result<String, String> {
        check_size(bytes)?;
        let unreadable = |error: &dyn std::fmt::Display| {
            format!("this spreadsheet cannot be read ({error}): save the spreadsheet as CSV")
        };
        let mut workbook =
            open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
        let Some(name) = workbook.sheet_names().first().cloned() else {
            return Err("this spreadsheet has no sheet".into());
        };
        let sheet = workbook.worksheet_range(&name).map_err(|error| unreadable(&error))?;
        let (rows, columns) = sheet.get_size();
        if rows.saturating_mul(columns) > MOST_CELLS {
            return Err(format!(
                "the first sheet has {rows} rows and {columns} columns: remove the cells below and beside the list"
            ));
        }
        Ok(to_csv(&sheet))
    }

    /// Fails if the unpacked files of a ZIP archive are too large.
    fn check_size(bytes: &[u8]) -> Result<(), String> {
        let damaged = |error: &dyn std::fmt::Display| {
            format!("this spreadsheet is damaged ({error}): save the spreadsheet as CSV")
        };
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        let mut left = MOST_BYTES;
        for at in 0..archive.len() {
            let file = archive.by_index(at).map_err(|error| damaged(&error))?;
            let size =
                io::copy(&mut file.take(left + 1), &mut io::sink()).map_err(|error| damaged(&error))?;
            left = left.checked_sub(size).ok_or_else(|| {
                format!(
                    "this spreadsheet is larger than {} MiB: save the spreadsheet as CSV",
                    MOST_BYTES >> 20
                )
            })?;
        }
        Ok(())
    }

    fn to_csv(sheet: &Range<Data>) -> String {
        // Leading empty lines preserve the row numbers of the spreadsheet.
        let mut text = "\n".repeat(sheet.start().map_or(0, |(row, _)| row as usize));
        for row in sheet.rows() {
            let cells: Vec<String> = row.iter().map(cell_text).collect();
            text += &cells.join(",");
            text.push('\n');
        }
        text
    }

    /// The text of a cell, quoted.
    fn cell_text(cell: &Data) -> String {
        let text = match cell {
            Data::Empty => return String::new(),
            // Spreadsheets store integers as floating point numbers.
            Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
            Data::Bool(value) => if *value { "TRUE" } else { "FALSE" }.to_owned(),
            Data::DateTime(_) | Data::DateTimeIso(_) => "=DATE(1)".to_owned(),
            Data::DurationIso(_) => "=TIME(1)".to_owned(),
            cell => cell.to_string(),
        };
        format!("\"{}\"", text.replace('"', "\"\""))
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::text::spreadsheet::is_damaged_cell;

        #[test]
        fn cells_become_texts() {
            let mut sheet = Range::new((1, 0), (2, 3));
            sheet.set_value((1, 0), Data::String("mac".into()));
            sheet.set_value((2, 0), Data::String("a \"b\", c".into()));
            sheet.set_value((2, 1), Data::Float(789_912_345_601.0));
            sheet.set_value((2, 2), Data::Float(0.5));
            sheet.set_value((2, 3), Data::DateTimeIso("2026-10-01".into()));
            assert_eq!(
                to_csv(&sheet),
                "\n\"mac\",,,\n\"a \"\"b\"\", c\",\"789912345601\",\"0.5\",\"=DATE(1)\"\n"
            );
            assert!(is_damaged_cell("=DATE(1)") && is_damaged_cell("=TIME(1)"));
        }
    }
}
