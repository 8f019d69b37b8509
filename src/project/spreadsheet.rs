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
    use std::fmt::Display;
    use std::io::{self, Cursor, Read};

    use calamine::{Cell, Data, Ods, Range, Reader, Xlsx};
    use zip::ZipArchive;

    use crate::project::ods_size::count_cells;

    /// Maximum size of an unpacked spreadsheet in bytes.
    const MOST_BYTES: u64 = 128 << 20;

    /// Maximum number of cells in a sheet, including empty ones.
    const MOST_CELLS: u64 = 4_000_000;

    /// The first sheet as CSV. A cell that contains a date or a time becomes a formula, which templates cannot use: the
    /// spreadsheet program probably converted other text to a date or time.
    pub fn sheet_to_csv(bytes: &[u8]) -> Result<String, String> {
        let content = unpack(bytes, MOST_BYTES)?;
        let sheet = if content.is_xlsx {
            first_xlsx_sheet(bytes)?
        } else if let Some(xml) = content.ods {
            if count_cells(&xml).is_none_or(|cells| cells > MOST_CELLS) {
                return Err(too_many_cells());
            }
            let mut workbook: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
            workbook.worksheet_range_at(0).ok_or_else(no_sheet)?.map_err(|error| unreadable(&error))?
        } else {
            return Err(
                "this is neither an .xlsx nor an .ods file: save the spreadsheet as .xlsx, .ods or CSV"
                    .into(),
            );
        };
        Ok(to_csv(&sheet))
    }

    /// The first sheet of an `.xlsx` file. Its cells are counted while they are read: two cells can be a million rows apart.
    fn first_xlsx_sheet(bytes: &[u8]) -> Result<Range<Data>, String> {
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| unreadable(&error))?;
        let name = workbook.sheet_names().first().cloned().ok_or_else(no_sheet)?;
        let mut reader = workbook.worksheet_cells_reader(&name).map_err(|error| unreadable(&error))?;
        let mut cells: Vec<Cell<Data>> = Vec::new();
        let (mut start, mut end) = ((u32::MAX, u32::MAX), (0, 0));
        while let Some(cell) = reader.next_cell().map_err(|error| unreadable(&error))? {
            let (row, column) = cell.get_position();
            let value = Data::from(cell.get_value().clone());
            if value == Data::Empty {
                continue;
            }
            start = (start.0.min(row), start.1.min(column));
            end = (end.0.max(row), end.1.max(column));
            if u64::from(end.0 - start.0 + 1) * u64::from(end.1 - start.1 + 1) > MOST_CELLS {
                return Err(too_many_cells());
            }
            cells.push(Cell::new((row, column), value));
        }
        Ok(Range::from_sparse(cells))
    }

    fn unreadable(error: &dyn Display) -> String {
        format!("this spreadsheet cannot be read ({error}): save the spreadsheet as CSV")
    }

    fn no_sheet() -> String {
        "this spreadsheet has no sheet".into()
    }

    fn too_many_cells() -> String {
        format!(
            "this spreadsheet has more than {MOST_CELLS} cells, including empty ones: delete the rows and columns \
             outside the list and the other sheets, or save the list as CSV"
        )
    }

    /// What an archive contains.
    #[derive(Default)]
    struct Content {
        is_xlsx: bool,
        /// The content of an `.ods` file.
        ods: Option<Vec<u8>>,
    }

    /// Unpacks a ZIP archive. Fails if its files have more than `limit` bytes.
    fn unpack(bytes: &[u8], limit: u64) -> Result<Content, String> {
        let damaged = |error: &dyn Display| {
            format!("this spreadsheet is damaged ({error}): save the spreadsheet as CSV")
        };
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
        let mut content = Content::default();
        let mut left = limit;
        for at in 0..archive.len() {
            let file = archive.by_index(at).map_err(|error| damaged(&error))?;
            let name = file.name().map_err(|error| damaged(&error))?.to_ascii_lowercase();
            content.is_xlsx |= name.ends_with("workbook.xml");
            let is_ods = name == "content.xml";
            let mut unpacked = file.take(left + 1);
            let size = if is_ods {
                let mut xml = Vec::new();
                let size = unpacked.read_to_end(&mut xml).map_err(|error| damaged(&error))?;
                content.ods = Some(xml);
                size as u64
            } else {
                io::copy(&mut unpacked, &mut io::sink()).map_err(|error| damaged(&error))?
            };
            left = left.checked_sub(size).ok_or_else(|| {
                format!("this spreadsheet is larger than {} MiB: save the spreadsheet as CSV", limit >> 20)
            })?;
        }
        Ok(content)
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
        use std::io::Write;

        use zip::ZipWriter;
        use zip::write::SimpleFileOptions;

        use super::*;
        use crate::text::spreadsheet::is_damaged_cell;

        fn archive(files: &[(&str, &str)]) -> Vec<u8> {
            let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
            for (name, text) in files {
                archive.start_file(*name, SimpleFileOptions::default()).unwrap();
                archive.write_all(text.as_bytes()).unwrap();
            }
            archive.finish().unwrap().into_inner()
        }

        fn ods(rows: &str) -> Vec<u8> {
            let content = format!(
                "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"List\">{rows}\
                 </table:table></office:spreadsheet></office:body></office:document-content>"
            );
            let mime = "application/vnd.oasis.opendocument.spreadsheet";
            archive(&[
                ("mimetype", mime),
                ("META-INF/manifest.xml", "<manifest:manifest/>"),
                ("content.xml", &content),
            ])
        }

        fn xlsx(rows: &str) -> Vec<u8> {
            archive(&[
                (
                    "_rels/.rels",
                    "<Relationships><Relationship Id=\"rId1\" Target=\"xl/workbook.xml\" \
                     Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\"/></Relationships>",
                ),
                (
                    "xl/workbook.xml",
                    "<workbook xmlns:r=\"r\"><sheets><sheet name=\"List\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
                ),
                (
                    "xl/_rels/workbook.xml.rels",
                    "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\" \
                     Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\"/></Relationships>",
                ),
                (
                    "xl/worksheets/sheet1.xml",
                    &format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
                ),
            ])
        }

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

        #[test]
        fn an_ods_file_with_repeated_empty_rows_is_read() {
            let text = |text: &str| {
                format!(
                    "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
                )
            };
            let rows = format!(
                "<table:table-row>{}{}</table:table-row>\
                 <table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>\
                 <table:table-row>{}<table:table-cell office:value-type=\"float\" office:value=\"157\"/>\
                 <table:table-cell table:number-columns-repeated=\"16382\"/></table:table-row>\
                 <table:table-row table:number-rows-repeated=\"1048572\"><table:table-cell \
                 table:number-columns-repeated=\"16384\"/></table:table-row>",
                text("mac"),
                text("extension"),
                text("0021f2000001"),
            );
            let csv = sheet_to_csv(&ods(&rows)).unwrap();
            assert_eq!(csv, "\"mac\",\"extension\"\n,\n,\n\"0021f2000001\",\"157\"\n");
        }

        #[test]
        fn an_xlsx_file_is_read() {
            let rows = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>mac</t></is></c></row>\
                <row r=\"3\"><c r=\"A3\" t=\"str\"><f>B1</f><v>0021f2000001</v></c><c r=\"B3\"><v>157</v></c></row>";
            assert_eq!(sheet_to_csv(&xlsx(rows)).unwrap(), "\"mac\",\n,\n\"0021f2000001\",\"157\"\n");
        }

        #[test]
        fn a_small_file_that_describes_a_billion_cells_is_refused() {
            let cell = "<table:table-cell office:value-type=\"float\" office:value=\"1\" \
                table:number-columns-repeated=\"16384\"/>";
            let repeated =
                format!("<table:table-row table:number-rows-repeated=\"1048576\">{cell}</table:table-row>");
            let many_rows = format!("<table:table-row>{cell}</table:table-row>").repeat(500);
            let far = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
            for bytes in [ods(&repeated), ods(&many_rows), xlsx(far)] {
                let error = sheet_to_csv(&bytes).unwrap_err();
                assert!(
                    error.contains("more than 4000000 cells") && error.contains("delete the rows"),
                    "{error}"
                );
            }
        }

        #[test]
        fn other_archives_are_refused() {
            let error = sheet_to_csv(&archive(&[("word/document.xml", "<a/>")])).unwrap_err();
            assert!(error.contains("neither an .xlsx nor an .ods file"), "{error}");
            let zeros = "0".repeat(600 << 10);
            let bytes = archive(&[("content.xml", &zeros), ("styles.xml", &zeros)]);
            assert!(bytes.len() < 10_000 && unpack(&bytes, 2 << 20).is_ok());
            let error = unpack(&bytes, 1 << 20).map(|_| ()).unwrap_err();
            assert!(error.contains("larger than 1 MiB"), "{error}");
        }
    }
}
