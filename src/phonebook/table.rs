//! Phonebooks as CSV. Supports fvprov's own column names, and the column names in exports from Outlook and
//! Google Contacts.

use std::collections::{BTreeMap, BTreeSet};

use super::NumberKind;
use super::contacts::{Card, ContactList, list_first, quote_name};
use crate::text::csv::{self, Record, Records};

/// The content of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    /// The whole name.
    Name,
    /// Part of the name, by position.
    Part(usize),
    /// The company, which is used as the name if the contact has no other name.
    Company,
    Number(Option<NumberKind>),
    /// Numbers in Google's format. The preceding column contains the kind of the numbers.
    Values,
    Label,
    Group,
    /// All of a contact's groups, in Google's format.
    Groups,
    Line,
    Ring,
    /// Data that phonebooks do not support.
    Unknown,
}

const NAMES: &[(&str, Column)] = &[
    ("name", Column::Name),
    ("display name", Column::Name),
    ("displayname", Column::Name),
    ("full name", Column::Name),
    ("contact", Column::Name),
    ("contact name", Column::Name),
    ("first name", Column::Part(0)),
    ("given name", Column::Part(0)),
    ("vorname", Column::Part(0)),
    ("middle name", Column::Part(1)),
    ("additional name", Column::Part(1)),
    ("weitere vornamen", Column::Part(1)),
    ("last name", Column::Part(2)),
    ("family name", Column::Part(2)),
    ("surname", Column::Part(2)),
    ("nachname", Column::Part(2)),
    ("company", Column::Company),
    ("organization name", Column::Company),
    ("organization 1 name", Column::Company),
    ("firma", Column::Company),
    ("number", Column::Number(None)),
    ("phone", Column::Number(None)),
    ("phone number", Column::Number(None)),
    ("telephone", Column::Number(None)),
    ("telephone number", Column::Number(None)),
    ("tel", Column::Number(None)),
    ("extension", Column::Number(None)),
    ("ext", Column::Number(None)),
    ("primary phone", Column::Number(None)),
    ("company main phone", Column::Number(None)),
    ("car phone", Column::Number(None)),
    ("nummer", Column::Number(None)),
    ("rufnummer", Column::Number(None)),
    ("telefon", Column::Number(None)),
    ("telefonnummer", Column::Number(None)),
    ("office", Column::Number(Some(NumberKind::Office))),
    ("office number", Column::Number(Some(NumberKind::Office))),
    ("office phone", Column::Number(Some(NumberKind::Office))),
    ("work", Column::Number(Some(NumberKind::Office))),
    ("work number", Column::Number(Some(NumberKind::Office))),
    ("work phone", Column::Number(Some(NumberKind::Office))),
    ("business phone", Column::Number(Some(NumberKind::Office))),
    ("telefon geschäftlich", Column::Number(Some(NumberKind::Office))),
    ("mobile", Column::Number(Some(NumberKind::Mobile))),
    ("mobile number", Column::Number(Some(NumberKind::Mobile))),
    ("mobile phone", Column::Number(Some(NumberKind::Mobile))),
    ("cell", Column::Number(Some(NumberKind::Mobile))),
    ("cell phone", Column::Number(Some(NumberKind::Mobile))),
    ("mobil", Column::Number(Some(NumberKind::Mobile))),
    ("mobiltelefon", Column::Number(Some(NumberKind::Mobile))),
    ("handy", Column::Number(Some(NumberKind::Mobile))),
    ("other", Column::Number(Some(NumberKind::Other))),
    ("other number", Column::Number(Some(NumberKind::Other))),
    ("other phone", Column::Number(Some(NumberKind::Other))),
    ("home", Column::Number(Some(NumberKind::Other))),
    ("home number", Column::Number(Some(NumberKind::Other))),
    ("home phone", Column::Number(Some(NumberKind::Other))),
    ("telefon privat", Column::Number(Some(NumberKind::Other))),
    ("weiteres telefon", Column::Number(Some(NumberKind::Other))),
    ("group", Column::Group),
    ("group name", Column::Group),
    ("group id name", Column::Group),
    ("group membership", Column::Groups),
    ("labels", Column::Groups),
    ("categories", Column::Group),
    ("gruppe", Column::Group),
    ("kategorien", Column::Group),
    ("line", Column::Line),
    ("ring", Column::Ring),
    ("ring tone", Column::Ring),
    ("ringtone", Column::Ring),
];

/// Google's separator between several values in a cell, and its prefix for built-in groups.
const BETWEEN: &str = " ::: ";
const OWN_GROUP: &str = "* ";

impl Column {
    /// Determines the content of a column from its name. Case, separators between words, and a number at the
    /// end of the name are ignored.
    fn from_name(name: &str) -> Self {
        let spaced = name.to_lowercase().replace(['_', '-', '.'], " ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        match words.as_slice() {
            ["phone", _, "value"] => return Self::Values,
            ["phone", _, "label" | "type"] => return Self::Label,
            _ => {}
        }
        let name = words.join(" ");
        let without_number = name.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end();
        Self::find(&name)
            .or_else(|| Self::find(without_number).filter(|column| matches!(column, Self::Number(_))))
            .unwrap_or(Self::Unknown)
    }

    fn find(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, column)| *column)
    }
}

/// Reads CSV with column names in the first row, separated by commas, semicolons or tabs.
///
/// # Errors
/// Returns the message for the first error, with its spreadsheet row number.
pub fn read(text: &str) -> Result<ContactList, String> {
    let (names, delimiter) = csv::columns(text, |names| {
        names.iter().filter(|name| Column::from_name(name) != Column::Unknown).count()
    });
    let columns = columns(&names)?;
    let mut list = ContactList::default();
    let mut dropped = Dropped::default();
    let Records { records, error } = csv::records(text, delimiter);
    if let Some((row, _, why)) = error {
        return Err(format!("row {row}: {why}"));
    }
    for Record { row, cells, .. } in records.into_iter().skip(1) {
        if cells.iter().skip(columns.len()).any(|cell| !cell.is_empty()) {
            let sign =
                if delimiter == b'\t' { "a tab".into() } else { format!("a `{}`", char::from(delimiter)) };
            return Err(format!("row {row}: more cells than columns: quote cells that contain {sign}"));
        }
        if cells.iter().any(|cell| !cell.is_empty()) {
            list.contacts.push(card(row, &columns, &cells, &mut dropped));
        }
    }
    list.notes = dropped.notes(&list, &names);
    Ok(list.normalize())
}

fn columns(names: &[String]) -> Result<Vec<Column>, String> {
    let mut columns: Vec<Column> = Vec::new();
    for column in names.iter().map(|name| Column::from_name(name)) {
        let is_repeatable = matches!(column, Column::Number(_) | Column::Values | Column::Label);
        columns.push(if is_repeatable || !columns.contains(&column) { column } else { Column::Unknown });
    }
    if !columns.iter().any(|column| matches!(column, Column::Name | Column::Part(_))) {
        return Err("row 1: there is no column for names: the first row must contain column names, for example `name,office,mobile,other,group`".into());
    }
    if !columns.iter().any(|column| matches!(column, Column::Number(_) | Column::Values)) {
        return Err(
            "row 1: there is no column for numbers: name it `number`, or `office`, `mobile` and `other`"
                .into(),
        );
    }
    Ok(columns)
}

/// Data that was read but not kept.
#[derive(Default)]
struct Dropped {
    /// Indices of columns without supported content.
    unknown: BTreeSet<usize>,
    /// Rows with control characters, and rows with several groups.
    control: Vec<usize>,
    groups: Vec<usize>,
}

impl Dropped {
    fn notes(&self, list: &ContactList, names: &[String]) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.unknown.is_empty() {
            let shown = self.unknown.iter().map(|at| quote_name(names.get(*at).map_or("", String::as_str)));
            let columns = if self.unknown.len() == 1 { "the column" } else { "the columns" };
            notes.push(format!("dropped {columns} {}, which phonebooks do not support", list_first(shown)));
        }
        for (rows, what) in [
            (&self.control, "control characters were removed, because XML does not allow them"),
            (&self.groups, "a contact can have only one group: the first one was kept"),
        ] {
            if !rows.is_empty() {
                notes.push(format!("{what}: {}", list_first(rows.iter().map(|row| list.line_or_row(*row)))));
            }
        }
        notes
    }
}

fn card(row: usize, columns: &[Column], cells: &[String], dropped: &mut Dropped) -> Card {
    let mut card = Card { at: row, ..Card::default() };
    let mut parts: [String; 3] = Default::default();
    let mut company = None;
    let mut label = None;
    for (at, (column, cell)) in columns.iter().zip(cells).enumerate() {
        let text = without_controls(cell);
        if cell.contains(|c| !is_allowed(c)) && dropped.control.last() != Some(&row) {
            dropped.control.push(row);
        }
        if text.is_empty() {
            continue;
        }
        match column {
            Column::Name => card.name = text,
            Column::Part(place) => parts[*place] = text,
            Column::Company => company = Some((at, text)),
            Column::Label => label = Some(text),
            Column::Number(kind) => card.numbers.push((*kind, text)),
            Column::Values => {
                let kind = label.take().and_then(|label| kind_from_label(&label));
                let numbers = text.split(BETWEEN).map(str::trim).filter(|number| !number.is_empty());
                card.numbers.extend(numbers.map(|number| (kind, number.to_owned())));
            }
            Column::Group => card.group = Some(text),
            Column::Groups => card.group = group(&text, row, dropped),
            Column::Line => card.line = Some(text),
            Column::Ring => card.ring = Some(text),
            Column::Unknown => {
                dropped.unknown.insert(at);
            }
        }
    }
    if card.name.is_empty() {
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        card.name = parts.join(" ");
    }
    if let Some((at, company)) = company {
        if card.name.is_empty() {
            card.name = company;
        } else {
            dropped.unknown.insert(at);
        }
    }
    card
}

/// The kind of number that a Google label indicates.
fn kind_from_label(label: &str) -> Option<NumberKind> {
    match Column::from_name(label.trim_start_matches(OWN_GROUP)) {
        Column::Number(kind) => kind,
        _ => None,
    }
}

/// The first group in a cell that is not a built-in Google group.
fn group(text: &str, row: usize, dropped: &mut Dropped) -> Option<String> {
    let mut groups = text.split(BETWEEN).map(str::trim).filter(|group| !group.starts_with(OWN_GROUP));
    let first = groups.next().map(str::to_owned);
    if groups.next().is_some() {
        dropped.groups.push(row);
    }
    first
}

/// The trimmed text, without characters that XML does not allow (XML 1.0, section 2.2).
fn without_controls(text: &str) -> String {
    let held: String = text.chars().filter(|c| is_allowed(*c)).collect();
    held.trim().to_owned()
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// A function that returns a cell in a contact's row.
type Cell = fn(&Card) -> Option<&str>;

/// Writes CSV that spreadsheets and [`read`] accept: UTF-8 with a byte order mark, which Excel needs to
/// detect UTF-8, and CRLF line endings (RFC 4180). Empty columns are omitted.
pub fn write(list: &ContactList) -> String {
    // The maximum count of numbers of each kind in a contact.
    let mut numbers: BTreeMap<(bool, Option<NumberKind>), usize> = BTreeMap::new();
    for card in &list.contacts {
        for kind in card.numbers.iter().map(|(kind, _)| *kind) {
            let same = card.numbers.iter().filter(|(other, _)| *other == kind).count();
            let most = numbers.entry((kind.is_none(), kind)).or_insert(0);
            *most = same.max(*most);
        }
    }
    if numbers.is_empty() {
        numbers.insert((true, None), 1);
    }
    let others: [(&str, Cell); 3] = [
        ("group", |card| card.group.as_deref()),
        ("line", |card| card.line.as_deref()),
        ("ring", |card| card.ring.as_deref()),
    ];
    let others: Vec<(&str, Cell)> = others
        .into_iter()
        .filter(|(_, cell)| list.contacts.iter().any(|card| cell(card).is_some()))
        .collect();

    let mut out = String::from("\u{feff}");
    let mut head = vec!["name".to_owned()];
    for ((_, kind), most) in &numbers {
        head.extend((1..=*most).map(|at| named(*kind, at)));
    }
    head.extend(others.iter().map(|(name, _)| (*name).to_owned()));
    row(&mut out, head.iter().map(String::as_str));
    for card in &list.contacts {
        let mut cells = vec![card.name.as_str()];
        for ((_, kind), most) in &numbers {
            let same =
                card.numbers.iter().filter(|(other, _)| other == kind).map(|(_, number)| number.as_str());
            cells.extend(same.chain(std::iter::repeat("")).take(*most));
        }
        cells.extend(others.iter().map(|(_, cell)| cell(card).unwrap_or_default()));
        row(&mut out, cells.into_iter());
    }
    out
}

fn named(kind: Option<NumberKind>, at: usize) -> String {
    let name = match kind {
        Some(NumberKind::Office) => "office",
        Some(NumberKind::Mobile) => "mobile",
        Some(NumberKind::Other) => "other",
        None => "number",
    };
    if at == 1 { name.into() } else { format!("{name} {at}") }
}

fn row<'a>(out: &mut String, cells: impl Iterator<Item = &'a str>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', ';', '\t', '\n', '\r']) {
            out.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
        } else {
            out.push_str(cell);
        }
    }
    out.push_str("\r\n");
}
