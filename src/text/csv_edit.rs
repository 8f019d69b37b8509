//! Edits cells in a CSV file and adds rows. All other bytes are preserved, including encoding, separators,
//! quotes, line endings, and the byte order mark.

use super::csv::{decode, decode_windows_1252, records};

/// A change to a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CsvEdit {
    /// Replaces a cell.
    Cell {
        /// The row number in a spreadsheet, from 1.
        row: usize,
        /// The index of the column.
        column: usize,
        /// The new value.
        value: String,
    },
    /// Adds a row with these cells at the end.
    Row(Vec<String>),
    /// Removes a row, by its number in a spreadsheet.
    Remove(usize),
}

/// The reason that a file cannot be edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CsvEditError {
    /// The file is not text or is not valid CSV.
    #[error("{0}")]
    Unreadable(String),
    /// The file has no cell at this position.
    #[error("row {0} has no cell in this column: add the missing separators")]
    NoCell(usize),
    /// A character cannot be represented in the file's encoding.
    #[error(
        "the file is encoded in Windows-1252, which cannot represent `{0}`: save the list as \"CSV UTF-8\""
    )]
    Encoding(char),
    /// The value contains a line break.
    #[error("a cell must not contain a line break or another control character")]
    Control,
    /// The edited file would not contain the intended cells.
    #[error("the file has an unusual layout: edit it in your spreadsheet program")]
    Unusual,
}

/// The encoding of a file, as detected by [`decode`].
#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16(fn(u16) -> [u8; 2]),
    Windows1252,
}

/// A replacement for a range of the decoded text.
struct Splice {
    start: usize,
    end: usize,
    text: String,
}

/// Applies edits to a CSV file with the given separator, and returns the new bytes.
///
/// # Errors
/// Returns the reason that the file cannot be edited without other changes.
pub fn edit(bytes: &[u8], delimiter: u8, edits: &[CsvEdit]) -> Result<Vec<u8>, CsvEditError> {
    let text = decode(bytes).map_err(CsvEditError::Unreadable)?;
    let before = cells(&text, delimiter)?;
    let mut splices = Vec::new();
    let mut expected = before.clone();
    let mut added = String::new();
    for edit in edits {
        match edit {
            CsvEdit::Cell { row, column, value } => {
                check(value)?;
                let splice = cell_splice(&text, delimiter, *row, *column, value)?;
                let cells = expected.iter_mut().find(|(number, _)| number == row);
                let cell = cells.and_then(|(_, cells)| cells.get_mut(*column));
                value.trim().clone_into(cell.ok_or(CsvEditError::NoCell(*row))?);
                splices.push(splice);
            }
            CsvEdit::Row(cells) => {
                cells.iter().try_for_each(|cell| check(cell))?;
                let cells: Vec<String> = cells.iter().map(|cell| quoted_if_needed(cell, delimiter)).collect();
                added += &cells.join(&char::from(delimiter).to_string());
                added += line_ending(&text);
            }
            CsvEdit::Remove(row) => {
                splices.push(row_splice(&text, delimiter, *row)?);
                expected.retain(|(number, _)| number != row);
            }
        }
    }
    if !added.is_empty() {
        let end = if text.ends_with(['\n', '\r']) { "" } else { line_ending(&text) };
        splices.push(Splice { start: text.len(), end: text.len(), text: format!("{end}{added}") });
    }
    splices.sort_by_key(|splice| splice.start);
    let edited = apply(bytes, &text, &splices)?;
    let after = cells(&decode(&edited).map_err(CsvEditError::Unreadable)?, delimiter)?;
    let rows = after.iter().take(expected.len()).map(|(_, cells)| cells);
    let is_as_expected = rows.eq(expected.iter().map(|(_, cells)| cells));
    let new = edits.iter().filter(|edit| matches!(edit, CsvEdit::Row(_))).count();
    match is_as_expected && after.len() == expected.len() + new {
        true => Ok(edited),
        false => Err(CsvEditError::Unusual),
    }
}

/// The rows, each with its number and cells.
fn cells(text: &str, delimiter: u8) -> Result<Vec<(usize, Vec<String>)>, CsvEditError> {
    let records = records(text, delimiter);
    match records.error {
        Some((row, _, why)) => Err(CsvEditError::Unreadable(format!("row {row}: {why}"))),
        None => Ok(records.records.into_iter().map(|record| (record.row, record.cells)).collect()),
    }
}

fn check(value: &str) -> Result<(), CsvEditError> {
    match value.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        true => Err(CsvEditError::Control),
        false => Ok(()),
    }
}

/// The removal of a row with its line ending.
fn row_splice(text: &str, delimiter: u8, row: usize) -> Result<Splice, CsvEditError> {
    let records = records(text, delimiter).records;
    let record = records.iter().find(|record| record.row == row).ok_or(CsvEditError::NoCell(row))?;
    let start = record.at.start as usize;
    let mut end = field_end(text, start, delimiter);
    while text.as_bytes().get(end) == Some(&delimiter) {
        end = field_end(text, end + 1, delimiter);
    }
    end += match &text.as_bytes()[end..] {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    Ok(Splice { start, end, text: String::new() })
}

/// The replacement for a cell. Whitespace around the old value is preserved.
fn cell_splice(
    text: &str,
    delimiter: u8,
    row: usize,
    column: usize,
    value: &str,
) -> Result<Splice, CsvEditError> {
    let records = records(text, delimiter).records;
    let record = records.iter().find(|record| record.row == row).ok_or(CsvEditError::NoCell(row))?;
    let mut start = record.at.start as usize;
    for at in 0.. {
        let end = field_end(text, start, delimiter);
        if at == column {
            let field = &text[start..end];
            let is_quoted = field.starts_with('"');
            // A field with whitespace before its quotes does not count as quoted. An empty line is not a row.
            let is_line = column == 0 && text.as_bytes().get(end) != Some(&delimiter);
            let needs_quotes = quoted_if_needed(value, delimiter) != value || (is_line && value.is_empty());
            if is_quoted || needs_quotes {
                return Ok(Splice { start, end, text: quoted(value) });
            }
            let start = start + (field.len() - field.trim_start().len());
            return Ok(Splice { start, end: start + field.trim().len(), text: value.to_owned() });
        }
        if text.as_bytes().get(end) != Some(&delimiter) {
            return Err(CsvEditError::NoCell(row));
        }
        start = end + 1;
    }
    Err(CsvEditError::NoCell(row))
}

/// The end of a field that starts at a position: the position of the next separator or line ending outside quotes.
fn field_end(text: &str, start: usize, delimiter: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    if bytes.get(at) == Some(&b'"') {
        at += 1;
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match byte {
                b'"' if bytes.get(at) == Some(&b'"') => at += 1,
                b'"' => break,
                _ => {}
            }
        }
    }
    while bytes.get(at).is_some_and(|byte| *byte != delimiter && !matches!(byte, b'\r' | b'\n')) {
        at += 1;
    }
    at
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('"', "\"\""))
}

fn quoted_if_needed(value: &str, delimiter: u8) -> String {
    let needs_quotes = value.contains([char::from(delimiter), '"']) || value.trim() != value;
    if needs_quotes { quoted(value) } else { value.to_owned() }
}

/// The line ending of the first row.
fn line_ending(text: &str) -> &'static str {
    match text.find(['\r', '\n']).map(|at| &text.as_bytes()[at..]) {
        Some([b'\r', b'\n', ..]) => "\r\n",
        Some([b'\r', ..]) => "\r",
        _ => "\n",
    }
}

/// Replaces ranges of the decoded text in the bytes. The ranges are sorted.
fn apply(bytes: &[u8], text: &str, splices: &[Splice]) -> Result<Vec<u8>, CsvEditError> {
    let encoding = encoding(bytes);
    let mut edited = Vec::with_capacity(bytes.len());
    let (mut copied, mut position, mut offset) = (0, 0, first_byte(encoding));
    for splice in splices {
        if splice.start < position {
            return Err(CsvEditError::Unusual);
        }
        offset += encoded_length(encoding, &text[position..splice.start]);
        edited.extend_from_slice(bytes.get(copied..offset).ok_or(CsvEditError::Unusual)?);
        encode(encoding, &splice.text, &mut edited)?;
        offset += encoded_length(encoding, &text[splice.start..splice.end]);
        (copied, position) = (offset, splice.end);
    }
    edited.extend_from_slice(bytes.get(copied..).ok_or(CsvEditError::Unusual)?);
    Ok(edited)
}

fn encoding(bytes: &[u8]) -> Encoding {
    match bytes {
        [0xff, 0xfe, ..] => Encoding::Utf16(u16::to_le_bytes),
        [0xfe, 0xff, ..] => Encoding::Utf16(u16::to_be_bytes),
        _ if std::str::from_utf8(bytes).is_ok() => Encoding::Utf8,
        _ => Encoding::Windows1252,
    }
}

/// The offset of the first byte of the decoded text, which excludes the UTF-16 byte order mark.
fn first_byte(encoding: Encoding) -> usize {
    if matches!(encoding, Encoding::Utf16(_)) { 2 } else { 0 }
}

/// The number of bytes that a decoded string occupies in the file.
fn encoded_length(encoding: Encoding, text: &str) -> usize {
    match encoding {
        Encoding::Utf8 => text.len(),
        Encoding::Utf16(_) => text.chars().map(char::len_utf16).sum::<usize>() * 2,
        Encoding::Windows1252 => text.chars().count(),
    }
}

fn encode(encoding: Encoding, text: &str, bytes: &mut Vec<u8>) -> Result<(), CsvEditError> {
    match encoding {
        Encoding::Utf8 => bytes.extend_from_slice(text.as_bytes()),
        Encoding::Utf16(unit) => bytes.extend(text.encode_utf16().flat_map(unit)),
        Encoding::Windows1252 => {
            for c in text.chars() {
                let byte = (0..=u8::MAX).find(|byte| decode_windows_1252(*byte) == c);
                bytes.push(byte.ok_or(CsvEditError::Encoding(c))?);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::csv::columns;

    fn set(bytes: &[u8], row: usize, column: usize, value: &str) -> Result<Vec<u8>, CsvEditError> {
        let (_, delimiter) = columns(&decode(bytes).unwrap(), <[String]>::len);
        edit(bytes, delimiter, &[CsvEdit::Cell { row, column, value: value.into() }])
    }

    #[test]
    fn only_the_cell_changes() {
        let cases = [
            ("mac,name\n1,Hall\n2,Yard\n", 3, 1, "Roof", "mac,name\n1,Hall\n2,Roof\n"),
            ("mac;name\r\n1; Hall \r\n\r\n2;b", 2, 1, "Roof", "mac;name\r\n1; Roof \r\n\r\n2;b"),
            ("mac;name\r\n1;a\r\n\r\n2;b", 4, 1, "x;y", "mac;name\r\n1;a\r\n\r\n2;\"x;y\""),
            (
                "\u{feff}sep=;\rmac;name\r1;\"a\"\"b\"\r",
                2,
                1,
                "c\"d",
                "\u{feff}sep=;\rmac;name\r1;\"c\"\"d\"\r",
            ),
            (
                "mac\tnote\tname\n1\t\"a\n\tb\"\tx\n2\t\t\n",
                2,
                2,
                "y",
                "mac\tnote\tname\n1\t\"a\n\tb\"\ty\n2\t\t\n",
            ),
            (
                "mac\tnote\tname\n1\t\"a\n\tb\"\tx\n2\t\t\n",
                3,
                1,
                "y",
                "mac\tnote\tname\n1\t\"a\n\tb\"\tx\n2\ty\t\n",
            ),
            ("mac,a,b\n1,5\" wide,2\n", 2, 2, "3", "mac,a,b\n1,5\" wide,3\n"),
            ("mac,a,b\n1,\"q\" tail,2\n", 2, 2, "3", "mac,a,b\n1,\"q\" tail,3\n"),
            ("mac,a,b\n1, \"q,2\n", 2, 2, "3", "mac,a,b\n1, \"q,3\n"),
            ("mac,name\n1,Hall\n", 2, 1, "", "mac,name\n1,\n"),
        ];
        for (text, row, column, value, after) in cases {
            let edited = set(text.as_bytes(), row, column, value).unwrap();
            assert_eq!(String::from_utf8(edited).unwrap(), after, "{text:?}");
        }
    }

    #[test]
    fn a_row_is_removed_with_its_line_ending() {
        for (text, row, after) in [
            ("mac,a\n1,2\n3,4\n", 2, "mac,a\n3,4\n"),
            ("mac;a\r\n1;\"x\r\ny\"\r\n\r\n3;4", 2, "mac;a\r\n\r\n3;4"),
            ("mac;a\r\n1;2\r\n\r\n3;4", 4, "mac;a\r\n1;2\r\n\r\n"),
        ] {
            let (_, delimiter) = columns(text, <[String]>::len);
            let edited = edit(text.as_bytes(), delimiter, &[CsvEdit::Remove(row)]).unwrap();
            assert_eq!(String::from_utf8(edited).unwrap(), after);
        }
    }

    #[test]
    fn the_encoding_remains() {
        let text = "mac;site\r\n1;Köln 😀\r\n2;Süd\r\n";
        let after = "mac;site\r\n1;Köln 😀\r\n2;Żory €\r\n";
        for (unit, mark) in
            [(u16::to_le_bytes as fn(u16) -> [u8; 2], [0xff, 0xfe]), (u16::to_be_bytes, [0xfe, 0xff])]
        {
            let wide =
                |text: &str| [&mark[..], &text.encode_utf16().flat_map(unit).collect::<Vec<_>>()].concat();
            assert_eq!(set(&wide(text), 3, 1, "Żory €").unwrap(), wide(after));
            // A lone surrogate and an odd byte at the end are not changed.
            let odd =
                [wide("mac;site\r\n1;"), unit(0xd800).to_vec(), wide("\r\n2;x\r\n")[2..].to_vec(), vec![7]]
                    .concat();
            let edited = set(&odd, 3, 1, "y").unwrap();
            let x = odd.iter().rposition(|byte| *byte == b'x').unwrap();
            assert_eq!(edited, [&odd[..x], b"y", &odd[x + 1..]].concat());
        }
        let latin = b"mac;site\n1;K\xf6ln \x80\n2;a\n";
        assert_eq!(
            set(latin, 3, 1, "M\u{fc}nchen \u{20ac}").unwrap(),
            b"mac;site\n1;K\xf6ln \x80\n2;M\xfcnchen \x80\n"
        );
        assert_eq!(set(latin, 3, 1, "Łódź"), Err(CsvEditError::Encoding('Ł')));
    }

    #[test]
    fn rows_are_added_in_the_form_of_the_file() {
        let add = |text: &str| {
            let rows = [["3", "a;b"], ["4", "c"]].map(|row| CsvEdit::Row(row.map(str::to_owned).to_vec()));
            let (_, delimiter) = columns(text, <[String]>::len);
            String::from_utf8(edit(text.as_bytes(), delimiter, &rows).unwrap()).unwrap()
        };
        assert_eq!(add("mac;b\r\n1;2"), "mac;b\r\n1;2\r\n3;\"a;b\"\r\n4;c\r\n");
        assert_eq!(add("mac,b\n"), "mac,b\n3,a;b\n4,c\n");
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        assert_eq!(set(b"mac,a\n1,2\n", 2, 1, "x\ny"), Err(CsvEditError::Control));
        assert_eq!(set(b"mac,a\n1\n", 2, 1, "x"), Err(CsvEditError::NoCell(2)));
        assert_eq!(set(b"mac,a\n1,2\n", 5, 1, "x"), Err(CsvEditError::NoCell(5)));
        assert!(matches!(set(b"mac,a\n1,\"2\n", 2, 1, "x"), Err(CsvEditError::Unreadable(_))));
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

        /// Every cell that the reader finds can be edited, and only its bytes change.
        #[test]
        fn each_cell_of_any_text_can_be_edited(
            parts in proptest::collection::vec(
                proptest::sample::select(vec!["a", "\"", ";", ";", "\n", "\r\n", "\r", " ", "\"b\"", "ü", "\t"]),
                0..24,
            ),
            value in proptest::sample::select(vec!["", "x", "x;y", "\"", " z "]),
        ) {
            let text = format!("mac;b\n{}", parts.concat());
            let records = records(&text, b';');
            if records.error.is_none() {
                for record in &records.records {
                    for column in 0..record.cells.len() {
                        let edit = CsvEdit::Cell { row: record.row, column, value: value.to_owned() };
                        let edited = super::edit(text.as_bytes(), b';', &[edit]);
                        proptest::prop_assert!(edited.is_ok(), "{text:?} {} {column}: {edited:?}", record.row);
                    }
                }
            }
        }
    }
}
