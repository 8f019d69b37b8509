//! A phonebook from one form to another. Bytes in, text out, and what the other form cannot hold in words.

use super::contacts::Cards;
use super::{Fault, FaultKind, Form, losses, table, write, xml};
use crate::text::csv;
use crate::text::source::{Position, Sources};

/// The form that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A spreadsheet's CSV.
    Csv,
    /// A remote book; with menus where these are asked for, or the book has some.
    Remote {
        /// Whether groups become menus.
        menus: bool,
    },
    /// A local book.
    Local,
}

/// Why a text is no phonebook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Where in an XML text.
    pub at: Option<Position>,
    /// What is wrong, of a spreadsheet with its row, and what to do.
    pub why: String,
}

/// Reads a phonebook: XML where the text begins with `<`, else a spreadsheet.
///
/// # Errors
/// Says what is wrong, and where.
pub fn read(bytes: &[u8]) -> Result<Cards, Refusal> {
    let refusal = |why: String| Refusal { at: None, why };
    let text = csv::decode(bytes).map_err(refusal)?;
    let is_xml = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let cards = if is_xml { book(bytes, text)? } else { table::read(&text).map_err(refusal)? };
    match cards.cards.iter().find_map(|card| Some((card, card.numbers.iter().find(|(_, n)| is_rounded(n))?)))
    {
        Some((card, (_, number))) => Err(refusal(format!(
            "{}: a spreadsheet rounded this number to `{number}`: format its column as text and type it anew",
            cards.place(card.at)
        ))),
        None => Ok(cards),
    }
}

fn book(bytes: &[u8], text: String) -> Result<Cards, Refusal> {
    let is_wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
    let text = if is_wide || std::str::from_utf8(bytes).is_ok() {
        text
    } else {
        one_byte(bytes, text).map_err(|fault| refused(fault, bytes.to_vec()))?
    };
    match super::parse(text.as_bytes()) {
        Err(fault) => Err(refused(fault, text.into_bytes())),
        Ok(book) => {
            let mut sources = Sources::default();
            let file = sources.add(String::new(), text.into_bytes());
            Ok(Cards::of(book, sources.get(file)))
        }
    }
}

/// Whether a spreadsheet took a number for one to reckon with and cut its digits: 4,93012E+11.
fn is_rounded(number: &str) -> bool {
    let Some((digits, power)) = number.split_once(['E', 'e']) else { return false };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(&digits.replacen([',', '.'], "", 1)) && power.strip_prefix('+').is_some_and(is_digits)
}

/// The text of a file that is no UTF-8: right only if it says that it is in the one encoding that we know.
fn one_byte(bytes: &[u8], text: String) -> Result<String, Fault> {
    let Some(name) = xml::declared(bytes) else {
        return super::parse(bytes).map(|_| text); // Which it cannot: some byte is no UTF-8.
    };
    let is_known = matches!(name.as_str(), "iso-8859-1" | "iso8859-1" | "latin1" | "latin-1")
        || matches!(name.as_str(), "windows-1252" | "cp1252" | "us-ascii");
    is_known.then_some(text).ok_or_else(|| Fault {
        kind: FaultKind::Unchecked,
        at: crate::text::source::Span::default(),
        why: format!("it is written in `{name}`, which fvprov does not know"),
        help: Some("save the file as UTF-8"),
    })
}

fn refused(fault: Fault, text: Vec<u8>) -> Refusal {
    let mut sources = Sources::default();
    let file = sources.add(String::new(), text);
    let at = Some(sources.get(file).position(fault.at.start));
    let why = match (fault.kind, fault.help) {
        (FaultKind::Root, _) => format!(
            "`<{}>` is the root of no phonebook: that is `<YealinkIPPhoneDirectory>`, `<YealinkIPPhoneBook>` or `<vp_contact>`",
            fault.why
        ),
        (_, Some(help)) => format!("{}: {help}", fault.why),
        (_, None) => fault.why,
    };
    Refusal { at, why }
}

/// Writes a phonebook in another form, and says what of it is lost there or no phone will take: a line for each
/// kind of loss, with how many contacts it concerns and the first of them.
pub fn write(cards: &Cards, target: Target) -> (String, Vec<String>) {
    let form = form(cards, target);
    let text = match &form {
        None => table::write(cards),
        Some(Form::Directory(prefix)) => write::directory(cards, prefix),
        Some(Form::Menus(prefix)) => write::menus(cards, prefix),
        Some(Form::Local) => write::local(cards),
    };
    let losses = losses::of(cards, form.as_ref());
    (text, cards.notes.iter().cloned().chain(losses).collect())
}

/// The form to write. A remote book that is written as one keeps its menus and how its root begins.
fn form(cards: &Cards, target: Target) -> Option<Form> {
    let menus = match target {
        Target::Csv => return None,
        Target::Local => return Some(Form::Local),
        Target::Remote { menus } => menus,
    };
    Some(match &cards.form {
        Some(Form::Menus(prefix)) => Form::Menus(prefix.clone()),
        Some(Form::Directory(prefix)) if menus => Form::Menus(prefix.clone()),
        Some(Form::Directory(prefix)) => Form::Directory(prefix.clone()),
        _ if menus => Form::Menus("Yealink".into()),
        _ => Form::Directory("Yealink".into()),
    })
}
