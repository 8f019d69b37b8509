//! Lists as spreadsheet programs and people save them: `phone` and `set` change their cells, and every other byte remains.

use tempfile::TempDir;

use crate::support::program::run;
use crate::support::tree::{boot, cfg, tree, write};

/// A file as a program saves it.
#[derive(Clone, Copy)]
struct Format {
    program: &'static str,
    delimiter: char,
    line_ending: &'static str,
    /// The text before the first row.
    start: &'static str,
    quotes_all: bool,
    encode: fn(&str) -> Vec<u8>,
}

fn utf8(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

/// The test uses only letters that Windows-1252 has in common with Latin-1, and the euro sign.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|c| if c == '€' { 0x80 } else { u8::try_from(u32::from(c)).unwrap() }).collect()
}

const FORMATS: [Format; 8] = [
    Format {
        program: "Excel, German: CSV",
        delimiter: ';',
        line_ending: "\r\n",
        start: "",
        quotes_all: false,
        encode: windows_1252,
    },
    Format {
        program: "Excel, English: CSV",
        delimiter: ',',
        line_ending: "\r\n",
        start: "",
        quotes_all: false,
        encode: windows_1252,
    },
    Format {
        program: "Excel, Turkish: CSV UTF-8",
        delimiter: ';',
        line_ending: "\r\n",
        start: "\u{feff}",
        quotes_all: false,
        encode: utf8,
    },
    Format {
        program: "Excel: Unicode text",
        delimiter: '\t',
        line_ending: "\r\n",
        start: "",
        quotes_all: false,
        encode: utf16,
    },
    Format {
        program: "Excel for Mac: CSV",
        delimiter: ';',
        line_ending: "\r",
        start: "",
        quotes_all: false,
        encode: utf8,
    },
    Format {
        program: "LibreOffice: all text cells quoted",
        delimiter: ',',
        line_ending: "\n",
        start: "",
        quotes_all: true,
        encode: utf8,
    },
    Format {
        program: "LibreOffice: UTF-16",
        delimiter: ';',
        line_ending: "\n",
        start: "",
        quotes_all: false,
        encode: utf16,
    },
    Format {
        program: "by hand, with a separator line",
        delimiter: ';',
        line_ending: "\n",
        start: "sep=;\n",
        quotes_all: false,
        encode: utf8,
    },
];

/// The rows: a quoted cell with a separator, quotes and a line break, umlauts, and an empty row at the end.
fn rows() -> Vec<Vec<String>> {
    let rows: [&[&str]; 4] = [
        &["Name", "MAC", "site", "Raum"],
        &["Bücher; \"Foyer\", unten", "00-21-F2-00-00-01", "koeln", "a\nb €"],
        &["Süd", "00-21-F2-00-00-02", "koeln", ""],
        &["Ost", "00-21-F2-00-00-03", "izmir", "3, links"],
    ];
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

impl Format {
    fn cell(&self, cell: &str) -> String {
        let needs_quotes = self.quotes_all || cell.contains([self.delimiter, '"', '\n']);
        if needs_quotes { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
    }

    fn row(&self, cells: &[String]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| self.cell(cell)).collect();
        cells.join(&self.delimiter.to_string()) + self.line_ending
    }

    fn text(&self, rows: &[Vec<String>]) -> String {
        let rows: Vec<String> = rows.iter().map(|row| self.row(row)).collect();
        format!("{}{}", self.start, rows.concat())
    }

    fn bytes(&self, rows: &[Vec<String>]) -> Vec<u8> {
        (self.encode)(&self.text(rows))
    }

    fn site(&self) -> TempDir {
        let site = tree(&[
            ("fvprov.toml", "[server]\ndirectory = \"www\"\n[inventory]\nfile = \"phones.csv\"\n".to_owned()),
            ("www/0021f2000001.boot", boot(&["sites/koeln.cfg"])),
            ("www/0021f2000002.boot", boot(&["sites/koeln.cfg", "0021f2000002.cfg"])),
            ("www/0021f2000002.cfg", cfg("account.1.label = x\n")),
            ("www/0021f2000003.boot", boot(&["sites/izmir.cfg"])),
            ("www/sites/koeln.cfg", cfg("lang.gui = German\n")),
            ("www/sites/izmir.cfg", cfg("lang.gui = Turkish\n")),
        ]);
        write(site.path(), "phones.csv", self.bytes(&rows()));
        site
    }

    /// Runs a command, and checks the bytes of the list.
    #[track_caller]
    fn assert_list(&self, args: &[&str], expected: &[Vec<String>]) {
        self.assert_bytes(args, &self.bytes(expected));
    }

    #[track_caller]
    fn assert_bytes(&self, args: &[&str], expected: &[u8]) {
        let site = self.site();
        let ran = run(site.path(), args);
        assert_eq!(ran.code, Some(0), "{}: {args:?}: {}{}", self.program, ran.out, ran.err);
        let list = std::fs::read(site.path().join("phones.csv")).unwrap();
        let [found, wanted] = [&list, expected].map(String::from_utf8_lossy);
        assert_eq!(list, expected, "{}: {args:?}\n{found:?}\n{wanted:?}", self.program);
    }
}

#[test]
fn every_other_byte_of_the_list_remains() {
    for format in FORMATS {
        let mut moved = rows();
        moved[2][2] = "izmir".into();
        format.assert_list(&["phone", "edit", "Süd", "site=izmir"], &moved);
        // The cell keeps its quotes.
        let renamed = format.text(&rows()).replace(&format.cell(&rows()[1][0]), "\"Foyer\"");
        format.assert_bytes(&["phone", "edit", "0021f2000001", "name=Foyer"], &(format.encode)(&renamed));
        let mut replaced = rows();
        replaced[1][1] = "78-99-12-00-00-0A".into();
        format.assert_list(&["phone", "replace", "0021f2000001", "78991200000a"], &replaced);
        let mut removed = rows();
        removed.remove(1);
        format.assert_list(&["phone", "remove", "0021f2000001"], &removed);
    }
}

#[test]
fn a_row_is_added_in_the_format_of_the_list() {
    for format in FORMATS {
        let args = ["phone", "add", "0021f2000004", "name=Küche; 2", "site=izmir", "Raum=x"];
        let cells = ["Küche; 2", "00-21-F2-00-00-04", "izmir", "x"].map(str::to_owned);
        let added = Format { quotes_all: false, ..format }.row(&cells);
        format.assert_bytes(&args, &(format.encode)(&(format.text(&rows()) + &added)));
    }
}
