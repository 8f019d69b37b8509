//! CSV files from spreadsheets: encodings, separators, and the row numbers that spreadsheets display.

use crate::text::source::Span;

/// The column names in the first row, and the separator. The separator is whichever of comma, semicolon and
/// tab results in the most `wanted` columns; in case of a tie, in the most columns.
pub fn columns(text: &str, wanted: impl Fn(&[String]) -> usize) -> (Vec<String>, u8) {
    let heads = [b'\t', b';', b','].map(|delimiter| {
        let head = reader(without_mark(text), delimiter).into_records().next();
        (head.and_then(Result::ok).map(|head| to_strings(&head)).unwrap_or_default(), delimiter)
    });
    // `max_by_key` returns the last of several equal elements.
    heads.into_iter().max_by_key(|(columns, _)| (wanted(columns), columns.len())).unwrap_or_default()
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true).has_headers(false).trim(csv::Trim::All);
    builder.from_reader(text.as_bytes())
}

/// The text without the byte order mark and without an initial `sep=;` line, which sets Excel's separator and
/// does not count as a row.
fn without_mark(text: &str) -> &str {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let end = text.find(['\r', '\n']).unwrap_or(text.len());
    let (first, rest) = text.split_at(end);
    match first.to_ascii_lowercase().as_str() {
        "sep=," | "sep=;" | "sep=\t" => {
            rest.strip_prefix("\r\n").or_else(|| rest.get(1..)).unwrap_or_default()
        }
        _ => text,
    }
}

fn to_strings(record: &csv::StringRecord) -> Vec<String> {
    record.iter().map(str::to_owned).collect()
}

/// A record in a CSV file.
#[derive(Debug)]
pub struct Record {
    /// The row number in a spreadsheet, from 1. A record may span several lines, and spreadsheets count empty lines as
    /// rows.
    pub row: usize,
    /// The span of the record's first line.
    pub at: Span,
    /// The trimmed cells.
    pub cells: Vec<String>,
}

/// All records up to the first error, if any.
#[derive(Debug)]
pub struct Records {
    /// The records, including the header.
    pub records: Vec<Record>,
    /// The row, the span of its first line, and the error: either an error from the CSV reader, or a quoted
    /// cell that starts in this row and is never closed. An unclosed cell would contain all rows below.
    pub error: Option<(usize, Span, String)>,
}

/// Reads the records in a string.
pub fn records(text: &str, delimiter: u8) -> Records {
    let mark = text.len() - without_mark(text).len();
    let mut records: Vec<Record> = Vec::new();
    let mut row = 0;
    for record in reader(without_mark(text), delimiter).into_records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let at = records.last().map_or(Span::new(0, 0), |last| last.at);
                return Records { records, error: Some((row + 1, at, error.to_string())) };
            }
        };
        // The reader starts a record directly after the character that ended the previous record. That
        // character may be only the first of a two-character line ending.
        let from = record.position().map_or(0, |at| at.byte() as usize) + mark;
        let rest = text.get(from..).unwrap_or_default();
        let rest = if text.as_bytes().get(..from).is_some_and(|before| before.ends_with(b"\r")) {
            rest.strip_prefix('\n').unwrap_or(rest)
        } else {
            rest
        };
        let line = rest.trim_start_matches(['\r', '\n']);
        let blank = &rest[..rest.len() - line.len()];
        row += 1 + blank.matches('\n').count().max(blank.matches('\r').count());
        let start = text.len() - line.len();
        let length = line.find(['\r', '\n']).unwrap_or(line.len());
        records.push(Record { row, at: Span::new(start, start + length), cells: to_strings(&record) });
    }
    let unclosed = records.pop_if(|last| ends_in_quotes(&text[last.at.start as usize..], delimiter));
    let error = unclosed.map(|Record { row, at, .. }| {
        let why = "the closing `\"` of a cell is missing, so the cell includes all rows below it: add or remove a `\"`";
        (row, at, why.into())
    });
    Records { records, error }
}

/// Whether the last record ends within quotes. If so, an additional line would be part of that record.
fn ends_in_quotes(last: &str, delimiter: u8) -> bool {
    reader(&format!("{last}\n-"), delimiter).into_records().count() < 2
}

/// The Windows-1252 characters from 0x80 to 0x9F. The five undefined bytes are preserved.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Decodes text in an encoding used by spreadsheets: UTF-8, UTF-16 with a byte order mark, or Windows-1252.
///
/// # Errors
/// Returns an error if the bytes are not text.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|&byte| decode_windows_1252(byte)).collect(),
        },
    };
    if text.contains('\0') {
        return Err("this is not text: save the spreadsheet as CSV".into());
    }
    Ok(text)
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The character that a byte represents in Windows-1252. For Latin-1 letters, the character is the same as in
/// Latin-1.
pub fn decode_windows_1252(byte: u8) -> char {
    let upper = byte.checked_sub(0x80).and_then(|at| WINDOWS_1252.get(usize::from(at)));
    upper.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_never_ends_is_no_cell() {
        for text in ["mac,note\n1,\"a\n2,b\n", "\u{feff}\u{feff}mac,note\r\n\r\n1,\"a\"\"", "mac,note\r1,\""]
        {
            let row = if text.contains("\r\n") { 3 } else { 2 };
            let (at, _, why) = records(text, b',').error.unwrap();
            assert_eq!((at, why.starts_with("the closing")), (row, true), "{text:?}");
        }
        for text in
            ["", "mac", "mac,note\n1,\"a\nb\"", "mac,note\n1,5\" wide\n", "mac,note\r\n1,\"a\"\"\"\r\n\r\n"]
        {
            assert!(records(text, b',').error.is_none(), "{text:?}");
        }
    }

    #[test]
    fn the_separator_line_for_excel_is_not_a_row() {
        for (end, sign) in [("\n", ";"), ("\r\n", ","), ("\r", "\t")] {
            let text = format!("\u{feff}SEP={sign}{end}mac{sign}site{end}1{sign}b{end}");
            let (names, delimiter) = columns(&text, |_| 0);
            assert_eq!((names.join("|").as_str(), delimiter), ("mac|site", sign.as_bytes()[0]));
            let records = records(&text, delimiter).records;
            let [_, Record { row, at, cells }] = records.as_slice() else { panic!("{records:?}") };
            assert_eq!(
                (*row, at.slice(text.as_bytes()), cells.join("|").as_str()),
                (2, format!("1{sign}b").as_bytes(), "1|b")
            );
        }
        assert_eq!(columns("sep=;", |_| 0).0, Vec::<String>::new());
    }

    #[test]
    fn encodings_of_excel_are_read() {
        let text = "mac;site\n0021f2000001;Güneş €\n";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&[&b"\xff\xfe"[..], &wide].concat()).unwrap(), text);
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&[&b"\xfe\xff"[..], &wide].concat()).unwrap(), text);
        let latin = b"mac;site\n0021f2000001;K\xf6ln \x80\n";
        assert_eq!(decode(latin).unwrap(), "mac;site\n0021f2000001;Köln €\n");
        assert!(decode(b"PK\x03\x04\0\0").is_err());
    }
}
