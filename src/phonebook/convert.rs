//! Converts phonebooks to a different format, and reports any data that is lost.

use super::contacts::ContactList;
use super::{Fault, FaultKind, Form, losses, table, write, xml};
use crate::text::content::Content;
use crate::text::csv;
use crate::text::residue;
use crate::text::source::{Position, Sources};

/// The target format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetFormat {
    /// CSV.
    Csv,
    /// A remote phonebook, with menus if requested or if the source has menus.
    Remote {
        /// Whether to convert groups to menus.
        menus: bool,
    },
    /// A local phonebook.
    Local,
}

/// The reason that content cannot be read as a phonebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The position in an XML file.
    pub at: Option<Position>,
    /// The message, including help. For CSV, the message also contains the row.
    pub why: String,
}

impl From<String> for ReadError {
    fn from(why: String) -> Self {
        Self { at: None, why }
    }
}

/// Reads a phonebook: XML if the text starts with `<`, otherwise CSV.
///
/// # Errors
/// Returns the error and its position.
pub fn read(bytes: &[u8]) -> Result<ContactList, ReadError> {
    let text = csv::decode(bytes)?;
    let is_xml = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let list = if is_xml { book(bytes, text)? } else { table::read(&text)? };
    match list
        .contacts
        .iter()
        .find_map(|card| Some((card, card.numbers.iter().find(|(_, n)| is_damaged(n))?)))
    {
        Some((card, (_, number))) => Err(ReadError::from(format!(
            "{}: a spreadsheet changed this number to `{number}`: format its column as text and enter the number again",
            list.line_or_row(card.at)
        ))),
        None => Ok(list),
    }
}

fn book(bytes: &[u8], text: String) -> Result<ContactList, ReadError> {
    let is_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let text = if is_wide || std::str::from_utf8(bytes).is_ok() {
        text
    } else {
        one_byte(bytes, text).map_err(|fault| read_error(fault, bytes.to_vec()))?
    };
    match super::parse(text.as_bytes()) {
        Err(fault) => Err(read_error(fault, text.into_bytes())),
        Ok(book) => {
            let mut sources = Sources::default();
            let file = sources.add(String::new(), text.into_bytes());
            Ok(ContactList::from_book(book, sources.get(file)))
        }
    }
}

/// Whether a spreadsheet changed a number or replaced it with an error.
fn is_damaged(number: &str) -> bool {
    // A separator at the end is not a reason to reject the entire phonebook.
    let number = number.trim_end_matches([';', ',']);
    let residue = residue::in_value(number, Content::Number);
    residue.is_some_and(|(_, residue)| residue == residue::Residue::Spreadsheet)
}

/// The text of a file that is not UTF-8, if the declared encoding is supported: ISO 8859-1 or
/// Windows-1252.
fn one_byte(bytes: &[u8], text: String) -> Result<String, Fault> {
    let Some(name) = xml::declared_encoding(bytes) else {
        return super::parse(bytes).map(|_| text); // This fails: the text is not UTF-8.
    };
    let is_known = matches!(name.as_str(), "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1")
        || matches!(name.as_str(), "windows-1252" | "cp1252" | "us-ascii");
    is_known.then_some(text).ok_or_else(|| Fault {
        kind: FaultKind::Unchecked,
        at: crate::text::source::Span::default(),
        why: format!("its encoding `{name}` is not supported"),
        help: Some("save the file as UTF-8"),
    })
}

fn read_error(fault: Fault, text: Vec<u8>) -> ReadError {
    let mut sources = Sources::default();
    let file = sources.add(String::new(), text);
    let at = Some(sources.get(file).position(fault.at.start));
    let why = match (fault.kind, fault.help) {
        (FaultKind::Root, _) => format!(
            "`<{}>` is not the root of a phonebook: it must be `<YealinkIPPhoneDirectory>`, `<YealinkIPPhoneBook>` or `<vp_contact>`",
            fault.why
        ),
        (_, Some(help)) => format!("{}: {help}", fault.why),
        (_, None) => fault.why,
    };
    ReadError { at, why }
}

/// Writes a phonebook in the target format. Also returns notes about each kind of lost data and about data
/// that phones do not accept. The notes contain the number of contacts and the first few names.
pub fn write(list: &ContactList, target: TargetFormat) -> (String, Vec<String>) {
    let form = form(list, target);
    let text = match &form {
        None => table::write(list),
        Some(Form::Directory(prefix)) => write::directory(list, prefix),
        Some(Form::Menus(prefix)) => write::menus(list, prefix),
        Some(Form::Local) => write::local(list),
    };
    let losses = losses::find(list, form.as_ref());
    (text, list.notes.iter().cloned().chain(losses).collect())
}

/// The XML format to write; `None` for CSV. If both the source and the target are remote phonebooks, the
/// menus and the prefix of the root element are kept.
fn form(list: &ContactList, target: TargetFormat) -> Option<Form> {
    let menus = match target {
        TargetFormat::Csv => return None,
        TargetFormat::Local => return Some(Form::Local),
        TargetFormat::Remote { menus } => menus,
    };
    Some(match &list.form {
        Some(Form::Menus(prefix)) => Form::Menus(prefix.clone()),
        Some(Form::Directory(prefix)) if menus => Form::Menus(prefix.clone()),
        Some(Form::Directory(prefix)) => Form::Directory(prefix.clone()),
        _ if menus => Form::Menus("Yealink".into()),
        _ => Form::Directory("Yealink".into()),
    })
}
