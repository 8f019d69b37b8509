//! The number of cells that an `.ods` file describes. A few bytes can repeat a cell a billion times, so the cells are counted
//! before a library stores them.

use memchr::{memchr, memmem};

/// The maximum number of columns of a sheet. Repeated cells beyond it do not exist.
const MOST_COLUMNS: u64 = 16_384;

/// The maximum number of rows of a sheet.
const MOST_ROWS: u64 = 1_048_576;

/// The number of cells in all sheets, including empty cells between others, from the content of `content.xml`. `None` if a
/// number of repetitions is not a number.
pub fn count_cells(xml: &[u8]) -> Option<u64> {
    let mut counts = Counts::default();
    let mut rest = xml;
    while let Some(at) = memchr(b'<', rest) {
        rest = &rest[at..];
        let end = tag_end(rest);
        counts.add_tag(&rest[..end])?;
        rest = &rest[end..];
    }
    Some(counts.total.saturating_add(counts.sheet.cells()))
}

/// The length of the tag, comment or CDATA section at the beginning of a text.
fn tag_end(text: &[u8]) -> usize {
    for (start, end) in [("<!--", "-->"), ("<![CDATA[", "]]>")] {
        if text.starts_with(start.as_bytes()) {
            let found = memmem::find(&text[start.len()..], end.as_bytes());
            return found.map_or(text.len(), |at| start.len() + at + end.len());
        }
    }
    let mut quote = None;
    for (at, byte) in text.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if *byte == open => quote = None,
            _ => {}
        }
    }
    text.len()
}

/// The cells that were counted.
#[derive(Default)]
struct Counts {
    /// The cells of complete sheets, and of all rows before they are repeated.
    total: u64,
    sheet: Sheet,
    row: Row,
}

/// The sheet that is being read.
#[derive(Default)]
struct Sheet {
    /// The rows from the first to the last one with a value.
    rows: u64,
    /// The empty rows after them.
    empty_rows: u64,
    /// The columns of the widest row.
    columns: u64,
}

/// The row that is being read.
#[derive(Default)]
struct Row {
    /// How often it is repeated.
    repeats: u64,
    /// The columns up to the last one with a value.
    columns: u64,
    /// The empty columns after them.
    empty_columns: u64,
}

impl Sheet {
    fn cells(&self) -> u64 {
        self.rows.saturating_mul(self.columns)
    }
}

impl Counts {
    fn add_tag(&mut self, tag: &[u8]) -> Option<()> {
        match name(tag) {
            b"table:table" => {
                self.total = self.total.saturating_add(self.sheet.cells());
                self.sheet = Sheet::default();
            }
            b"table:table-row" => {
                let repeats = repeats(tag, "table:number-rows-repeated")?.min(MOST_ROWS);
                self.row = Row { repeats, ..Row::default() };
                if tag.ends_with(b"/>") {
                    self.end_row();
                }
            }
            b"/table:table-row" => self.end_row(),
            b"table:table-cell" | b"table:covered-table-cell" => {
                let row = &mut self.row;
                let repeats = repeats(tag, "table:number-columns-repeated")?.min(MOST_COLUMNS);
                let is_empty = !["office:", "calcext:", "table:formula"]
                    .iter()
                    .any(|attribute| memmem::find(tag, attribute.as_bytes()).is_some());
                if is_empty {
                    row.empty_columns = repeats;
                } else {
                    row.columns = (row.columns + row.empty_columns + repeats).min(2 * MOST_COLUMNS);
                    row.empty_columns = 0;
                }
            }
            _ => {}
        }
        Some(())
    }

    fn end_row(&mut self) {
        let (row, sheet) = (&self.row, &mut self.sheet);
        self.total = self.total.saturating_add(row.columns);
        if row.columns > 0 {
            sheet.rows = sheet.rows.saturating_add(sheet.empty_rows).saturating_add(row.repeats);
            sheet.empty_rows = 0;
            sheet.columns = sheet.columns.max(row.columns);
        } else if sheet.rows > 0 {
            sheet.empty_rows = sheet.empty_rows.saturating_add(row.repeats);
        }
    }
}

/// The name of a tag, with `/` for an end tag.
fn name(tag: &[u8]) -> &[u8] {
    let name = &tag[1..];
    let slash = usize::from(name.starts_with(b"/"));
    let end = name[slash..].iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    &name[..end.map_or(name.len(), |end| slash + end)]
}

/// The value of an attribute with a number of repetitions; 1 if the tag does not have it. `None` if it is not a number.
fn repeats(tag: &[u8], attribute: &str) -> Option<u64> {
    let Some(at) = memmem::find(tag, attribute.as_bytes()) else { return Some(1) };
    let rest = tag[at + attribute.len()..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    let value = &rest[..memchr(*quote, rest)?];
    // A number with more digits is more than any limit.
    let value = std::str::from_utf8(value).ok()?.trim();
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::count_cells;

    #[test]
    fn repeated_cells_and_rows_count_and_empty_ones_at_the_end_do_not() {
        let cell = "<table:table-cell office:value-type=\"string\"><text:p>x > y</text:p></table:table-cell>";
        let text = format!(
            "<table:table table:name=\"a\"><table:table-column table:number-columns-repeated=\"16384\"/>\
             <table:table-row>{cell}<table:table-cell table:number-columns-repeated=\"2\"/>{cell}</table:table-row>\
             <table:table-row table:number-rows-repeated='3'><table:table-cell/></table:table-row>\
             <table:table-row>{cell}<table:table-cell table:number-columns-repeated=\"16383\"/></table:table-row>\
             <table:table-row table:number-rows-repeated=\"1048571\"><table:table-cell \
             table:number-columns-repeated=\"16384\"/></table:table-row></table:table><!-- <table:table-row> -->"
        );
        // Five rows of four columns, and the cells of the two rows before they are repeated.
        assert_eq!(count_cells(text.as_bytes()), Some(5 * 4 + 4 + 1));
    }

    #[test]
    fn huge_and_invalid_numbers_are_noticed() {
        let row = |rows: &str, columns: &str| {
            format!(
                "<table:table><table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell \
                 office:value=\"1\" table:number-columns-repeated = \"{columns}\"/></table:table-row></table:table>"
            )
        };
        assert_eq!(count_cells(row("1000000", "1000").as_bytes()), Some(1_000_001_000));
        assert!(count_cells(row("99999999999999999999", "9999999999").as_bytes()) > Some(1_000_000_000));
        assert_eq!(count_cells(row("1", "&#57;99").as_bytes()), None);
        for broken in
            ["<", "<a", "<!--", "<table:table-row", "<table:table-row table:number-rows-repeated", "</"]
        {
            count_cells(broken.as_bytes());
        }
    }
}
