//! `generate` with lists in the formats of spreadsheet programs. The files have the parts that the programs write.

use std::io::{Cursor, Write};

use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::program::run;
use crate::support::tree::{read, tree, write};

const TYPES: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

fn archive(files: &[(&str, String)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Whether a spreadsheet stores a text as a number.
fn is_number(cell: &str) -> bool {
    cell.parse::<f64>().is_ok() && !cell.starts_with('0')
}

/// A workbook of Excel with these rows. Strings are in the shared table, numbers and dates (style 1) in the cells.
fn xlsx(rows: &[&[&str]]) -> Vec<u8> {
    let mut strings: Vec<String> = Vec::new();
    let mut data = String::new();
    for (at, row) in rows.iter().enumerate() {
        data += &format!("<row r=\"{}\">", at + 1);
        for (column, cell) in row.iter().enumerate() {
            let place = format!("{}{}", char::from(b'A' + column as u8), at + 1);
            if let Some(date) = cell.strip_prefix("date:") {
                data += &format!("<c r=\"{place}\" s=\"1\"><v>{date}</v></c>");
            } else if cell.starts_with('#') {
                data += &format!("<c r=\"{place}\" t=\"e\"><v>{cell}</v></c>");
            } else if is_number(cell) {
                data += &format!("<c r=\"{place}\"><v>{cell}</v></c>");
            } else {
                data += &format!("<c r=\"{place}\" t=\"s\"><v>{}</v></c>", strings.len());
                strings.push(format!("<si><t>{cell}</t></si>"));
            }
        }
        data += "</row>";
    }
    let relation = |kind: &str, id: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{TYPES}/{kind}\" Target=\"{target}\"/>")
    };
    archive(&[
        (
            "_rels/.rels",
            format!(
                "<Relationships>{}</Relationships>",
                relation("officeDocument", "rId1", "xl/workbook.xml")
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships>{}</Relationships>",
                relation("worksheet", "rId1", "worksheets/sheet1.xml")
            ),
        ),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"Phones\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
                .into(),
        ),
        ("xl/sharedStrings.xml", format!("<sst>{}</sst>", strings.concat())),
        (
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>".into(),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{data}</sheetData></worksheet>")),
    ])
}

/// An `.ods` spreadsheet with these rows, with the repeated empty cells and rows that it writes after them.
fn ods(rows: &[&[&str]]) -> Vec<u8> {
    let mut data = String::new();
    for row in rows {
        data += "<table:table-row table:style-name=\"ro1\">";
        for cell in *row {
            data += &match cell.strip_prefix("date:") {
                Some(date) => format!(
                    "<table:table-cell office:value-type=\"date\" office:date-value=\"{date}\"><text:p>1</text:p></table:table-cell>"
                ),
                None if cell.starts_with('#') => format!(
                    "<table:table-cell table:formula=\"of:=[.#REF!]\" office:value-type=\"string\" office:string-value=\"\" \
                     calcext:value-type=\"error\"><text:p>{cell}</text:p></table:table-cell>"
                ),
                None if is_number(cell) => format!(
                    "<table:table-cell office:value-type=\"float\" office:value=\"{cell}\"><text:p>{cell}</text:p></table:table-cell>"
                ),
                None => format!(
                    "<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>"
                ),
            };
        }
        data += "<table:table-cell table:number-columns-repeated=\"16380\"/></table:table-row>";
    }
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"Phones\">\
         <table:table-column table:number-columns-repeated=\"16384\"/>{data}<table:table-row \
         table:number-rows-repeated=\"1048000\"><table:table-cell table:number-columns-repeated=\"16384\"/>\
         </table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet".into()),
        ("content.xml", content),
        ("META-INF/manifest.xml", "<manifest:manifest/>".into()),
    ])
}

/// A tree whose list is a spreadsheet.
fn office(name: &str, list: Vec<u8>) -> TempDir {
    let template =
        "#!version:1.0.0.1\naccount.1.label = {{ extension }}\naccount.1.display_name = {{ name }}\n";
    let settings = format!("[server]\ndirectory = \"www\"\n[inventory]\nfile = \"{name}\"\n");
    let office = tree(&[
        ("fvprov.toml", format!("{settings}[generate]\ntemplates = [\"phone.cfg.j2\"]\n").as_str()),
        ("phone.cfg.j2", template),
    ]);
    std::fs::create_dir(office.path().join("www")).unwrap();
    write(office.path(), name, list);
    office
}

#[test]
fn an_xlsx_file_and_an_ods_file_are_lists() {
    let rows: [&[&str]; 4] = [
        &["mac", "extension", "name"],
        &["0021f2000001", "157", "M\u{fc}ller &amp; S\u{f6}hne"],
        &[],
        &["00:21:F2:00:00:02", "0158", "B"],
    ];
    for (name, list) in [("phones.xlsx", xlsx(&rows)), ("phones.ods", ods(&rows))] {
        let office = office(name, list);
        let said = run(office.path(), &["generate"]);
        assert_eq!(said.code, Some(0), "{name}: {}", said.err);
        let own = read(office.path(), "www/0021f2000001.cfg");
        assert!(
            own.contains("account.1.label = 157\n") && own.contains("= M\u{fc}ller & S\u{f6}hne\n"),
            "{name}: {own}"
        );
        let own = read(office.path(), "www/0021f2000002.cfg");
        assert!(own.contains("account.1.label = 0158\n"), "{name}: {own}");
        let said = run(office.path(), &["set", "--mac", "0021f2000001", "account.1.label=1"]);
        assert_eq!(said.code, Some(1), "{name}: {}", said.err);
        assert!(said.err.contains("change the cell in your spreadsheet program"), "{name}: {}", said.err);
    }
}

#[test]
fn damaged_cells_are_reported_by_row_and_column() {
    let xlsx_rows: [&[&str]; 3] = [
        &["mac", "extension", "name"],
        &["0021f2000001", "#REF!", "A"],
        &["0021f2000002", "158", "date:46000"],
    ];
    let ods_rows: [&[&str]; 3] = [
        &["mac", "extension", "name"],
        &["0021f2000001", "#REF!", "A"],
        &["0021f2000002", "158", "date:2026-03-04"],
    ];
    for (name, list) in [("phones.xlsx", xlsx(&xlsx_rows)), ("phones.ods", ods(&ods_rows))] {
        let office = office(name, list);
        let said = run(office.path(), &["generate"]);
        assert_eq!(said.code, Some(1), "{name}: {}", said.err);
        for words in ["row 2, column `extension`", "row 3, column `name`"] {
            assert!(said.err.contains(words), "{name}: {words}: {}", said.err);
        }
        let said = run(office.path(), &["lint", "--output-format", "concise"]);
        assert!(
            said.out.contains(&format!("{name}:2:")) && said.out.contains("ungenerated-file"),
            "{name}: {}",
            said.out
        );
    }
}

#[test]
fn a_spreadsheet_with_too_many_cells_is_refused() {
    let far = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell office:value-type=\"float\" \
        office:value=\"1\" table:number-columns-repeated=\"16384\"/></table:table-row>";
    let content = format!(
        "<office:document-content><table:table table:name=\"a\">{far}</table:table></office:document-content>"
    );
    let mime = "application/vnd.oasis.opendocument.spreadsheet".to_owned();
    let office = office("phones.ods", archive(&[("mimetype", mime), ("content.xml", content)]));
    let said = run(office.path(), &["generate"]);
    assert_eq!(said.code, Some(2), "{}", said.err);
    assert!(
        said.err.contains("more than 4000000 cells") && said.err.contains("save the list as CSV"),
        "{}",
        said.err
    );
}
